"""What the elements of feeds are called: one usual prefix for each namespace, whatever a document makes of it.

Belongs here: the namespaces of RSS, Atom and their modules, and how they are misspelt.
Does not belong here: what the elements mean (sources/formats/feed_entries.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

XML = "{http://www.w3.org/XML/1998/namespace}"
ATOM = "http://www.w3.org/2005/Atom"
RSS = "http://purl.org/rss/1.0/"

PREFIXES: Mapping[str, str] = {
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/dc/terms/": "dcterms",
    "http://purl.org/rss/1.0/modules/content/": "content",
    "http://search.yahoo.com/mrss/": "media",
    ATOM: "atom",
    "http://purl.org/atom/ns#": "atom",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf",
    "http://www.w3.org/1999/xhtml": "xhtml",
    RSS: "",
    "http://my.netscape.com/rdf/simple/0.9/": "",
    "http://channel.netscape.com/rdf/simple/0.9/": "",
    "http://backend.userland.com/rss2": "",
}

_RSS_FRAME = frozenset({"rss", "channel", "item"})
_ATOM_FRAME = frozenset({"feed", "entry"})


class Names:
    """The names of one document's elements.

    The frame of a feed (rss, channel, item; feed, entry) means the same in any namespace and in none, and so do the
    elements that share its namespace: <rss xmlns="anything"> is RSS.
    """

    def __init__(self, root: Element) -> None:
        self._prefixes = {_spelt(uri): prefix for uri, prefix in PREFIXES.items()}
        rss = _split(root.tag)[1] in {*_RSS_FRAME, "RDF"}
        frame, prefix = (_RSS_FRAME, "") if rss else (_ATOM_FRAME, "atom")
        for element in (root, *root, *(entry for channel in root for entry in channel)):
            uri, local = _split(element.tag)
            if local in frame and (uri or not rss):
                self._prefixes[_spelt(uri)] = prefix

    def of(self, tag: object) -> str:
        """The name of an element with the usual prefix of its namespace; "?:name" in one that nobody knows."""
        uri, local = _split(tag)
        prefix = self._prefixes.get(_spelt(uri), "?" if uri else "")
        return f"{prefix}:{local}" if prefix else local


def _split(tag: object) -> tuple[str, str]:
    """Namespace and name; a comment or an instruction has neither."""
    if not isinstance(tag, str):
        return "", ""
    uri, closed, local = tag.removeprefix("{").rpartition("}")
    return (uri, local) if closed else ("", tag)


def _spelt(uri: str) -> str:
    """Namespaces as people write them: without the last slash, as https, in capitals."""
    return uri.strip().casefold().replace("https://", "http://").rstrip("/#")
