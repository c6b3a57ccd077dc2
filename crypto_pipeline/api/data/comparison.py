"""Several coins beside each other: each price as a share of what it was at the start of the window.

Belongs here: /comparison, the windows that can be compared, and thinning them out for a chart.
Does not belong here: the candles themselves and which exchange is shown (api/data/candles.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar, Literal, TypeVar

from pydantic import Field

from crypto_pipeline.api.data.candles import CONSENSUS, candles
from crypto_pipeline.api.data.query_session import Reading
from crypto_pipeline.api.data.shapes import Answer, Moment, Shape, newest, of
from crypto_pipeline.api.errors import InvalidQuery, NotFound
from crypto_pipeline.schema.intervals import INTERVAL_SECONDS, Interval

Span = Literal["1d", "1w", "1m", "3m", "1y", "5y", "all"]

MOST_COINS = 8
START = 100.0
POINTS = 400
"""Of one coin, at most; a chart is not wider."""
CHOSEN_BY = 10
"""Candles of which the newest say whose candles a coin is shown by, as /candles says it."""

_CLOSES = """
    SELECT timestamp, close, collected_at FROM {candles}
    WHERE symbol = $symbol AND interval = $interval AND timestamp >= $since AND timestamp < $until AND close > 0
    ORDER BY timestamp
"""
_OF_EXCHANGE = "(FROM cached_ohlc WHERE provider = $provider)"
_OF_ALL = "consensus_ohlc"

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Window:
    """How far back, and in candles of which length."""

    reach: timedelta
    interval: Interval


WINDOWS: Mapping[Span, Window] = {
    "1d": Window(timedelta(days=1), "1h"),
    "1w": Window(timedelta(days=7), "1h"),
    "1m": Window(timedelta(days=30), "1h"),
    "3m": Window(timedelta(days=91), "1d"),
    "1y": Window(timedelta(days=365), "1d"),
    "5y": Window(timedelta(days=1826), "1d"),
    "all": Window(timedelta(days=20 * 365), "1d"),
}


class Compared(Shape):
    """One coin over the window."""

    symbol: str = of("cached_ohlc", "symbol")
    provider: str | None = Field(description="Whose candles; null for a coin that has none in the window.")
    currency: str | None = of("cached_ohlc", "currency")
    started_at: Moment | None = Field(
        description="When its first candle in the window opened. Later than that of others: it has no earlier one, and "
        f"its {START:g} is there."
    )
    first: float | None = Field(description="Close of its first candle. [currency]")
    last: float | None = Field(description="Close of its last candle. [currency]")
    last_at: Moment | None = Field(description="When its last candle opened.")
    change_percent: float | None = Field(description="From first to last. [percent]")
    lowest: float | None = Field(
        description=f"Lowest close in the window, as a share of the first. [{START:g} = first]"
    )
    highest: float | None = Field(
        description=f"Highest close in the window, as a share of the first. [{START:g} = first]"
    )


class ComparedPoint(Shape):
    """A coin at one moment."""

    symbol: str = of("cached_ohlc", "symbol")
    timestamp: Moment = of("cached_ohlc", "timestamp")
    close: float = of("cached_ohlc", "close")
    index: float = Field(description=f"The close as a share of the first in the window. [{START:g} = first]")


class Comparison(Answer):
    """Coins over the same window."""

    rows: ClassVar[str] = "coins"

    span: str = Field(description="The window that was asked for.")
    interval: str = of("cached_ohlc", "interval")
    coins: list[Compared] = Field(description="In the order of the question.")
    points: list[ComparedPoint] = Field(
        description=f"By coin, oldest first; of one coin at most {POINTS}, the last of each bucket of equal size."
    )


def comparison(reading: Reading, symbols: Sequence[str], span: Span) -> Comparison:
    """The coins over the window that ends now. Raises InvalidQuery for too many of them, NotFound where none has a candle."""
    symbols = list(dict.fromkeys(symbols))
    if len(symbols) > MOST_COINS:
        raise InvalidQuery(f"symbol: at most {MOST_COINS} coins can be compared at a time, not {len(symbols)}.")
    window = WINDOWS[span]
    found = [_compared(reading, symbol, window) for symbol in symbols]
    if not any(points for _, points, _ in found):
        raise NotFound(f"There is no candle of {' or '.join(symbols)} in this window.")
    return Comparison(
        span=span,
        interval=window.interval,
        coins=[coin for coin, _, _ in found],
        points=[point for _, points, _ in found for point in points],
        as_of=max((as_of for _, _, as_of in found if as_of is not None), default=None),
    )


def _compared(reading: Reading, symbol: str, window: Window) -> tuple[Compared, list[ComparedPoint], datetime | None]:
    """A coin, its points, and when the newest of its candles was collected."""
    nothing = Compared(**{**dict.fromkeys(Compared.model_fields), "symbol": symbol})
    try:
        shown = candles(reading, symbol, window.interval, None, None, None, CHOSEN_BY)
    except NotFound:
        return nothing, [], None
    length = timedelta(seconds=INTERVAL_SECONDS[window.interval])
    whose = {} if shown.provider == CONSENSUS else {"provider": shown.provider}
    known = reading.rows(
        _CLOSES.format(candles=_OF_EXCHANGE if whose else _OF_ALL),
        **whose,
        symbol=symbol,
        interval=window.interval,
        since=reading.now - window.reach - length,  # the candle in which the window begins
        until=reading.now + length,
    )
    if not known:
        return nothing, [], None
    first, last = known[0], known[-1]
    shares = [_share(one, first) for one in known]
    coin = Compared(
        symbol=symbol,
        provider=shown.provider,
        currency=shown.currency,
        started_at=first["timestamp"],
        first=first["close"],
        last=last["close"],
        last_at=last["timestamp"],
        change_percent=shares[-1] - START,
        lowest=min(shares),
        highest=max(shares),
    )
    points = [ComparedPoint(symbol=symbol, index=_share(one, first), **one) for one in thinned(known)]
    return coin, points, newest(known)


def _share(one: Mapping[str, Any], first: Mapping[str, Any]) -> float:
    return float(one["close"] / first["close"] * START)


def thinned(known: Sequence[Item], most: int = POINTS) -> list[Item]:
    """The first, and the last of each bucket, at most so many."""
    size = -(-len(known) // (most - 1))
    ends = list(known[::-1][::size][::-1])
    return ends if ends[0] is known[0] else [known[0], *ends]
