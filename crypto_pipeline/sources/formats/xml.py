"""XML answers other than feeds, as a tree.

Belongs here: the root of a document.
Does not belong here: feeds of news, what any document means.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element, ParseError

from defusedxml.ElementTree import fromstring

__all__ = ["Element", "root_of"]


def root_of(document: str | bytes) -> Element:
    """The root element; ValueError when the document is no well-formed XML or declares entities."""
    try:
        root: Element = fromstring(document)
    except ParseError as error:
        raise ValueError(f"it is not XML: {error}") from None
    return root
