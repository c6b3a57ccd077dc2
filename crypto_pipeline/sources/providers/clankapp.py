"""ClankApp, large transfers on many chains. Needs a key. Off: nobody has seen it answer since 2020."""

from crypto_pipeline.schema.rows import Transfer
from crypto_pipeline.sources.kit import Expected, Key, Payload, Provider, Rows, each, get

clankapp = Provider(
    "clankapp",
    "https://api.clankapp.com/v2",
    docs="https://docs.clankapp.com",
    per_minute=10,
    key=Key("CLANKAPP_API_KEY", param="api_key", required=True),
    quirks="Asks for a link back.",
)


@clankapp.endpoint(
    Transfer,
    get("/explorer/tx", {"s_date": "desc", "size": "50", ">_amount_usd": "1000000"}),
    cadence=15,
    on=False,
    answer=Expected(may_be_empty=True),
)
def transfers(payload: Payload) -> Rows:
    """{"data": [{"blockchain": "bitcoin", "symbol": "btc", "hash": "aa", "from_address": "Multiple Addresses", "to_address": "3J",
    "timestamp": 1767225600, "amount": 1948.1, "amount_usd": 37413800, ...}, ...]}"""
    return each(payload["data"], _transfer)


def _transfer(entry: Payload) -> Transfer:
    return Transfer(
        entry["blockchain"].lower(),
        entry["hash"],
        entry["symbol"].upper(),
        amount=entry["amount"],
        from_address=entry.get("from_address"),
        to_address=entry.get("to_address"),
        amount_usd=entry.get("amount_usd"),
        timestamp=entry.get("timestamp"),
    )
