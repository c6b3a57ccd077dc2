"""What the ledger of the past knows: which pages are settled, which days of a market are stored, what went out just now.

Belongs here: the queries for it.
Does not belong here: which pages are wanted (collection/backfill/), gaps between candles (warehouse/quality.py).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from crypto_pipeline.schema.history import SETTLED, SETTLED_FOR_A_WEEK
from crypto_pipeline.warehouse.interface import Warehouse

SETTLED_STRETCHES = """
SELECT endpoint, ask, epoch(from_at)::BIGINT, epoch(to_at)::BIGINT FROM history_pages
WHERE list_contains($endpoints, endpoint) AND (
    list_contains($settled, outcome) OR list_contains($for_a_week, outcome) AND fetched_at > $now - INTERVAL 7 DAY
)
"""
STORED_DAYS = """
WITH days AS (
    SELECT symbol, pair, timestamp, row_number() OVER (PARTITION BY symbol, pair ORDER BY timestamp) AS place
    FROM {candles} WHERE provider = $source AND interval = '1d' AND list_contains($symbols, symbol) AND is_final
)
SELECT symbol, epoch(min(timestamp))::BIGINT, epoch(max(timestamp))::BIGINT + 86400
FROM days GROUP BY symbol, pair, timestamp - to_days(place::INTEGER) ORDER BY symbol, min(timestamp)
"""
TRADED = "SELECT provider, symbol, max(volume_24h) FROM cached_market_data WHERE volume_24h > 0 GROUP BY ALL"
WENT_OUT = """
SELECT endpoint, fetched_at FROM history_pages
WHERE fetched_at > $now - to_seconds($seconds) AND fetched_at <= $now AND outcome <> 'unlisted'
"""

Stretch = tuple[int, int]
"""From and to, in unix seconds."""


def with_archive(warehouse: Warehouse, table: str) -> str:
    """The relation that has all rows of a table: its view over the archive, where months have moved there."""
    view = f"{table}_all"
    found = warehouse.query(
        "SELECT count(*) FROM duckdb_views() WHERE schema_name = 'main' AND view_name = $view", {"view": view}
    )
    return view if found.rows[0][0] else table


def settled_stretches(
    warehouse: Warehouse, endpoints: Collection[str], now: datetime
) -> dict[tuple[str, str], list[Stretch]]:
    """By endpoint and ask the stretches that need not be asked for again. Raises DatabaseBusy, DatabaseUnusable."""
    found: dict[tuple[str, str], list[Stretch]] = {}
    if not warehouse.exists():
        return found
    parameters = {
        "endpoints": sorted(endpoints),
        "settled": sorted(SETTLED),
        "for_a_week": sorted(SETTLED_FOR_A_WEEK),
        "now": now,
    }
    for endpoint, ask, start, end in warehouse.query(SETTLED_STRETCHES, parameters).rows:
        found.setdefault((endpoint, ask), []).append((start, end))
    return found


def stored_days(warehouse: Warehouse, source: str, symbols: Collection[str]) -> dict[str, list[Stretch]]:
    """By coin the stretches of days that a source has given. Raises DatabaseBusy, DatabaseUnusable."""
    found: dict[str, list[Stretch]] = {}
    if not warehouse.exists():
        return found
    query = STORED_DAYS.format(candles=with_archive(warehouse, "cached_ohlc"))
    for symbol, start, end in warehouse.query(query, {"source": source, "symbols": sorted(symbols)}).rows:
        found.setdefault(symbol, []).append((start, end))
    return found


def traded_volumes(warehouse: Warehouse) -> dict[tuple[str, str], float]:
    """Dollars that were traded in the last day, by source and coin, as far as they are known."""
    if not warehouse.exists():
        return {}
    return {(source, symbol): volume for source, symbol, volume in warehouse.query(TRADED).rows}


def went_out(warehouse: Warehouse, periods: Mapping[str, float], now: datetime) -> list[tuple[str, datetime]]:
    """Pages that were asked for so lately that they still count against the budget of their host, by endpoint.

    :param periods: seconds of the budget, by endpoint.
    """
    longest = max(periods.values(), default=0.0)
    if not longest or not warehouse.exists():
        return []
    rows = warehouse.query(WENT_OUT, {"seconds": longest, "now": now}).rows
    return [
        (endpoint, at)
        for endpoint, at in rows
        if endpoint in periods and now - at < timedelta(seconds=periods[endpoint])
    ]
