"""What the names of option contracts say: BTC-25DEC26-90000-C, BTC-USD-261225-90000-P, ETH-4DEC26-3000-C-USDT.

Belongs here: coin, expiry, strike and side of a contract's name.
Does not belong here: what its numbers mean at one exchange (providers/), what contracts say together
(collection/normalise/options.py).

Deribit, Bybit and OKX all let contracts expire at 08:00 UTC of the day in the name.
"""

from __future__ import annotations

import re
from datetime import datetime, timezone
from typing import Literal, NamedTuple

MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
EXPIRY_HOUR = 8
CONTRACT = re.compile(
    r"(?P<coin>[A-Z0-9]+)(?P<quote>-USD)?-"
    r"(?:(?P<day>\d{1,2})(?P<month>[A-Z]{3})(?P<year>\d\d)|(?P<digits>\d{6}))-"
    r"(?P<strike>\d+(?:\.\d+)?)-(?P<side>[CP])(?P<rest>-USDT)?",
    re.ASCII,
)
"""A name in one of the two forms of a day: 25DEC26, 261225."""


class NamedOption(NamedTuple):
    """What the name of a contract says."""

    coin: str
    expiry: datetime
    strike: float
    """Dollars."""
    side: Literal["call", "put"]


def named_option(contract: str) -> NamedOption | None:
    """The parts of a contract's name; None for a name of another form. ValueError for a day that is in no calendar.

    >>> named_option("BTC-5DEC26-90000-C")
    NamedOption(coin='BTC', expiry=datetime.datetime(2026, 12, 5, 8, 0, tzinfo=datetime.timezone.utc), strike=90000.0, side='call')
    >>> named_option("ETH-USD-261225-3050-P")[1:] == named_option("ETH-25DEC26-3050-P-USDT")[1:], named_option("BTC-PERPETUAL")
    (True, None)
    """
    match = CONTRACT.fullmatch(contract)
    if match is None:
        return None
    return NamedOption(
        match["coin"], expiry_of(match), float(match["strike"]), "call" if match["side"] == "C" else "put"
    )


def expiry_of(match: re.Match[str]) -> datetime:
    """When the contract expires whose name CONTRACT has matched. ValueError for a day that is in no calendar."""
    if digits := match["digits"]:
        year, month, day = int(digits[:2]), int(digits[2:4]), int(digits[4:])
    else:
        year, month, day = int(match["year"]), MONTHS.index(match["month"]) + 1, int(match["day"])
    return datetime(2000 + year, month, day, EXPIRY_HOUR, tzinfo=timezone.utc)
