"""Candles of one answer that are all beyond doubt, made columns at once.

Belongs here: reading and checking a whole column where a row at a time would cost ten times as much.
Does not belong here: what is wrong with a candle, and every answer in which anything looks odd (collection/normalise/objections.py,
which is the authority): here such an answer is declined as a whole, and read row by row.
"""

from __future__ import annotations

import operator
import re
from array import array
from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import isfinite, isnan, nan
from typing import Any

from crypto_pipeline.collection.normalise import bounds
from crypto_pipeline.collection.normalise.context import MOST_ROWS, NormalisationContext
from crypto_pipeline.collection.normalise.objections import CURRENCY
from crypto_pipeline.collection.normalise.values import integer, moment, number, text
from crypto_pipeline.schema.columns import Columns, Same, Values
from crypto_pipeline.schema.intervals import INTERVAL_SECONDS, WEEK_OPENS
from crypto_pipeline.schema.rows import Candle
from crypto_pipeline.sources.kit import Provider
from crypto_pipeline.sources.symbols import coin

TABLE = "cached_ohlc"
_NUMERALS = re.compile(r"[0-9.eE+,-]+")
"""Over these letters float() reads what values.number() reads, and refuses what that refuses."""
_MILLISECONDS = range(10**11, 10**14)
_SECONDS = range(1, 10**11)


class _OddError(Exception):
    """Something that has to be looked at row by row; stays inside this module."""


def candle_columns(rows: Sequence[object], provider: Provider, context: NormalisationContext) -> Columns | None:
    """What simple_rows.normalise_simple_rows() makes of these candles, where it would reject none of them; else None.

    None, too, where it might not: for candles of several markets, of a coin that nobody asked for, or that lie otherwise
    than their interval says.
    """
    try:
        return _columns([_candle(row) for row in rows], provider, context)
    except (_OddError, ValueError, TypeError, ArithmeticError):
        return None


def _candle(row: object) -> Candle:
    if type(row) is not Candle:
        raise _OddError
    return row


def _columns(candles: Sequence[Candle], provider: Provider, context: NormalisationContext) -> Columns:
    _require(0 < len(candles) <= MOST_ROWS)
    names = dict(zip(Candle._fields, zip(*candles, strict=True), strict=True))
    symbol, interval, pair, currency = (_one(names[name]) for name in ("symbol", "interval", "pair", "currency"))
    known = symbol if symbol in context.old_names else coin(str(symbol), provider.aliases)
    length = INTERVAL_SECONDS.get(str(interval), 0)
    _require(length and known in context.universe and CURRENCY.fullmatch(currency or ""))

    opened = _opened(names["timestamp"])
    now = context.fetched_at.timestamp()
    _require_spacing(opened, length, WEEK_OPENS if interval == "1w" else 0)
    _require(max(opened) <= now)

    prices = {name: _prices(names[name]) for name in ("open", "high", "low", "close")}
    for price in ("open", "high", "close"):
        _require(all(map(operator.le, prices["low"], prices[price])))
    for price in ("open", "close"):
        _require(all(map(operator.le, prices[price], prices["high"])))

    coins, money = _amounts(names["volume"]), _amounts(names["volume_quote"])
    _require_volumes(prices["low"], prices["high"], coins, money)

    is_final: Values = Same(True)
    if max(opened) + length > now:
        is_final = [start + length <= now for start in opened]
    return Columns(
        TABLE,
        len(candles),
        {
            "symbol": Same(known),
            "interval": Same(interval),
            **prices,
            "volume": coins,
            "pair": Same(pair),
            "currency": Same(currency),
            "volume_quote": money,
            "trades": _counts(names["trades"]),
            "timestamp": array("q", [start * 1_000_000 for start in opened]),
            "is_final": is_final,
            "provider": Same(provider.source),
            "fetched_at": Same(context.fetched_at),
        },
    )


def _require(condition: object) -> None:
    if not condition:
        raise _OddError


def _one(values: Iterable[object]) -> str | None:
    """The text that all of them are."""
    (value,) = set(values)
    return text(value)


def _opened(values: Sequence[Any]) -> list[int]:
    """When each candle opens, in unix seconds."""
    if set(map(type, values)) == {int}:
        smallest, largest = min(values), max(values)
        if smallest in _MILLISECONDS and largest in _MILLISECONDS:
            _require(not any(value % 1000 for value in values))
            return [value // 1000 for value in values]
        if smallest in _SECONDS and largest in _SECONDS:
            return list(values)
    times = [moment(value) for value in values]
    seconds = [time.timestamp() for time in times if time is not None]
    _require(len(seconds) == len(values) and all(map(float.is_integer, seconds)))
    return list(map(int, seconds))


def _require_spacing(opened: Sequence[int], length: int, origin: int) -> None:
    """All open on the grid of their interval, no two at once, and some one interval apart: nothing is another interval's."""
    _require(not any((start - origin) % length for start in opened))
    steps = {later - earlier for earlier, later in pairwise(sorted(opened))}
    _require(min(steps) == length if steps else len(opened) == 1)


def _require_volumes(lows: Iterable[float], highs: Iterable[float], coins: Values, money: Values) -> None:
    """Coins and money can both be of the prices, wherever both are known; an empty or missing one contradicts nothing."""
    if isinstance(coins, Same) or isinstance(money, Same):
        return
    for low, high, size, value in zip(lows, highs, coins, money, strict=True):
        if size and value and not isnan(size) and not isnan(value):
            _require(low / bounds.CONTRADICTION <= value / size <= high * bounds.CONTRADICTION)


def _prices(values: Sequence[Any]) -> array[float]:
    made = _numbers(values)
    _require(min(made) >= bounds.SMALLEST_PRICE and max(made) <= bounds.LARGEST_PRICE)
    return made


def _amounts(values: Sequence[Any]) -> Values:
    if set(values) == {None}:
        return Same(None)
    if None in values:
        made = array("d", [nan if read is None else read for read in map(number, values)])
        _require(all(isnan(value) or 0 <= value <= bounds.LARGEST_AMOUNT for value in made))
    else:
        made = _numbers(values)
        _require(min(made) >= 0 and max(made) <= bounds.LARGEST_AMOUNT)
    return made


def _numbers(values: Sequence[Any]) -> array[float]:
    """A column of numbers, all of which are there."""
    kinds = set(map(type, values))
    if kinds == {str}:
        _require(_NUMERALS.fullmatch(",".join(values)))
        made = array("d", map(float, values))
    elif kinds <= {float, int}:
        made = array("d", values)
    else:
        made = array("d", map(_number, values))
    _require(isfinite(sum(made)))
    return made


def _number(value: object) -> float:
    read = number(value)
    _require(read is not None)
    return read or 0.0


def _counts(values: Sequence[Any]) -> Values:
    if set(values) == {None}:
        return Same(None)
    made = list(values) if set(map(type, values)) == {int} else [integer(value) for value in values]
    known = [count for count in made if count is not None]
    _require(not known or (min(known) >= 0 and max(known) <= bounds.LARGEST_TRADES))
    return array("q", known) if len(known) == len(made) else made
