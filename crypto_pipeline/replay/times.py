"""Times moved from the moment of a recording to another one, each in the form in which its source writes it.

Belongs here: the forms of a time as texts and numbers, the grids on which times lie, moving them.
Does not belong here: which values are times (replay/tracing.py), reading times for storing them (collection/normalise/values.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any, TypeAlias

Shift: TypeAlias = int | Callable[[int], int]
"""Seconds, or a function of the grid on which a time lies: a day, an hour, five minutes, a minute."""

MINUTE, HOUR, DAY = 60, 3600, 86_400
MONDAY = 4 * DAY
"""The first one of Unix time."""
_GRIDS = (DAY, HOUR, 300, MINUTE)

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

_CLOCK = r"(?P<hour>\d\d):(?P<minute>\d\d)(?::(?P<second>\d\d))?"
_ISO = re.compile(
    rf"(?P<year>\d{{4}})-(?P<month>\d\d|[A-Z][a-z]{{2}})-(?P<day>\d\d)(?:(?P<between>[T ]){_CLOCK})?(?P<rest>\D.*)?",
    re.ASCII | re.S,
)
_RFC822 = re.compile(
    rf"(?P<weekday>(?:{'|'.join(_DAYS)}), )?(?P<day>\d\d?) (?P<month>{'|'.join(_MONTHS)}) (?P<year>\d{{4}}) {_CLOCK}"
    r"(?P<rest>\D.*)?",
    re.ASCII | re.S,
)
_DIGITS = re.compile(
    r"(?P<year>20\d\d)(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])"
    r"(?:(?P<between>T)?(?P<hour>[01]\d|2[0-3])(?:(?P<minute>[0-5]\d)(?P<second>[0-5]\d))?(?P<rest>Z)?)?",
    re.ASCII,
)
_AMERICAN = re.compile(r"(?P<month>\d\d)/(?P<day>\d\d)/(?P<year>\d{4})", re.ASCII)
_HEX = re.compile(r"0x[0-9a-fA-F]{1,16}")
_NUMBER = re.compile(r"\d{6,19}(?:\.\d+)?", re.ASCII)
_UNITS = ((10**11, 1), (10**14, 10**3), (10**17, 10**6), (10**20, 10**9))

IN_TEXT = re.compile(
    rf"(?<=[>\[\"',\n])\s*(?:(?:{'|'.join(_DAYS)}), \d\d? [A-Z][a-z]{{2}} \d{{4}} \d\d:\d\d[\w:+ -]{{0,16}}"
    r"|\d{4}-\d\d-\d\d[\dTZ:.+ -]{0,25}|\d\d/\d\d/\d{4})(?=[<\]\"',\n])",
    re.ASCII,
)
"""The whole text of an element, an attribute or a field that is a time."""


def moved(raw: Any, seconds: Shift) -> Any:
    """The time ``seconds`` later, as its source would write it; None for a value that is no time.

    >>> moved("2026-11-23T12:00:00.5Z", 60), moved("Mon, 23 Nov 2026 23:59:00 +0000", 60), moved(1795435200000, 60)
    ('2026-11-23T12:01:00.5Z', 'Tue, 24 Nov 2026 00:00:00 +0000', 1795435260000)
    """
    if isinstance(raw, bool):
        return None
    if isinstance(raw, int | float):
        return _moved_number(raw, seconds)
    if not isinstance(raw, str):
        return None
    text = raw.strip()
    if _HEX.fullmatch(text):
        number = _moved_number(int(text, 16), seconds)
        return None if number is None else hex(number)
    for form, write in _WRITTEN:
        match = form.fullmatch(text)
        if match:
            return _moved_text(match, write, seconds)
    if _NUMBER.fullmatch(text):
        whole, point, fraction = text.partition(".")
        number = _moved_number(int(whole), seconds)
        return None if number is None else f"{number}{point}{fraction}"
    return None


def on_grid(now: datetime, recorded: datetime) -> Callable[[int], int]:
    """How far times are moved: by as much of the time since the recording as keeps them on their grid."""

    def seconds(grid: int) -> int:
        return (int(now.timestamp()) // grid - int(recorded.timestamp()) // grid) * grid

    return seconds


def in_steps(now: datetime, recorded: datetime, step: int) -> int:
    """How far events are moved: only in steps, and never past ``now``, so that they stay the same for a while."""
    return int((now - recorded).total_seconds() // step) * step


def _moved_number(raw: Any, seconds: Shift) -> Any:
    for limit, unit in _UNITS:
        if 0 < raw < limit:
            by = seconds if isinstance(seconds, int) else seconds(_grid(int(raw // unit)))
            return raw + by * unit
    return None


def _moved_text(
    match: re.Match[str], write: Callable[[datetime, dict[str, str | None]], str], seconds: Shift
) -> str | None:
    parts = match.groupdict()
    month = parts["month"] or ""
    try:
        hour, minute, second = (int(parts.get(name) or 0) for name in ("hour", "minute", "second"))
        number = _MONTHS.index(month) + 1 if month in _MONTHS else int(month)
        # The zone that is written, if one is, stays as it is; all arithmetic is on the clock beside it.
        when = datetime(int(parts["year"] or 0), number, int(parts["day"] or 0), hour, minute, second, 0, timezone.utc)
    except ValueError:
        return None
    by = seconds if isinstance(seconds, int) else seconds(_grid(hour * HOUR + minute * MINUTE + second))
    return write(when + timedelta(seconds=by), parts)


def _grid(seconds: int) -> int:
    """The widest grid on which a time lies; a time with seconds counts as one of its minute."""
    return next((grid for grid in _GRIDS if seconds % grid == 0), MINUTE)


def _as_iso(when: datetime, parts: dict[str, str | None]) -> str:
    month = f"{when:%m}" if (parts["month"] or "").isdigit() else _MONTHS[when.month - 1]
    text = f"{when:%Y}-{month}-{when:%d}"
    if parts["between"]:
        text += f"{parts['between']}{when:%H:%M}" + (f":{when:%S}" if parts["second"] else "")
    return text + (parts["rest"] or "")


def _as_rfc822(when: datetime, parts: dict[str, str | None]) -> str:
    weekday = f"{_DAYS[when.weekday()]}, " if parts["weekday"] else ""
    seconds = f":{when:%S}" if parts["second"] else ""
    return f"{weekday}{when:%d} {_MONTHS[when.month - 1]} {when:%Y %H:%M}{seconds}{parts['rest'] or ''}"


def _as_digits(when: datetime, parts: dict[str, str | None]) -> str:
    day = f"{when:%Y%m%d}{parts['between'] or ''}"
    clock = (f"{when:%H}" if parts["hour"] else "") + (f"{when:%M%S}" if parts["minute"] else "")
    return day + clock + (parts["rest"] or "")


def _as_american(when: datetime, parts: dict[str, str | None]) -> str:
    return f"{when:%m/%d/%Y}"


_WRITTEN = ((_AMERICAN, _as_american), (_ISO, _as_iso), (_RFC822, _as_rfc822), (_DIGITS, _as_digits))
