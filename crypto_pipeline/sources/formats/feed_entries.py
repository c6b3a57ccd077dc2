"""One entry of a feed, as an Article row.

Belongs here: which element is a title, a link, a text, a date.
Does not belong here: finding the entries (sources/formats/feed_documents.py), names of elements (sources/formats/feed_names.py); dates stay as written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, TypeAlias

from crypto_pipeline.schema.rows import Article
from crypto_pipeline.sources.formats.feed_names import XML, Names
from crypto_pipeline.sources.formats.links import joined

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

Fields: TypeAlias = Mapping[str, list["Element"]]

MOST_CATEGORIES = 50

_BLOCKS = frozenset({"p", "div", "br", "li", "tr", "td", "h1", "h2", "h3", "h4", "blockquote", "figure", "figcaption"})
_WITH_PARTS = frozenset({"atom:author", "media:group"})

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
_GUIDS = ("guid", "atom:id")
_CATEGORIES = ("category", "atom:category", "dc:subject")


def article(entry: Element, names: Names, base: str) -> Article:
    """The article of an entry, as written; a relative link is joined to ``base``, the address that its document names."""
    fields = _fields(entry, names)
    updated = _text(fields, _UPDATED, names)
    about = next((value for name, value in entry.attrib.items() if names.of(name) == "rdf:about"), None)
    link = _permalink(fields) or _link(fields)
    return Article(
        title=_text(fields, _TITLES, names),
        url=joined(joined(base, entry.get(f"{XML}base", "")), link) if link else None,
        published=_text(fields, _PUBLISHED, names) or updated,
        content=_text(fields, _CONTENTS, names),
        updated=updated,
        guid=_text(fields, _GUIDS, names) or about,
        author=_text(fields, _AUTHORS, names),
        categories=tuple(islice(_categories(fields), MOST_CATEGORIES)),
    )


def channel_address(channel: Element, names: Names) -> str:
    """The address of the site that a channel is of, or "" where it does not say."""
    return _link(_fields(channel, names)) or ""


def _fields(entry: Element, names: Names) -> Fields:
    fields: dict[str, list[Element]] = {}
    for child in entry:
        name = names.of(child.tag)
        fields.setdefault(name, []).append(child)
        for part in child if name in _WITH_PARTS else ():
            fields.setdefault(f"{name}/{names.of(part.tag)}", []).append(part)
    return fields


def _text(fields: Fields, wanted: tuple[str, ...], names: Names) -> str | None:
    """The first text that is not blank: an empty element does not hide a full one of another name."""
    for name in wanted:
        for element in fields.get(name, ()):
            if found := _all_text(element, names):
                return found
    return None


def _all_text(element: Element, names: Names) -> str:
    if not len(element):
        return (element.text or "").strip()
    for inner in element.iter():
        if names.of(inner.tag).rpartition(":")[2] in _BLOCKS:
            inner.text, inner.tail = f" {inner.text or ''}", f" {inner.tail or ''}"
    return "".join(element.itertext()).strip()


def _permalink(fields: Fields) -> str | None:
    """A guid that says it is the permanent address is a better one than the link, which may carry tracking."""
    for guid in fields.get("guid", ()):
        address = (guid.text or "").strip()
        if guid.get("isPermaLink", "").strip().lower() == "true" and address.startswith("http"):
            return address
    return None


def _link(fields: Fields) -> str | None:
    """RSS writes a link between the tags, Atom in an attribute; some write one in the other's name."""
    for link in fields.get("link", ()):
        if address := "".join(link.itertext()).strip():
            return address
    for link in (*fields.get("atom:link", ()), *fields.get("link", ())):
        if link.get("rel", "alternate") == "alternate" and (address := link.get("href", "").strip()):
            return joined(link.get(f"{XML}base", ""), address)
    return None


def _categories(fields: Fields) -> Iterator[str]:
    for name in _CATEGORIES:
        for element in fields.get(name, ()):
            if label := (element.text or element.get("label") or element.get("term") or "").strip():
                yield label
