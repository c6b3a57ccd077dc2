"""Feeds: RSS 2.0, RSS 1.0, Atom and JSON Feed, from text to Article rows.

Belongs here: telling the two families apart, how many articles are taken, JSON Feed.
Does not belong here: XML (sources/formats/feed_documents.py), charsets (sources/formats/charsets.py), what values mean (collection/normalise/news/articles.py).
"""

from __future__ import annotations

import json
from typing import Any

from crypto_pipeline.schema.rows import Article
from crypto_pipeline.sources.formats.charsets import text_of
from crypto_pipeline.sources.formats.dates import written_time
from crypto_pipeline.sources.formats.feed_documents import MOST_ITEMS_READ, articles_of
from crypto_pipeline.sources.formats.feed_entries import MOST_CATEGORIES
from crypto_pipeline.sources.formats.links import joined
from crypto_pipeline.sources.formats.xml_text import guarded
from crypto_pipeline.sources.kit import Rows, each

MOST_JSON_VALUES = 400_000
"""Of a JSON Feed, counted by commas and opening brackets, as MOST_TAGS is of XML."""
MOST_ITEMS = 200
"""Some outlets send their whole archive; the newest are kept."""


def feed(document: str | bytes) -> Rows:
    """<rss version="2.0"><channel><title>...</title><item><title>Bitcoin ...</title><link>https://...</link>
    <guid isPermaLink="false">...</guid><pubDate>Mon, 23 Nov 2026 10:05:00 +0000</pubDate><description>...</description>
    <dc:creator>...</dc:creator><category>Markets</category></item> ...</channel></rss>; or Atom, RSS 1.0, JSON Feed.

    At most 200 articles, as written; of longer documents the newest. Relative links are joined to the address that the
    document names, and stay relative where it names none. Raises PageForPeople for an HTML page and ValueError for what
    is no feed or not safe to read.
    """
    text = guarded(document if isinstance(document, str) else text_of(document))
    rows = list(_json_feed(text) if text.startswith("{") else articles_of(text))
    return rows if len(rows) <= MOST_ITEMS else sorted(rows, key=_age)[:MOST_ITEMS]


def _age(row: object) -> float:
    """Sorts the newest first and the undated last. Only for choosing: the collection reads dates with more care."""
    for raw in (row.published, row.updated) if isinstance(row, Article) else ():
        try:
            return -written_time(str(raw)).at.timestamp()
        except (ValueError, OverflowError):
            continue
    return 0.0


def _json_feed(text: str) -> Rows:
    if text.count(",") + text.count("[") + text.count("{") > MOST_JSON_VALUES:
        raise ValueError(f"the document has more than {MOST_JSON_VALUES} values")
    document = json.loads(text)
    if "jsonfeed.org" not in str(document.get("version")):
        raise ValueError("the document is JSON, but not a JSON Feed")
    base = str(document.get("home_page_url") or document.get("feed_url") or "")
    return each(document["items"][:MOST_ITEMS_READ], lambda item: _json_article(item, base))


def _json_article(item: dict[str, Any], base: str) -> Article:
    authors = item.get("authors") or [item.get("author") or {}]
    link = item.get("url") or item.get("external_url")
    return Article(
        title=item.get("title"),
        url=joined(base, link) if link else None,
        published=item.get("date_published"),
        content=item.get("content_html") or item.get("content_text") or item.get("summary"),
        updated=item.get("date_modified"),
        guid=item.get("id"),
        author=authors[0].get("name"),
        categories=tuple(item.get("tags") or ())[:MOST_CATEGORIES],
    )
