"""Hacker News: stories about Bitcoin. https://hn.algolia.com/api"""

from crypto_pipeline.schema.rows import Metric
from crypto_pipeline.sources.kit import Payload, Provider, RequestSpec, Rows, about

hackernews = Provider("hackernews", "https://hn.algolia.com/api/v1", docs="https://hn.algolia.com/api", per_minute=30)

DAY = 24 * 3600


@hackernews.endpoint(
    Metric,
    "/search_by_date",
    requests=lambda context: [
        RequestSpec("bitcoin", params={"numericFilters": f"created_at_i>{int(context.now.timestamp()) - DAY}"})
    ],
    cadence=60,
    query="bitcoin",
    tags="story",
    hitsPerPage=1,
)
def stories(payload: Payload) -> Rows:
    """{"hits": [{"objectID": "1", "title": "...", "created_at": "2026-11-23T07:00:00Z", ...}], "nbHits": 12, "query": "bitcoin", ...}

    nbHits is the number of stories of the last 24 hours.
    """
    about(payload.get("query"), "bitcoin")
    return [Metric("stories_24h_bitcoin", payload.get("nbHits"), "count")]
