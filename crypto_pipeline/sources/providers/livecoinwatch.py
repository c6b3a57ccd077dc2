"""Live Coin Watch: prices. https://livecoinwatch.github.io/lcw-api-docs/"""

from crypto_pipeline.schema.rows import Price
from crypto_pipeline.sources.kit import Budget, Key, Payload, Provider, Rows, each, post, reject, scaled

livecoinwatch = Provider(
    "livecoinwatch",
    "https://api.livecoinwatch.com",
    docs="https://livecoinwatch.github.io/lcw-api-docs/",
    too_often=('"code":429',),
    budget=Budget(10_000, 24 * 3600),
    key=Key("LIVECOINWATCH_API_KEY", header="x-api-key", required=True),
)


@livecoinwatch.endpoint(
    Price,
    post(
        "/coins/list",
        {"currency": "USD", "sort": "rank", "order": "ascending", "offset": 0, "limit": 100, "meta": False},
    ),
    cadence=15,
)
def coins(payload: Payload) -> Rows:
    """[{"code": "BTC", "rate": 90500.5, "volume": 40000000000, "cap": 1805000000000, "delta": {"hour": 1.001, "day": 0.9875, ...}}]

    delta.day is a multiplier: 0.9875 is a change of -1.25 percent. Best rank first.
    """
    reject(payload.get("error") if isinstance(payload, dict) else None)
    return each(enumerate(payload, 1), _price)


def _price(rank: int, entry: Payload) -> Price:
    day = scaled((entry.get("delta") or {}).get("day"), 1)
    return Price(
        entry["code"],
        price_usd=entry.get("rate"),
        market_cap=entry.get("cap"),
        volume_24h=entry.get("volume"),
        price_change_24h=None if day is None else (day - 1) * 100,
        rank=rank,
    )
