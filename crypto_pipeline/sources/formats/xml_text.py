"""Text that claims to be XML, made safe to parse: bounds, repair.

Belongs here: what protects the parser (a thread inside a parser cannot be stopped) and what mends a broken document.
Does not belong here: charsets (sources/formats/charsets.py), what the elements mean (sources/formats/feeds.py).
"""

from __future__ import annotations

import html
import re
from html.entities import html5

from crypto_pipeline.sources.errors import PageForPeople

MOST_CHARACTERS = 5 * 1024 * 1024
"""The largest feed seen in the wild has 2.5 MB."""
LONGEST_TAG = 64 * 1024
"""The longest tag seen has 508 characters; tens of thousands of attributes are an attack."""
MOST_TAGS = 400_000
MOST_AMPERSANDS = 300_000
"""Of a document that has to be mended: each is a piece of text of its own meanwhile."""
PROLOG = 256 * 1024
"""How far declarations of entities are looked for; the parser itself refuses those that come later."""


_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LONG_TAG = re.compile(rf"<[A-Za-z!?/][^<>]{{{LONGEST_TAG}}}")
_DECLARATION = re.compile(r"<\?xml[^>]*\?>", re.IGNORECASE)
_CDATA_OR_AMPERSAND = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|&(?:&+|(?P<name>[A-Za-z][A-Za-z0-9]{1,31});|(?P<code>#[0-9]{1,7};|#x[0-9A-Fa-f]{1,6};))?",
    re.DOTALL,
)
_OF_XML = frozenset({"amp", "lt", "gt", "quot", "apos"})


def guarded(document: str) -> str:
    """The document, where it is safe to give to a parser; ValueError says what is wrong with any other.

    >>> guarded("<!doctype html><title>Just a moment...</title>")
    Traceback (most recent call last):
    crypto_pipeline.sources.errors.PageForPeople: an HTML page where XML should be
    """
    if len(document) > MOST_CHARACTERS:
        raise ValueError(f"the document has {len(document)} characters, more than {MOST_CHARACTERS}")
    text = document.lstrip("\ufeff \t\r\n")
    if not text:
        raise ValueError("the document is empty")
    if _opens_like_html(text):
        raise PageForPeople("an HTML page where XML should be")
    if "<!ENTITY" in text[:PROLOG].upper():
        raise ValueError("the document declares entities")
    if _LONG_TAG.search(text):
        raise ValueError(f"a tag is longer than {LONGEST_TAG} characters")
    if text.count("<") > MOST_TAGS:
        raise ValueError(f"the document has more than {MOST_TAGS} tags")
    return text


def _opens_like_html(text: str) -> bool:
    start = text[:4096].lower()
    while start.startswith(("<?", "<!--")):
        closing = "-->" if start.startswith("<!--") else "?>"
        start = start.partition(closing)[2].lstrip()
    return start.startswith(("<!doctype html", "<html", "<head", "<body", "<title", "<script"))


def mended(text: str) -> str:
    """The document without what most often keeps a parser from reading it.

    Control characters and declarations in the middle go; named HTML entities and bare ampersands become what they mean.
    Raises ValueError for more ampersands than can be held.
    """
    if text.count("&") > MOST_AMPERSANDS:
        raise ValueError(f"the document has more than {MOST_AMPERSANDS} ampersands")
    without = _DECLARATION.sub("", _NOT_XML.sub("", text)).lstrip()
    return _CDATA_OR_AMPERSAND.sub(_mended_ampersand, without)


def _mended_ampersand(match: re.Match[str]) -> str:
    whole = match[0]
    if not whole.startswith("&"):
        return whole
    if match["name"] is match["code"] is None:
        return whole.replace("&", "&amp;")
    if match["code"]:
        meant = html.unescape(whole)
        return "" if _NOT_XML.search(meant) else html.escape(meant)
    name = match["name"]
    if name in _OF_XML:
        return whole
    return html.escape(html5[f"{name};"]) if f"{name};" in html5 else f"&amp;{whole[1:]}"
