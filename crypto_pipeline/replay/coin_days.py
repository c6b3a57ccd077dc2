"""A day of a coin in quarters of an hour: what makes every longer candle the sum of its shorter ones.

Belongs here: between which prices a coin moves in each quarter, what is traded in it, and how that is spread over its minutes.
Does not belong here: prices of a minute (replay/market.py), whether a source trades at all (replay/trading.py).

The highest and the lowest price of a quarter are not looked for minute by minute, which would cost a thousand prices a day.
Within a quarter each part of the walk goes straight up, straight down, or not far: so the sum of what each can reach is a
bound that no minute passes. One minute reaches it: the candle of that minute has it for its high. So the
high of an hour is that of its highest minute, and every candle encloses what it is made of.
"""

from __future__ import annotations

import math
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from crypto_pipeline.replay.chance import SWINGS, chance, chances, eights, pick
from crypto_pipeline.replay.years import DAY_MINUTES, trend_of_day

OF_ITS_OWN = 0.4
"""How much a coin moves by itself, compared with the whole market."""
QUARTER = 15
"""Minutes."""
QUARTERS = DAY_MINUTES // QUARTER
DOLLARS_A_TRADE = 700
_DOLLARS_AN_HOUR = 5e6
_UNEVEN = 0.45
"""How unevenly what is traded in an hour is spread over its minutes: less than a half."""
_MINUTES_KEPT = 64
"""Chances that are set apart for the minutes of an hour."""
Numbers = NDArray[np.float64]


def _smooth(length: int) -> Numbers:
    part = np.arange(0, length, QUARTER) / length
    return part * part * (3 - 2 * part)


