"""Subscan, explorer of Polkadot: counts and newest transfers. Needs a key. https://support.subscan.io/"""

from crypto_pipeline.schema.rows import ChainStat, Transfer
from crypto_pipeline.sources.kit import (
    Budget,
    Expected,
    Key,
    Payload,
    Provider,
    Rows,
    each,
    is_set,
    known,
    number,
    post,
    reject_unless,
    scaled,
)

subscan = Provider(
    "subscan",
    "https://polkadot.api.subscan.io/api",
    docs="https://support.subscan.io/",
    too_often=('"code":20008',),
    budget=Budget(5, 1),
    key=Key("SUBSCAN_API_KEY", header="X-API-Key", required=True),
)


def _data(payload: Payload) -> Payload:
    """{"code": 0, "message": "Success", "data": {...}}; an error is a 200 with another code."""
    reject_unless(payload, "code", 0)
    return payload["data"]


@subscan.endpoint(ChainStat, post("/scan/metadata"), cadence=60)
def stats(payload: Payload) -> Rows:
    """{"code": 0, "message": "Success", "generated_at": 1767225600, "data": {"blockNum": "27500000", "blockTime": "6",
    "count_signed_extrinsic": "60000000", "count_transfer": "30000000", ...}}

    blockTime is the seconds between blocks, not a clock.
    """
    data = _data(payload)
    yield ChainStat(
        "polkadot",
        latest_block=data.get("blockNum"),
        total_transactions=data.get("count_signed_extrinsic"),
        extra=known(transfers=scaled(data.get("count_transfer"), 1)),
        timestamp=payload.get("generated_at"),
    )


@subscan.endpoint(
    Transfer,
    post("/v2/scan/transfers", {"row": 50, "page": 0, "success": True}),
    cadence=15,
    answer=Expected(may_be_empty=True),
    quirks="The newest 50 transfers: a sample.",
)
def transfers(payload: Payload) -> Rows:
    """{"code": 0, "message": "Success", "data": {"count": 1, "transfers": [{"from": "1from", "to": "1to", "amount": "250000",
    "hash": "0xaa", "block_timestamp": 1767225600, "block_num": 27500000, "success": true, ...}]}}

    Amounts are DOT. A quiet page has null for its transfers.
    """
    return each(_data(payload)["transfers"] or (), _transfer)


def _transfer(entry: Payload) -> Transfer | None:
    if not is_set(entry["success"]) or (entry.get("asset_symbol") or "DOT") != "DOT":
        return None
    if not str(entry.get("from") or "1").startswith("1"):  # Subscan answers alike for every chain
        raise ValueError(f"{entry['from']!r:.60} is no address of Polkadot")
    return Transfer(
        "polkadot",
        entry["hash"],
        "DOT",
        amount=number(entry["amount"]),
        from_address=entry.get("from"),
        to_address=entry.get("to"),
        amount_usd=entry.get("usd_amount"),
        block_number=entry.get("block_num"),
        timestamp=entry.get("block_timestamp"),
    )
