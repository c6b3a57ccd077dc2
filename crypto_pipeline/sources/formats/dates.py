"""Dates and times as people and programs write them, read into one moment.

Belongs here: ISO 8601, RFC 822 and what stands in their place in the wild; zones by offset, by letters and by name; days of
the Persian calendar, digits of other scripts.
Does not belong here: unix times and the time that is meant when there is none (collection/normalise/values.py), which dates can be true (collection/normalise/news/dates.py), names of months in other languages (sources/formats/date_words.py).

No library that was tried tells a zone that it does not know from none. Here what can be meant in two ways, or is not
whole, is an error: a date that is missing does less harm than one that is hours off.
"""

from __future__ import annotations

import re
import unicodedata
from contextlib import suppress
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from crypto_pipeline.sources.errors import UnknownZone
from crypto_pipeline.sources.formats.date_words import FILLERS, FOLDED, MONTHS, PERSIAN_MONTHS, WEEKDAYS

LONGEST = 100
"""The longest date that programs write has 71 characters; longer texts are something else."""

_USUAL = re.compile(r"(20\d\d-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{3}|\.\d{6})?)(Z|\+00:00)?", re.ASCII)
_ISO = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)? ?(Z|z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?)?",
    re.ASCII,
)
_COMPACT = re.compile(
    r"(\d{4})(\d{2})(\d{2})[Tt]?(\d{2})(\d{2})(\d{2})(?:\.(\d{1,9}))?(Z|z|[+-]\d{2}:?\d{2})?", re.ASCII
)
_CLOCK = re.compile(
    r"(?<![\d:.])(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?![\d:])(?: ?([ap])\.?m\b\.?)?", re.ASCII | re.I
)
_COMMENT = re.compile(r" ?[(\[]([^()\[\]]*)[)\]]\Z")
_YEAR_AT_THE_END = re.compile(r"(?:\A| )(\d{4})\Z", re.ASCII)
_OFFSET = re.compile(r"(?:UTC|GMT|UT|Z)? ?([+-])(\d{1,2})(?::?(\d{2}))?(?: ([A-Z]{2,5}))?", re.ASCII | re.I)
_NAME = re.compile(r"[A-Za-z_]+(?:/[A-Za-z0-9_+-]+){1,2}", re.ASCII)
_EAST_ASIAN = re.compile(r"(\d{4}) ?[年년] ?(\d{1,2}) ?[月월] ?(\d{1,2}) ?[日일]", re.ASCII)
_YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})", re.ASCII)
_NUMBERS = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})", re.ASCII)
_NAMED_MONTH = (
    re.compile(r"(?P<day>\d{1,2}) M(?P<month>\d+) (?P<year>\d{4}|\d{2})", re.ASCII),
    re.compile(r"M(?P<month>\d+) (?P<day>\d{1,2}) (?P<year>\d{4}|\d{2})", re.ASCII),
    re.compile(r"(?P<year>\d{4}) M(?P<month>\d+) (?P<day>\d{1,2})", re.ASCII),
)
_PERSIAN_MONTH = (
    re.compile(r"(?P<day>\d{1,2}) P(?P<month>\d+) (?P<year>\d{4})", re.ASCII),
    re.compile(r"(?P<year>\d{4}) P(?P<month>\d+) (?P<day>\d{1,2})", re.ASCII),
)
_WEEKDAY_IN_TWO_WORDS = re.compile(r"\b(یک|دو|سه|چهار|پنج) (?=شنبه)")
_HOUR_AND_MINUTE = re.compile(r"(?<![\d:])(\d{1,2}) ?h ?(\d{2})\b", re.ASCII)
_WORD_OF_THE_CLOCK = re.compile(r"(?:Uhr|hrs?|h)\b\.? ?", re.ASCII | re.I)
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th)\b", re.ASCII | re.I)
_PART = re.compile(r"[0-9]+(?:[-/.][0-9]+)*|[^\W\d_]+")
_BETWEEN_PARTS = re.compile(r"[ ,.-]*")

_HOURS = {
    "UTC": 0, "GMT": 0, "UT": 0, "Z": 0, "WET": 0, "WEST": 1, "BST": 1, "CET": 1, "MET": 1, "MEZ": 1, "CEST": 2,
    "MEST": 2, "MESZ": 2, "SAST": 2, "EET": 2, "EEST": 3, "MSK": 3, "TRT": 3, "EAT": 3, "IRST": 3.5, "IRDT": 4.5,
    "GST": 4, "PKT": 5, "IST": 5.5, "NPT": 5.75, "WIB": 7, "ICT": 7, "HKT": 8, "SGT": 8, "MYT": 8, "PHT": 8, "AWST": 8,
    "JST": 9, "KST": 9, "ACST": 9.5, "AEST": 10, "ACDT": 10.5, "AEDT": 11, "NZST": 12, "NZDT": 13, "NST": -3.5,
    "NDT": -2.5, "BRT": -3, "ART": -3, "ADT": -3, "EDT": -4, "EST": -5, "CDT": -5, "CST": -6, "MDT": -6, "MST": -7,
    "PDT": -7, "PST": -8, "AKDT": -8, "AKST": -9, "HST": -10,
}  # fmt: skip
"""Hours east of Greenwich. EST to PDT are RFC 822's; IST is India's and BST Britain's, as in news they are."""

