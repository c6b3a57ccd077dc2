"""Articles of feeds and news interfaces, made into rows of news_articles.

Belongs here: what identifies an article, which of its parts are kept, one row for each.
Does not belong here: addresses (collection/normalise/news/urls.py), text (collection/normalise/news/text.py), dates (collection/normalise/news/dates.py), tags (collection/normalise/news/tags.py), sentiment (collection/normalise/news/sentiment.py).
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime

from crypto_pipeline.collection.normalise.context import TableRow
from crypto_pipeline.collection.normalise.news.dates import published
from crypto_pipeline.collection.normalise.news.sentiment import METHOD, sentiment
from crypto_pipeline.collection.normalise.news.tags import tags
from crypto_pipeline.collection.normalise.news.text import plain, shortened, without_tail
from crypto_pipeline.collection.normalise.news.urls import canonical
from crypto_pipeline.schema.rows import Article
from crypto_pipeline.sources.formats.links import joined
from crypto_pipeline.sources.kit import is_missing

MOST_TITLE = 300
MOST_CONTENT = 500
"""Enough to know what an article says; the whole text belongs to its outlet."""
MOST_AUTHOR = 120
MOST_GUID = 300

REPEATERS = frozenset({"coinstats", "cryptopanic", "finnhub", "gdelt", "google_news", "hackernews_stories", "hnrss"})
"""Sources that list articles of others: their copy gives way."""

PRESS_RELEASES = frozenset({"chainwire", "kraken_blog"})
COMMUNITY = frozenset({"hackernews_stories", "hnrss", "reddit_bitcoin", "reddit_cryptocurrency", "youtube_coin_bureau"})
ANNOUNCEMENTS = "_announcements"
"""How the sources end in which an exchange speaks of itself."""


def normalise_articles(
    rows: Iterable[Article], *, source: str, language: str | None, fetched_at: datetime, asked: str = ""
) -> tuple[list[TableRow], list[tuple[Article, str]]]:
    """Rows of news_articles, one for each article, and the articles that were rejected with the reason.

    An article must have a title, and an address, an identity of the outlet's or a date by which it can be told from
    others. ``asked`` is the address of the document: relative links are seen from there.
    """
    kept: dict[str, list[TableRow]] = {}
    rejected: list[tuple[Article, str]] = []
    for row in rows:
        try:
            made = _article(row, source, language, fetched_at, asked)
        except (ValueError, TypeError, AttributeError) as error:  # a value of another type than feeds have
            rejected.append((row, str(error)))
            continue
        of_address = kept.setdefault(made["url"], [])
        same = next((other for other in of_address if _are_one(made, other)), None)
        if same is None:
            of_address.append(made)
        elif same["title"] != made["title"]:
            rejected.append((row, f"its address and identity are those of another article: {same['title']}"))
    return [row for of_address in kept.values() for row in _told_apart(of_address)], rejected


def _are_one(row: TableRow, other: TableRow) -> bool:
    """Whether two articles of one address are one. Those who repeat others number what they repeat, perhaps twice."""
    return row["title"] == other["title"] or row["guid"] == other["guid"] or row["source"] in REPEATERS


def _told_apart(rows: Sequence[TableRow]) -> Sequence[TableRow]:
    """The rows of one address; of several each gets its identity behind it: a page of many entries, a link to the front page.

    A fragment leads to the same page. All of them get one, so that none takes the row of another when that has left the feed.
    """
    for row in rows if len(rows) > 1 else ():
        if row["guid"]:
            row["url"] = f"{row['url']}#{hashlib.sha256(row['guid'].encode()).hexdigest()[:16]}"
    return rows


def distinct_articles(rows: Iterable[TableRow]) -> list[TableRow]:
    """One row for each address: the outlet's own copy before a repeater's, then the one that was published first."""
    kept: dict[str, TableRow] = {}
    for row in sorted(rows, key=_precedence):
        kept.setdefault(row["url"], row)
    return list(kept.values())


def _precedence(row: TableRow) -> tuple[bool, datetime, str]:
    return row["source"] in REPEATERS, row["published_at"] or row["fetched_at"], row["source"]


def _article(row: Article, source: str, language: str | None, fetched_at: datetime, asked: str) -> TableRow:
    title = _said(row.title, MOST_TITLE)
    if not title:
        raise ValueError("it has no title")
    guid = _said(row.guid, MOST_GUID)
    published_at, date_note = published(row.published, fetched_at)
    updated_at, _ = published(row.updated, fetched_at)
    named = tags(title, [name for name in row.categories if isinstance(name, str)])
    tone = sentiment(title, language) if _is_journalism(source) else None
    content = without_tail(_said(row.content, MOST_CONTENT * 4) or "")
    return {
        "title": title,
        "content": shortened(content, MOST_CONTENT) or None,
        "source": source,
        "url": _address(row, source, guid, title, asked),
        "published_at": published_at,
        "updated_at": updated_at,
        "about_crypto": row.about_crypto or _names_a_coin(named),
        "sentiment": tone.label if tone else None,
        "sentiment_score": tone.score if tone else None,
        "sentiment_method": METHOD if tone else None,
        "tags": named,
        "language": language,
        "author": _said(row.author, MOST_AUTHOR),
        "guid": guid,
        "date_note": date_note,
        "first_seen_at": fetched_at,
        "fetched_at": fetched_at,
    }


def _said(raw: str | None, most: int) -> str | None:
    return None if is_missing(raw) else plain(raw or "", most) or None


def _address(row: Article, source: str, guid: str | None, title: str, asked: str) -> str:
    """The canonical address, else that in the guid, else a hash (RFC 6920) of what tells the article from others."""
    link = "" if is_missing(row.url) else joined(asked, row.url or "")
    address = canonical(link) or canonical(row.guid or "")
    if address:
        return address
    if not guid and not row.published:
        raise ValueError("it has neither an address nor an identity nor a date")
    identity = (source, guid) if guid else (source, title, str(row.published))
    digest = hashlib.sha256("\n".join(identity).encode()).digest()
    return f"ni:///sha-256;{base64.urlsafe_b64encode(digest).decode().rstrip('=')}"


def _names_a_coin(named: str | None) -> bool:
    return any(tag.isupper() for tag in (named or "").split(","))


def _is_journalism(source: str) -> bool:
    return source not in PRESS_RELEASES | COMMUNITY and not source.endswith(ANNOUNCEMENTS)
