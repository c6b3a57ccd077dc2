"""VeChain, from its public node: the newest block, transfers of the last quarter of an hour."""

from collections.abc import Mapping

from crypto_pipeline.schema.rows import ChainStat, Transfer
from crypto_pipeline.sources.formats.json_rpc import quantity
from crypto_pipeline.sources.kit import (
    Expected,
    Payload,
    Provider,
    Rows,
    SubRequest,
    each,
    how_many,
    known,
    number,
    scaled,
    together,
    whole,
)

vechain = Provider("vechain", "https://mainnet.vechain.org", docs="https://mainnet.vechain.org/doc/stoplight-ui/")


@vechain.endpoint(ChainStat, "/blocks/best", cadence=15)
def block(payload: Payload) -> Rows:
    """{"number": 23000000, "timestamp": 1767225600, "gasLimit": 40000000, "gasUsed": 66003, "isTrunk": true,
    "transactions": ["0x00"], ...}"""
    used, limit = scaled(payload.get("gasUsed"), 1), scaled(payload.get("gasLimit"), 1)
    yield ChainStat(
        "vechain",
        latest_block=number(payload["number"]),
        block_transactions=how_many(payload.get("transactions")),
        extra=known(gas_used_ratio=None if used is None or not limit else used / limit),
        timestamp=payload.get("timestamp"),
    )


BLOCKS = 96
"""A quarter of an hour of blocks of ten seconds, and one minute more."""


def _newest_transfers(answers: Mapping[str, Payload]) -> object:
    head = answers["best"]["number"]
    return {
        "range": {"unit": "block", "from": head - BLOCKS + 1, "to": head},
        "options": {"offset": 0, "limit": 256},
        "order": "desc",
    }


@vechain.endpoint(
    Transfer,
    together(
        SubRequest("best", path="/blocks/best"), SubRequest("transfers", body=_newest_transfers, path="/logs/transfer")
    ),
    cadence=15,
    answer=Expected(may_be_empty=True),
    quirks="The newest 256 transfers of a quarter of an hour.",
)
def transfers(payload: Payload) -> Rows:
    """{"best": {"number": 23000000, ...}, "transfers": [{"sender": "0xfrom", "recipient": "0xto", "amount": "0x152d02c7e14af6800000",
    "meta": {"blockNumber": 23000000, "blockTimestamp": 1767225600, "txID": "0xaa", "clauseIndex": 0, ...}}, ...]}

    Amounts have 18 decimals. A transaction has one or more clauses, each of which may move coins. Also reads a saved list of
    transfers alone.
    """
    return each(payload["transfers"] if isinstance(payload, dict) else payload, _transfer)


def _transfer(entry: Payload) -> Transfer:
    meta = entry["meta"]
    return Transfer(
        "vechain",
        meta["txID"],
        "VET",
        amount=quantity(entry["amount"]) / 10**18,
        event_index=whole(meta["clauseIndex"]),
        from_address=entry.get("sender"),
        to_address=entry.get("recipient"),
        block_number=meta.get("blockNumber"),
        timestamp=meta.get("blockTimestamp"),
    )