_SEASONAL = {
    "ET": "America/New_York",
    "CT": "America/Chicago",
    "MT": "America/Denver",
    "PT": "America/Los_Angeles",
}
"""Letters that mean another offset in summer than in winter."""

PERSIAN_YEARS = range(1370, 1480)
"""Years of the Persian solar calendar that a date of our time can be of: 1387 began in 2008. Nobody means the Gregorian ones."""
_OF_PERSIANS = "Asia/Tehran"

_WEST_AND_EAST = timedelta(hours=14)
"""No zone lies further from Greenwich."""


class WrittenTime(NamedTuple):
    """A moment as it was written."""

    at: datetime
    """In UTC; where no zone was written, the written time taken as one in ``taken_as``."""
    has_zone: bool
    weekday_fits: bool = True
    """False where a weekday was written that the day does not have: one of the two is wrong."""
    taken_as: str = "UTC"
    """The zone of a time without one: UTC, and Iran's for days of the Persian calendar."""


def written_time(raw: str) -> WrittenTime:
    """The moment that a text names. Raises UnknownZone, and ValueError for what is no date, no whole one or an ambiguous one.

    >>> written_time("Thu, 26 Nov 2026 08:57:00 GMT+0200").at.isoformat()
    '2026-11-26T06:57:00+00:00'
    >>> written_time("Oct 28, 2026 8:28 PM").has_zone
    False
    """
    if len(raw) > LONGEST:
        raise ValueError(f"a date of {len(raw)} characters")
    if usual := _USUAL.fullmatch(raw):  # most of them: the candles of many exchanges
        with suppress(ValueError):
            return WrittenTime(datetime.fromisoformat(usual[1]).replace(tzinfo=timezone.utc), has_zone=bool(usual[2]))
    text = " ".join(_in_ascii_digits(raw.replace("\u2212", "-")).split())
    try:
        iso = _ISO.fullmatch(text) or _COMPACT.fullmatch(text)
        return _iso(iso) if iso else _free(text)
    except UnknownZone:
        raise
    except (ValueError, OverflowError):
        raise ValueError(f"{text!r} is not a time") from None


def _in_ascii_digits(text: str) -> str:
    """Digits of other scripts are digits in a date; letters that are written in two ways become one."""
    if text.isascii():
        return text
    ascii_digits = "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in text)
    return _WEEKDAY_IN_TWO_WORDS.sub(r"\1", ascii_digits.translate(FOLDED))


def _iso(match: re.Match[str]) -> WrittenTime:
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    on, is_persian = _date(int(year), int(month), int(day))
    return _moment(on, _clock(hour or 0, minute or 0, second, fraction), zone or "", is_persian)


def _date(year: int, month: int, day: int) -> tuple[date, bool]:
    """The day, and whether it was one of the Persian calendar. ValueError for a day that does not exist."""
    if year not in PERSIAN_YEARS:
        return date(year, month, day), False
    from persiantools.jdatetime import JalaliDate

    return JalaliDate.fromisoformat(f"{year}-{month:02}-{day:02}").to_gregorian(), True


def _free(text: str) -> WrittenTime:
    """A date in another form: the day before the clock, the zone behind it, a year perhaps behind both (asctime)."""
    text = _HOUR_AND_MINUTE.sub(r"\1:\2", text)
    comment = _COMMENT.search(text)
    rest = text[: comment.start()] if comment else text
    clock = _CLOCK.search(rest)
    if clock is None:
        if comment:
            raise ValueError(text)
        day, zone, since_midnight = rest, "", timedelta(0)
    else:
        day, zone = (
            rest[: clock.start()].rstrip(" ,T"),
            _WORD_OF_THE_CLOCK.sub("", rest[clock.end() :].strip(" ,"), count=1),
        )
        since_midnight = _since_midnight(clock)
        if year := _YEAR_AT_THE_END.search(zone):
            day, zone = f"{day} {year[1]}", zone[: year.start()]
    if not zone and comment:
        zone = comment[1].strip()
    (on, is_persian), weekday = _day(day)
    fits = weekday is None or weekday == on.weekday()
    return _moment(on, since_midnight, zone, is_persian)._replace(weekday_fits=fits)


