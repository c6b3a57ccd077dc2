"""Prices that move: a market invented from a seed, the same for every source that is replayed.

Belongs here: what a coin costs at a moment, candles, the small difference between two sources, numbers in a source's style.
Does not belong here: recordings and payloads (replay/world.py). Nothing here keeps state: any moment can be asked for.
"""

from __future__ import annotations

import hashlib
import math
from functools import lru_cache
from typing import Any, NamedTuple

from crypto_pipeline.sources.symbols import DOLLARS, FIAT

DOLLAR_PRICES = {
    "BTC": 90512.0, "ETH": 3051.3, "XRP": 2.203, "BNB": 870.0, "SOL": 140.05, "TRX": 0.2801, "DOGE": 0.1612, "ADA": 0.45,
    "HYPE": 33.1, "LINK": 13.2, "BCH": 540.1, "XLM": 0.251, "SUI": 1.61, "AVAX": 14.1, "HBAR": 0.148, "LTC": 95.1,
    "XMR": 118.3, "SHIB": 0.0000086, "TON": 1.61, "CRO": 0.1031, "DOT": 2.41, "ZEC": 480.0, "MNT": 1.02, "UNI": 6.3,
    "TAO": 310.0, "AAVE": 180.0, "BGB": 3.71, "OKB": 112.4, "NEAR": 2.01, "ENA": 0.28, "PEPE": 0.0000095, "ETC": 14.2,
    "ICP": 4.3, "APT": 2.5, "ONDO": 0.52, "WLD": 0.66, "POL": 0.1412, "ARB": 0.22, "ALGO": 0.145, "TRUMP": 6.9,
    "ATOM": 2.51, "KAS": 0.051, "VET": 0.0141, "RENDER": 1.9, "FIL": 1.72, "SEI": 0.141, "BONK": 0.0000097,
    "JUP": 0.2533, "PAXG": 4105.0, "XAUT": 4101.0, "GT": 10.2, "BSV": 21.4, "DASH": 48.2, "CELO": 0.2841,
}  # fmt: skip
"""What coins cost in the recordings, for candles and for requests whose coin was not the recorded one."""

STEADY = frozenset({*DOLLARS, *FIAT, "USDE", "USDS", "EURC", "EURT", "EURI", "IDRT", "BIDR"})
"""Money does not move: rates of exchange are facts of the recordings."""

_SWINGS = ((1440, 0.03), (240, 0.012), (60, 0.006), (15, 0.002), (5, 0.001), (1, 0.0004))
"""Minutes between two turns, and how far they reach: a few percent in hours, a tenth of one in five minutes."""
_OF_ITS_OWN = 0.4
"""How much a coin moves by itself, compared with the whole market."""
_OFFSET = 0.0004
_DOLLARS_A_TRADE = 700


UNITS_PER_DOLLAR = {
    "USD": 1.0,
    "EUR": 0.862,
    "AUD": 1.538,
    "BRL": 5.4,
    "THB": 32.4,
    "JPY": 156.2,
    "KRW": 1465.1,
    "IDR": 16_700.0,
}
"""How much of each money a dollar costs in the recordings, for candles in it."""


class Ohlc(NamedTuple):
    """The four prices of a candle, in dollars."""

    open: float
    high: float
    low: float
    close: float


class Market:
    """The prices of one seed."""

    def __init__(self, seed: int = 0) -> None:
        self._seed = seed

    def level(self, coin: str, at: float) -> float:
        """What a coin costs at a moment (unix seconds), compared with its recordings. The same within a minute."""
        if coin in STEADY:
            return 1.0
        minute = int(at // 60)
        return math.exp(_swing(f"{self._seed}", minute) + _OF_ITS_OWN * _swing(f"{self._seed}/{coin}", minute))

    def dollars(self, coin: str, at: float) -> float:
        """Dollars for one coin at a moment (unix seconds)."""
        return usual_price(coin) * self.level(coin, at)

    def candle(self, coin: str, opened: int, seconds: int, now: float) -> Ohlc:
        """The candle that opened then, as far as it has got. A closed one stays as it is, and its close opens the next."""
        end = min(opened + seconds, now)
        step = max(seconds // 6, 60)
        prices = [self.dollars(coin, at) for at in (*range(opened, math.ceil(end), step), end)]
        return Ohlc(prices[0], max(prices), min(prices), prices[-1])

    def volume(self, coin: str, opened: int, seconds: int, now: float) -> float:
        """Coins traded in that candle so far: some millions of dollars an hour."""
        an_hour = 5e6 * (1.2 + _chance(f"{self._seed}/{coin}/volume/{seconds}", opened)) / usual_price(coin)
        return an_hour * (min(opened + seconds, max(now, opened + 1)) - opened) / 3600

    def turnover(self, coin: str, opened: int, seconds: int, now: float) -> float:
        """Dollars traded in that candle so far: its coins, at a price between its lowest and its highest."""
        mean = sum(self.candle(coin, opened, seconds, now)) / len(Ohlc._fields)
        return mean * self.volume(coin, opened, seconds, now)

    def trades(self, coin: str, opened: int, seconds: int, now: float) -> int:
        """How many trades made that volume: one for some hundreds of dollars."""
        return max(round(self.volume(coin, opened, seconds, now) * usual_price(coin) / _DOLLARS_A_TRADE), 1)

    def offset(self, source: str) -> float:
        """By how much a source differs from the others, as a factor: a few hundredths of a percent."""
        return 1 + _OFFSET * _chance(f"{self._seed}/{source}", 0)


def usual_price(coin: str) -> float:
    """What a coin costs in the recordings; invented from its name when it is in none."""
    if coin in STEADY:
        return 1.0
    return DOLLAR_PRICES.get(coin) or round(10 ** (1.5 * _chance(coin, 0)), 4)


def in_style_of(raw: Any, value: float) -> Any:
    """A price as the source writes it: text or number, with at least its decimals and six digits that count.

    >>> in_style_of("64000.10", 65001.23456), in_style_of(0.00001234, 0.0000123456789), in_style_of("90512", 90713.26)
    ('65001.23', 1.23457e-05, '90713.3')
    """
    if isinstance(raw, int):
        return round(value) if abs(value) >= 1e5 else _rounded(value, 0)
    if isinstance(raw, float):
        return _rounded(value, _decimals(repr(float(raw))))
    return f"{value:.{max(_decimals(raw), _needed(value))}f}"


def to_six_digits(price: float) -> float:
    """The price in no more digits than ``in_style_of`` keeps of any."""
    return round(price, _needed(price))


def _rounded(value: float, decimals: int) -> float:
    return round(value, max(decimals, _needed(value)))


def _decimals(text: str) -> int:
    return 0 if "e" in text.lower() else len(text.partition(".")[2])


def _needed(value: float) -> int:
    return max(5 - math.floor(math.log10(abs(value))), 0) if value else 0


@lru_cache(maxsize=20_000)
def _swing(name: str, minute: int) -> float:
    """A walk that does not run away: turns at regular distances, smooth between them."""
    moved = 0.0
    for length, reach in _SWINGS:
        turn, since = divmod(minute, length)
        part = since / length
        smooth = part * part * (3 - 2 * part)
        before, after = _chance(f"{name}/{length}", turn), _chance(f"{name}/{length}", turn + 1)
        moved += reach * (before + smooth * (after - before))
    return moved


@lru_cache(maxsize=50_000)
def _chance(name: str, number: int) -> float:
    """A number from -1 to 1 that depends on nothing else."""
    digest = hashlib.blake2b(f"{name}:{number}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**63 - 1
