"""News.

Belongs here: /news.
Does not belong here: what a feed says and how sentiment is told (collection/).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from pydantic import Field

from crypto_pipeline.api.data.filters import Filters
from crypto_pipeline.api.data.paging import Page
from crypto_pipeline.api.data.prices import words
from crypto_pipeline.api.data.query_session import Reading
from crypto_pipeline.api.data.shapes import Moment, Paged, Shape, newest, of
from crypto_pipeline.warehouse.sql import not_ahead

LANGUAGES_OF = timedelta(days=7)

_MOMENT = "coalesce(published_at, first_seen_at, collected_at)"
"""By which an article is new. An outlet that does not say when, or says the future, counts from when we saw it."""
_KEY = {"moment": datetime, "url": str}

_NEWS = f"""
    SELECT * FROM (SELECT *, {_MOMENT} AS moment FROM news_articles)
    WHERE {{filters}} ORDER BY moment DESC, url LIMIT {{limit}}
"""
_LANGUAGES = """
    SELECT language, count(*) AS articles, max(collected_at) AS collected_at
    FROM news_articles WHERE first_seen_at > $since AND language IS NOT NULL
    GROUP BY language ORDER BY articles DESC, language
"""


class Article(Shape):
    """An article with what was found in it."""

    title: str | None = of("news_articles", "title")
    content: str | None = of("news_articles", "content")
    source: str | None = of("news_articles", "source")
    url: str | None = Field(description="Canonical address, https or http; null where the article has none.")
    published_at: Moment | None = of("news_articles", "published_at")
    first_seen_at: Moment | None = of("news_articles", "first_seen_at")
    about_crypto: bool | None = of("news_articles", "about_crypto")
    sentiment: str | None = of("news_articles", "sentiment")
    sentiment_score: float | None = of("news_articles", "sentiment_score")
    tags: list[str] = Field(description="Coins and topics named: BTC, ETH, etf.")
    language: str | None = of("news_articles", "language")
    author: str | None = of("news_articles", "author")
    story_id: str | None = of("news_articles", "story_id")


class Language(Shape):
    """How many articles there are in a language."""

    language: str = of("news_articles", "language")
    articles: int = Field(description="Articles first seen in the last seven days, counted from the newest.")


class News(Paged):
    """A page of articles."""

    rows: ClassVar[str] = "news"

    news: list[Article] = Field(description="Newest first, by published_at, else by first_seen_at.")
    languages: list[Language] = Field(description="Languages of the last seven days, whatever was filtered.")


def news(
    reading: Reading,
    page: Page,
    *,
    language: str | None = None,
    sentiment: str | None = None,
    tag: str | None = None,
    source: str | None = None,
    text: str | None = None,
    about_crypto: bool | None = None,
) -> News:
    """A page of articles.

    :param language: a code that stands for its regions and scripts as well: pt for pt-BR.
    :param about_crypto: an article of which that is not known counts as one that is.
    :raises InvalidQuery: a cursor that is none.
    """
    filters = Filters()
    filters.equal(sentiment=sentiment, source=source)
    if language:
        filters.add(
            "language = $language OR starts_with(language, $dialect)", language=language, dialect=f"{language}-"
        )
    if tag:
        filters.add("list_contains(string_split(lower(tags), ','), lower($tag))", tag=tag)
    if about_crypto is not None:
        filters.add("coalesce(about_crypto, true) = $about_crypto", about_crypto=about_crypto)
    if text:
        filters.add("contains(lower(title), lower($text))", text=text)
    filters.add(not_ahead("moment"))
    page.goes_on(filters, _KEY)
    rows = reading.rows(_NEWS.format(filters=filters, limit=page.limit + 1), **filters.parameters)
    following = page.next(rows, _KEY)
    newest_at = reading.newest("news_articles", "first_seen_at")
    languages = reading.rows(_LANGUAGES, since=newest_at - LANGUAGES_OF) if newest_at else []
    for row in rows:
        row["tags"] = words(row["tags"])
        row["url"] = row["url"] if row["url"].startswith(("https://", "http://")) else None
    return News(
        news=[Article.model_validate(row) for row in rows],
        languages=[Language.model_validate(row) for row in languages],
        next=following,
        as_of=newest(rows, languages),
    )
