"""How prices came to what they are: a slow rise over the years, with good years and bad ones.

Belongs here: by how much a coin's price lay below what it is in the recordings.
Does not belong here: what it does within a day (replay/chance.py), when a coin was listed (replay/trading.py).

Nothing is added on the day of the recordings and after it: the present moves round the recorded prices.
"""

from __future__ import annotations

import math
from functools import lru_cache

from crypto_pipeline.replay.chance import chance, smoothly

DAY_MINUTES = 1440
PRESENT_DAY = 20_780
"""23 November 2026 in days since 1970, when the recordings were made."""
_YEAR = 365.25
_NINE_YEARS = 9 * _YEAR
RISE = 20.0
"""How many times its price of nine years before a coin costs; others have up to three times more or less."""
_RISES = {"BTC": RISE, "PAXG": 3.2, "XAUT": 3.2}
_SEASONS = ((700, 0.3), (120, 0.12))
"""Days between two turns, and how far they reach."""
_OF_ITS_OWN = 0.4


def trend(seed: int, coin: str, minute: int) -> float:
    """The logarithm of what the price was, compared with today's; straight within a day (UTC)."""
    day, within = divmod(minute, DAY_MINUTES)
    if day >= PRESENT_DAY:
        return 0.0
    before = trend_of_day(seed, coin, day)
    return before + (trend_of_day(seed, coin, day + 1) - before) * within / DAY_MINUTES


@lru_cache(maxsize=4096)
def trend_of_day(seed: int, coin: str, day: int) -> float:
    """The same when a day begins, counted since 1970."""
    ago = PRESENT_DAY - day
    if ago <= 0:
        return 0.0
    rise = _RISES.get(coin) or RISE * 3 ** chance(f"{coin}/rise", 0)
    seasons = 0.0
    for length, reach in _SEASONS:
        turn, since = divmod(day, length)
        for name, share in ((f"{seed}/years", 1.0), (f"{seed}/{coin}/years", _OF_ITS_OWN)):
            seasons += share * reach * smoothly(f"{name}/{length}", turn, since / length)
    return seasons * min(ago / _YEAR, 1) - math.log(rise) * ago / _NINE_YEARS
