"""Bitget, announcements. https://www.bitget.com/api-doc/common/notice/Get-All-Notices"""

from crypto_pipeline.schema.rows import Article
from crypto_pipeline.sources.kit import Budget, Expected, Payload, Provider, Rows, each, get, reject_unless

bitget_announcements = Provider(
    "bitget_announcements",
    "https://api.bitget.com/api/v2/public",
    docs="https://www.bitget.com/api-doc/common/notice/Get-All-Notices",
    too_often=('"code":"429"', '"code":"30007"'),
    budget=Budget(20, 1),
)


@bitget_announcements.endpoint(
    Article,
    get("/annoucements", {"language": "en_US"}),
    cadence=15,
    answer=Expected(language="en"),
    limit=10,
)
def announcements(payload: Payload) -> Rows:
    """{"code": "00000", "msg": "success", "requestTime": 1795435200000, "data": [{"annId": "12560603", "annTitle": "...",
    "annDesc": "Spot", "cTime": "1795431900000", "language": "en_US", "annUrl": "https://www.bitget.com/en/support/..."}]}

    The path is spelt like that.
    """
    reject_unless(payload, "code", "00000")
    return each(payload["data"], _article)


def _article(entry: Payload) -> Article:
    return Article(
        entry["annTitle"], entry["annUrl"], entry.get("cTime"), entry.get("annDesc"), guid=entry.get("annId")
    )
