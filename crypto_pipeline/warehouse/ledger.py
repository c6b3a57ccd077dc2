"""What the ledger of the past knows: which pages are settled, which days of a market are stored, what went out just now.

Belongs here: the queries for it.
Does not belong here: which pages are wanted (collection/backfill/), gaps between candles (warehouse/gaps.py).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from crypto_pipeline.schema.history import SETTLED, SETTLED_FOR_A_WEEK
from crypto_pipeline.warehouse.interface import Warehouse

SETTLED_STRETCHES = """
SELECT endpoint, ask, epoch(from_at)::BIGINT, epoch(to_at)::BIGINT FROM history_pages
WHERE list_contains($endpoints, endpoint) AND (
    list_contains($settled, outcome) OR list_contains($for_a_week, outcome) AND fetched_at > $now - INTERVAL 7 DAY
)
"""
TIMES_TOLD = """
SELECT endpoint, ask, epoch(from_at)::BIGINT, times_told FROM history_pages
WHERE list_contains($endpoints, endpoint) AND times_told IS NOT NULL
"""
STORED_DAYS = """
WITH days AS (
    SELECT symbol, pair, timestamp, row_number() OVER (PARTITION BY symbol, pair ORDER BY timestamp) AS place
    FROM {candles} WHERE provider = $source AND interval = '1d' AND list_contains($symbols, symbol) AND is_final
)
SELECT symbol, epoch(min(timestamp))::BIGINT, epoch(max(timestamp))::BIGINT + 86400
FROM days GROUP BY symbol, pair, timestamp - to_days(place::INTEGER) ORDER BY symbol, min(timestamp)
"""
LISTED = """
SELECT source, kind, market, epoch(listed_at)::BIGINT, epoch(delisted_at)::BIGINT FROM listings
WHERE listed_at IS NOT NULL OR delisted_at IS NOT NULL
"""
LISTS = "SELECT DISTINCT source, kind FROM listings"
HAD = """
SELECT endpoint, ask, epoch(min(first_at))::BIGINT, epoch(max(last_at))::BIGINT FROM history_pages
WHERE list_contains($endpoints, endpoint) AND first_at IS NOT NULL GROUP BY endpoint, ask
"""
TRADED = "SELECT provider, symbol, max(volume_24h) FROM cached_market_data WHERE volume_24h > 0 GROUP BY ALL"
STATUS = """
WITH pages AS (
    SELECT source, coalesce(interval, '') AS interval, endpoint, count(DISTINCT ask) AS series,
        count(*) FILTER (WHERE list_contains($settled, outcome)) AS settled,
        count(*) FILTER (WHERE NOT list_contains($settled, outcome)) AS unsettled,
        min(first_at) AS first_at, max(last_at) AS last_at, sum(rows)::BIGINT AS rows,
        arg_max(error, fetched_at) FILTER (WHERE NOT list_contains($settled, outcome)) AS why
    FROM history_pages GROUP BY ALL
), gaps AS (
    SELECT provider AS source, interval, sum(missing)::BIGINT AS missing,
        coalesce(sum(missing) FILTER (WHERE kind = 'halt'), 0)::BIGINT AS halt,
        coalesce(sum(missing) FILTER (WHERE kind = 'no_trades'), 0)::BIGINT AS no_trades,
        coalesce(sum(missing) FILTER (WHERE kind NOT IN ('halt', 'no_trades')), 0)::BIGINT AS others
    FROM candle_gaps GROUP BY ALL
)
SELECT source, interval, endpoint, series, rows, first_at, last_at, settled, unsettled, why,
    coalesce(halt, 0) AS halt, coalesce(no_trades, 0) AS no_trades, coalesce(others, 0) AS others
FROM pages LEFT JOIN gaps USING (source, interval)
ORDER BY source, interval, endpoint
"""
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


def times_told(warehouse: Warehouse, endpoints: Collection[str]) -> dict[tuple[str, str, int], int]:
    """By endpoint, ask and first moment how often a source has answered for a page. Raises DatabaseBusy, DatabaseUnusable."""
    if not warehouse.exists():
        return {}
    rows = warehouse.query(TIMES_TOLD, {"endpoints": sorted(endpoints)}).rows
    return {(endpoint, ask, start): times for endpoint, ask, start, times in rows}


def stored_days(warehouse: Warehouse, source: str, symbols: Collection[str]) -> dict[str, list[Stretch]]:
    """By coin the stretches of days that a source has given. Raises DatabaseBusy, DatabaseUnusable."""
    found: dict[str, list[Stretch]] = {}
    if not warehouse.exists():
        return found
    query = STORED_DAYS.format(candles=with_archive(warehouse, "cached_ohlc"))
    for symbol, start, end in warehouse.query(query, {"source": source, "symbols": sorted(symbols)}).rows:
        found.setdefault(symbol, []).append((start, end))
    return found


def listing_dates(warehouse: Warehouse) -> dict[tuple[str, str, str], tuple[int | None, int | None]]:
    """By source, kind and market when it opened and closed, in unix seconds, where an exchange's list says so.

    Raises DatabaseBusy, DatabaseUnusable.
    """
    if not warehouse.exists():
        return {}
    rows = warehouse.query(LISTED).rows
    return {(source, kind, market): (opened, closed) for source, kind, market, opened, closed in rows}


def listed_kinds(warehouse: Warehouse) -> set[tuple[str, str]]:
    """Sources and kinds of markets, spot or perpetual, of which there is a list. Raises DatabaseBusy, DatabaseUnusable."""
    return {(source, kind) for source, kind in warehouse.query(LISTS).rows} if warehouse.exists() else set()


def entries_had(warehouse: Warehouse, endpoints: Collection[str]) -> dict[tuple[str, str], Stretch]:
    """By endpoint and ask when the first and the last entry was that ever came. Raises DatabaseBusy, DatabaseUnusable."""
    if not warehouse.exists():
        return {}
    rows = warehouse.query(HAD, {"endpoints": sorted(endpoints)}).rows
    return {(endpoint, ask): (first, last) for endpoint, ask, first, last in rows}


def status(warehouse: Warehouse) -> list[dict[str, Any]]:
    """What is there of the past, by source and length of candle. Raises DatabaseBusy, DatabaseUnusable."""
    if not warehouse.exists():
        return []
    return warehouse.query(STATUS, {"settled": sorted(SETTLED)}).dicts()


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
