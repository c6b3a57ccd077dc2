"""The consensus of candles: what all spot exchanges together say of one hour or day.

Belongs here: the computation in SQL over stored candles.
Does not belong here: the consensus of prices of the moment (collection/normalise/consensus.py).

Over stored rows and not over one collection's: what one exchange did not answer this time was stored before.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from crypto_pipeline.schema.columns import Columns
from crypto_pipeline.warehouse.interface import Warehouse
from crypto_pipeline.warehouse.ledger import with_archive

TABLE = "consensus_ohlc"
FAR_OFF = 0.05
"""Part of the median by which the close of an exchange may differ before it is left out."""
CONTRACTS = "_perpetual"
"""How the names of sources end whose candles are of contracts, and not of the coin itself."""
LEAST_WEIGHT = 1.0
"""Dollars that a candle without a volume counts for."""

CONSENSUS = """
WITH said AS (
    SELECT symbol, interval, timestamp, provider, open, high, low, close, volume
    FROM {candles}
    WHERE currency = 'USD' AND is_final AND interval = $interval AND list_contains($symbols, symbol)
        AND timestamp >= $since AND timestamp < $until AND NOT ends_with(provider, $contracts)
), by_several AS (
    SELECT symbol, timestamp FROM said GROUP BY symbol, timestamp HAVING count(*) > 1
), centred AS (
    SELECT *, greatest(coalesce(volume, 0) * close, $least) AS weight,
        median(close) OVER (PARTITION BY symbol, timestamp) AS middle
    FROM said SEMI JOIN by_several USING (symbol, timestamp)
), judged AS (
    SELECT *, abs(close / middle - 1) > $far_off AS is_off FROM centred
), counted AS (
    SELECT *, sum(weight) OVER (PARTITION BY symbol, timestamp) AS whole,
        sum(weight) OVER (PARTITION BY symbol, timestamp ORDER BY open, provider) AS below_open,
        sum(weight) OVER (PARTITION BY symbol, timestamp ORDER BY high, provider) AS below_high,
        sum(weight) OVER (PARTITION BY symbol, timestamp ORDER BY low, provider) AS below_low,
        sum(weight) OVER (PARTITION BY symbol, timestamp ORDER BY close, provider) AS below_close
    FROM judged WHERE NOT is_off
), medians AS (
    SELECT symbol, interval, timestamp,
        min(open) FILTER (below_open * 2 >= whole) AS open,
        min(high) FILTER (below_high * 2 >= whole) AS high,
        min(low) FILTER (below_low * 2 >= whole) AS low,
        min(close) FILTER (below_close * 2 >= whole) AS close,
        sum(volume) AS volume, count(*) AS providers, max(close) AS highest, min(close) AS lowest
    FROM counted GROUP BY ALL
), left_out AS (
    SELECT symbol, interval, timestamp, string_agg(provider, ',' ORDER BY provider) AS outliers
    FROM judged WHERE is_off GROUP BY ALL
)
SELECT symbol, interval, timestamp, open, greatest(high, open, close) AS high, least(low, open, close) AS low, close,
    volume, providers, (highest - lowest) / close * 100 AS spread_percent, outliers
FROM medians LEFT JOIN left_out USING (symbol, interval, timestamp)
UNION ALL
SELECT symbol, interval, timestamp, open, greatest(high, open, close), least(low, open, close), close,
    volume, 1, 0, NULL
FROM said ANTI JOIN by_several USING (symbol, timestamp) WHERE close > 0
ORDER BY symbol, interval, timestamp
"""
"""Of what one exchange says alone there is no median to look for: that is most of a long past, and takes a quarter of the time."""


MARKED = "SELECT *, $collected_at::TIMESTAMPTZ AS collected_at, $run_id::VARCHAR AS run_id FROM ({consensus})"
OUTDATED = """
WITH said AS (
    SELECT symbol, timestamp, taken.collected_at IS NULL OR taken.collected_at < candle.collected_at AS is_new
    FROM {candles} AS candle LEFT JOIN consensus_ohlc AS taken USING (symbol, interval, timestamp)
    WHERE currency = 'USD' AND is_final AND interval = $interval AND list_contains($symbols, symbol)
        AND timestamp >= $since AND timestamp < $until AND NOT ends_with(provider, $contracts)
)
SELECT symbol, epoch(min(timestamp) FILTER (is_new))::BIGINT, epoch(max(timestamp) FILTER (is_new))::BIGINT, count(*)
FROM said GROUP BY symbol HAVING bool_or(is_new)
"""
NEWEST = "SELECT interval, max(timestamp) FROM consensus_ohlc WHERE timestamp <= now() GROUP BY interval"


@dataclass(frozen=True, slots=True)
class Outdated:
    """Candles of a coin whose consensus was not taken since they came."""

    first: int
    """When the first of them opened, in unix seconds."""
    last: int
    candles: int
    """Of all exchanges in the time that was asked about, so many at most have to be read."""


def newest_consensus(warehouse: Warehouse) -> dict[str, datetime]:
    """When the newest consensus candle of each length opened. Raises DatabaseBusy, DatabaseUnusable."""
    if not warehouse.exists():
        return {}
    return dict(warehouse.query(NEWEST).rows)


def outdated_consensus(
    warehouse: Warehouse, *, interval: str, symbols: Collection[str], since: datetime, until: datetime
) -> dict[str, Outdated]:
    """By coin the candles that came after the consensus was taken, if it was.

    Asked of what is stored, so that a back-fill that was killed, or whose rows waited in the spool, leaves nothing undone that
    the next one does not see. Raises DatabaseBusy, DatabaseUnusable.
    """
    if not warehouse.exists():
        return {}
    parameters = {
        "interval": interval,
        "symbols": sorted(symbols),
        "since": since,
        "until": until,
        "contracts": CONTRACTS,
    }
    with warehouse.reading():
        query = OUTDATED.format(candles=with_archive(warehouse, "cached_ohlc"))
        return {symbol: Outdated(*found) for symbol, *found in warehouse.query(query, parameters).rows}


def candle_consensus(
    warehouse: Warehouse, *, interval: str, symbols: Collection[str], since: datetime, until: datetime
) -> Columns:
    """Rows of consensus_ohlc for a stretch of time. Raises DatabaseBusy, DatabaseUnusable."""
    if not warehouse.exists():
        return Columns(TABLE, 0, {})
    with warehouse.reading():
        return warehouse.columns(TABLE, _query(warehouse), _parameters(interval, symbols, since, until))


def take_consensus(
    warehouse: Warehouse,
    *,
    interval: str,
    symbols: Collection[str],
    since: datetime,
    until: datetime,
    run_id: str,
    now: datetime,
) -> int:
    """Compute and store the consensus of a stretch of time; how many candles it has.

    Raises DatabaseBusy, DatabaseUnusable, RowsLost.
    """
    if not warehouse.exists():
        return 0
    query = MARKED.format(consensus=_query(warehouse))
    marks = {"collected_at": now, "run_id": run_id}
    return warehouse.merge_answer(TABLE, query, _parameters(interval, symbols, since, until) | marks)


def _query(warehouse: Warehouse) -> str:
    return CONSENSUS.format(candles=with_archive(warehouse, "cached_ohlc"))


def _parameters(interval: str, symbols: Collection[str], since: datetime, until: datetime) -> dict[str, object]:
    return {
        "interval": interval,
        "symbols": sorted(symbols),
        "since": since,
        "until": until,
        "contracts": CONTRACTS,
        "least": LEAST_WEIGHT,
        "far_off": FAR_OFF,
    }
