"""KuCoin, announcements. https://www.kucoin.com/docs-new/rest/spot-trading/market-data/get-announcements"""

from crypto_pipeline.schema.rows import Article
from crypto_pipeline.sources.kit import Budget, Expected, Payload, Provider, Rows, each, reject_unless

kucoin_announcements = Provider(
    "kucoin_announcements",
    "https://api.kucoin.com/api/v3",
    docs="https://www.kucoin.com/docs-new/rest/spot-trading/market-data/get-announcements",
    too_often=('"code":"429000"', '"code":"200002"'),
    budget=Budget(2000, 30),
    quirks="Each request weighs 20 in the exchange's public limit. Addresses carry the language that was asked for.",
)


@kucoin_announcements.endpoint(
    Article,
    "/announcements",
    cadence=15,
    answer=Expected(language="en"),
    currentPage=1,
    pageSize=50,
    annType="latest-announcements",
    lang="en_US",
)
def announcements(payload: Payload) -> Rows:
    """{"code": "200000", "data": {"totalNum": 196, "currentPage": 1, "items": [{"annId": 131185, "annTitle": "...",
    "annType": ["latest-announcements", "new-listings"], "annDesc": "...", "cTime": 1795431900000, "language": "en_US",
    "annUrl": "https://www.kucoin.com/announcement/...?lang=en_US"}]}}
    """
    reject_unless(payload, "code", "200000")
    return each(payload["data"]["items"], _article)


def _article(entry: Payload) -> Article:
    return Article(
        title=entry["annTitle"],
        url=entry["annUrl"].removesuffix("?lang=en_US"),
        published=entry.get("cTime"),
        content=entry.get("annDesc"),
        guid=entry.get("annId") and str(entry["annId"]),
        categories=tuple(entry.get("annType") or ()),
    )
