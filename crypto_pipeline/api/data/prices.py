"""Prices now: the consensus of each coin, and what each source says of one.

Belongs here: /prices and /prices/{symbol}.
Does not belong here: prices over time (api/data/history.py, api/data/candles.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, ClassVar

from pydantic import Field

from crypto_pipeline.api.data.coins import names_of_coins
from crypto_pipeline.api.data.query_session import Reading
from crypto_pipeline.api.data.shapes import Answer, Median, Moment, Shape, newest, of
from crypto_pipeline.api.errors import NotFound
from crypto_pipeline.warehouse.sql import not_ahead

RECENT = timedelta(days=1)
"""A coin without a consensus for longer than this, counted from the newest of all, is no longer shown."""
SPARK_HOURS = 24


_PRICES = f"""
    WITH capitals AS (
        SELECT symbol, median(market_cap) AS market_cap,
            median(volume_24h) FILTER (pair IS NULL) AS volume_24h -- of all markets; an exchange's is of its one pair
        FROM cached_market_data WHERE timestamp >= $since AND {not_ahead("timestamp")} GROUP BY symbol
    )
    SELECT consensus.*, capitals.* EXCLUDE (symbol)
    FROM consensus_prices AS consensus LEFT JOIN capitals USING (symbol)
    WHERE timestamp >= $since AND {not_ahead("timestamp")} AND (len($symbols) = 0 OR list_contains($symbols, symbol))
    QUALIFY row_number() OVER (PARTITION BY symbol ORDER BY timestamp DESC) = 1
    ORDER BY market_cap DESC NULLS LAST, sources DESC, symbol
"""
_SPARKS = f"""
    SELECT symbol, {SPARK_HOURS} - 1 - CAST((epoch_us($newest) - epoch_us(timestamp)) // 3_600_000_000 AS INTEGER) AS hour,
        arg_max(price_usd, timestamp) AS price_usd
    FROM consensus_prices WHERE timestamp > $since AND {not_ahead("timestamp")}
    GROUP BY ALL
"""
_SOURCES = f"""
    SELECT provider AS source, price AS price_usd, * EXCLUDE (provider, price)
    FROM cached_market_data WHERE symbol = $symbol AND {not_ahead("timestamp")}
    ORDER BY volume_24h DESC NULLS LAST, source
"""


class Price(Median):
    """The consensus of one coin."""

    name: str | None = Field(
        None, description="What the coin is called: Bitcoin. null where no source has said it yet."
    )
    market_cap: float | None = Field(description="Market capitalisation, median of the sources of the last day. [USD]")
    volume_24h: float | None = Field(
        description="Traded value of the last 24 hours at all exchanges, median of the aggregators of the last day. [USD]"
    )
    spark: list[float | None] | None = Field(
        None,
        description=f"The last price of each of the {SPARK_HOURS} hours before the newest consensus, oldest first, null for "
        "an hour without one. null when it was not asked for. [USD]",
    )


class Prices(Answer):
    """The prices of the coins now."""

    rows: ClassVar[str] = "prices"

    prices: list[Price] = Field(description="By market capitalisation, largest first.")


class SourcePrice(Shape):
    """What one source says of a coin."""

    source: str = of("cached_market_data", "provider")
    price_usd: float | None = of("cached_market_data", "price")
    change_24h: float | None = of("cached_market_data", "change_24h")
    volume_24h: float | None = of("cached_market_data", "volume_24h")
    high_24h: float | None = of("cached_market_data", "high_24h")
    low_24h: float | None = of("cached_market_data", "low_24h")
    market_cap: float | None = of("cached_market_data", "market_cap")
    pair: str | None = of("cached_market_data", "pair")
    quote: str | None = of("cached_market_data", "quote")
    timestamp: Moment | None = of("cached_market_data", "timestamp")
    deviation_percent: float | None = Field(
        description="How far it is from the consensus: (price - consensus) / consensus. [percent]"
    )
    is_outlier: bool = Field(description="Whether the consensus left it out.")


class Coin(Answer):
    """The price of one coin: what the sources agree on, and what each of them says."""

    rows: ClassVar[str] = "sources"

    symbol: str = of("consensus_prices", "symbol")
    consensus: Price | None = Field(description="null for a coin that has none of the last day.")
    sources: list[SourcePrice] = Field(description="By traded value, largest first.")


def prices(reading: Reading, symbols: Iterable[str] = (), *, spark: bool = False) -> Prices:
    """The newest consensus of each coin, or of these. Raises NotFound when none of these has one."""
    symbols = list(symbols)
    rows = consensus_now(reading, symbols)
    if symbols and not rows:
        raise NotFound(f"There is no consensus of {' or '.join(symbols)} of the last day in the database.")
    if spark and rows:
        sparks = _sparks(reading)
        for row in rows:
            row["spark"] = sparks.get(row["symbol"], [None] * SPARK_HOURS)
    return Prices(prices=[Price.model_validate(row) for row in rows], as_of=newest(rows))


def coin(reading: Reading, symbol: str) -> Coin:
    """One coin, as each of its sources sees it. Raises NotFound."""
    consensus = next(iter(consensus_now(reading, [symbol])), None)
    sources = reading.rows(_SOURCES, symbol=symbol)
    if not sources and not consensus:
        raise NotFound(f"There is no price of {symbol} in the database.")
    middle = consensus["price_usd"] if consensus else None
    outliers = set(consensus["outliers"]) if consensus else set()
    for row in sources:
        price = row["price_usd"]
        row["deviation_percent"] = (price - middle) / middle * 100 if middle and price is not None else None
        row["is_outlier"] = row["source"] in outliers
    return Coin(
        symbol=symbol,
        consensus=Price.model_validate(consensus) if consensus else None,
        sources=[SourcePrice.model_validate(row) for row in sources],
        as_of=newest(sources, [consensus] if consensus else []),
    )


def consensus_now(reading: Reading, symbols: Iterable[str] = ()) -> list[dict[str, Any]]:
    """Rows for Price, largest coin first."""
    newest_at = reading.newest("consensus_prices")
    if newest_at is None:
        return []
    rows = reading.rows(_PRICES, since=newest_at - RECENT, symbols=list(symbols))
    names = names_of_coins(reading)
    for row in rows:
        row["outliers"] = words(row["outliers"])
        row["name"] = names.get(row["symbol"])
    return rows


def words(text: str | None) -> list[str]:
    """The parts of a column that is separated by commas."""
    return [word for word in (text or "").split(",") if word]


def _sparks(reading: Reading) -> dict[str, list[float | None]]:
    newest_at = reading.newest("consensus_prices")
    sparks: dict[str, list[float | None]] = {}
    rows = reading.rows(_SPARKS, newest=newest_at, since=newest_at - timedelta(hours=SPARK_HOURS))
    for row in rows:
        sparks.setdefault(row["symbol"], [None] * SPARK_HOURS)[row["hour"]] = row["price_usd"]
    return sparks
