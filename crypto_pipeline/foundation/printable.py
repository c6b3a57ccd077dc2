"""Text of elsewhere made safe to show: it says what it says, and does nothing.

Belongs here: which characters a terminal or a log viewer would obey, and what stands in their place.
Does not belong here: showing it (cli/console.py, logs.py), what must not be shown at all (collection/http/redaction.py).
"""

from __future__ import annotations

import re

_OBEYED = re.compile(
    "["
    "\x00-\x09\x0b-\x1f"  # C0 without the line feed: ESC begins a sequence, BEL ends one, CR hides what was written
    "\x7f-\x9f"  # DEL, and C1: U+009B is ESC [ in one character
    "\u2028\u2029"  # line and paragraph separator
    "\u202a-\u202e\u2066-\u2069"  # embeddings, overrides and isolates: they turn round what stands beside them
    "\ud800-\udfff"  # half a character: no encoding can write it
    "]"
)
"""Persian needs U+200C and emoji U+200D: those are left alone."""


def printable(text: str, encoding: str = "utf-8") -> str:
    r"""The text with everything that is obeyed and not shown written out: ``\x1b``, ``\u202e``.

    Line feeds stay, and so do their CR LF spelling and tabs as what they look like. What the encoding lacks is written out too.
    """
    shown = _OBEYED.sub(_written_out, text.replace("\r\n", "\n").replace("\t", "    "))
    return shown.encode(encoding, "backslashreplace").decode(encoding)


def json_printable(document: str) -> str:
    """The same for a JSON document, in which each of these characters may be spelled as an escape: it means what it meant."""
    return _OBEYED.sub(lambda found: f"\\u{ord(found[0]):04x}", document)


def _written_out(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
