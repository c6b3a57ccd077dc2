"""Finnhub, crypto news of other outlets; a free key is needed. https://finnhub.io/docs/api/market-news"""

from crypto_pipeline.schema.rows import Article
from crypto_pipeline.sources.kit import Expected, Key, Payload, Provider, Rows, each, reject

finnhub = Provider(
    "finnhub",
    "https://finnhub.io/api/v1",
    docs="https://finnhub.io/docs/api/market-news",
    too_often=("API limit reached",),
    per_minute=30,
    key=Key("FINNHUB_API_KEY", param="token", required=True),
    quirks="Nearly all of it is Cointelegraph and CoinDesk with tracking in the addresses; their own copy is kept.",
)


@finnhub.endpoint(Article, "/news", cadence=15, answer=Expected(language="en"), category="crypto", minId=0)
def news(payload: Payload) -> Rows:
    """[{"category": "crypto", "datetime": 1795431900, "headline": "...", "id": 7501474, "image": "https://...", "related": "",
    "source": "Cointelegraph", "summary": "...", "url": "https://cointelegraph.com/news/...?utm_source=rss_feed"}]
    """
    if isinstance(payload, dict):
        reject(payload.get("error"))
    return each(payload, _article)


def _article(entry: Payload) -> Article:
    return Article(
        entry["headline"], entry["url"], entry.get("datetime"), entry.get("summary"), author=entry.get("source")
    )
