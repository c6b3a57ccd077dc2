"""MEXC, announcements. https://www.mexc.com/api-docs/spot-v3/introduction"""

from crypto_pipeline.schema.rows import Article
from crypto_pipeline.sources.kit import Budget, Expected, Payload, Provider, Rows, each, get, present, reject_unless

mexc_announcements = Provider(
    "mexc_announcements",
    "https://api.mexc.com/api/v3",
    docs="https://www.mexc.com/api-docs/spot-v3/introduction",
    too_often=('"code":510', '"code":429', '"code":-1003'),
    budget=Budget(500, 10),
    quirks="Titles only. Says CN for the language of English titles.",
)


@mexc_announcements.endpoint(
    Article,
    get("/announcements", {"language": "en-US"}),
    cadence=15,
    answer=Expected(language="en"),
    page=1,
    limit=20,
)
def announcements(payload: Payload) -> Rows:
    """{"code": 0, "msg": "", "data": [{"totalPage": "123", "details": [{"title": "...", "language": "CN",
    "url": "https://www.mexc.com/help/...", "postTime": 1795431900000}]}]}
    """
    reject_unless(payload, "code", 0)
    return each((entry for page in present(payload["data"]) for entry in page["details"]), _article)


def _article(entry: Payload) -> Article:
    return Article(entry["title"], entry["url"], entry.get("postTime"))
