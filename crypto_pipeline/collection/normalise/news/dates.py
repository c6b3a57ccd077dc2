"""When an article was published, from what outlets write, and what had to be assumed about it.

Belongs here: which dates are believed, and the note that goes with one that is not, or not quite.
Does not belong here: the forms of a written time (sources/formats/dates.py), unix times (collection/normalise/values.py).
"""

from __future__ import annotations

from datetime import datetime

from crypto_pipeline.collection.normalise.values import is_unix_time, moment
from crypto_pipeline.schema.clock import GENESIS, is_ahead
from crypto_pipeline.sources.errors import UnknownZone
from crypto_pipeline.sources.formats.dates import LONGEST, WrittenTime, written_time
from crypto_pipeline.sources.kit import is_missing


def published(raw: object, fetched_at: datetime) -> tuple[datetime | None, str | None]:
    """The moment in UTC, and a note where something had to be assumed. A date that cannot be right is None, never now."""
    text = " ".join(str(raw)[: LONGEST + 1].split())
    if is_missing(raw) or not text:
        return None, "no date"
    if len(text) > LONGEST:
        return None, "unreadable date"
    try:
        written = _written(text)
    except UnknownZone:
        return None, f"unknown zone: {text}"
    except ValueError:
        return None, f"unreadable date: {text}"
    if written is None:
        return None, "no date"
    if is_ahead(written.at, fetched_at):
        return None, f"in the future: {written.at:%Y-%m-%d %H:%M}"
    if written.at < GENESIS:
        return None, f"before 2009: {written.at:%Y-%m-%d}"
    return min(written.at, fetched_at), _note(written, text)


def _written(text: str) -> WrittenTime | None:
    if not is_unix_time(text):
        return written_time(text)
    at = moment(text)
    return WrittenTime(at, has_zone=True) if at else None


def _note(written: WrittenTime, text: str) -> str | None:
    if not written.has_zone:
        return f"no zone, taken as {written.taken_as}: {text}"
    return None if written.weekday_fits else f"another weekday than that day's: {text}"
