"""Feeds: RSS 2.0, RSS 1.0, Atom and JSON Feed, from bytes to Article rows.

Belongs here: which element is a title, a link, a date; what becomes of a document that is not well formed.
Does not belong here: charset and bounds (sources/formats/xml_text.py), what values mean (collection/normalise/news/articles.py); dates stay as written.

A document that no parser takes is read item by item, so that what breaks one item costs that item. feedparser is not
used for these: its work grows with the square of a tag's attributes, and ">" inside a value gets past any guard on tags.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from crypto_pipeline.schema.rows import Article, Row
from crypto_pipeline.sources.formats.dates import written_time
from crypto_pipeline.sources.formats.xml_text import PageForPeople, guarded, mended
from crypto_pipeline.sources.kit import Rows, Unreadable, each

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MOST_ITEMS = 200
"""Some outlets send their whole archive; the newest are kept."""
MOST_ITEMS_READ = 5_000
MOST_CATEGORIES = 50

_PREFIXES = {
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/dc/terms/": "dcterms",
    "http://purl.org/rss/1.0/modules/content/": "content",
    "http://search.yahoo.com/mrss/": "media",
    "http://www.w3.org/2005/Atom": "atom",
    "http://purl.org/atom/ns#": "atom",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf",
    "http://www.w3.org/1999/xhtml": "xhtml",
    "http://purl.org/rss/1.0/": "",
    "http://my.netscape.com/rdf/simple/0.9/": "",
    "http://channel.netscape.com/rdf/simple/0.9/": "",
    "http://backend.userland.com/rss2": "",
}
_ENTRIES = frozenset({"item", "atom:entry"})
_ROOTS = frozenset({"rss", "rdf:RDF", "atom:feed", "channel"})
_BLOCKS = frozenset({"p", "div", "br", "li", "tr", "td", "h1", "h2", "h3", "h4", "blockquote", "figure", "figcaption"})

_TITLES = ("title", "atom:title", "dc:title", "media:title")
_CONTENTS = (
    "content:encoded",
    "atom:content",
    "description",
    "atom:summary",
    "dc:description",
    "media:group/media:description",
)
_PUBLISHED = ("pubDate", "atom:published", "atom:issued", "dc:date", "dcterms:created")
_UPDATED = ("atom:updated", "atom:modified", "dcterms:modified", "lastBuildDate")
_AUTHORS = ("dc:creator", "atom:author/atom:name", "author", "atom:author")
_GUIDS = ("guid", "atom:id", "@rdf:about")

_ENTRY_STARTS = re.compile(r"<((?:[A-Za-z][\w.-]*:)?(?:item|entry))(?=[\s>])")
_ROOT_TAG = re.compile(r"<(?:rss|feed|[\w.-]+:RDF|RDF)\b([^<>]*)>")
_DECLARED_PREFIX = re.compile(r"""\bxmlns:([\w.-]+)\s*=\s*("[^"<]*"|'[^'<]*')""")
_USED_PREFIX = re.compile(r"[</\s]([A-Za-z][\w.-]*):[A-Za-z]")


def feed(payload: bytes) -> Rows:
    """<rss version="2.0"><channel><title>...</title><item><title>Bitcoin ...</title><link>https://...</link>
    <guid isPermaLink="false">...</guid><pubDate>Mon, 23 Nov 2026 10:05:00 +0000</pubDate><description>...</description>
    <dc:creator>...</dc:creator><category>Markets</category></item> ...</channel></rss>; or Atom, RSS 1.0, JSON Feed.

    At most 200 articles, as written; of longer documents the newest. Raises PageForPeople for an HTML page and
    ValueError for what is no feed or not safe to read.
    """
    text = guarded(payload)
    rows = list(_json_feed(text) if text.startswith("{") else _xml_feed(text))
    return rows if len(rows) <= MOST_ITEMS else sorted(rows, key=_age)[:MOST_ITEMS]


def _age(row: object) -> float:
    """Sorts the newest first and the undated last. Only for choosing: the collection reads dates with more care."""
    for raw in (row.published, row.updated) if isinstance(row, Article) else ():
        try:
            return -written_time(str(raw)).at.timestamp()
        except (ValueError, OverflowError):
            continue
    return 0.0


# XML


def _xml_feed(text: str) -> Rows:
    root = _parsed(text)
    if root is None:
        text = mended(text)
        root = _parsed(text)
    if root is None:
        return _readable(list(_item_by_item(text)))
    name = _name(root.tag)
    if name in {"html", "xhtml:html"}:
        raise PageForPeople("an HTML page where XML should be")
    if name not in _ROOTS:
        raise ValueError(f"the document is a <{name[:40]}>, not a feed")
    entries = (element for element in root.iter() if _name(element.tag) in _ENTRIES)
    return each(_first(entries, MOST_ITEMS_READ), _article)


def _readable(rows: list[Row | Unreadable]) -> Rows:
    if all(isinstance(row, Unreadable) for row in rows):
        raise ValueError("the document is not well formed, and none of its items is")
    return rows


def _parsed(text: str) -> Element | None:
    """The root, or None where the text is not well formed. ValueError where it declares entities."""
    from xml.etree.ElementTree import ParseError

    from defusedxml import ElementTree  # 10 ms that a run without feeds need not spend

    try:
        root: Element = ElementTree.fromstring(text)
    except ParseError:
        return None
    return root


