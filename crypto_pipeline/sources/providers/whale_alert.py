"""Whale Alert, large transfers on many chains. Off: its keys need a subscription."""

from collections.abc import Iterator
from datetime import timedelta

from crypto_pipeline.schema.rows import Transfer
from crypto_pipeline.sources.kit import (
    Context,
    Expected,
    Key,
    Payload,
    Provider,
    RequestSpec,
    Rows,
    each,
    reject_unless,
)

whale_alert = Provider(
    "whale_alert",
    "https://api.whale-alert.io/v1",
    docs="https://developer.whale-alert.io/documentation/",
    too_often=("usage limit reached",),
    per_minute=10,
    key=Key("WHALE_ALERT_API_KEY", param="api_key", required=True),
)

LOOK_BACK = timedelta(minutes=16)


def _since(context: Context) -> Iterator[RequestSpec]:
    yield RequestSpec(params={"start": str(int((context.now - LOOK_BACK).timestamp()))})


@whale_alert.endpoint(
    Transfer,
    "/transactions",
    requests=_since,
    cadence=15,
    on=False,
    answer=Expected(may_be_empty=True),
    min_value=500000,
)
def transfers(payload: Payload) -> Rows:
    """{"result": "success", "cursor": "c-c-c", "count": 1, "transactions": [{"blockchain": "ethereum", "symbol": "usdt",
    "hash": "aa", "from": {"address": "f", ...}, "to": {"address": "t", ...}, "timestamp": 1767225600, "amount": 500000,
    "amount_usd": 500100.5, ...}]}

    Where the count is 0 there is no transactions member.
    """
    reject_unless(payload, "result", "success")
    return each(payload.get("transactions", ()), _transfer)


def _transfer(entry: Payload) -> Transfer:
    return Transfer(
        entry["blockchain"],
        entry["hash"],
        entry["symbol"].upper(),
        amount=entry["amount"],
        from_address=entry["from"].get("address"),
        to_address=entry["to"].get("address"),
        amount_usd=entry.get("amount_usd"),
        timestamp=entry.get("timestamp"),
    )
