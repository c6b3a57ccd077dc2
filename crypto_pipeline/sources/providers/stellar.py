"""Stellar, from the Horizon server of its foundation: fees, the newest ledger, payments."""

from crypto_pipeline.schema.rows import ChainStat, Gas, Transfer
from crypto_pipeline.sources.kit import Budget, Expected, Payload, Provider, Rows, each, number, whole

stellar = Provider(
    "stellar",
    "https://horizon.stellar.org",
    docs="https://developers.stellar.org/docs/data/apis/horizon/api-reference",
    budget=Budget(3600, 3600),
)

OPERATION_BITS = 0xFFF
"""The lower bits of an operation's id count the operations of its transaction."""


@stellar.endpoint(Gas, "/fee_stats")
def fees(payload: Payload) -> Rows:
    """{"last_ledger": "58575391", "last_ledger_base_fee": "100", "fee_charged": {"mode": "100", "p10": "100", "p50": "100",
    "p95": "134319", ...}, "max_fee": {...}, ...}

    Stroops an operation; ten million stroops are an XLM.
    """
    charged = payload["fee_charged"]
    yield Gas(
        "stellar",
        gas_price=charged.get("mode"),
        slow=charged.get("p10"),
        standard=charged.get("p50"),
        fast=charged.get("p95"),
        unit="stroops/op",
        base_fee=payload.get("last_ledger_base_fee"),
        block_number=payload.get("last_ledger"),
    )


@stellar.endpoint(ChainStat, "/ledgers", order="desc", limit=1, cadence=15)
def ledgers(payload: Payload) -> Rows:
    """{"_embedded": {"records": [{"sequence": 58575391, "successful_transaction_count": 200, "closed_at": "2026-01-01T00:00:00Z",
    "total_coins": "50001787120.6000000", ...}]}}"""
    return each(payload["_embedded"]["records"], _ledger)


def _ledger(ledger: Payload) -> ChainStat:
    return ChainStat(
        "stellar",
        latest_block=ledger.get("sequence"),
        block_transactions=ledger.get("successful_transaction_count"),
        total_supply=ledger.get("total_coins"),
        timestamp=ledger.get("closed_at"),
    )


@stellar.endpoint(
    Transfer,
    "/payments",
    cadence=15,
    answer=Expected(may_be_empty=True),
    quirks="The newest 200 payments are a minute or so: a sample.",
    order="desc",
    limit=200,
    include_failed="false",
)
def payments(payload: Payload) -> Rows:
    """{"_embedded": {"records": [{"id": "251578748929441793", "type": "payment", "created_at": "2026-01-01T00:00:00Z",
    "transaction_hash": "aa", "transaction_successful": true, "asset_type": "native", "from": "GFROM", "to": "GTO",
    "amount": "8354897.0000000", ...}]}}

    New accounts, merged accounts, payments by way of an exchange and other assets are mixed in.
    """
    return each(payload["_embedded"]["records"], _payment)


def _payment(entry: Payload) -> Transfer | None:
    if entry["type"] != "payment" or entry["asset_type"] != "native" or not entry["transaction_successful"]:
        return None
    return Transfer(
        "stellar",
        entry["transaction_hash"],
        "XLM",
        amount=number(entry["amount"]),
        event_index=whole(entry["id"]) & OPERATION_BITS,
        from_address=entry.get("from"),
        to_address=entry.get("to"),
        timestamp=entry.get("created_at"),
    )
