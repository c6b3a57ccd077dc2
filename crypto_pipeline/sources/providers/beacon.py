"""The beacon chain of Ethereum, from a public node. Never ask it for its validators: that answer has hundreds of MB."""

from crypto_pipeline.schema.rows import ChainStat
from crypto_pipeline.sources.kit import Payload, Provider, Rows, whole

publicnode_beacon = Provider(
    "publicnode_beacon",
    "https://ethereum-beacon-api.publicnode.com",
    docs="https://ethereum.github.io/beacon-APIs/",
    too_often=('"code":429',),
)

GENESIS = 1_606_824_023
SECONDS_PER_SLOT = 12
SLOTS_PER_EPOCH = 32


@publicnode_beacon.endpoint(ChainStat, "/eth/v1/beacon/headers/head", cadence=15)
def head(payload: Payload) -> Rows:
    """{"execution_optimistic": false, "finalized": false, "data": {"root": "0x00", "canonical": true,
    "header": {"message": {"slot": "13500000", "proposer_index": "1", ...}, "signature": "0x00"}}}

    A slot has no other time than its number.
    """
    slot = whole(payload["data"]["header"]["message"]["slot"])
    yield ChainStat(
        "ethereum_beacon",
        latest_block=slot,
        epoch=slot // SLOTS_PER_EPOCH,
        timestamp=GENESIS + SECONDS_PER_SLOT * slot,
    )
