"""Candles as exchanges made them.

Belongs here: /candles, and which exchange is shown when none is asked for.
Does not belong here: buckets of our own prices (api/data/history.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar

from pydantic import Field

from crypto_pipeline.api.data.history import require_coin
from crypto_pipeline.api.data.query_session import Reading
from crypto_pipeline.api.data.shapes import Answer, Moment, Shape, newest, of
from crypto_pipeline.api.errors import InvalidQuery, NotFound
from crypto_pipeline.schema.intervals import INTERVAL_SECONDS, Interval

DOLLARS = "USD"
COMPARED = 200
"""Exchanges are compared over the time of this many candles, however many are asked for: another limit shows no other exchange."""
_HAS_CANDLES = "SELECT EXISTS (FROM cached_ohlc WHERE symbol = $symbol)"
_NEWEST = """
    SELECT max(timestamp) FROM cached_ohlc WHERE symbol = $symbol AND interval = $interval AND timestamp < $until
"""
_INTERVALS = "SELECT list(DISTINCT interval) FROM cached_ohlc WHERE symbol = $symbol AND timestamp >= $since"
RECENT = timedelta(days=30)
"""A length of which there is no candle for longer than this is not one that a person should be offered."""
_PROVIDERS = """
    SELECT provider, arg_max(currency, timestamp) AS currency, arg_max(pair, timestamp) AS pair,
        max(timestamp) AS newest, count(*) AS candles, sum(volume) AS volume
    FROM cached_ohlc
    WHERE symbol = $symbol AND interval = $interval AND timestamp >= $since AND timestamp < $until
    GROUP BY provider
    ORDER BY arg_max(currency, timestamp) = $dollars DESC NULLS LAST, contains(provider, 'perpetual'), newest DESC, candles DESC,
        volume DESC NULLS LAST, provider
"""
_CANDLES = """
    SELECT * FROM cached_ohlc
    WHERE symbol = $symbol AND interval = $interval AND provider = $provider
        AND timestamp >= $since AND timestamp < $until
    ORDER BY timestamp DESC LIMIT $limit
"""


class CandleProvider(Shape):
    """An exchange that has candles of this coin in the range that was asked for."""

    provider: str = of("cached_ohlc", "provider")
    currency: str | None = of("cached_ohlc", "currency")
    pair: str | None = of("cached_ohlc", "pair")
    newest: Moment = Field(description="When its newest candle opened.")
    candles: int = Field(description="How many it has in the time over which they are compared.")


class Candle(Shape):
    """A candle of one exchange, in the currency that it names."""

    timestamp: Moment = of("cached_ohlc", "timestamp")
    open: float | None = of("cached_ohlc", "open")
    high: float | None = of("cached_ohlc", "high")
    low: float | None = of("cached_ohlc", "low")
    close: float | None = of("cached_ohlc", "close")
    volume: float | None = of("cached_ohlc", "volume")
    volume_quote: float | None = of("cached_ohlc", "volume_quote")
    trades: int | None = of("cached_ohlc", "trades")
    currency: str | None = of("cached_ohlc", "currency")
    pair: str | None = of("cached_ohlc", "pair")
    is_final: bool | None = of("cached_ohlc", "is_final")


class Candles(Answer):
    """Candles of a coin in one length, of one exchange."""

    rows: ClassVar[str] = "candles"

    symbol: str = of("cached_ohlc", "symbol")
    interval: str = of("cached_ohlc", "interval")
    provider: str | None = Field(
        description="Whose candles these are: the one that was asked for, else the first of providers. "
        "null where there are none."
    )
    currency: str | None = of("cached_ohlc", "currency", "As the newest of the candles has it.")
    intervals: list[str] = Field(
        description=f"Lengths of which this coin has candles of the last {RECENT.days} days, shortest first."
    )
    providers: list[CandleProvider] = Field(
        description="All that have candles in the range, best first: dollars before other money, spot before perpetual contracts, "
        "then the most recent, the most complete, the one of the largest volume. Without 'from' they are compared over the time "
        f"of the last {COMPARED} candles, whatever the limit."
    )
    candles: list[Candle] = Field(description="Oldest first. A candle that the exchange did not have is absent.")


def candles(
    reading: Reading,
    symbol: str,
    interval: Interval,
    provider: str | None,
    since: datetime | None,
    until: datetime | None,
    limit: int,
) -> Candles:
    """The newest ``limit`` candles of the range. Raises NotFound, InvalidQuery."""
    if since and until and since >= until:
        raise InvalidQuery("'from' must be before 'to'.")
    whose = {"symbol": symbol, "interval": interval}
    providers, rows = _found(
        reading, whose, timedelta(seconds=INTERVAL_SECONDS[interval]), provider, since, until, limit
    )
    if not providers and not reading.value(_HAS_CANDLES, symbol=symbol):
        require_coin(reading, symbol)
    if provider and not rows and provider not in {one["provider"] for one in providers}:
        raise NotFound(f"There are no candles of {symbol} by {provider} with interval {interval} in this range.")
    chosen = provider or (providers[0]["provider"] if providers else None)
    return Candles(
        **whose,
        provider=chosen,
        currency=rows[-1]["currency"] if rows else None,
        intervals=_intervals(reading, symbol),
        providers=[CandleProvider.model_validate(row) for row in providers],
        candles=[Candle.model_validate(row) for row in rows],
        as_of=newest(rows),
    )


def _intervals(reading: Reading, symbol: str) -> list[str]:
    known = reading.value(_INTERVALS, symbol=symbol, since=reading.now - RECENT) or []
    return [length for length in INTERVAL_SECONDS if length in known]


def _found(
    reading: Reading,
    whose: Mapping[str, str],
    length: timedelta,
    provider: str | None,
    since: datetime | None,
    until: datetime | None,
    limit: int,
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The providers, best first, and the candles, oldest first."""
    until = until or reading.now + length  # an exchange's clock may be ahead
    if since is None:
        newest_at = reading.value(_NEWEST, **whose, until=until)
        if newest_at is None:
            return [], []
        since, compared_since = newest_at - length * (limit - 1), newest_at - length * (COMPARED - 1)
    else:
        compared_since = since
    asked = {**whose, "since": since, "until": until}
    providers = reading.rows(_PROVIDERS, **{**asked, "since": compared_since}, dollars=DOLLARS)
    chosen = provider or (providers[0]["provider"] if providers else None)
    rows = reading.rows(_CANDLES, **asked, provider=chosen, limit=limit) if chosen else []
    return providers, rows[::-1]
