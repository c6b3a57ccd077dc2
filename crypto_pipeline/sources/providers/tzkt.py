"""TzKT, indexer of Tezos: the newest block, supply, large transfers with a threshold on the server's side."""

from crypto_pipeline.schema.rows import ChainStat, Transfer
from crypto_pipeline.sources.kit import (
    Budget,
    Expected,
    Payload,
    Provider,
    Rows,
    SubRequest,
    about,
    each,
    get,
    is_set,
    number,
    reject,
    scaled,
    together,
    whole,
)

tzkt = Provider(
    "tzkt", "https://api.tzkt.io/v1", docs="https://api.tzkt.io/", too_often=('"code":429',), budget=Budget(5, 1)
)


@tzkt.endpoint(
    ChainStat,
    together(SubRequest("head", path="/head"), SubRequest("statistics", path="/statistics/current", optional=True)),
    cadence=15,
)
def state(payload: Payload) -> Rows:
    """{"head": {"chain": "mainnet", "cycle": 900, "level": 10000000, "timestamp": "2026-01-01T00:00:00Z", "synced": true, "quoteUsd": 0.6, ...},
    "statistics": {"cycle": 900, "level": 10000000, "totalSupply": 1080000000000000, "circulatingSupply": 1070000000000000, ...}}

    Supplies are millionths of a tez. Also reads a saved answer of the head alone.
    """
    head = payload.get("head", payload)
    supply = payload.get("statistics") or {}
    about(head.get("chain"), "mainnet")
    if head.get("synced") is not None and not is_set(head["synced"]):
        reject("the indexer is behind the chain")
    yield ChainStat(
        "tezos",
        latest_block=head.get("level"),
        circulating_supply=scaled(supply.get("circulatingSupply"), 1e-6),
        total_supply=scaled(supply.get("totalSupply"), 1e-6),
        epoch=head.get("cycle"),
        coin_price_usd=head.get("quoteUsd"),
        timestamp=head.get("timestamp"),
    )


@tzkt.endpoint(
    Transfer,
    get(
        "/operations/transactions", {"amount.gt": "100000000000", "sort.desc": "id", "limit": "50", "status": "applied"}
    ),
    cadence=15,
    answer=Expected(may_be_empty=True),
)
def transfers(payload: Payload) -> Rows:
    """[{"type": "transaction", "id": 1, "level": 10000000, "timestamp": "2026-01-01T00:00:00Z", "hash": "oo",
    "sender": {"address": "tz1from"}, "target": {"address": "tz1to"}, "amount": 200000000000, "status": "applied", ...}]

    Millionths of a tez. Several operations may share a hash; their ids differ.
    """
    return each(payload, _transfer)


def _transfer(entry: Payload) -> Transfer | None:
    if entry["status"] != "applied":
        return None
    return Transfer(
        "tezos",
        entry["hash"],
        "XTZ",
        amount=number(entry["amount"]) / 1e6,
        event_index=whole(entry["id"]),
        from_address=(entry.get("sender") or {}).get("address"),
        to_address=(entry.get("target") or {}).get("address"),
        block_number=entry.get("level"),
        timestamp=entry.get("timestamp"),
    )
