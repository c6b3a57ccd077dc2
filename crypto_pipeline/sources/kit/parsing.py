"""What a parser is made of: rows entry by entry, numbers, and the error that a source put into its answer.

Belongs here: helpers that any parser may need.
Does not belong here: shapes that some sources share (sources/formats/__init__.py), what values mean
(collection/normalise/values.py). A parser is a pure function: payload in, rows out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from math import isfinite
from typing import Any, TypeAlias

from crypto_pipeline.schema.rows import Row
from crypto_pipeline.sources.errors import MALFORMED, ErrorInBody

Payload: TypeAlias = Any
"""What a body was decoded to: JSON values, the text of CSV, the bytes of XML."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """One entry of an answer that could not be read; it costs nothing but itself."""

    entry: object
    reason: str


Rows: TypeAlias = Iterable[Row | Unreadable]
Parser: TypeAlias = Callable[..., Rows]
"""``parser(payload)``, or ``parser(payload, spec)`` where the rows need to know which request was answered."""


MISSING = frozenset({"", "-", "--", "n/a", "na", "nan", "null", "none", "undefined"})
"""Words, in any case, with which sources say that they have no value."""


def is_missing(raw: object) -> bool:
    """Whether a source says with this that it has no value: null, not a number, or one of the words of MISSING."""
    return raw is None or raw != raw or (isinstance(raw, str) and raw.strip().lower() in MISSING)


def reject(error: object) -> None:
    """Raise ErrorInBody when the part of an answer that holds its error says anything: [] and "" and 0 do not."""
    if error:
        raise ErrorInBody("; ".join(map(str, error)) if isinstance(error, list) else str(error))


_WHERE_ERRORS_ARE_SAID = (
    "message", "msg", "error", "errors", "errorMessage", "error_message", "error_msg", "errmsg", "err", "err-code", "err-msg",
    "err_msg", "error_code", "errorCode", "error-type", "retMsg", "statusDescription", "mc", "data", "result",
)  # fmt: skip


def reject_unless(payload: Payload, member: str, *good: object) -> None:
    """Raise ErrorInBody when a member of the answer says anything but one of these; one that is not there says nothing.

    Numbers, texts and truth values count as what they are written: 0 and "0" are one.
    """
    said = payload.get(member)
    if said is None or str(said).lower() in {str(one).lower() for one in good}:
        return
    words = [payload[name] for name in _WHERE_ERRORS_ARE_SAID if name != member and payload.get(name)]
    number_of_it = [] if isinstance(said, bool) else [said]
    reject(" ".join(str(word)[:300] for word in number_of_it + words[:2]) or f"{member} is {said}")


def about(named: object, wanted: str) -> None:
    """Raise ValueError when an answer names something else than what was asked for; one that names nothing says nothing.

    Upper and lower case are one.
    """
    if not is_missing(named) and str(named).lower() != wanted.lower():
        raise ValueError(f"an answer about {str(named)[:60]} came")


def each(
    entries: Iterable[Any], make: Callable[..., Row | list[Row] | list[Row | Unreadable] | None]
) -> Iterator[Row | Unreadable]:
    """Make rows entry by entry, so that a malformed entry loses itself and not its neighbours.

    ``make`` gets one entry (or the two parts of a mapping's item) and returns a row, a list of rows
    (and of entries of its own that are unreadable), or None to pass over it.
    An object in place of the list is its one entry: so many sources answer when they are asked for one market.
    In an object of objects alone these are the entries: so some answer as an array or by name, whichever was asked for.
    """
    for entry in _entries(entries):
        try:
            made = make(*entry) if isinstance(entry, tuple) else make(entry)
        except MALFORMED as error:
            yield Unreadable(entry, f"{type(error).__name__}: {error}")
            continue
        if isinstance(made, list):
            yield from made
        elif made is not None:
            yield made


def _entries(entries: Iterable[Any]) -> Iterable[Any]:
    if not isinstance(entries, dict) or not entries:
        return entries
    objects = [isinstance(value, dict) for value in entries.values() if value is not None]
    return entries.values() if objects and all(objects) else [entries]


def present(entries: Iterable[Any]) -> list[Any]:
    """The entries that are there, for a parser that looks at a list as a whole: a null among them says nothing."""
    return [entry for entry in entries if entry is not None]


def as_list(value: Any) -> list[Any]:
    """A list as it is. TypeError for anything else: a text has places as well, and its first letter may be a figure."""
    if not isinstance(value, list):
        raise TypeError(f"not a list: {value!r:.40}")
    return value


def number(value: Any) -> float:
    """The number in a value that must have one; ValueError or TypeError when it has none.

    For parsers that must compute (divide wei, multiply contracts). Values that are passed on as they are need no call.
    A truth value, "1_000", digits of other scripts, and what is not finite are no numbers.
    """
    if isinstance(value, bool):
        raise TypeError("a truth value is not a number")
    if isinstance(value, str) and ("_" in value or not value.isascii()):
        raise ValueError(f"not a number: {value[:40]!r}")
    read = float(value)
    if not isfinite(read):
        raise ValueError(f"not a finite number: {value!r:.40}")
    return read


def number_or_none(value: Any) -> float | None:
    """Likewise, and None where there is no number: for a figure that may be odd without costing those beside it.

    >>> number_or_none("7e-1"), number_or_none("busy"), number_or_none(None)
    (0.7, None, None)
    """
    try:
        return number(value)
    except (TypeError, ValueError):
        return None


def whole(value: Any) -> int:
    """The whole number in a value that must have one, with every digit; ValueError or TypeError when it has none.

    >>> whole("123456789012345678901"), whole(7)
    (123456789012345678901, 7)
    """
    if isinstance(value, str) and (not value.isascii() or not value.strip().lstrip("-").isdigit()):
        raise ValueError(f"not a whole number: {value[:40]!r}")
    if isinstance(value, float) and not value.is_integer():
        raise ValueError(f"not a whole number: {value!r}")
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise TypeError(f"not a whole number: {value!r:.40}")
    return int(value)


def significant_digits(value: object) -> int:
    """How many digits of a number mean something, as it is written: 2 for "0.000084", 5 for "1.0950".

    ValueError or TypeError for what is no number. A float has lost the zeros at its end.
    """
    digits = Decimal(repr(number(value)) if isinstance(value, float) else str(value).strip()).as_tuple()
    return len("".join(map(str, digits.digits)).lstrip("0")) or 1


def scaled(value: object, factor: float) -> float | None:
    """A number times a factor, exact in decimal; None where the source has none (see ``is_missing``).

    ValueError or TypeError for anything else that is no number.

    >>> scaled("0.0068", 100), scaled(None, 100)
    (0.68, None)
    """
    if is_missing(value):
        return None
    number(value)
    return float(Decimal(str(value).strip()) * Decimal(str(factor)))


def product(one: object, other: object) -> float | None:
    """Two numbers multiplied; None where the source lacks one of them. ValueError or TypeError for what is no number.

    >>> product("1.5", 2), product(None, 2)
    (3.0, None)
    """
    return None if is_missing(one) or is_missing(other) else number(one) * number(other)


def quotient(one: object, other: object) -> float | None:
    """A number divided by another; None where the source lacks one of them or the other is 0. Errors as in ``product``."""
    if is_missing(one) or is_missing(other) or number(other) == 0:
        return None
    return number(one) / number(other)


def difference(one: object, other: object) -> float | None:
    """A number less another; None where the source lacks one of them. Errors as in ``product``."""
    return None if is_missing(one) or is_missing(other) else number(one) - number(other)


def at_least(value: Any, *floors: Any) -> Any:
    """A number as the source writes it, or of those that it cannot be less than the largest; None where it is missing itself.

    ValueError or TypeError for what is no number.

    >>> at_least("10", "15", None), at_least(None, "15")
    ('15', None)
    """
    if is_missing(value):
        return None
    return max([value, *(floor for floor in floors if not is_missing(floor))], key=number)


def how_many(entries: Payload) -> int | None:
    """The length of a list; None where the answer does not have it."""
    return len(entries) if isinstance(entries, list) else None


def is_set(flag: object) -> bool:
    """Whether a yes or no is yes, as any source writes it: true, 1, "1", "true" are; false, 0, "0", "false", "" and null are not.

    >>> is_set("false"), is_set(0), is_set("1"), is_set(True)
    (False, False, True, True)
    """
    return str(flag).strip().lower() not in {"", "0", "0.0", "false", "none", "null", "no"}


def known(**numbers: float | None) -> dict[str, float | int | str | None]:
    """Those of the numbers that there are, for a row's ``extra``: what one of several answers did not say stays out."""
    return {name: value for name, value in numbers.items() if value is not None}
