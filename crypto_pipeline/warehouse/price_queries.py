"""Prices against the consensus, as the tables tell them: dollar coins off their dollar, and coins that only share a symbol.

Belongs here: the questions, in SQL, and how far back they look.
Does not belong here: what counts as off (monitoring/conditions.py), who is left out of a consensus (collection/normalise/consensus.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from crypto_pipeline.warehouse.interface import Warehouse

FRESH_CONSENSUS = timedelta(hours=1)
"""A consensus that is older says nothing about now."""
LOOKED_BACK = timedelta(hours=12)
"""In which a price must have been apart three times; sources are asked every 5 or 15 minutes, some hourly."""
TIMES_IN_A_ROW = 3
ENOUGH_SOURCES = 5
"""Of a consensus against which a single source is held."""
TIMES_APART = 5.0
"""A price more than five times, or less than a fifth of, the consensus is of another coin: no market is that far off."""

APART = """
WITH compared AS (
    SELECT m.source, m.symbol, m.price_usd / c.price_usd AS times,
        row_number() OVER (PARTITION BY m.source, m.symbol ORDER BY c.timestamp DESC) AS back
    FROM market_prices m JOIN consensus_prices c ON m.run_id = c.run_id AND m.symbol = c.symbol
    WHERE c.sources >= $sources AND c.timestamp > $since AND c.timestamp <= $now AND m.fetched_at > $since
)
SELECT source, symbol, arg_min(times, back) AS times FROM compared WHERE back <= $in_a_row
GROUP BY source, symbol
HAVING count(*) = $in_a_row AND bool_and(times > $apart OR times * $apart < 1)
ORDER BY source, symbol
"""


class ApartPrice(NamedTuple):
    """A source whose price of a coin is, time after time, that of something else."""

    source: str
    symbol: str
    times: float
    """Its newest price as a multiple of the consensus."""


def apart_prices(warehouse: Warehouse, now: datetime) -> tuple[ApartPrice, ...]:
    """Sources whose price of a coin was far from the consensus of enough sources, the last three times in a row."""
    parameters = {
        "sources": ENOUGH_SOURCES,
        "since": now - LOOKED_BACK,
        "now": now,
        "in_a_row": TIMES_IN_A_ROW,
        "apart": TIMES_APART,
    }
    return tuple(ApartPrice(*row) for row in warehouse.query(APART, parameters).rows)


def newest_consensus(warehouse: Warehouse, symbols: Sequence[str], now: datetime) -> list[dict[str, Any]]:
    """The newest consensus_prices row of each of these coins, where it is fresh."""
    query = """
        SELECT symbol, price_usd, sources, price_change_24h, spread_percent, timestamp FROM consensus_prices
        WHERE list_contains($symbols, symbol) AND timestamp > $since AND timestamp <= $now
        QUALIFY row_number() OVER (PARTITION BY symbol ORDER BY timestamp DESC) = 1 ORDER BY symbol
    """
    parameters = {"symbols": list(symbols), "since": now - FRESH_CONSENSUS, "now": now}
    return warehouse.query(query, parameters).dicts()


def median_funding(warehouse: Warehouse, symbols: Sequence[str], now: datetime) -> dict[str, float]:
    """Of each coin, the median of what its perpetual contracts pay in 8 hours now, in percent."""
    query = """
        SELECT symbol, median(funding_rate_8h) * 100 AS percent FROM (
            SELECT symbol, funding_rate_8h FROM derivatives_metrics
            WHERE list_contains($symbols, symbol) AND funding_rate_8h IS NOT NULL
                AND fetched_at > $since AND fetched_at <= $now
            QUALIFY row_number() OVER (PARTITION BY source, contract ORDER BY fetched_at DESC) = 1
        ) GROUP BY symbol
    """
    parameters = {"symbols": list(symbols), "since": now - FRESH_CONSENSUS, "now": now}
    return {str(symbol): float(percent) for symbol, percent in warehouse.query(query, parameters).rows}
