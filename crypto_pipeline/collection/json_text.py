"""JSON as it comes from sources.

Belongs here: what is read although the standard forbids it, what is refused, how much is too much.
Does not belong here: charsets (sources/formats/charsets.py), what the values mean (collection/reading.py).

Read like everybody else does: of a name that comes twice the last value counts; NaN is a value that is missing. Read although
parsers refuse it, because only one meaning is possible: a backslash before a character that needs none (GDELT writes \\' for '),
and line breaks or tabs that stand in a text as they are. Everything else that is no JSON is refused, a comma too many included:
what it stands for, or whether the end is missing, nobody knows.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from crypto_pipeline.collection.errors import SourceError
from crypto_pipeline.schema.outcomes import Outcome
from crypto_pipeline.sources.kit import Payload

MOST_VALUES = 1_000_000
"""Of one answer, counted by commas and opening brackets. The largest honest answer that we know has a fifth of it; the most
costly spelling of so many takes 200 MB of memory, and 16 MB of brackets would take 800."""

MOST_ESCAPES = 200_000
"""Of an answer whose escapes have to be mended: each is a piece of text of its own meanwhile. All articles of a day have a hundred."""

_MOST_DIGITS = 300
"""More is beyond what any number type holds; JavaScript reads it as infinity, and so do we: it costs the row that it stands in."""
_ESCAPE = re.compile(r"\\(.)", re.S)
_ESCAPES = frozenset('"\\/bfnrtu')
_USUAL = json.JSONDecoder(strict=False)


def values_of(text: str) -> Payload:
    """The values that a text stands for. Raises SourceError: UNPARSEABLE for what is no JSON, TOO_LARGE for too much of it."""
    require_room(text.count(",") + text.count("[") + text.count("{"))
    try:
        return _loaded(text)
    except RecursionError:
        raise SourceError(
            Outcome.UNPARSEABLE, "the answer is not JSON that can be read: it is nested too deep"
        ) from None
    except ValueError as error:
        raise SourceError(Outcome.UNPARSEABLE, f"the answer is not JSON: {error}") from None


def require_room_for(bodies: Iterable[bytes]) -> None:
    """Refuse answers that would be too much when they are read together. Raises SourceError, TOO_LARGE."""
    require_room(sum(body.count(b",") + body.count(b"[") + body.count(b"{") for body in bodies))


def require_room(values: int) -> None:
    """Raises SourceError, TOO_LARGE, for more values than can be held."""
    if values > MOST_VALUES:
        raise SourceError(Outcome.TOO_LARGE, f"the answer has more than {MOST_VALUES} values")


def _loaded(text: str) -> Payload:
    try:
        return _USUAL.decode(text)
    except json.JSONDecodeError as error:
        if not error.msg.startswith("Invalid \\escape"):
            raise
        if text.count("\\") > MOST_ESCAPES:
            raise SourceError(Outcome.TOO_LARGE, f"the answer has more than {MOST_ESCAPES} backslashes") from None
        text = _ESCAPE.sub(lambda escape: escape[0 if escape[1] in _ESCAPES else 1], text)
    except ValueError:
        pass  # a whole number of more digits than Python converts
    return _WITH_LONG_NUMBERS.decode(text)


def _whole(digits: str) -> int | float:
    return int(digits) if len(digits) <= _MOST_DIGITS else float(digits)


_WITH_LONG_NUMBERS = json.JSONDecoder(strict=False, parse_int=_whole)
