"""What several regions tell each other: the rows by which they divide the sources, and of which a consensus is made.

Belongs here: the questions, in SQL.
Does not belong here: what is made of the answers (collection/regions/, orchestration/regions.py).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from crypto_pipeline.schema.clock import CLOCK_TOLERANCE
from crypto_pipeline.schema.tables import DATA_TABLES, feed_of
from crypto_pipeline.warehouse import sql
from crypto_pipeline.warehouse.interface import Warehouse


class RowReader(Protocol):
    """Whoever reads rows of a table: a warehouse, or the hub itself where the file cannot be read now."""

    def read(
        self,
        table: str,
        *,
        columns: Sequence[str] | None = None,
        where: str = "",
        parameters: Sequence[object] = (),
    ) -> list[dict[str, Any]]:
        """Rows of one table."""


def heard(rows: RowReader, since: datetime) -> dict[str, list[datetime]]:
    """When each region was at work since a moment. Raises DatabaseBusy, DatabaseUnusable."""
    by_region: dict[str, list[datetime]] = defaultdict(list)
    for row in rows.read("region_ticks", columns=("region", "began_at"), where="began_at >= ?", parameters=[since]):
        by_region[row["region"]].append(row["began_at"])
    return by_region


def newest_ticks(warehouse: Warehouse) -> dict[str, dict[str, Any]]:
    """Of each region the newest row of region_ticks. Raises DatabaseBusy, DatabaseUnusable."""
    newest = "began_at <= now() QUALIFY row_number() OVER (PARTITION BY region ORDER BY began_at DESC) = 1"
    return {row["region"]: row for row in warehouse.read("region_ticks", where=newest)}


def refusals(rows: RowReader) -> list[dict[str, Any]]:
    """Which hosts refused which regions, with those that are over. Raises DatabaseBusy, DatabaseUnusable."""
    return rows.read("region_refusals", where=f"{sql.not_ahead('refused_at')} ORDER BY region, host")


def answers(warehouse: Warehouse, tick: datetime) -> list[dict[str, Any]]:
    """What the sources of all regions said in a tick: rows of price_answers. Raises DatabaseBusy, DatabaseUnusable."""
    return warehouse.read("price_answers", where="tick = ? ORDER BY region, symbol", parameters=[tick])


def unsettled_ticks(warehouse: Warehouse, until: datetime, limit: int) -> list[datetime]:
    """Ticks whose consensus was made before the answers of all regions were here, the newest first.

    Raises DatabaseBusy, DatabaseUnusable, InvalidQuery.

    :param until: of later ticks nobody asks.
    """
    query = """
        WITH answered AS (SELECT tick, count(DISTINCT region) AS regions FROM price_answers WHERE tick <= ? GROUP BY tick),
        made AS (
            SELECT timestamp AS tick, min(coalesce(regions, 0)) AS regions FROM consensus_prices
            WHERE timestamp >= (SELECT min(tick) FROM answered) GROUP BY timestamp
        )
        SELECT tick FROM answered LEFT JOIN made USING (tick) WHERE answered.regions > coalesce(made.regions, 0)
        ORDER BY tick DESC LIMIT ?
    """
    return [tick for (tick,) in warehouse.query(query, [until, limit]).rows]


def arrivals(warehouse: Warehouse, successes: Collection[str], now: datetime) -> dict[str, datetime]:
    """When each table of data last got an answer, in whichever region, also one that said nothing new; within a week.

    Raises DatabaseBusy, DatabaseUnusable, NoDatabase, InvalidQuery.
    """
    query = """
        SELECT name, max(finished_at) FROM (
            SELECT unnest(string_split(table_names, ',')) AS name, finished_at FROM data_collections
            WHERE list_contains($successes, outcome) AND finished_at > $since AND finished_at <= $until
        ) GROUP BY name
    """
    bounds = {"since": now - timedelta(days=7), "until": now + CLOCK_TOLERANCE}
    answered = dict(warehouse.query(query, {"successes": list(successes), **bounds}).rows)
    fed = {name: feed_of(name).made_of or name for name in DATA_TABLES}
    return {name: answered[table] for name, table in fed.items() if table in answered}
