"""BlockBeats, flash news: a Chinese feed and an English interface. https://www.theblockbeats.info"""

from crypto_pipeline.schema.rows import Article
from crypto_pipeline.sources.formats import feeds
from crypto_pipeline.sources.kit import Expected, Payload, Provider, Rows, each, get, reject_unless

blockbeats = Provider(
    "blockbeats",
    "https://api.theblockbeats.news",
    docs="https://www.theblockbeats.info/",
    per_minute=10,
    headers={"language": "cn"},
    quirks="The header language chooses the language of the feed: cn, en or cht. Links use the mobile host.",
)

blockbeats.endpoint(
Article,
"/v2/rss/newsflash",
name="newsflash",
cadence=15,
answer=Expected(format="xml", language="zh-Hans"),
)(feeds.feed)  # fmt: skip


@blockbeats.endpoint(
    Article,
    get("/v1/open-api/open-flash", {"type": "push", "lang": "en"}),
    cadence=15,
    answer=Expected(language="en"),
    size=30,
    page=1,
)
def flash(payload: Payload) -> Rows:
    """{"status": 0, "message": "", "data": {"page": 1, "data": [{"id": 261205, "title": "...", "content": "<p>...</p>",
    "pic": "", "link": "https://m.theblockbeats.info/flash/261205", "url": "", "create_time": "1795431900"}]}}
    """
    reject_unless(payload, "status", 0)
    return each(payload["data"]["data"], _article)


def _article(entry: Payload) -> Article:
    return Article(
        entry["title"],
        entry["link"],
        entry.get("create_time"),
        entry.get("content"),
        guid=entry["id"] and str(entry["id"]),
    )
