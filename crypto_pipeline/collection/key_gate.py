"""Keys of sources, taken out of everything that comes from outside, however they are spelled there.

Belongs here: every spelling of a key, finding it in texts, bodies and rows, hiding it.
Does not belong here: which keys a request carries and where (collection/http/redaction.py); what passes the gate, and when
(collection/endpoint_run.py on the way in, collection/collector.py on the way out).

A source may repeat the key that it was sent: in an error, a header, an address, a row. It may do so as it is, in another letter
case, escaped for JSON, URLs, HTML or XML, in hex or in base64. What is told apart here is cheap to look for and therefore looked
for in whole bodies; where a spelling is found but cannot be cut out, the whole text is hidden.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache
from typing import Any

HIDDEN = "***"
LONG_ENOUGH = 8
"""Characters of a key that is looked for in every spelling. A shorter one is hidden only as it is and as a word of its own:
"demo" is in too many texts that say something else."""
MOST_TO_CUT = 256 * 1024
"""Characters of a text in which escaped spellings are cut out, which takes half a second of CPU; a longer one with such a spelling is
hidden as a whole."""

_BLANKS = bytes(range(0x21)) + b"\x7f"
_ESCAPED = re.compile(
    rb"\\+u00([0-7][0-9a-f])|\\+x([0-7][0-9a-f])|%(?:25)*([2-7][0-9a-f])|&#x0*([2-7][0-9a-f]);|&#0*(\d{2,3});|\\+|\xef\xbf\xbd",
    re.I,
)
_LONGEST_BEGINNING = 1024
_MOST_LAYERS = 4
"""An answer that is quoted in an answer is escaped twice."""
_TOO_MANY_BACKSLASHES = "\\" * 2**_MOST_LAYERS
"""More than so many layers make of one. Where they stand a text is hidden as a whole too: at each of them the search for an escaped
character begins anew and goes to their end, so that 4,000 took three seconds."""


class KeyGate:
    """Hides some keys. With none it lets everything through as it is, at no cost.

    :param keys: as they are sent, with or without what goes before them ("Bearer ..."); empty ones do not count.
    """

    def __init__(self, keys: Iterable[str] = ()) -> None:
        words = {word for key in keys for word in _words(key)}
        self._short = [re.compile(rf"(?<!\w){re.escape(word)}(?!\w)") for word in words if len(word) < LONG_ENOUGH]
        long = sorted((word for word in words if len(word) >= LONG_ENOUGH), key=lambda word: (-len(word), word))
        self._starts = [_squeezed(word.encode()).lower() for word in long]
        plain = sorted({spelling for word in long for spelling in _plain_spellings(word)}, key=len, reverse=True)
        in_base64 = sorted({spelling for word in long for spelling in _base64_spellings(word)})
        self._plain_spellings, self._in_base64 = plain, in_base64
        self._spellings = (*plain, *in_base64)
        self._plain = re.compile("|".join(map(re.escape, long)), re.I) if long else None
        self._shortest = min(map(len, words), default=0)

    def __bool__(self) -> bool:
        return bool(self._shortest)

    @cached_property
    def _escaped(self) -> re.Pattern[str]:
        """Made when a key is first found that is not as it is sent: it takes a tenth of a second for each, and most runs find none."""
        return _cutter(self._plain_spellings, self._in_base64)

    def text(self, text: str) -> str:
        """The text with every key in it hidden, also the beginning of one at its end, where the text was cut."""
        if not self._shortest or len(text) < min(self._shortest, LONG_ENOUGH):
            return text
        shown = self._cut(text, "surrogatepass")
        return HIDDEN if shown is None else self._without_a_beginning(shown)

    def body(self, body: bytes) -> bytes:
        """The same for bytes, whatever their charset: what is not text to us passes byte for byte."""
        if not self._shortest:
            return body
        if not self._short and not self._holds(body):
            return body
        shown = self._cut(body.decode("utf-8", "surrogateescape"), "surrogateescape")
        return (HIDDEN if shown is None else shown).encode("utf-8", "surrogateescape")

    def values(self, value: Any) -> Any:
        """The same for every text in mappings, lists and tuples; what holds no key comes back as it is.

        All texts are looked at as one first: measured, 20,000 rows cost 0.1 s so, and 1 s text by text.
        """
        if not self._shortest:
            return value
        texts = "\n".join(set(_texts(value)))
        if not self._holds(texts.encode("utf-8", "surrogatepass")) and not any(
            word.search(texts) for word in self._short
        ):
            return value
        return self._each_value(value)

    def _each_value(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {self._each_value(name): self._each_value(inner) for name, inner in value.items()}
        if isinstance(value, list | tuple):
            parts = [self._each_value(inner) for inner in value]
            return type(value)(*parts) if hasattr(value, "_fields") else type(value)(parts)
        return value

    def _cut(self, text: str, errors: str) -> str | None:
        """The text without any key; None where a spelling of one cannot be cut out.

        :param errors: how what is no UTF-8 in it becomes bytes.
        """
        for word in self._short:
            text = word.sub(HIDDEN, text)
        if self._plain is None or not self._holds(text.encode("utf-8", errors)):
            return text
        text = self._plain.sub(HIDDEN, text)
        if not self._holds(text.encode("utf-8", errors)):
            return text
        if len(text) <= MOST_TO_CUT and _TOO_MANY_BACKSLASHES not in text:
            text = self._escaped.sub(HIDDEN, text)
        return None if self._holds(text.encode("utf-8", errors)) else text

    def _holds(self, raw: bytes) -> bool:
        """Whether any spelling of a key is in there, blanks and escapes between its characters or not."""
        return any(spelling in form for form in _forms(raw) for spelling in self._spellings)

    def _without_a_beginning(self, text: str) -> str:
        tail = text[-_LONGEST_BEGINNING:]
        folded = tail.encode("latin-1", "replace").lower().rstrip(b". ?")
        for start in self._starts:
            begun = folded.rfind(start[:LONG_ENOUGH])
            if begun >= 0 and start.startswith(folded[begun:]):
                return text[: len(text) - len(tail) + begun] + HIDDEN
        return text


NO_KEYS = KeyGate()


@lru_cache(maxsize=256)
def gate_for(keys: tuple[str, ...]) -> KeyGate:
    """The gate of some keys. Made once: a collection sends a thousand requests with a few keys."""
    return KeyGate(keys)


def _words(key: str) -> Iterator[str]:
    """The key, and what may stand for it alone: "Bearer abc" is sent, and "abc" is the key in it."""
    key = key.strip()
    if key:
        yield key
    for word in key.split():
        if len(word) >= LONG_ENOUGH:
            yield word


def _plain_spellings(key: str) -> set[bytes]:
    raw = key.encode()
    return {_squeezed(spelling).lower() for spelling in (raw, _unescaped(raw), raw.hex().encode())}


def _base64_spellings(key: str) -> set[bytes]:
    """What is in the base64 of every text that holds the key: it may begin at any of three places in a group of bytes.

    The first and the last character that also depend on the neighbours are left out. In lower case: a host name in an address
    is made so, whatever stands in it.
    """
    found: set[bytes] = set()
    for cased in {key, key.lower(), key.upper()}:
        raw = cased.encode()
        for before in range(3):
            encoded = b64encode(bytes(before) + raw)
            first = -(-before * 8 // 6)
            last = (before + len(raw)) * 8 // 6
            core = encoded[first:last].lower()
            found |= {core, core.replace(b"+", b"-").replace(b"/", b"_")}
    return found


def _forms(raw: bytes) -> Iterator[bytes]:
    """The text in lower case without blanks, and the same once its escapes are resolved, layer by layer."""
    form = _squeezed(raw).lower()
    yield form
    for _ in range(_MOST_LAYERS):
        if not any(mark in form for mark in (b"\\", b"%", b"&#", b"\xef\xbf\xbd")):
            return
        resolved = _squeezed(_unescaped(form)).lower()
        if resolved == form:
            return
        yield resolved
        form = resolved


def _squeezed(raw: bytes) -> bytes:
    return raw.translate(None, _BLANKS)


def _unescaped(raw: bytes) -> bytes:
    return _ESCAPED.sub(_character, raw)


def _character(match: re.Match[bytes]) -> bytes:
    in_hex = match[1] or match[2] or match[3] or match[4]
    code = int(in_hex, 16) if in_hex else int(match[5] or 0)
    return bytes([code]) if 0 < code < 128 else b""


def _cutter(plain: Iterable[bytes], in_base64: Iterable[bytes]) -> re.Pattern[str]:
    """Finds spellings with any of their characters escaped; of base64 also the characters at both ends."""
    edge = "[A-Za-z0-9+/_-]?"
    patterns = [_any_escape(one) for one in plain]
    patterns += [f"{edge}{_any_escape(one)}{edge}(?:=|%3D){{0,2}}" for one in in_base64]
    return re.compile("|".join(patterns))


def _any_escape(spelling: bytes) -> str:
    return "".join(f"(?:{'|'.join(map(_escapes_of, sorted({one, one.upper()})))})" for one in spelling.decode())


def _escapes_of(character: str) -> str:
    code = ord(character)
    if code > 127:
        return re.escape(character)
    digits = f"(?i:{code:02x})"
    return rf"\\*{re.escape(character)}|\\+[ux](?:00)?{digits}|%(?:25)*{digits}|&#x0*{digits};|&#0*{code};"


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _texts(name)
            yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)