_LONG = tuple((length, reach, _smooth(length)) for length, reach in SWINGS if length >= QUARTER)
"""Minutes between two turns, how far they reach, and how far the way between them is gone in each quarter."""
_JITTER = sum(reach for length, reach in SWINGS if length < QUARTER)
_THROUGH_A_DAY = np.arange(QUARTERS + 1) / QUARTERS
_QUARTER_ENDS = QUARTER * np.arange(1, 60 // QUARTER)
"""Minutes of an hour at which a quarter ends, but for the last."""


class Part(NamedTuple):
    """What is traded in a part of a quarter, and which minutes of the whole quarter reach its highest and lowest price."""

    volume: float
    trades: int
    highest_minute: int
    lowest_minute: int


class CoinDay:
    """One coin on one day (UTC). Lists have a number for each quarter of an hour; prices are dollars.

    :param usual: what the coin costs in the recordings.
    :param moves: False for money, which costs the same at all times.
    """

    def __init__(self, seed: int, coin: str, day: int, usual: float, moves: bool) -> None:
        self._seed, self._coin, self._usual = seed, coin, usual
        self._first_quarter = day * QUARTERS
        self._first_hour = day * 24
        self._spread_name = f"{seed}/{coin}/spread"
        if not moves:
            self._highs = self._lows = np.full(QUARTERS, usual)
            return
        market_lows, market_highs = _reached_by_all(f"{seed}", day)
        own_lows, own_highs = _reached(f"{seed}/{coin}", day)
        begin, end = trend_of_day(seed, coin, day), trend_of_day(seed, coin, day + 1)
        edges = begin + (end - begin) * _THROUGH_A_DAY
        before, after = edges[:-1], edges[1:]
        self._lows = usual * np.exp(market_lows + OF_ITS_OWN * own_lows + np.minimum(before, after))
        self._highs = usual * np.exp(market_highs + OF_ITS_OWN * own_highs + np.maximum(before, after))

    @cached_property
    def highs(self) -> list[float]:
        """The highest price of each quarter."""
        return list(self._highs.tolist())

    @cached_property
    def lows(self) -> list[float]:
        """The lowest price of each quarter."""
        return list(self._lows.tolist())

    def part(self, quarter: int, minutes: tuple[bool, ...], begin: int, end: int) -> Part:
        """What is traded from one minute of a quarter to another one, when only some of its minutes have trades.

        In a quarter that is traded all the time minutes have more or less of it; else those with trades have equal parts.
        """
        traded = [i for i, one in enumerate(minutes) if one]
        highest, lowest = (
            traded[pick(f"{self._seed}/{self._coin}/{name}", self._first_quarter + quarter, len(traded))]
            for name in ("highest", "lowest")
        )
        begin, end = max(begin, 0), min(end, QUARTER)
        if len(traded) == QUARTER:
            first = quarter * QUARTER
            volume, trades = self.volume(first + begin, first + end), self.trades(first + begin, first + end)
            return Part(volume, trades, highest, lowest)
        before, until = (sum(i < minute for i in traded) / len(traded) for minute in (begin, end))
        count = self.trade_counts[quarter]
        return Part(
            self.volumes[quarter] * (until - before),
            math.floor(count * until) - math.floor(count * before),
            highest,
            lowest,
        )

    def mean_price(self, quarter: int) -> float:
        """The price at which everything in a quarter is counted."""
        return math.sqrt(self.highs[quarter] * self.lows[quarter])

    @cached_property
    def hourly_volumes(self) -> list[float]:
        """Coins traded in each hour: some millions of dollars, as the coin costs today."""
        hours = chances(f"{self._seed}/{self._coin}/volume", self._first_hour, 24)
        return list((_DOLLARS_AN_HOUR * (1.2 + hours) / self._usual).tolist())

    def volume(self, begin: float, end: float) -> float:
        """Coins traded between two minutes of the day; whatever the pieces, they add up."""
        return self._spread(self.hourly_volumes, begin, end)

    def trades(self, begin: int, end: int) -> int:
        """How many trades made that volume. They add up too."""
        return self._trades_until(end) - self._trades_until(begin)

    @cached_property
    def volumes(self) -> list[float]:
        """Coins traded in each quarter."""
        return list(self._volumes.tolist())

    @cached_property
    def turnovers(self) -> list[float]:
        """Dollars traded in each quarter."""
        return list((self._volumes * np.sqrt(self._highs * self._lows)).tolist())

    @cached_property
    def trade_counts(self) -> list[int]:
        """Trades in each quarter."""
        before = np.array(self._trades_before)
        until = ((before[1:] - before[:-1])[:, np.newaxis] * self._shares).astype(int)
        return list((until[:, 1:] - until[:, :-1]).ravel().tolist())

    @cached_property
    def _volumes(self) -> Numbers:
        return (np.array(self.hourly_volumes)[:, np.newaxis] * (self._shares[:, 1:] - self._shares[:, :-1])).ravel()

    @cached_property
    def _shares(self) -> Numbers:
        """For each hour what part of it is traded until each of its quarters begins, and until it ends."""
        first = self._first_hour * _MINUTES_KEPT // 8
        of_hours = eights(self._spread_name, range(first, first + 24 * _MINUTES_KEPT // 8, _MINUTES_KEPT // 8))
        shares = np.zeros((24, 60 // QUARTER + 1))
        shares[:, 1:-1] = (_QUARTER_ENDS + _UNEVEN * (of_hours[:, :1] - of_hours[:, 1 : 60 // QUARTER])) / 60
        shares[:, -1] = 1
        return shares

    @cached_property
    def _trades_before(self) -> list[int]:
        """Trades of the day before each of its hours, and before the next day."""
        before = [0]
        for volume in self.hourly_volumes:
            before.append(before[-1] + round(volume * self._usual / DOLLARS_A_TRADE))
        return before

    def _trades_until(self, minute: int) -> int:
        hour, within = divmod(minute, 60)
        before = self._trades_before[hour]
        if not within:
            return before
        return before + math.floor((self._trades_before[hour + 1] - before) * self._share(hour, within))

    def _spread(self, hourly: list[float], begin: float, end: float) -> float:
        first, last = int(begin // 60), int(end // 60)
        if first == last:
            return hourly[first] * (self._share(first, end - 60 * first) - self._share(first, begin - 60 * first))
        whole = sum(hourly[first:last])
        rest = hourly[last] * self._share(last, end - 60 * last) if last < 24 else 0.0
        return whole - hourly[first] * self._share(first, begin - 60 * first) + rest

    def _share(self, hour: int, within: float) -> float:
        """What part of an hour is traded in its first minutes: 0 with none of them, 1 with all."""
        minute = int(within)
        if within == minute:
            return self._whole_share(hour, minute)
        before = self._whole_share(hour, minute)
        return before + (within - minute) * (self._whole_share(hour, minute + 1) - before)

    def _whole_share(self, hour: int, minute: int) -> float:
        if minute % 60 == 0:
            return minute / 60
        first = (self._first_hour + hour) * _MINUTES_KEPT
        quarter, rest = divmod(minute, QUARTER)
        place = rest * (60 // QUARTER) + quarter  # the quarters lie side by side, for they are asked for most
        return (minute + _UNEVEN * (chance(self._spread_name, first) - chance(self._spread_name, first + place))) / 60


@lru_cache(maxsize=4096)
def _reached_by_all(name: str, day: int) -> tuple[Numbers, Numbers]:
    """The same for the walk that all coins share, kept for more than ten years: one coin is asked for after the other."""
    return _reached(name, day)


def _reached(name: str, day: int) -> tuple[Numbers, Numbers]:
    """How low and how high a walk comes at most in each quarter of a day."""
    lows, highs = np.full(QUARTERS, -_JITTER), np.full(QUARTERS, _JITTER)
    for length, reach, smooth in _LONG:
        turns = reach * chances(f"{name}/{length}", day * DAY_MINUTES // length, QUARTERS // len(smooth) + 1)
        edges = np.empty(QUARTERS + 1)
        edges[:-1] = (turns[:-1, np.newaxis] + (turns[1:] - turns[:-1])[:, np.newaxis] * smooth).ravel()
        edges[-1] = turns[-1]
        lows += np.minimum(edges[:-1], edges[1:])
        highs += np.maximum(edges[:-1], edges[1:])
    return lows, highs
