"""Mobula: prices. https://docs.mobula.io/rest-api-reference/introduction"""

from crypto_pipeline.schema.rows import Price
from crypto_pipeline.sources.kit import Payload, Provider, RequestSpec, Rows, each

mobula = Provider(
    "mobula",
    "https://demo-api.mobula.io/api/1",
    docs="https://docs.mobula.io/rest-api-reference/introduction",
    too_often=('"statusCode":429',),
    per_minute=10,
    quirks="A host for trying out, which its owner does not want relied on: off by default.",
)

NAMES = {"BTC": "Bitcoin", "ETH": "Ethereum", "SOL": "Solana"}


@mobula.endpoint(
    Price,
    "/market/multi-data",
    requests=lambda context: [
        RequestSpec(
            "coins", params={"assets": ",".join(name for coin, name in NAMES.items() if coin in context.universe)}
        )
        for tracked in (NAMES.keys() & set(context.universe.listed),)
        if tracked
    ],
    cadence=15,
    on=False,
)
def multi_data(payload: Payload) -> Rows:
    """{"data": {"Bitcoin": {"id": 100001656, "name": "Bitcoin", "symbol": "BTC", "price": 90500.5, "volume": 40000000000,
    "market_cap": 1805000000000, "price_change_24h": -1.25, "rank": 1, ...}}}

    Names that it does not know are left out.
    """
    return each(payload["data"].values(), _price)


def _price(asset: Payload) -> Price:
    return Price(
        asset["symbol"],
        price_usd=asset.get("price"),
        market_cap=asset.get("market_cap"),
        volume_24h=asset.get("volume"),
        price_change_24h=asset.get("price_change_24h"),
        rank=asset.get("rank"),
    )
