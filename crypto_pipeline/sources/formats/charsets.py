"""The charset of an answer: bytes in, text out, by the labels and in the order that browsers use.

Belongs here: byte order marks, the charset of the HTTP header and of an XML declaration, and what is done where none is named
or none fits: then the bytes themselves are looked at.
Does not belong here: what makes text safe to parse (sources/formats/xml_text.py).

https://encoding.spec.whatwg.org/
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Sequence
from itertools import chain, islice

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
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")
_BETWEEN_MARKS = re.compile(rb"[^<>\n\r]+")
_FIRST_AFTER_LATIN = "\u0370"
_WITHIN_A_WORD = re.compile(r"(?<=[a-z])[\u0370-\uffdc]|[\u0370-\uffdc](?=[a-z])")
_WESTERN = "cp1252"
SHORTEST_TO_TELL = 8
"""Bytes beyond ASCII that a text must have before they tell its charset; a few may be anything, and most often are windows-1252."""
LOOKED_AT = 100_000
"""Bytes of a body by which its charset is told."""
_JAPANESE_ESCAPED = "iso2022_jp"
"""The one charset whose every byte is ASCII and whose letters are not."""

BROKEN_IN_UTF8 = 0.25
"""Up to this share of broken characters among those beyond ASCII a text is UTF-8, whatever it declares: texts in other
charsets have 60 % and more of them."""
BROKEN_AS_DECLARED = 0.5
"""Up to this share a declaration is believed."""
BROKEN_AS_TOLD = 0.1
"""Up to this share what the bytes tell is believed."""


def text_of(body: bytes, content_type: str = "") -> str:
    """The text of a body. A byte order mark decides; then UTF-8 where it fits all but little, the charset of the header,
    that of the XML declaration, the one that the bytes look like, windows-1252.

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
    candidates = chain(
        (("utf-8", BROKEN_IN_UTF8), *((charset, BROKEN_AS_DECLARED) for charset in declared)),
        ((charset, BROKEN_AS_TOLD) for charset in _told_by_its_bytes(body)),
    )
    for charset, tolerated in candidates:
        text = body.decode(charset, "replace")
        beyond_ascii = len(text) - len(text.encode("ascii", "ignore"))
        if text.count("\ufffd") <= tolerated * beyond_ascii:
            return text
    return body.decode(_WESTERN, "replace")


def _told_by_its_bytes(body: bytes) -> Iterator[str]:
    """The charset that a text looks like that says nothing of it, under Python's name; none where nobody can tell."""
    part = b"\n".join(islice(_telling_parts(body), LOOKED_AT // 1_000))[:LOOKED_AT]
    if len(_BEYOND_ASCII.findall(part)) < SHORTEST_TO_TELL:
        return
    import chardet  # a tenth of a second, for the few that need it

    try:
        charset = codecs.lookup(chardet.detect(part)["encoding"] or "").name
    except LookupError:
        return
    charset = _WIDER.get(charset, charset)
    if not _mixes_scripts(part.decode(charset, "replace")):
        yield charset


def _telling_parts(body: bytes) -> Iterator[bytes]:
    """The texts between the marks of a document that hold more than ASCII, at most 1,000 bytes of each."""
    return (part[0][:1_000] for part in _BETWEEN_MARKS.finditer(body) if not part[0].isascii())


def _mixes_scripts(text: str) -> bool:
    """Whether most letters of another script than Latin stand within Latin words: then they are accents, wrongly read."""
    others = sum(char.isalpha() and char >= _FIRST_AFTER_LATIN for char in text)
    return len(_WITHIN_A_WORD.findall(text)) * 2 > others > 0


def _declared(body: bytes, content_type: str) -> Iterator[str]:
    """What the header and the XML declaration name, under Python's names."""
    of_header = _OF_HEADER.search(content_type)
    of_document = _OF_DECLARATION.search(body, 0, _DECLARED_WITHIN)
    for label in (of_header[1] if of_header else "", of_document[1].decode("ascii") if of_document else ""):
        encoding = webencodings.lookup(label)
        if encoding and encoding.codec_info.name not in _NOT_OF_BYTES:
            yield _WIDER.get(encoding.codec_info.name, encoding.codec_info.name)
