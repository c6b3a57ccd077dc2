"""Bytes that claim to be XML, made into text that is safe to parse: charset, bounds, repair.

Belongs here: what protects the parser (a thread inside a parser cannot be stopped) and what mends a broken document.
Does not belong here: what the elements mean (sources/formats/feeds.py).
"""

from __future__ import annotations

import codecs
import html
import re
from html.entities import html5

MOST_BYTES = 5 * 1024 * 1024
"""The largest feed seen in the wild has 2.5 MB."""
LONGEST_TAG = 64 * 1024
"""The longest tag seen has 508 characters; tens of thousands of attributes are an attack."""
MOST_TAGS = 400_000
PROLOG = 256 * 1024
"""How far declarations of entities are looked for; the parser itself refuses those that come later."""


class PageForPeople(ValueError):
    """An HTML page where data should be: a challenge, a consent form, an error page."""


_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_UTF16_WITHOUT_BOM = ((b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))
_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9_.:-]{1,40})["']""")
_PLAIN_CHARSET = re.compile(r"(iso-?8859|windows|cp-?125|koi8|gb|big5|shift|sjis|euc|mac)[a-z0-9_-]*", re.IGNORECASE)
"""Charsets that a feed may declare; what Python knows besides includes ways to compress and to escape."""

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LONG_TAG = re.compile(rf"<[A-Za-z!?/][^<>]{{{LONGEST_TAG}}}")
_DECLARATION = re.compile(r"<\?xml[^>]*\?>", re.IGNORECASE)
_CDATA_OR_AMPERSAND = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|&(?:&+|(?P<name>[A-Za-z][A-Za-z0-9]{1,31});|(?P<code>#[0-9]{1,7};|#x[0-9A-Fa-f]{1,6};))?",
    re.DOTALL,
)
_OF_XML = frozenset({"amp", "lt", "gt", "quot", "apos"})


def decode(payload: bytes) -> str:
    """The document as text. A byte order mark decides; then UTF-8 where it fits, the declared charset, windows-1252.

    UTF-8 goes before the declared charset because documents that are valid UTF-8 by chance do not occur, and documents
    that declare something else by mistake do.
    """
    for bom, charset in _BOMS:
        if payload.startswith(bom):
            return payload[len(bom) :].decode(charset, "replace")
    for opening, charset in _UTF16_WITHOUT_BOM:
        if payload.startswith(opening):
            return payload.decode(charset, "replace")
    declared = _DECLARED.search(payload, 0, 1024)
    name = declared[1].decode("ascii") if declared else ""
    for charset in ("utf-8", name if _PLAIN_CHARSET.fullmatch(name) else "cp1252"):
        try:
            return payload.decode("gb18030" if charset.lower().startswith("gb") else charset)
        except (UnicodeDecodeError, LookupError):
            continue
    return payload.decode("cp1252", "replace")


def guarded(payload: bytes) -> str:
    """The text of a document that is safe to give to a parser; ValueError says what is wrong with any other.

    >>> guarded(b"<!doctype html><title>Just a moment...</title>")
    Traceback (most recent call last):
    crypto_pipeline.sources.formats.xml_text.PageForPeople: an HTML page where XML should be
    """
    if len(payload) > MOST_BYTES:
        raise ValueError(f"the document has {len(payload)} bytes, more than {MOST_BYTES}")
    text = decode(payload).lstrip("\ufeff \t\r\n")
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
    """
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
