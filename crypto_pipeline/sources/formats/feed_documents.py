"""The entries of an XML feed, also of one that is not well formed.

Belongs here: parsing a document, finding its entries, what becomes of broken ones.
Does not belong here: bounds and repair of the text (sources/formats/xml_text.py), what an entry says (sources/formats/feed_entries.py).

A document that no parser takes is read item by item, so that what breaks one item costs that item. feedparser is not
used for these: its work grows with the square of a tag's attributes, and ">" inside a value gets past any guard on tags.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from crypto_pipeline.schema.rows import Row
from crypto_pipeline.sources.errors import PageForPeople
from crypto_pipeline.sources.formats.feed_entries import article, channel_address
from crypto_pipeline.sources.formats.feed_names import ATOM, PREFIXES, RSS, XML, Names
from crypto_pipeline.sources.formats.links import joined
from crypto_pipeline.sources.formats.xml_text import mended
from crypto_pipeline.sources.kit import Rows, Unreadable, each

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MOST_ITEMS_READ = 5_000

_ENTRIES = frozenset({"item", "atom:entry"})
_CHANNELS = frozenset({"channel", "atom:feed"})
_ROOTS = frozenset({"rss", "rdf:RDF", "RDF", *_CHANNELS})

_ENTRY_STARTS = re.compile(r"<((?:[A-Za-z][\w.-]*:)?(?:item|entry))(?=[\s>])")
_ROOT_TAG = re.compile(r"<(?:rss|feed|[\w.-]+:RDF|RDF)\b([^<>]*)>")
_CHANNEL_LINK = re.compile(r"<link>\s*([^<>\s]{1,2048})\s*</link>")
_DECLARED_PREFIX = re.compile(r"""\bxmlns:([\w.-]+)\s*=\s*("[^"<]*"|'[^'<]*')""")
_USED_PREFIX = re.compile(r"[</\s]([A-Za-z][\w.-]*):[A-Za-z]")


def articles_of(text: str) -> Rows:
    """The articles of a document in their order. PageForPeople for an HTML page, ValueError for what is no feed."""
    root = _parsed(text)
    if root is None:
        text = mended(text)
        root = _parsed(text)
    if root is None:
        return _readable(list(_item_by_item(text)))
    names = Names(root)
    kind = names.of(root.tag)
    if kind in {"html", "xhtml:html"}:
        raise PageForPeople("an HTML page where XML should be")
    if kind not in _ROOTS:
        raise ValueError(f"the document is a <{kind[:40]}>, not a feed")
    base = _base(root, names)
    entries = (element for element in root.iter() if names.of(element.tag) in _ENTRIES)
    return each(islice(entries, MOST_ITEMS_READ), lambda entry: article(entry, names, base))


def _base(root: Element, names: Names) -> str:
    """The address from which a document's relative links are seen: xml:base, else that of its site, else ""."""
    channel = next((element for element in (root, *root) if names.of(element.tag) in _CHANNELS), root)
    base = channel_address(channel, names)
    for element in (root, channel) if channel is not root else (root,):
        base = joined(base, element.get(f"{XML}base", ""))
    return base


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
    starts = list(islice(_ENTRY_STARTS.finditer(text), MOST_ITEMS_READ))
    root = _ROOT_TAG.search(text)
    declared = dict(_DECLARED_PREFIX.findall(root[1])) if root else {}
    link = _CHANNEL_LINK.search(text, 0, starts[0].start()) if starts else None
    base = link[1] if link else ""
    ends = [start.start() for start in starts[1:]] + [len(text)]
    for start, end in zip(starts, ends, strict=False):
        name = start[1]
        inside, closed, _ = text[start.start() : end].rpartition(f"</{name}>")
        alone = _parsed(_alone(f"{inside}</{name}>", name, declared)) if closed else None
        if alone is None:
            yield Unreadable(text[start.start() : start.start() + 200], "the item is not well formed")
        else:
            names = Names(alone)
            yield from each(alone, lambda entry, names=names: article(entry, names, base))


def _alone(entry: str, name: str, declared: dict[str, str]) -> str:
    """A document of one item, with the namespaces that it uses; a prefix that nobody declared counts as RSS."""
    usual = {prefix: f'"{uri}"' for uri, prefix in reversed(list(PREFIXES.items())) if prefix}
    used = set(_USED_PREFIX.findall(entry)) - {"xml", "xmlns"}
    namespaces = {prefix: declared.get(prefix) or usual.get(prefix) or f'"{RSS}"' for prefix in used}
    root = f'feed xmlns="{ATOM}"' if name.endswith("entry") else "channel"
    declarations = " ".join(f"xmlns:{prefix}={uri}" for prefix, uri in namespaces.items())
    return f"<{root} {declarations}>{entry}</{root.partition(' ')[0]}>"
