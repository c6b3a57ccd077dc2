"""When to ask again.

Belongs here: what Retry-After means, how long a back-off lasts.
Does not belong here: which outcomes a retry can help (schema/outcomes.py), waiting (collection/http/client.py).
"""

from __future__ import annotations

import math
import random
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

MAX_RETRIES = 2
LONGEST_PAUSE = timedelta(days=7)
"""A source that asks for more has lost its senses or means for ever; the breaker decides about that."""


def retry_after(header: str | None, now: datetime, date_header: str | None = None) -> datetime | None:
    """The moment that a Retry-After header names, in seconds or as a date; None when there is none that can be read.

    A date is compared with the Date of the same answer where it has one, so that a source whose clock is wrong is
    still understood. A moment that has passed is now.
    """
    pause = _seconds(header)
    if pause is None:
        moment = _http_date(header)
        if moment is None:
            return None
        pause = (moment - (_http_date(date_header) or now)).total_seconds()
    return now + timedelta(seconds=min(max(pause, 0.0), LONGEST_PAUSE.total_seconds()))


def back_off(retry: int, first_seconds: float) -> float:
    """Seconds before the given retry: exponential, with full jitter so that those who failed together part."""
    return random.uniform(0, first_seconds * 2 ** (retry - 1))


def _seconds(text: str | None) -> float | None:
    try:
        seconds = float(text or "")
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) else None


def _http_date(text: str | None) -> datetime | None:
    try:
        parsed = parsedate_to_datetime(text or "")
        return (parsed if parsed.tzinfo else parsed.replace(tzinfo=timezone.utc)).astimezone(timezone.utc)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
