"""TonAPI, indexer of TON: the newest block of the masterchain. The key is optional."""

from crypto_pipeline.schema.rows import ChainStat
from crypto_pipeline.sources.kit import Budget, Key, Payload, Provider, Rows, about

tonapi = Provider(
    "tonapi",
    "https://tonapi.io/v2",
    docs="https://docs.tonconsole.com/tonapi/rest-api/blockchain",
    too_often=("rate limit: ",),
    budget=Budget(1, 4),
    key=Key("TONAPI_KEY", header="Authorization", prefix="Bearer "),
)


MAINNET = "-239"
"""Its number among the networks of TON; the one for trying out is -3."""


@tonapi.endpoint(ChainStat, "/blockchain/masterchain-head", cadence=15)
def masterchain(payload: Payload) -> Rows:
    """{"workchain_id": -1, "seqno": 60000000, "gen_utime": 1767225600, "tx_quantity": 3, "validators_count": 350, ...}"""
    about(payload.get("global_id"), MAINNET)
    yield ChainStat(
        "ton",
        latest_block=payload.get("seqno"),
        block_transactions=payload.get("tx_quantity"),
        timestamp=payload.get("gen_utime"),
    )
