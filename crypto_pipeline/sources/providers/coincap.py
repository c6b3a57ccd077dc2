"""CoinCap: prices. https://pro.coincap.io/api-docs"""

from crypto_pipeline.schema.rows import Price
from crypto_pipeline.sources.kit import Key, Payload, Provider, Rows, each, reject

coincap = Provider(
    "coincap",
    "https://rest.coincap.io/v3",
    docs="https://pro.coincap.io/api-docs",
    per_minute=600,
    key=Key("COINCAP_API_KEY", header="Authorization", prefix="Bearer ", required=True),
    quirks="Off by default: the credits of a free key are few.",
)


@coincap.endpoint(Price, "/assets", cadence=720, on=False, limit=100)
def assets(payload: Payload) -> Rows:
    """{"timestamp": 1795435140000, "data": [{"id": "bitcoin", "rank": "1", "symbol": "BTC", "priceUsd": "90500.5",
    "marketCapUsd": "1805000000000.0", "volumeUsd24Hr": "40000000000.1", "changePercent24Hr": "-1.25", ...}]}

    timestamp is when the list was made. Symbols are not unique.
    """
    reject(payload.get("error"))
    made_at = payload.get("timestamp")

    def price(asset: Payload) -> Price:
        return Price(
            asset["symbol"],
            price_usd=asset.get("priceUsd"),
            market_cap=asset.get("marketCapUsd"),
            volume_24h=asset.get("volumeUsd24Hr"),
            price_change_24h=asset.get("changePercent24Hr"),
            timestamp=made_at,
            rank=asset.get("rank"),
        )

    return each(payload["data"], price)
