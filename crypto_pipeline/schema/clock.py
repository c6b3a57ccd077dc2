"""What time it is, how far the clocks of the world may differ, and when the time of this data bank begins.

Belongs here: the moment now, the tolerance, the first moment of all.
Does not belong here: times as sources spell them (collection/normalise/values.py).
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

GENESIS = datetime(2009, 1, 3, tzinfo=timezone.utc)
"""The day of the first Bitcoin block. Nothing before it is asked for, believed or kept, whatever a source has."""
CLOCK_TOLERANCE = timedelta(minutes=10)
"""Clocks of sources and of this machine may be this far apart: a time that is further ahead is of the future."""
ENOUGH_HOSTS = 5
"""Hosts that have to be heard before their clocks are believed more than ours."""


def is_ahead(moment: datetime | None, now: datetime) -> bool:
    """Whether a remembered moment is of the future: a clock was wrong once, and nothing follows from it."""
    return moment is not None and moment > now + CLOCK_TOLERANCE


def utc_now() -> datetime:
    """The moment now, in UTC."""
    return datetime.now(timezone.utc)
