"""Numbers, times and texts as sources spell them, made into values that can be stored.

Belongs here: conversion of single values; "" and "n/a" are missing, anything else that is no value is a ValueError.
Does not belong here: what a value must be to be believed (collection/normalise/objections.py, collection/normalise/markets.py, ...).
"""

from __future__ import annotations

import math
import re
from datetime import datetime, timedelta, timezone

from crypto_pipeline.sources.formats.dates import written_time
from crypto_pipeline.sources.kit import is_missing

_NUMERAL = re.compile(r"[+-]?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|inf(?:inity)?|nan)", re.IGNORECASE)
_WHOLE = re.compile(r"[+-]?[0-9]{1,30}")
_EPOCH = datetime.fromtimestamp(0, timezone.utc)
_EXACT = 2**53
"""Up to which a float holds every whole number."""
_UNIX_UNITS = ((1e11, 1), (1e14, 1e3), (1e17, 1e6), (1e20, 1e9))


def number(raw: object) -> float | None:
    """A finite number, or None where there is none. Not a number is a missing one; infinity and what is no
    number at all are a ValueError.

    Digits are those of ASCII, without separators: "1_000" and "1,000" are errors, although Python reads the first.

    >>> number("64000.1"), number(" n/a "), number(None)
    (64000.1, None, None)
    """
    if type(raw) is float and math.isfinite(raw):  # most of them, and there are a hundred thousand in a collection
        return raw
    if raw is None:
        return None
    if isinstance(raw, bool) or not isinstance(raw, int | float | str):
        raise ValueError(f"{_shown(raw)} is not a number")
    if isinstance(raw, str) and not _NUMERAL.fullmatch(raw.strip()):
        if is_missing(raw):
            return None
        raise ValueError(f"{_shown(raw)} is not a number")
    try:
        value = float(raw)
    except OverflowError:
        raise ValueError(f"{_shown(raw)} is not a finite number") from None
    if math.isnan(value):
        return None
    if math.isinf(value):
        raise ValueError(f"{_shown(raw)} is not a finite number")
    return value


def integer(raw: object) -> int | None:
    """A whole number that fits 64 bits, None where there is none; ValueError for what is no whole number or does not fit.

    Numbers beyond 2**53 keep every digit when they come as text or int.
    """
    if is_missing(raw):
        return None
    if isinstance(raw, str) and _WHOLE.fullmatch(raw.strip()):
        value = int(raw)
    elif isinstance(raw, int) and not isinstance(raw, bool):
        value = raw
    else:
        as_float = number(raw)
        if as_float is None:
            return None
        if not as_float.is_integer():
            raise ValueError(f"{_shown(raw)} is not a whole number")
        value = int(as_float)
    if not -(2**63) <= value < 2**63:
        raise ValueError(f"{_shown(raw)} does not fit a 64-bit number")
    return value


def block_height(raw: object) -> int | None:
    """The number of a block; None where there is none. What waits for its block is in number 0 or -1 at some sources.

    ValueError as in ``integer``.
    """
    value = integer(raw)
    return value if value is not None and value > 0 else None


def text(raw: object) -> str | None:
    """A text without outer blanks; None where there is none, ValueError for lists, mappings and their like.

    A whole number is written as one, however it came: an id of 158793105.0 is that of 158793105.
    """
    if raw is None:
        return None
    if not isinstance(raw, str | int | float):
        raise ValueError(f"{_shown(raw)} is not a text")
    if isinstance(raw, float) and raw.is_integer() and abs(raw) < _EXACT:
        raw = int(raw)
    return str(raw).strip() or None


def moment(raw: object) -> datetime | None:
    """A time in UTC from a written time, or unix seconds, milliseconds, microseconds or nanoseconds.

    A time without a zone is UTC; one in a zone that nobody knows is a ValueError. Zero is "never", which sources write
    where they have no time.

    >>> moment("2026-11-23T12:00:00.5+01:00"), moment(1763899200000)
    (datetime.datetime(2026, 11, 23, 11, 0, 0, 500000, tzinfo=datetime.timezone.utc), datetime.datetime(2025, 11, 23, 12, 0, tzinfo=datetime.timezone.utc))
    """
    if is_missing(raw):
        return None
    if isinstance(raw, datetime):
        return raw.astimezone(timezone.utc) if raw.tzinfo else raw.replace(tzinfo=timezone.utc)
    if isinstance(raw, str):
        stripped = raw.strip()
        if not is_unix_time(stripped):
            return written_time(stripped).at
    return _from_unix(raw)


def _from_unix(raw: object) -> datetime | None:
    value = number(raw)
    if not value:
        return None
    for limit, per_second in _UNIX_UNITS:
        if 0 < value < limit:
            return _EPOCH + timedelta(seconds=value / per_second)
    raise ValueError(f"{_shown(raw)} is not a time")


def is_unix_time(raw: str) -> bool:
    """Whether a text counts the seconds (or their fractions) since 1970; fourteen digits are a date: 20261126085700."""
    is_a_date = raw.isdigit() and len(raw) == len("20261126085700")
    return raw.isascii() and raw.replace(".", "", 1).isdigit() and not is_a_date


def _shown(raw: object) -> str:
    shown = repr(raw)
    return shown if len(shown) <= 60 else f"{shown[:57]}..."
