"""CoinCodex: prices. https://coincodex.com/page/api/"""

from crypto_pipeline.schema.rows import Price
from crypto_pipeline.sources.kit import Payload, Provider, RequestSpec, Rows, about

coincodex = Provider(
    "coincodex",
    "https://coincodex.com/api/coincodex",
    docs="https://coincodex.com/page/api/",
    per_minute=10,
    quirks="The interface of its own pages, not published as one: off by default.",
)


@coincodex.endpoint(
    Price,
    "/get_coin/{symbol}",
    requests=lambda context: [
        RequestSpec(coin, values={"symbol": coin}) for coin in ("BTC", "ETH", "SOL") if coin in context.universe
    ],
    cadence=15,
    on=False,
)
def coin(payload: Payload, spec: RequestSpec) -> Rows:
    """{"symbol": "BTC", "coin_name": "Bitcoin", "last_price_usd": 90500.5, "price_change_1D_percent": -1.25,
    "volume_24_usd": 40000000000, "market_cap_usd": 1805000000000, ...}

    The price can be null.
    """
    about(payload["symbol"], spec.values["symbol"])
    if payload["last_price_usd"] is None:
        return []
    return [
        Price(
            payload["symbol"],
            price_usd=payload.get("last_price_usd"),
            market_cap=payload.get("market_cap_usd"),
            volume_24h=payload.get("volume_24_usd"),
            price_change_24h=payload.get("price_change_1D_percent"),
        )
    ]
