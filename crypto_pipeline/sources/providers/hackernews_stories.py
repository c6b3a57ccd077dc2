"""Hacker News, stories found by Algolia's search. https://hn.algolia.com/api"""

from collections.abc import Iterable
from datetime import timedelta

from crypto_pipeline.schema.rows import Article
from crypto_pipeline.sources.kit import Context, Expected, Payload, Provider, RequestSpec, Rows, each

hackernews_stories = Provider(
    "hackernews_stories",
    "https://hn.algolia.com/api/v1",
    docs="https://hn.algolia.com/api",
    per_minute=30,
    quirks="Points at articles of others; their own copy is kept where both are collected.",
)

WORDS = ("bitcoin", "ethereum", "crypto")
LOOKS_BACK = timedelta(days=2)
DISCUSSION = "https://news.ycombinator.com/item?id="


def _words(context: Context) -> Iterable[RequestSpec]:
    """One request a word: the search knows no "or"."""
    since = int((context.now - LOOKS_BACK).timestamp())
    return [RequestSpec(word, params={"query": word, "numericFilters": f"created_at_i>{since}"}) for word in WORDS]


@hackernews_stories.endpoint(
    Article,
    "/search_by_date",
    requests=_words,
    cadence=30,
    answer=Expected(may_be_empty=True, language="en"),
    tags="story",
    hitsPerPage=50,
)
def stories(payload: Payload) -> Rows:
    """{"nbHits": 12, "page": 0, "nbPages": 1, "hitsPerPage": 50, "hits": [{"objectID": "46259064", "title": "...",
    "url": "https://...", "author": "pg", "points": 12, "num_comments": 3, "created_at": "2026-11-23T09:12:33Z",
    "created_at_i": 1795425153, "story_text": null, "_tags": ["story"]}]}

    A question to the readers has no url: it is its own discussion.
    """
    return each(payload["hits"], _article)


def _article(hit: Payload) -> Article:
    return Article(
        title=hit["title"],
        url=hit.get("url") or DISCUSSION + hit["objectID"],
        published=hit.get("created_at_i"),
        content=hit.get("story_text"),
        guid=hit.get("objectID"),
        author=hit.get("author"),
    )