def _since_midnight(clock: re.Match[str]) -> timedelta:
    hour, minute, second, fraction, half = clock.groups()
    if half:
        if not 1 <= int(hour) <= 12:
            raise ValueError(clock[0])
        hour = int(hour) % 12 + (12 if half.lower() == "p" else 0)
    return _clock(hour, minute, second, fraction)


def _clock(hour: int | str, minute: int | str, second: str | None, fraction: str | None) -> timedelta:
    """Since midnight. 24:00 is the end of the day and second 60 a leap second; ValueError for a clock that does not exist."""
    since = timedelta(hours=int(hour), minutes=int(minute), seconds=int(second or 0))
    if int(minute) > 59 or int(second or 0) > 60 or since > timedelta(days=1):
        raise ValueError(since)
    return since + timedelta(microseconds=int((fraction or "0").ljust(6, "0")[:6]))


def _moment(day: date, since_midnight: timedelta, zone: str, is_persian: bool) -> WrittenTime:
    taken_as = _OF_PERSIANS if is_persian else "UTC"
    written = datetime.combine(day, time(), timezone.utc) + since_midnight
    at = written.replace(tzinfo=_zone(zone or taken_as)).astimezone(timezone.utc)
    return WrittenTime(at, has_zone=bool(zone), taken_as=taken_as)


def _zone(text: str) -> tzinfo:
    if (hours := _HOURS.get(text.upper())) is not None:
        return timezone(timedelta(hours=hours))
    if offset := _OFFSET.fullmatch(text):
        return _offset(*offset.groups())
    name = _SEASONAL.get(text.upper(), text)
    if _NAME.fullmatch(name) and (zone := _named_zone(name)):
        return zone
    raise UnknownZone(f"unknown zone {text!r}")


def _offset(sign: str, hours: str, minutes: str | None, letters: str | None) -> timezone:
    """Letters behind an offset may repeat it ("+0530 IST") and may not contradict it."""
    size = timedelta(hours=int(hours), minutes=int(minutes or 0))
    east = -size if sign == "-" else size
    said = _HOURS.get((letters or "").upper())
    if size > _WEST_AND_EAST or int(minutes or 0) > 59 or (said is not None and timedelta(hours=said) != east):
        raise UnknownZone(f"unknown zone {sign}{hours}{minutes or ''}{letters or ''}")
    return timezone(east)


@cache
def _named_zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # not in the database, no name, or the name of one of its folders
        return None


def _day(text: str) -> tuple[tuple[date, bool], int | None]:
    """The day, whether it is one of the Persian calendar, and the weekday that was written beside it."""
    words, weekday = _in_english(_ORDINAL.sub("", _EAST_ASIAN.sub(r"\1-\2-\3", text)))
    if year_first := _YEAR_FIRST.fullmatch(words):
        return _date(int(year_first[1]), int(year_first[3]), int(year_first[4])), weekday
    if numbers := _NUMBERS.fullmatch(words):
        return _of_numbers(int(numbers[1]), numbers[2], int(numbers[3]), int(numbers[4])), weekday
    for form in _NAMED_MONTH:
        if named := form.fullmatch(words):
            year = int(named["year"]) + (2000 if len(named["year"]) == 2 else 0)
            return (date(year, int(named["month"]), int(named["day"])), False), weekday
    for form in _PERSIAN_MONTH:
        if (named := form.fullmatch(words)) and int(named["year"]) in PERSIAN_YEARS:
            return _date(int(named["year"]), int(named["month"]), int(named["day"])), weekday
    raise ValueError(text)


def _of_numbers(first: int, separator: str, second: int, year: int) -> tuple[date, bool]:
    """Day and month in the order of the country: dots put the day first; with other signs it must follow from the numbers."""
    if separator == "." or first > 12 or first == second:
        return _date(year, second, first)
    if second > 12:
        return _date(year, first, second)
    raise ValueError("day and month could be either")


def _in_english(text: str) -> tuple[str, int | None]:
    """The text with months as M1 to M12, Persian ones as P1 to P12, and nothing else in letters, and the weekday (0 is Monday) that it began with."""
    if not _BETWEEN_PARTS.fullmatch(_PART.sub("", text)):
        raise ValueError(text)
    weekday: int | None = None
    kept: list[str] = []
    for position, part in enumerate(_PART.findall(text)):
        word = part.casefold()
        if not word[0].isalpha():
            kept.append(part)
        elif position == 0 and word in WEEKDAYS:
            weekday = WEEKDAYS[word]
        elif word in MONTHS:
            kept.append(f"M{MONTHS[word]}")
        elif word in PERSIAN_MONTHS:
            kept.append(f"P{PERSIAN_MONTHS[word]}")
        elif word not in FILLERS:
            raise ValueError(text)
    return " ".join(kept), weekday
