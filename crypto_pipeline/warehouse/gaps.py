"""Gaps between candles: where they are, and why, as far as rows and ledger tell.

Belongs here: the question in SQL, its answer as rows of candle_gaps.
Does not belong here: asking again for what is missing (collection/backfill/), the newest candles (warehouse/quality.py).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from crypto_pipeline.schema.columns import Columns
from crypto_pipeline.schema.intervals import INTERVAL_SECONDS
from crypto_pipeline.warehouse.interface import FileWarehouse, Warehouse
from crypto_pipeline.warehouse.ledger import with_archive

FITS = 0.01
"""Part of a day's volume that its hours may lack and still be all of it."""
LONGEST_QUIET = 1800
"""Seconds in which nobody trades at an exchange that leaves such candles out: shorter gaps are not compared with other
markets, for there are very many of them."""

GAPS = """
WITH lengths AS (
    SELECT unnest($names) AS interval, unnest($seconds)::BIGINT AS seconds
), wanted AS (
    {wanted}
), closed AS NOT MATERIALIZED (
    SELECT provider, symbol, interval, seconds, timestamp, epoch_us(timestamp) // (seconds * $stretch) AS stretch
    FROM {candles} JOIN lengths USING (interval) SEMI JOIN wanted USING (provider, interval) WHERE is_final
), stretches AS MATERIALIZED (
    SELECT provider, symbol, interval, seconds, stretch, count(*) AS candles,
        min(timestamp) AS first_at, max(timestamp) AS last_at
    FROM closed GROUP BY ALL
), with_holes AS (
    SELECT * FROM stretches WHERE candles * seconds < epoch(last_at) - epoch(first_at) + seconds
), neighbours AS (
    SELECT provider, symbol, interval, seconds, timestamp AS last_at,
        lead(timestamp) OVER (PARTITION BY provider, symbol, interval, stretch ORDER BY timestamp) AS next_at
    FROM closed SEMI JOIN with_holes USING (provider, symbol, interval, stretch)
    UNION ALL
    SELECT provider, symbol, interval, seconds, last_at,
        lead(first_at) OVER (PARTITION BY provider, symbol, interval ORDER BY stretch) AS next_at
    FROM stretches
), gaps AS MATERIALIZED (
    SELECT provider, symbol, interval, seconds, last_at + to_seconds(seconds) AS from_at, next_at AS to_at
    FROM neighbours WHERE epoch(next_at) - epoch(last_at) > seconds
), series AS (
    SELECT provider, symbol, interval, min(first_at) AS first_at, max(last_at) AS last_at FROM stretches GROUP BY ALL
), others AS (
    SELECT gaps.provider, gaps.symbol, gaps.interval, gaps.from_at, count(*) AS trading,
        count(*) FILTER (EXISTS (
            SELECT 1 FROM gaps AS other
            WHERE other.provider = gaps.provider AND other.interval = gaps.interval AND other.symbol = series.symbol
            AND other.from_at <= gaps.from_at AND other.to_at >= gaps.to_at
        )) AS missing_too
    FROM gaps
    JOIN series ON series.provider = gaps.provider AND series.interval = gaps.interval
        AND series.first_at < gaps.from_at AND series.last_at >= gaps.to_at
    WHERE NOT list_contains($leave_out_empty, gaps.provider) OR gaps.to_at - gaps.from_at >= to_seconds($quiet)
    GROUP BY ALL
), answered AS (
    SELECT gaps.provider, gaps.symbol, gaps.interval, gaps.from_at,
        bool_or(refused > 0) AS refused, max(times_told) AS times_told,
        sum(epoch(least(pages.to_at, gaps.to_at)) - epoch(greatest(pages.from_at, gaps.from_at))) AS covered
    FROM gaps JOIN history_pages AS pages ON pages.source = gaps.provider AND pages.symbol = gaps.symbol
        AND pages.interval = gaps.interval AND pages.from_at < gaps.to_at AND pages.to_at > gaps.from_at
    WHERE pages.outcome IN ('ok', 'empty', 'unlisted', 'end_of_history')
    GROUP BY ALL
), days AS (
    SELECT gaps.provider, gaps.symbol, gaps.interval, gaps.from_at,
        any_value(day.volume) AS of_day, sum(part.volume) AS of_parts
    FROM gaps
    JOIN {candles} AS day ON day.provider = gaps.provider AND day.symbol = gaps.symbol AND day.interval = '1d'
        AND day.timestamp <= gaps.from_at AND gaps.to_at <= day.timestamp + INTERVAL 1 DAY
    LEFT JOIN {candles} AS part ON part.provider = gaps.provider AND part.symbol = gaps.symbol
        AND part.interval = gaps.interval AND part.timestamp >= day.timestamp AND part.timestamp < day.timestamp + INTERVAL 1 DAY
    WHERE gaps.seconds < 86400 AND day.is_final AND day.volume IS NOT NULL
    GROUP BY ALL
)
SELECT provider, symbol, interval, from_at, to_at,
    CAST((epoch(to_at) - epoch(from_at)) / seconds AS BIGINT) AS missing,
    CASE
        WHEN coalesce(covered, 0) < epoch(to_at) - epoch(from_at) THEN 'not_asked'
        WHEN refused THEN 'refused'
        WHEN missing_too >= 2 AND missing_too * 2 >= trading THEN 'halt'
        WHEN list_contains($leave_out_empty, provider) THEN 'no_trades'
        WHEN coalesce(of_parts, 0) >= of_day * (1 - $fits) THEN 'no_trades'
        ELSE 'unexplained'
    END AS kind,
    times_told, $now::TIMESTAMPTZ AS found_at, $now::TIMESTAMPTZ AS collected_at, $run_id::VARCHAR AS run_id
FROM gaps
LEFT JOIN others USING (provider, symbol, interval, from_at)
LEFT JOIN answered USING (provider, symbol, interval, from_at)
LEFT JOIN days USING (provider, symbol, interval, from_at)
UNION ALL BY NAME
SELECT * FROM candle_gaps ANTI JOIN wanted USING (provider, interval)
ORDER BY provider, symbol, interval, from_at
"""
"""Candles are counted in stretches first: only where some are missing are they put in order, one beside the next."""
EVERYTHING = "SELECT DISTINCT provider, interval FROM {candles}"
SOME = "SELECT unnest($providers) AS provider, unnest($intervals) AS interval"
STRETCH = 1_000_000_000
"""Microseconds of a stretch for each second of a candle: a thousand candles."""
TABLE = "candle_gaps"

