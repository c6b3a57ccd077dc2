"""Prices over time, thinned out for a chart.

Belongs here: /history.
Does not belong here: candles that exchanges made (api/data/candles.py), every single consensus (api/data/consensus.py).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from pydantic import Field

from crypto_pipeline.api.data.query_session import Reading
from crypto_pipeline.api.data.ranges import BUCKET, range_of
from crypto_pipeline.api.data.shapes import Answer, Moment, Shape, newest, of
from crypto_pipeline.api.errors import NotFound

CONSENSUS = "consensus"
USUAL = timedelta(days=1)
LONGEST_OF_A_SOURCE = timedelta(days=92)
"""market_prices grows by two million rows a day: a month of it takes 0.2 s to search, a year more than there is time for."""

_POINTS = f"""
    SELECT {BUCKET} AS bucket, arg_min(price_usd, timestamp) AS open, max(price_usd) AS high, min(price_usd) AS low,
        arg_max(price_usd, timestamp) AS close, count(price_usd) AS count, max(collected_at) AS collected_at
    FROM {{table}}
    WHERE {{whose}} AND timestamp >= $since AND timestamp < $until AND price_usd IS NOT NULL
    GROUP BY bucket ORDER BY bucket
"""
_OF_CONSENSUS = _POINTS.format(table="consensus_prices", whose="symbol = $symbol")
_OF_SOURCE = _POINTS.format(table="market_prices", whose="symbol = $symbol AND source = $source")

_IS_KNOWN = """
    SELECT EXISTS (FROM cached_market_data WHERE symbol = $symbol) OR EXISTS (FROM consensus_prices WHERE symbol = $symbol)
"""
_HAS_SOURCE = "SELECT EXISTS (FROM cached_market_data WHERE symbol = $symbol AND provider = $source)"


class Point(Shape):
    """The prices of one bucket of time, in dollars."""

    timestamp: Moment = Field(validation_alias="bucket", description="When the bucket begins.")
    open: float = Field(description="First price in it. [USD]")
    high: float = Field(description="Highest price. [USD]")
    low: float = Field(description="Lowest price. [USD]")
    close: float = Field(description="Last price. [USD]")
    count: int = Field(description="Prices that are in it.")


class History(Answer):
    """The price of a coin over time, in buckets."""

    rows: ClassVar[str] = "points"

    symbol: str = of("consensus_prices", "symbol")
    source: str = Field(description="Whose prices: consensus, or a source.")
    since: Moment = Field(serialization_alias="from", description="Beginning of the range.")
    until: Moment = Field(serialization_alias="to", description="End of the range; it does not belong to it any more.")
    bucket_seconds: int = Field(description="Length of a bucket; they begin at multiples of it.")
    points: list[Point] = Field(description="Oldest first. A bucket without prices is absent.")


def history(
    reading: Reading, symbol: str, source: str, since: datetime | None, until: datetime | None, points: int
) -> History:
    """At most so many buckets of a coin's prices. Raises NotFound, InvalidQuery."""
    whole = source == CONSENSUS
    range_ = range_of(since, until, reading.now, usual=USUAL, longest=None if whole else LONGEST_OF_A_SOURCE)
    step = range_.bucket_seconds(points)
    asked = {"symbol": symbol, "since": range_.since, "until": range_.until, "step": step * 1_000_000}
    rows = reading.rows(_OF_CONSENSUS, **asked) if whole else reading.rows(_OF_SOURCE, **asked, source=source)
    if not rows:
        require_coin(reading, symbol)
        if not whole and not reading.value(_HAS_SOURCE, symbol=symbol, source=source):
            raise NotFound(f"There is no price of {symbol} by {source} in the database.")
    return History(
        symbol=symbol,
        source=source,
        since=range_.since,
        until=range_.until,
        bucket_seconds=step,
        points=[Point.model_validate(row) for row in rows],
        as_of=newest(rows),
    )


def require_coin(reading: Reading, symbol: str) -> None:
    """Raise NotFound for a coin that never had a price."""
    if not reading.value(_IS_KNOWN, symbol=symbol):
        raise NotFound(f"There is no price of {symbol} in the database.")
