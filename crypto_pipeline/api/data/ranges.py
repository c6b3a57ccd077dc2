"""Ranges of time, and how they are cut into buckets for a chart.

Belongs here: defaults and bounds of a range; the length of a bucket.
Does not belong here: what is in a bucket.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from crypto_pipeline.api.errors import InvalidQuery

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
_STEPS = (
    *(_MINUTE * number for number in (1, 5, 10, 15, 30)),
    *(_HOUR * number for number in (1, 2, 3, 4, 6, 12)),
    *(_DAY * number for number in (1, 2, 7, 14, 28)),
)
"""Lengths in seconds that a person reads off a chart with ease; beyond them they double."""


@dataclass(frozen=True, slots=True)
class Range:
    """From ``since``, up to and without ``until``."""

    since: datetime
    until: datetime

    def bucket_seconds(self, points: int) -> int:
        """The shortest length of a bucket with which there are at most so many; buckets begin at multiples of it."""
        steps = iter(_STEPS)
        seconds = next(steps)
        while self._buckets(seconds) > points:
            seconds = next(steps, seconds * 2)
        return seconds

    def _buckets(self, seconds: int) -> int:
        step = timedelta(seconds=seconds)
        return (self.until - _EPOCH - timedelta.resolution) // step - (self.since - _EPOCH) // step + 1


def range_of(
    since: datetime | None, until: datetime | None, now: datetime, *, usual: timedelta, longest: timedelta | None = None
) -> Range:
    """The range that is meant when one end or both are left out. Raises InvalidQuery."""
    ends = until or now if since is None else until or max(now, since + timedelta.resolution)
    try:
        begins = since or ends - usual
    except OverflowError:
        raise InvalidQuery("'to' is before the beginning of time.") from None
    if begins >= ends:
        raise InvalidQuery("'from' must be before 'to'.")
    if longest and ends - begins > longest:
        raise InvalidQuery(
            f"From {begins:%Y-%m-%d %H:%M} to {ends:%Y-%m-%d %H:%M} is too wide: at most {longest.days} days at a time."
        )
    return Range(begins, ends)


BUCKET = "make_timestamptz(CAST(epoch_us(timestamp) // $step * $step AS BIGINT))"
"""In SQL: the beginning of the bucket of a row; ``$step`` is its length in microseconds."""
