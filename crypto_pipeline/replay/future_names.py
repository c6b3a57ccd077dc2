"""Names of dated futures as they would be on another day.

Belongs here: recognising them in a recorded answer, and writing them anew in the form of their exchange.
Does not belong here: names of options, which also hold a strike (replay/option_names.py), what a name says to a parser
(sources/formats/futures.py).
"""

from __future__ import annotations

import re
from datetime import timedelta

from crypto_pipeline.replay.leaves import exchanged, leaves
from crypto_pipeline.replay.option_names import day_of
from crypto_pipeline.sources.formats.futures import DATED
from crypto_pipeline.sources.formats.options import expiry_of
from crypto_pipeline.sources.kit import Payload


def ending_later(payload: Payload, days: int) -> Payload:
    """A payload with every dated contract so many days later."""
    if not days:
        return payload
    new = {
        place: _renamed(match, days)
        for place, leaf in leaves(payload)
        if isinstance(leaf, str) and (match := DATED.fullmatch(leaf)) is not None
    }
    return exchanged(payload, new) if new else payload


def _renamed(match: re.Match[str], days: int) -> str:
    ends = day_of(expiry_of(match) + timedelta(days=days), match)
    return f"{match['before'] or ''}{match['base']}{match['quote'] or ''}{match['gap']}{ends}"
