"""Bybit, announcements. https://bybit-exchange.github.io/docs/v5/announcement"""

from crypto_pipeline.schema.rows import Article
from crypto_pipeline.sources.kit import Budget, Expected, Payload, Provider, Rows, each, reject_unless

bybit_announcements = Provider(
    "bybit_announcements",
    "https://api.bybit.com",
    docs="https://bybit-exchange.github.io/docs/v5/announcement",
    too_often=('"retCode":10006', '"retCode":10018'),
    budget=Budget(600, 5),
    never_from=("us", "cn"),  # https://bybit-exchange.github.io/docs/v5/guide
    quirks="Older entries have no publishTime. Its documentation: addresses in the United States and mainland China get 403.",
)


@bybit_announcements.endpoint(
    Article,
    "/v5/announcements/index",
    cadence=15,
    answer=Expected(language="en"),
    locale="en-US",
    limit=20,
    page=1,
)
def announcements(payload: Payload) -> Rows:
    """{"retCode": 0, "retMsg": "OK", "result": {"total": 735, "list": [{"title": "New Listing: ...", "description": "...",
    "type": {"title": "New Listings", "key": "new_crypto"}, "tags": ["Spot"], "url": "https://announcements.bybit.com/...",
    "dateTimestamp": 1795431900000, "publishTime": 1795431900000}]}}
    """
    reject_unless(payload, "retCode", 0)
    return each(payload["result"]["list"], _article)


def _article(entry: Payload) -> Article:
    return Article(
        title=entry["title"],
        url=entry["url"],
        published=entry.get("publishTime") or entry["dateTimestamp"],
        content=entry.get("description"),
        categories=((entry.get("type") or {}).get("title", ""), *(entry.get("tags") or ())),
    )
