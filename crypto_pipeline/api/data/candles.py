"""Candles: what all spot exchanges together say, or as one exchange made them.

Belongs here: /candles, and whose candles are shown when nobody's are asked for.
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
from crypto_pipeline.warehouse.candle_consensus import CONTRACTS

DOLLARS = "USD"
COMPARED = 200
"""Exchanges are compared over the time of this many candles before the end of the range, however many are asked for and wherever
the range begins: another limit or another beginning shows no other exchange."""
_HAS_CANDLES = "SELECT EXISTS (FROM cached_ohlc WHERE symbol = $symbol)"
_NEWEST = """
    SELECT max(timestamp) FROM cached_ohlc WHERE symbol = $symbol AND interval = $interval AND timestamp < $until
"""
_INTERVALS = "SELECT list(DISTINCT interval) FROM cached_ohlc WHERE symbol = $symbol AND timestamp >= $since"
RECENT = timedelta(days=30)
"""A length of which there is no candle for longer than this is not one that a person should be offered."""
_PROVIDERS = """
    SELECT provider, arg_max(currency, timestamp) AS currency, arg_max(pair, timestamp) AS pair,
        max(timestamp) AS newest, count(*) FILTER (timestamp >= $compared) AS candles,
        sum(volume) FILTER (timestamp >= $compared) AS volume
    FROM cached_ohlc
    WHERE symbol = $symbol AND interval = $interval AND timestamp >= $since AND timestamp < $until
    GROUP BY provider
    ORDER BY arg_max(currency, timestamp) = $dollars DESC NULLS LAST, contains(provider, 'perpetual'), newest DESC, candles DESC,
        volume DESC NULLS LAST, provider
"""
_CANDLES = """
    SELECT *, 1 AS providers, NULL AS spread_percent, NULL AS outliers FROM cached_ohlc
    WHERE symbol = $symbol AND interval = $interval AND provider = $provider
        AND timestamp >= $since AND timestamp < $until
    ORDER BY timestamp DESC LIMIT $limit
"""


_CONSENSUS_THERE = """
    SELECT max(timestamp) AS newest, count(*) FILTER (timestamp >= $compared) AS candles FROM consensus_ohlc
    WHERE symbol = $symbol AND interval = $interval AND timestamp >= $since AND timestamp < $until
"""
_CONSENSUS = """
    SELECT *, $dollars AS currency, NULL AS pair, true AS is_final, NULL AS volume_quote, NULL AS trades FROM consensus_ohlc
    WHERE symbol = $symbol AND interval = $interval AND timestamp >= $since AND timestamp < $until
    ORDER BY timestamp DESC LIMIT $limit
"""
CONSENSUS = "consensus"
"""What all spot exchanges say together, in the place of the name of one."""
BEHIND = 3
"""The consensus is taken of candles that are closed; one that ends more than so many candles before the newest of any exchange is not
kept up with, and is not what is shown when nobody's candles are asked for. The question 'candles' has the same rule."""


class CandleProvider(Shape):
    """An exchange that has candles of this coin in the range that was asked for, or all of them together."""

    provider: str = Field(description="An exchange; consensus for all spot exchanges together.")
    currency: str | None = of("cached_ohlc", "currency")
    pair: str | None = of("cached_ohlc", "pair")
    newest: Moment = Field(description="When its newest candle opened.")
    candles: int = Field(description="How many it has in the time over which they are compared.")


class Candle(Shape):
    """A candle, in the currency that it names."""

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
    providers: int = Field(default=1, description="How many exchanges it is made of.")
    spread_percent: float | None = of("consensus_ohlc", "spread_percent", "null in candles of one exchange.")
    outliers: str | None = of("consensus_ohlc", "outliers", "null in candles of one exchange.")


class Candles(Answer):
    """Candles of a coin in one length, of all spot exchanges together or of one exchange."""

    rows: ClassVar[str] = "candles"

    symbol: str = of("cached_ohlc", "symbol")
    interval: str = of("cached_ohlc", "interval")
    provider: str | None = Field(
        description="Whose candles these are: the one that was asked for, else the first of providers that has any in the "
        "range. null where there are none."
    )
    venues: list[str] = Field(
        description="The exchanges that these candles are made of: one, or of a consensus all spot exchanges with dollar candles in "
        "the range; those that a candle leaves out are its outliers."
    )
    currency: str | None = of("cached_ohlc", "currency", "As the newest of the candles has it.")
    intervals: list[str] = Field(
        description=f"Lengths of which this coin has candles of the last {RECENT.days} days, shortest first."
    )
    providers: list[CandleProvider] = Field(
        description="All that have candles in the range, best first: the consensus while it is kept up with, dollars before other money, "
        "spot before perpetual contracts, "
        f"then the most recent, the most complete, the one of the largest volume, over the time of the last {COMPARED} candles "
        "before 'to', whatever 'from' and the limit are."
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
    chosen, providers, rows = _found(
        reading, whose, timedelta(seconds=INTERVAL_SECONDS[interval]), provider, since, until, limit
    )
    if not providers and not reading.value(_HAS_CANDLES, symbol=symbol):
        require_coin(reading, symbol)
    if provider and not rows and provider not in {one["provider"] for one in providers}:
        raise NotFound(f"There are no candles of {symbol} by {provider} with interval {interval} in this range.")
    return Candles(
        **whose,
        provider=chosen,
        venues=_venues(chosen, providers, bool(rows)),
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
) -> tuple[str | None, list[dict[str, Any]], list[dict[str, Any]]]:
    """The provider that was asked for, else the best that has candles in the range; all of them, best first; the candles, oldest first."""
    until = until or reading.now + length  # an exchange's clock may be ahead
    newest_at = reading.value(_NEWEST, **whose, until=until)
    if newest_at is None:
        return provider, [], []
    compared = newest_at - length * (COMPARED - 1)
    since = newest_at - length * (limit - 1) if since is None else since
    range_ = {**whose, "until": until}
    parameters = {**range_, "since": min(since, compared), "compared": compared}
    providers = _with_consensus(
        reading.rows(_CONSENSUS_THERE, **parameters), newest_at - BEHIND * length
    ) + reading.rows(_PROVIDERS, **parameters, dollars=DOLLARS)
    chosen = provider or next((one["provider"] for one in providers if one["newest"] >= since), None)
    if chosen == CONSENSUS:
        rows = reading.rows(_CONSENSUS, **range_, since=since, dollars=DOLLARS, limit=limit)
    else:
        rows = reading.rows(_CANDLES, **range_, since=since, provider=chosen, limit=limit) if chosen else []
    return chosen, providers, rows[::-1]


def _with_consensus(there: list[dict[str, Any]], least: datetime) -> list[dict[str, Any]]:
    """The consensus as one more that has candles, where it is kept up with."""
    return [
        {**one, "provider": CONSENSUS, "currency": DOLLARS, "pair": None}
        for one in there
        if one["newest"] is not None and one["newest"] >= least
    ]


def _venues(chosen: str | None, providers: list[dict[str, Any]], has_candles: bool) -> list[str]:
    if chosen != CONSENSUS:
        return [chosen] if chosen and has_candles else []
    return sorted(
        one["provider"]
        for one in providers
        if one["currency"] == DOLLARS and one["provider"] != CONSENSUS and not one["provider"].endswith(CONTRACTS)
    )
