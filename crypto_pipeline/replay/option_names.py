"""Names of option contracts as they would be on another day, of another coin and at other prices.

Belongs here: recognising them in a recorded answer, and writing them anew in the form of their exchange.
Does not belong here: what a coin costs (replay/market.py), what a name says to a parser (sources/formats/options.py).

A contract that expired long ago says nothing, and one far from the price has no meaning: days and strikes follow the clock and
the market, so that what is read from them stays what was recorded.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from crypto_pipeline.replay.leaves import exchanged, leaves
from crypto_pipeline.sources.formats.options import CONTRACT, MONTHS, expiry_of
from crypto_pipeline.sources.kit import Payload

STRIKE_DIGITS = 3
"""Digits of a strike that count."""


def listed_again(payload: Payload, coin: str, days: int, factor: float) -> Payload:
    """A payload with every contract so many days later, its strike times ``factor``."""
    new = {
        place: _renamed(match, coin, days, factor)
        for place, leaf in leaves(payload)
        if isinstance(leaf, str) and (match := CONTRACT.fullmatch(leaf)) is not None
    }
    return exchanged(payload, new) if new else payload


def _renamed(match: re.Match[str], coin: str, days: int, factor: float) -> str:
    expiry = expiry_of(match) + timedelta(days=days)
    strike = float(f"{float(match['strike']) * factor:.{STRIKE_DIGITS}g}")
    parts = [f"{coin}{match['quote'] or ''}", day_of(expiry, match), f"{strike:.10g}", match["side"]]
    return "-".join(parts) + (match["rest"] or "")


def day_of(expiry: datetime, match: re.Match[str]) -> str:
    """The day in the form in which the matched name has its own: 25DEC26 or 261225."""
    if match["digits"]:
        return f"{expiry:%y%m%d}"
    return f"{expiry.day}{MONTHS[expiry.month - 1]}{expiry:%y}"
