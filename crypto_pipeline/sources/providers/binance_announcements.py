"""Binance, new listings as its web site shows them. https://www.binance.com/en/support/announcement"""

from crypto_pipeline.schema.rows import Article
from crypto_pipeline.sources.kit import Expected, Payload, Provider, Rows, each, present, reject_unless

binance_announcements = Provider(
    "binance_announcements",
    "https://www.binance.com/bapi/composite/v1/public/cms",
    docs="https://www.binance.com/en/support/announcement",
    per_minute=6,
    quirks="An interface of the web site that nobody documents: some networks get 403 or a challenge. Titles only.",
)

ADDRESS = "https://www.binance.com/en/support/announcement/"


@binance_announcements.endpoint(
    Article,
    "/article/list/query",
    cadence=15,
    answer=Expected(language="en"),
    type=1,
    catalogId=48,
    pageNo=1,
    pageSize=20,
)
def announcements(payload: Payload) -> Rows:
    """{"code": "000000", "message": null, "success": true, "data": {"catalogs": [{"catalogName": "New Cryptocurrency Listing",
    "articles": [{"id": 241234, "code": "1f7e...", "title": "Binance Will List ...", "type": 1,
    "releaseDate": 1795431900000}]}]}}

    The articles have also been seen in data itself.
    """
    reject_unless(payload, "code", "000000")
    data = payload["data"]
    catalogs = data.get("catalogs", [data])
    return each((entry for catalog in present(catalogs) for entry in catalog["articles"]), _article)


def _article(entry: Payload) -> Article:
    return Article(entry["title"], ADDRESS + entry["code"], entry["releaseDate"], guid=entry["code"])
