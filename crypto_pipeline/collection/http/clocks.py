"""What the clocks of hosts say of ours: nearly every answer carries the moment at which it was made.

Belongs here: reading that moment, how far our clock is from it, what many hosts together say.
Does not belong here: pauses that hosts ask for (collection/http/too_often.py), rows of a wrong clock (warehouse/future.py).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from statistics import median

from crypto_pipeline.collection.http.messages import Attempt
from crypto_pipeline.schema.clock import ENOUGH_HOSTS


def http_date(text: str) -> datetime | None:
    """The moment that a header such as Date names; None where it names none.

    https://www.rfc-editor.org/rfc/rfc9110#name-date-time-formats
    """
    try:
        parsed = parsedate_to_datetime(text)
        return (parsed if parsed.tzinfo else parsed.replace(tzinfo=timezone.utc)).astimezone(timezone.utc)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def seconds_ahead(headers: Mapping[str, str], now: datetime) -> float | None:
    """How far our clock is ahead of that of a host, by the head of its answer; None where it does not say.

    An answer that lay in a cache says for how long: its Age is added. https://www.rfc-editor.org/rfc/rfc9111#name-age
    """
    made = http_date(headers.get("date", ""))
    if made is None:
        return None
    age = headers.get("age", "").strip()
    return (now - made).total_seconds() - (int(age) if age.isascii() and age.isdigit() and len(age) < 10 else 0)


def seconds_ahead_of_all(attempts: Iterable[Attempt]) -> float | None:
    """The median over hosts of how far our clock is ahead of theirs; None while fewer than ENOUGH_HOSTS have said."""
    by_host: defaultdict[str, list[float]] = defaultdict(list)
    for attempt in attempts:
        if attempt.clock_ahead_seconds is not None:
            by_host[attempt.host].append(attempt.clock_ahead_seconds)
    return median(map(median, by_host.values())) if len(by_host) >= ENOUGH_HOSTS else None
