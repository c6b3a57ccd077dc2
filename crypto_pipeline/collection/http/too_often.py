"""How hosts say that they were asked too often, and until when they want to be left alone.

Belongs here: status codes, headers and words that mean it; the moment that they name.
Does not belong here: how one provider says it in its answers (sources/providers), what follows (collection/http/hosts.py).

Headers: RFC 9110, 10.2.3 (Retry-After); draft-ietf-httpapi-ratelimit-headers, and what was there before it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta, timezone
from functools import cache

from crypto_pipeline.collection.http.clocks import http_date

LONGEST_PAUSE = timedelta(days=7)
"""A source that asks for more has lost its senses or means for ever; the breaker decides about that."""
NOT_UNDERSTOOD = timedelta(minutes=15)
"""For a Retry-After that nobody can read: longer than any request waits, so the host is not asked again in this run."""
LONGEST_SAYING = 8 * 1024
"""Bytes. Who refuses does so in few words; an answer that is longer has something else to say."""
USUAL_WORDS = (
    "too many requests",
    "too_many_requests",
    "rate limit exceeded",
    "rate_limit_exceeded",
    "rate limit reached",
    "rate limited",
    "rate-limited",
    "request rate exceeded",
    "request limit reached",
    "request limit exceeded",
    "exceeded request limit",
    "api limit reached",
    "request was throttled",
    "too frequent",
    "frequency limit",
    "frequency exceeds",
    "frequency exceeded",
)
"""In the text of an error answer, whoever gives it, and of a short answer that should hold figures."""

_TOO_OFTEN = frozenset({418, 429})
"""418 is how Binance says that it will ban an address that goes on."""
_MAY_MEAN_IT = frozenset({400, 401, 403, 420, 509})
"""Codes that mean it when a header or the text says so."""
_EPOCH_SECONDS, _EPOCH_MILLISECONDS = 1e9, 1e11
"""From here on a number is a moment: as a pause it would be longer than thirty years."""
_RESET = re.compile(r"(?:x-)?(?:[a-z]+-)*rate-?limit(?:-[a-z]+)*-reset(?:-[a-z]+)*")
_DURATION = re.compile(r"(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+(?:\.\d+)?)s)?(?:(\d+(?:\.\d+)?)ms)?")
_IN_ONE = re.compile(r"\b(remaining|r|reset|t)\s*=\s*\"?(-?[\d.]+)")
_BLANKS = b" \t\n\r\f\v"

Headers = Mapping[str, Iterable[str]]
"""Names in lower case, each with all its values."""


def means_too_often(status_code: int, headers: Headers, body: bytes = b"", marks: Iterable[str] = ()) -> bool:
    """Whether an error answer says that the host had too many requests, by its code, its headers or its text."""
    if status_code in _TOO_OFTEN:
        return True
    return status_code in _MAY_MEAN_IT and (nothing_remains(headers) or says_too_often(body, (*marks, *USUAL_WORDS)))


def says_too_often(body: bytes, marks: Iterable[str]) -> bool:
    """Whether a short answer holds one of the marks by which its provider says so, however it spaces its JSON.

    A mark that ends in a figure is a whole number: ``"code":429`` does not stand in ``"code":42900``.
    """
    marks = tuple(marks)
    if not marks or len(body) > LONGEST_SAYING:
        return False
    text = body.translate(None, _BLANKS).lower()
    return any(_stands_in(_bare(mark), text) for mark in marks)


def nothing_remains(headers: Headers) -> bool:
    """Whether a header says that no request is left of the host's limit."""
    for name, values in headers.items():
        if name == "ratelimit":
            if any(key in {"remaining", "r"} and not float(said) for key, said in _in_one(values)):
                return True
        elif "remaining" in name and "limit" in name and any(_number(value) == 0 for value in values):
            return True
    return False


def wanted_pause(headers: Headers, now: datetime) -> datetime | None:
    """The moment before which the host does not want to be asked; None where no header speaks of it.

    Retry-After counts before the headers of a limit, and of several values the longest. A moment is compared with the
    Date of the same answer where it has one, so that a source whose clock is wrong is still understood. One that has
    passed is now; none is farther away than LONGEST_PAUSE.
    """
    theirs = next((date for value in headers.get("date", ()) if (date := http_date(value))), now)
    after = list(headers.get("retry-after", ()))
    pauses = [seconds for value in after for seconds in _pauses_in(value, theirs)]
    if not pauses:
        pauses = [seconds for value in _resets(headers) for seconds in _pauses_in(value, theirs)]
    if pauses:
        return now + timedelta(seconds=min(max(0.0, *pauses), LONGEST_PAUSE.total_seconds()))
    return now + NOT_UNDERSTOOD if any(value.strip() for value in after) else None


@cache
def _bare(mark: str) -> bytes:
    """A mark without its blanks. Sources declare a handful, which are looked for in every answer."""
    return mark.lower().encode().translate(None, _BLANKS)


def _stands_in(mark: bytes, text: bytes) -> bool:
    start = text.find(mark)
    while start >= 0:
        after = text[start + len(mark) :][:1]
        if not (mark[-1:].isdigit() and after.isdigit()):
            return True
        start = text.find(mark, start + 1)
    return False


def _resets(headers: Headers) -> list[str]:
    """When limits begin anew. One of which something remains is not the one that was met."""
    found = [said for key, said in _in_one(headers.get("ratelimit", ())) if key in {"reset", "t"}]
    for name, values in headers.items():
        if _RESET.fullmatch(name):
            remaining = headers.get(name.replace("-reset", "-remaining"), ())
            if not any((_number(value) or 0) > 0 for value in remaining):
                found += values
    return found


def _in_one(values: Iterable[str]) -> list[tuple[str, str]]:
    """The parts of ``RateLimit: limit=100, remaining=0, reset=50`` and of ``RateLimit: "day";r=0;t=50``."""
    return [
        (key, said) for value in values for key, said in _IN_ONE.findall(value.lower()) if _number(said) is not None
    ]


def _pauses_in(text: str, now: datetime) -> list[float]:
    """Seconds from now that a header means; several when it was given twice; none when it cannot be read.

    The comma of a date parts no more than the name of its weekday from it.
    """
    pauses = [_pause(part, now) for part in text.split(",")]
    return [seconds for seconds in pauses if seconds is not None]


def _pause(text: str, now: datetime) -> float | None:
    text = text.strip().strip('"')
    seconds = _number(text)
    if seconds is None:
        seconds = _duration(text)
    if seconds is None:
        moment = http_date(text) or _iso_date(text)
        return None if moment is None else (moment - now).total_seconds()
    if seconds >= _EPOCH_MILLISECONDS:
        return seconds / 1000 - now.timestamp()
    return seconds - now.timestamp() if seconds >= _EPOCH_SECONDS else seconds


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) and text.isascii() and "_" not in text else None


def _duration(text: str) -> float | None:
    """1m30s, 250ms: as some gateways write a pause."""
    match = _DURATION.fullmatch(text.lower())
    if not text or match is None:
        return None
    hours, minutes, seconds, milliseconds = (float(part or 0) for part in match.groups())
    return hours * 3600 + minutes * 60 + seconds + milliseconds / 1000


def _iso_date(text: str) -> datetime | None:
    """With hyphens: without them a number of many digits would be a date as well."""
    try:
        if "-" not in text:
            return None
        parsed = datetime.fromisoformat(text.upper().replace("Z", "+00:00"))
        return (parsed if parsed.tzinfo else parsed.replace(tzinfo=timezone.utc)).astimezone(timezone.utc)
    except (ValueError, OverflowError):
        return None
