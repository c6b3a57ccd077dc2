"""CoinStats: prices, news. https://coinstats.app/api-docs/"""

from crypto_pipeline.schema.rows import Article, Price
from crypto_pipeline.sources.kit import Expected, Key, Payload, Provider, Rows, each

coinstats = Provider(
    "coinstats",
    "https://openapiv1.coinstats.app",
    docs="https://coinstats.app/api-docs/",
    too_often=('"statusCode":429',),
    per_minute=60,
    key=Key("COINSTATS_API_KEY", header="X-API-KEY", required=True),
)


@coinstats.endpoint(Price, "/coins", cadence=15, limit=100, currency="USD")
def coins(payload: Payload) -> Rows:
    """{"result": [{"id": "bitcoin", "name": "Bitcoin", "symbol": "BTC", "rank": 1, "price": 90500.5, "volume": 40000000000,
    "marketCap": 1805000000000, "priceChange1h": 0.1, "priceChange1d": -1.25, ...}], "meta": {"page": 1, "limit": 100, ...}}
    """
    return each(payload["result"], _price)


def _price(entry: Payload) -> Price:
    return Price(
        entry["symbol"],
        price_usd=entry.get("price"),
        market_cap=entry.get("marketCap"),
        volume_24h=entry.get("volume"),
        price_change_24h=entry.get("priceChange1d"),
        rank=entry.get("rank"),
    )


@coinstats.endpoint(
    Article,
    "/news",
    cadence=15,
    on=False,
    answer=Expected(language="en"),
    quirks="Articles of other outlets, which are read directly: off by default.",
    page=1,
    limit=20,
)
def news(payload: Payload) -> Rows:
    """{"result": [{"id": "abc", "title": "...", "description": "...", "link": "https://...", "source": "Outlet",
    "feedDate": 1795431900000, "imgUrl": "https://...", "coins": [...], "reactionsCount": {...}}]}
    """
    return each(payload["result"], _article)


def _article(entry: Payload) -> Article:
    return Article(
        entry["title"],
        entry["link"],
        entry.get("feedDate"),
        entry.get("description"),
        guid=entry.get("id"),
        author=entry.get("source"),
    )
