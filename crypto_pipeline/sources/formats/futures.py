"""What the names of dated futures say: BTC-25DEC26, BTCUSDT_261225, BTC-USD-261225, FF_XBTUSD_261225.

Belongs here: coin, bundle and expiry of a contract's name.
Does not belong here: what its numbers mean at one exchange (providers/), names of perpetual contracts
(sources/formats/contracts.py) and of options (sources/formats/options.py).

Deribit, Bybit, OKX and Binance let them expire at 08:00 UTC of the day in the name; where another hour is meant the days that are
left are wrong by hours.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import NamedTuple

from crypto_pipeline.sources.formats.contracts import bundle
from crypto_pipeline.sources.formats.options import expiry_of

DATED = re.compile(
    r"(?P<before>FF_)?(?P<base>[A-Z0-9]+?)(?P<quote>-?(?:USDT|USDC|USD))?(?P<gap>[-_])"
    r"(?:(?P<day>\d{1,2})(?P<month>[A-Z]{3})(?P<year>\d\d)|(?P<digits>\d{6}))",
    re.ASCII,
)
"""A name in one of the two forms of a day: 25DEC26, 261225."""


class NamedFuture(NamedTuple):
    """What the name of a contract says."""

    coin: str
    size: int
    """How many coins one unit of its price holds."""
    expiry: datetime


def named_future(contract: str) -> NamedFuture | None:
    """The parts of a contract's name; None for a name of another form. ValueError for a day that is in no calendar.

    >>> named_future("BTC-25DEC26")
    NamedFuture(coin='BTC', size=1, expiry=datetime.datetime(2026, 12, 25, 8, 0, tzinfo=datetime.timezone.utc))
    >>> {named_future(name)[2:] for name in ("BTCUSDT_261225", "BTC-USD-261225", "FF_XBTUSD_261225")} == {named_future("BTC-25DEC26")[2:]}
    True
    >>> named_future("BTCUSDT"), named_future("BTC-25DEC26-90000-C"), named_future("BTC-PERPETUAL")
    (None, None, None)
    """
    match = DATED.fullmatch(contract)
    return None if match is None else NamedFuture(*bundle(match["base"]), expiry_of(match))
