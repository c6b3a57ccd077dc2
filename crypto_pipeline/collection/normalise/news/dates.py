"""When an article was published, from what outlets write, and what had to be assumed about it.

Belongs here: zones given by letters, missing zones, dates that cannot be right.
Does not belong here: the forms of a time as such (collection/normalise/values.py).
"""

from __future__ import annotations

import re
from datetime import datetime

from crypto_pipeline.collection.normalise.context import EPOCH_OF_CRYPTO
from crypto_pipeline.collection.normalise.values import SKEW, is_missing, moment

_LONGEST = 100
_ZONES = {
    "WET": "+0000", "WEST": "+0100", "BST": "+0100", "CET": "+0100", "MEZ": "+0100", "CEST": "+0200", "MESZ": "+0200",
    "EET": "+0200", "EEST": "+0300", "MSK": "+0300", "TRT": "+0300", "IRST": "+0330", "IST": "+0530", "WIB": "+0700",
    "ICT": "+0700", "HKT": "+0800", "SGT": "+0800", "JST": "+0900", "KST": "+0900", "AEST": "+1000", "AEDT": "+1100",
    "BRT": "-0300", "ART": "-0300",
}  # fmt: skip
"""Letters that RFC 822 does not know; without this table they would pass as UTC. IST is India's, as in news it is."""

_LETTERS = re.compile(r"(?<=\d) ?([A-Za-z]{2,5})\Z")
_HAS_ZONE = re.compile(
    r"(?:[+-]\d{2}:?\d{2}|\d ?Z| (?:UTC|GMT|UT|EST|EDT|CST|CDT|MST|MDT|PST|PDT))(?: ?\(\w+\))?\Z", re.I
)


def published(raw: object, fetched_at: datetime) -> tuple[datetime | None, str | None]:
    """The moment in UTC, and a note where something had to be assumed. A date that cannot be right is None, never now."""
    if is_missing(raw):
        return None, "no date"
    text = " ".join(str(raw)[: _LONGEST + 1].split())
    if len(text) > _LONGEST:
        return None, "unreadable date"
    letters = _LETTERS.search(text)
    if letters and (offset := _ZONES.get(letters[1].upper())):
        text = f"{text[: letters.start()]} {offset}"
    try:
        when = moment(text)
    except ValueError:
        return None, f"unreadable date: {text}"
    if when is None:
        return None, "no date"
    if when > fetched_at + SKEW:
        return None, f"in the future: {when:%Y-%m-%d %H:%M}"
    if when < EPOCH_OF_CRYPTO:
        return None, f"before 2009: {when:%Y-%m-%d}"
    is_number = text.replace(".", "", 1).isdigit()
    note = None if is_number or _HAS_ZONE.search(text) else f"no zone, taken as UTC: {text}"
    return min(when, fetched_at), note
