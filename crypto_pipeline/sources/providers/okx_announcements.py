"""OKX, announcements. https://www.okx.com/docs-v5/en/#announcement"""

from crypto_pipeline.schema.rows import Article
from crypto_pipeline.sources.kit import Budget, Expected, Payload, Provider, Rows, each, present, reject_unless

okx_announcements = Provider(
    "okx_announcements",
    "https://www.okx.com/api/v5",
    docs="https://www.okx.com/docs-v5/en/#announcement",
    too_often=('"code":"50011"', '"code":"50061"'),
    budget=Budget(80, 4),
    quirks="Titles only.",
)


@okx_announcements.endpoint(Article, "/support/announcements", cadence=15, answer=Expected(language="en"), page=1)
def announcements(payload: Payload) -> Rows:
    """{"code": "0", "msg": "", "data": [{"totalPage": "90", "details": [{"annType": "announcements-new-listings",
    "pTime": "1795431900000", "title": "OKX to list ...", "url": "https://www.okx.com/help/..."}]}]}
    """
    reject_unless(payload, "code", "0")
    return each((entry for page in present(payload["data"]) for entry in page["details"]), _article)


def _article(entry: Payload) -> Article:
    return Article(entry["title"], entry["url"], entry.get("pTime"), categories=(entry.get("annType", ""),))