REPAIRABLE = """
SELECT provider, symbol, interval, epoch(from_at)::BIGINT, epoch(to_at)::BIGINT, kind FROM candle_gaps
WHERE kind = 'not_asked' OR kind = 'unexplained' AND coalesce(times_told, 0) < $times
ORDER BY to_at DESC LIMIT $most
"""
TOLD_TWICE = 2
"""A source that has said so often that it has nothing there is believed."""
MOST_REPAIRED = 5000
"""Gaps that one repair looks at, the newest first."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A gap that may be filled by asking (again)."""

    provider: str
    symbol: str
    interval: str
    start: int
    end: int
    """Both in unix seconds."""
    kind: str


def repairable_gaps(warehouse: Warehouse) -> list[Gap]:
    """Gaps that nobody has asked about, or that the source was asked about only once. Raises DatabaseBusy, DatabaseUnusable."""
    if not warehouse.exists():
        return []
    return [Gap(*row) for row in warehouse.query(REPAIRABLE, {"times": TOLD_TWICE, "most": MOST_REPAIRED}).rows]


def store_gaps(warehouse: FileWarehouse, rows: Columns) -> None:
    """Put these gaps in the place of those that were found before. Raises DatabaseBusy, DatabaseUnusable when there are none.

    A merge of no rows writes nothing; the last gap has to be removed by itself.
    """
    if rows:
        warehouse.merge({TABLE: rows})
    elif warehouse.exists() and warehouse.read(TABLE, columns=("provider",), limit=1):
        with warehouse.merging() as connection:
            connection.execute(f"DELETE FROM {TABLE}")


def find_gaps(
    warehouse: Warehouse,
    leave_out_empty: Collection[str],
    now: datetime,
    run_id: str = "",
    *,
    of: Collection[tuple[str, str]] | None = None,
) -> Columns:
    """All gaps as rows of candle_gaps. Raises DatabaseBusy, DatabaseUnusable.

    :param leave_out_empty: sources that leave out the candles in which nobody traded.
    :param of: sources with lengths of candles; only their candles are looked at, and of others what was found before stays.
    """
    if not warehouse.exists():
        return Columns(TABLE, 0, {})
    parameters: dict[str, object] = {
        "names": list(INTERVAL_SECONDS),
        "seconds": list(INTERVAL_SECONDS.values()),
        "leave_out_empty": sorted(leave_out_empty),
        "fits": FITS,
        "quiet": LONGEST_QUIET,
        "stretch": STRETCH,
        "now": now,
        "run_id": run_id,
    }
    if of is not None:
        parameters |= {"providers": [source for source, _ in sorted(of)], "intervals": [name for _, name in sorted(of)]}
    with warehouse.reading():
        candles = with_archive(warehouse, "cached_ohlc")
        wanted = (EVERYTHING if of is None else SOME).format(candles=candles)
        return warehouse.columns(TABLE, GAPS.format(candles=candles, wanted=wanted), parameters)
