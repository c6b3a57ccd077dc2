"""The charset of an answer: bytes in, text out, by the labels and in the order that browsers use.

Belongs here: byte order marks, the charset of the HTTP header and of an XML declaration, and what is done where neither fits.
Does not belong here: what makes text safe to parse (sources/formats/xml_text.py).

https://encoding.spec.whatwg.org/
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Sequence

import webencodings

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_UTF16_WITHOUT_BOM = ((b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))
_OF_HEADER = re.compile(r"""charset\s*=\s*["']?([^"'\s;,]{1,40})""", re.IGNORECASE)
_OF_DECLARATION = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9_.:-]{1,40})["']""")
_DECLARED_WITHIN = 1024

_NOT_OF_BYTES = frozenset({"utf-16-le", "utf-16-be", "replacement", "x-user-defined"})
"""What cannot be meant by a document whose declaration could be read as ASCII; browsers take UTF-8 for these."""
_WIDER = {"gbk": "gb18030"}
"""The charset that holds a declared one and what is written in its name."""
_WESTERN = "cp1252"
_JAPANESE_ESCAPED = "iso2022_jp"
"""The one charset whose every byte is ASCII and whose letters are not."""

BROKEN_IN_UTF8 = 0.25
"""Up to this share of broken characters among those beyond ASCII a text is UTF-8, whatever it declares: texts in other
charsets have 60 % and more of them."""
BROKEN_AS_DECLARED = 0.5
"""Up to this share a declaration is believed."""


def text_of(body: bytes, content_type: str = "") -> str:
    """The text of a body. A byte order mark decides; then UTF-8 where it fits all but little, the charset of the header,
    that of the XML declaration, windows-1252.

    UTF-8 goes first because texts that are valid UTF-8 by chance do not occur, and answers that declare something else
    by mistake do. Broken characters are replaced: one stray byte does not make nonsense of the rest.

    >>> text_of("Курс".encode("cp1251"), "text/xml; charset=windows-1251")
    'Курс'
    """
    for mark, charset in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(charset, "replace")
    for opening, charset in _UTF16_WITHOUT_BOM:
        if body.startswith(opening):
            return body.decode(charset, "replace")
    declared = tuple(_declared(body, content_type))
    if _JAPANESE_ESCAPED in declared and b"\x1b" in body:
        return body.decode(_JAPANESE_ESCAPED, "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return _not_quite(body, declared)


def _not_quite(body: bytes, declared: Sequence[str]) -> str:
    candidates = (("utf-8", BROKEN_IN_UTF8), *((charset, BROKEN_AS_DECLARED) for charset in declared))
    for charset, tolerated in candidates:
        text = body.decode(charset, "replace")
        beyond_ascii = len(text) - len(text.encode("ascii", "ignore"))
        if text.count("\ufffd") <= tolerated * beyond_ascii:
            return text
    return body.decode(_WESTERN, "replace")


def _declared(body: bytes, content_type: str) -> Iterator[str]:
    """What the header and the XML declaration name, under Python's names."""
    of_header = _OF_HEADER.search(content_type)
    of_document = _OF_DECLARATION.search(body, 0, _DECLARED_WITHIN)
    for label in (of_header[1] if of_header else "", of_document[1].decode("ascii") if of_document else ""):
        encoding = webencodings.lookup(label)
        if encoding and encoding.codec_info.name not in _NOT_OF_BYTES:
            yield _WIDER.get(encoding.codec_info.name, encoding.codec_info.name)
