"""What a parser is made of: rows entry by entry, numbers, and the error that a source put into its answer.

Belongs here: helpers that any parser may need.
Does not belong here: shapes that some sources share (sources/formats/__init__.py), what values mean
(collection/normalise/values.py). A parser is a pure function: payload in, rows out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeAlias

from crypto_pipeline.schema.rows import Row

Payload: TypeAlias = Any
"""What a body was decoded to: JSON values, the text of CSV, the bytes of XML."""

MALFORMED = (KeyError, IndexError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError)
"""What a parser raises by itself when an answer does not have the shape it was written for."""


class ErrorInBody(Exception):
    """The source answered 200 and said in the body that it could not answer."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """One entry of an answer that could not be read; it costs nothing but itself."""

    entry: object
    reason: str


Rows: TypeAlias = Iterable[Row | Unreadable]
Parser: TypeAlias = Callable[..., Rows]
"""``parser(payload)``, or ``parser(payload, spec)`` where the rows need to know which request was answered."""


def reject(error: object) -> None:
    """Raise ErrorInBody when the part of an answer that holds its error says anything: [] and "" and 0 do not."""
    if error:
        raise ErrorInBody("; ".join(map(str, error)) if isinstance(error, list) else str(error))


def each(entries: Iterable[Any], make: Callable[..., Row | list[Row] | None]) -> Iterator[Row | Unreadable]:
    """Make rows entry by entry, so that a malformed entry loses itself and not its neighbours.

    ``make`` gets one entry (or the two parts of a mapping's item) and returns a row, a list of rows, or None to pass over it.
    """
    for entry in entries:
        try:
            made = make(*entry) if isinstance(entry, tuple) else make(entry)
        except MALFORMED as error:
            yield Unreadable(entry, f"{type(error).__name__}: {error}")
            continue
        if isinstance(made, list):
            yield from made
        elif made is not None:
            yield made


def number(value: Any) -> float:
    """The number in a value that must have one; ValueError or TypeError when it has none.

    For parsers that must compute (divide wei, multiply contracts). Values that are passed on as they are need no call.
    """
    if isinstance(value, bool):
        raise TypeError("a truth value is not a number")
    return float(value)


def scaled(value: object, factor: float) -> float | None:
    """A number times a factor, exact in decimal; None where the source has no number (null, "", "-", "n/a").

    >>> scaled("0.0068", 100), scaled(None, 100)
    (0.68, None)
    """
    if value is None or value in ("", "-", "n/a", "N/A", "null"):
        return None
    return float(Decimal(str(number(value))) * Decimal(str(factor)))


def known(**numbers: float | None) -> dict[str, float | int | str | None]:
    """Those of the numbers that there are, for a row's ``extra``: what one of several answers did not say stays out."""
    return {name: value for name, value in numbers.items() if value is not None}