def _item_by_item(text: str) -> Iterator[Row | Unreadable]:
    """Articles of a document that is not well formed: each item is parsed as if it were alone.

    An item that does not end (the document was cut off in it) is not taken.
    """
    starts = list(_first(_ENTRY_STARTS.finditer(text), MOST_ITEMS_READ))
    root = _ROOT_TAG.search(text)
    declared = dict(_DECLARED_PREFIX.findall(root[1])) if root else {}
    ends = [start.start() for start in starts[1:]] + [len(text)]
    for start, end in zip(starts, ends, strict=False):
        name = start[1]
        inside, closed, _ = text[start.start() : end].rpartition(f"</{name}>")
        element = _parsed(_alone(f"{inside}</{name}>", name, declared)) if closed else None
        if element is None:
            yield Unreadable(text[start.start() : start.start() + 200], "the item is not well formed")
        else:
            yield from each(element, _article)


def _alone(entry: str, name: str, declared: dict[str, str]) -> str:
    """A document of one item, with the namespaces that it uses; a prefix that nobody declared counts as RSS."""
    usual = {prefix: f'"{uri}"' for uri, prefix in reversed(_PREFIXES.items()) if prefix}
    used = set(_USED_PREFIX.findall(entry)) - {"xml", "xmlns"}
    known = {prefix: declared.get(prefix) or usual.get(prefix) or '"http://purl.org/rss/1.0/"' for prefix in used}
    default = 'xmlns="http://www.w3.org/2005/Atom"' if name.endswith("entry") else ""
    return f"<entries {default} {' '.join(f'xmlns:{prefix}={uri}' for prefix, uri in known.items())}>{entry}</entries>"


def _first(items: Iterator[Any], most: int) -> Iterator[Any]:
    for _, item in zip(range(most), items, strict=False):
        yield item


def _name(tag: object) -> str:
    """The name of an element with the usual prefix of its namespace, whatever prefix the document gave it."""
    if not isinstance(tag, str):
        return ""
    if not tag.startswith("{"):
        return tag
    uri, _, local = tag[1:].partition("}")
    prefix = _PREFIXES.get(uri, "?")
    return f"{prefix}:{local}" if prefix else local


def _article(entry: Element) -> Article:
    fields: dict[str, list[Element]] = {}
    for child in entry:
        fields.setdefault(_name(child.tag), []).append(child)
        for grandchild in child if _name(child.tag) in {"atom:author", "media:group"} else ():
            fields.setdefault(f"{_name(child.tag)}/{_name(grandchild.tag)}", []).append(grandchild)
    guid = _text(fields, _GUIDS) or next((v for k, v in entry.attrib.items() if _name(k) == "rdf:about"), None)
    updated = _text(fields, _UPDATED)
    return Article(
        title=_text(fields, _TITLES),
        url=_permalink(fields) or _text(fields, ("link",)) or _atom_link(fields),
        published=_text(fields, _PUBLISHED) or updated,
        content=_text(fields, _CONTENTS),
        updated=updated,
        guid=guid,
        author=_text(fields, _AUTHORS),
        categories=tuple(_first(_categories(fields), MOST_CATEGORIES)),
    )


def _text(fields: dict[str, list[Element]], names: tuple[str, ...]) -> str | None:
    """The first text that is not blank: an empty element does not hide a full one of another name."""
    for name in names:
        for element in fields.get(name, ()):
            if found := _all_text(element):
                return found
    return None


def _all_text(element: Element) -> str:
    if len(element):
        for inner in element.iter():
            if _name(inner.tag).rpartition(":")[2] in _BLOCKS:
                inner.text, inner.tail = f" {inner.text or ''}", f" {inner.tail or ''}"
        return "".join(element.itertext()).strip()
    return (element.text or "").strip()


def _permalink(fields: dict[str, list[Element]]) -> str | None:
    """A guid that says it is the permanent address is a better one than the link, which may carry tracking."""
    for guid in fields.get("guid", ()):
        if guid.get("isPermaLink", "").strip().lower() == "true" and (guid.text or "").strip().startswith("http"):
            return (guid.text or "").strip()
    return None


def _atom_link(fields: dict[str, list[Element]]) -> str | None:
    links = fields.get("atom:link", ())
    return next((link.get("href") for link in links if link.get("rel", "alternate") == "alternate"), None)


def _categories(fields: dict[str, list[Element]]) -> Iterator[str]:
    for name in ("category", "atom:category", "dc:subject"):
        for element in fields.get(name, ()):
            if label := (element.text or element.get("label") or element.get("term") or "").strip():
                yield label


# JSON Feed


def _json_feed(text: str) -> Rows:
    document = json.loads(text)
    if "jsonfeed.org" not in str(document.get("version")):
        raise ValueError("the document is JSON, but not a JSON Feed")
    return each(document["items"][:MOST_ITEMS_READ], _json_article)


def _json_article(item: dict[str, Any]) -> Article:
    authors = item.get("authors") or [item.get("author") or {}]
    return Article(
        title=item.get("title"),
        url=item.get("url") or item.get("external_url"),
        published=item.get("date_published"),
        content=item.get("content_html") or item.get("content_text") or item.get("summary"),
        updated=item.get("date_modified"),
        guid=item.get("id"),
        author=authors[0].get("name"),
        categories=tuple(item.get("tags") or ())[:MOST_CATEGORIES],
    )
