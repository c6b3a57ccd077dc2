"""Prices that move: a market invented from a seed, the same for every source that is replayed.

Belongs here: what a coin costs at a moment, candles, the small difference between two sources, numbers in a source's style.
Does not belong here: recordings and payloads (replay/world.py), how prices move (replay/chance.py, replay/years.py), when a market is
traded at all (replay/trading.py), a day of a coin in pieces (replay/coin_days.py).

Nothing here keeps state: any moment of any year can be asked for.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache, partial
from itertools import groupby
from typing import Any, NamedTuple

from crypto_pipeline.replay.chance import chance, swing
from crypto_pipeline.replay.coin_days import OF_ITS_OWN, QUARTER, QUARTERS, CoinDay
from crypto_pipeline.replay.trading import EVERY_MINUTE, Trading
from crypto_pipeline.replay.years import DAY_MINUTES, trend
from crypto_pipeline.schema.dollars import DOLLARS
from crypto_pipeline.sources.symbols import FIAT

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

_OFFSET = 0.0004


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


class Traded(NamedTuple):
    """What was traded in a candle: prices and turnover in dollars, volume in coins."""

    open: float
    high: float
    low: float
    close: float
    volume: float
    turnover: float
    trades: int


class Market:
    """The prices of one seed, and what is traded of each coin at each source.

    A candle is what its parts are: its high is the highest of theirs, what was traded in it is their sum, and its close is the
    open of the next one, whatever lengths are asked for. Candles open on whole minutes.
    """

    def __init__(self, seed: int = 0) -> None:
        self._seed = seed
        self.trading = Trading(seed)

    def level(self, coin: str, at: float) -> float:
        """What a coin costs at a moment (unix seconds), compared with its recordings. The same within a minute."""
        return _level(self._seed, coin, int(at // 60))

    def dollars(self, coin: str, at: float) -> float:
        """Dollars for one coin at a moment (unix seconds)."""
        return usual_price(coin) * self.level(coin, at)

    def traded(self, source: str, name: str, opened: int, seconds: int, now: float) -> Traded | None:
        """The candle of a market at a source, as far as it has got; None when nothing was traded in it.

        It begins and ends with trades: of a day in whose night the market was halted or not listed yet, it is what was left.

        :param name: the coin's name in that market then: MATIC and POL are one coin, LUNA was another one before.
        """
        begin, end = opened // 60, int(min(opened + seconds, now) // 60)
        if begin < end:
            return _at_source(self._seed, source, name, begin, end)
        coin = self.trading.coin_of(name, opened)
        if coin is None or not self.trading.has_trades(source, name, opened, seconds):
            return None
        price = self.dollars(coin, opened)
        volume = self.volume(coin, opened, seconds, now)
        return Traded(price, price, price, price, volume, price * volume, 1)

    def candle(self, coin: str, opened: int, seconds: int, now: float) -> Ohlc:
        """The candle of a coin that is traded all the time, as far as it has got."""
        begin, end = opened // 60, int(min(opened + seconds, now) // 60)
        if begin >= end:
            return Ohlc(*[self.dollars(coin, opened)] * 4)
        return Ohlc(*_anywhere(self._seed, coin, begin, end)[:4])

    def volume(self, coin: str, opened: int, seconds: int, now: float) -> float:
        """Coins traded in that candle so far: some millions of dollars an hour."""
        begin, end = opened / 60, min(opened + seconds, max(now, opened + 1)) / 60
        days = range(opened // 86_400, math.ceil(end / DAY_MINUTES))
        return sum(
            _coin_day(self._seed, coin, day).volume(
                max(begin - day * DAY_MINUTES, 0), min(end - day * DAY_MINUTES, DAY_MINUTES)
            )
            for day in days
        )

    def turnover(self, coin: str, opened: int, seconds: int, now: float) -> float:
        """Dollars traded in that candle so far."""
        begin, end = opened // 60, int(min(opened + seconds, now) // 60)
        if begin >= end:
            return self.dollars(coin, opened) * self.volume(coin, opened, seconds, now)
        return _anywhere(self._seed, coin, begin, end).turnover

    def trades(self, coin: str, opened: int, seconds: int, now: float) -> int:
        """How many trades made that volume: one for some hundreds of dollars."""
        begin, end = opened // 60, int(min(opened + seconds, now) // 60)
        return _anywhere(self._seed, coin, begin, end).trades if begin < end else 1

    def offset(self, source: str) -> float:
        """By how much a source differs from the others, as a factor: a few hundredths of a percent."""
        return 1 + _OFFSET * chance(f"{self._seed}/{source}", 0)


def usual_price(coin: str) -> float:
    """What a coin costs in the recordings; invented from its name when it is in none."""
    if coin in STEADY:
        return 1.0
    return DOLLAR_PRICES.get(coin) or round(10 ** (1.5 * chance(coin, 0)), 4)


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


@lru_cache(maxsize=8192)
def _level(seed: int, coin: str, minute: int) -> float:
    if coin in STEADY:
        return 1.0
    return math.exp(swing(f"{seed}", minute) + OF_ITS_OWN * swing(f"{seed}/{coin}", minute) + trend(seed, coin, minute))


@lru_cache(maxsize=256)
def _coin_day(seed: int, coin: str, day: int) -> CoinDay:
    return CoinDay(seed, coin, day, usual_price(coin), moves=coin not in STEADY)


@lru_cache(maxsize=256)
def _anywhere(seed: int, coin: str, begin: int, end: int) -> Traded:
    found = _gathered(seed, ((coin, run) for run in _days_of(begin, end)), lambda quarter: EVERY_MINUTE, begin, end)
    assert found is not None
    return found


@lru_cache(maxsize=256)
def _at_source(seed: int, source: str, name: str, begin: int, end: int) -> Traded | None:
    trading = Trading(seed)

    def runs() -> Iterator[tuple[str, range]]:
        for run in _days_of(begin, end):
            traded = trading.traded_quarters(source, name, run[0] // QUARTERS)
            if all(traded):
                yield trading.coin_of(name, run[0] * QUARTER * 60) or name, run
                continue
            for coin, together in groupby(run, key=partial(coin_in, traded)):
                quarters = list(together)
                if coin is not None:
                    yield coin, range(quarters[0], quarters[-1] + 1)

    def coin_in(traded: tuple[bool, ...], quarter: int) -> str | None:
        return (trading.coin_of(name, quarter * QUARTER * 60) or name) if traded[quarter % QUARTERS] else None

    return _gathered(seed, runs(), partial(trading.minutes_of_quarter, source, name), begin, end)


def _days_of(begin: int, end: int) -> Iterator[range]:
    """The quarters between two minutes that lie whole between them, day by day, and those that do not, by themselves."""
    at = begin
    while at < end:
        quarter = at // QUARTER
        whole = min((quarter // QUARTERS + 1) * QUARTERS, end // QUARTER) - quarter if at % QUARTER == 0 else 0
        run = range(quarter, quarter + max(whole, 1))
        yield run
        at = run.stop * QUARTER


def _gathered(
    seed: int, runs: Iterable[tuple[str, range]], minutes_of: Callable[[int], tuple[bool, ...]], begin: int, end: int
) -> Traded | None:
    """Everything between two minutes: quarters in a row, with their coin.

    :param minutes_of: which of the minutes of a quarter have trades. It takes long and is asked only where that matters: at both
        ends, and in a quarter that does not lie whole between them.
    """
    high, low, volume, turnover, trades = 0.0, math.inf, 0.0, 0.0, 0
    first: tuple[str, int] | None = None
    last = ("", 0)
    last_quarter: int | None = None
    for coin, run in runs:
        day, start, stop = _coin_day(seed, coin, run.start // QUARTERS), run.start * QUARTER, run.stop * QUARTER
        places = slice(run.start % QUARTERS, run.start % QUARTERS + len(run))
        if begin <= start and stop <= end:
            high, low = max(high, *day.highs[places]), min(low, *day.lows[places])
            volume += sum(day.volumes[places])
            turnover += sum(day.turnovers[places])
            trades += sum(day.trade_counts[places])
            if first is None:
                first = coin, start + minutes_of(run.start).index(True)
            last, last_quarter = (coin, 0), run[-1]
        else:
            minutes = minutes_of(run.start)
            traded = [start + i for i, one in enumerate(minutes) if one and begin <= start + i < end]
            if not traded:
                continue
            part = day.part(places.start, minutes, begin - start, end - start)
            volume += part.volume
            turnover += part.volume * day.mean_price(places.start)
            trades += part.trades
            prices = [usual_price(coin) * _level(seed, coin, at) for minute in traded for at in (minute, minute + 1)]
            high = max(high, *prices, day.highs[places.start] if start + part.highest_minute in traded else 0)
            low = min(low, *prices, day.lows[places.start] if start + part.lowest_minute in traded else math.inf)
            if first is None:
                first = coin, traded[0]
            last, last_quarter = (coin, traded[-1] + 1), None
    if first is None:
        return None
    if last_quarter is not None:
        last = last[0], (last_quarter + 1) * QUARTER - minutes_of(last_quarter)[::-1].index(True)
    opened, closed = (usual_price(coin) * _level(seed, coin, minute) for coin, minute in (first, last))
    return Traded(opened, high, low, closed, volume, turnover, trades)
