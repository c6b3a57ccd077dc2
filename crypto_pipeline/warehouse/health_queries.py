"""How the data bank is doing, as its tables tell it: what whoever watches over it asks.

Belongs here: the questions, in SQL.
Does not belong here: what is made of the answers (monitoring/).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from crypto_pipeline.schema.clock import CLOCK_TOLERANCE
from crypto_pipeline.schema.outcomes import Outcome
from crypto_pipeline.schema.tables import TABLES
from crypto_pipeline.warehouse import future
from crypto_pipeline.warehouse.interface import Warehouse

KNOWN_FOR = timedelta(days=3)
"""An endpoint that was not asked for this long is off, or no longer declared; every one that is on is asked daily."""


def source_states(
    warehouse: Warehouse, now: datetime, region: str = "", there: Collection[str] | None = None
) -> list[dict[str, Any]]:
    """source_health of the endpoints that a region has asked in the last days.

    :param there: all regions that there are: one that is no more has left what it knew, but for refusals, which are of a place.
    """
    columns = (
        "endpoint",
        "consecutive_failures",
        "breaker_state",
        "outcome",
        "asked_at",
        "succeeded_at",
        "not_before",
    )
    if there is None:
        where, parameters = "asked_at > ? AND region = ?", [now - KNOWN_FOR, region]
    else:
        left = f"NOT list_contains(?::VARCHAR[], region) AND outcome IS DISTINCT FROM '{Outcome.BLOCKED}'"
        where = f"""asked_at > ? AND (region = ? OR {left})
            QUALIFY row_number() OVER (PARTITION BY endpoint ORDER BY region = ? DESC, asked_at DESC) = 1"""
        parameters = [now - KNOWN_FOR, region, list(there), region]
    return warehouse.read("source_health", columns=columns, where=f"{where} ORDER BY endpoint", parameters=parameters)


def last_hour(
    warehouse: Warehouse, now: datetime, successes: Collection[str], region: str = ""
) -> dict[str, float | None]:
    """Requests of a region in the last hour, how many failed, and how long those took that did not; NULL where there were none."""
    query = """
        SELECT count(*) AS requests, count(*) FILTER (NOT list_contains($successes, outcome)) AS failures,
            median(milliseconds) FILTER (list_contains($successes, outcome)) AS median_milliseconds,
            quantile_cont(milliseconds, 0.95) FILTER (list_contains($successes, outcome)) AS p95_milliseconds
        FROM connection_attempts WHERE started_at > $since AND started_at <= $now AND region = $region
    """
    parameters = {"successes": list(successes), "since": now - timedelta(hours=1), "now": now, "region": region}
    (row,) = warehouse.query(query, parameters).dicts()
    return row


def rows_of_the_future(warehouse: Warehouse, now: datetime) -> int:
    """Rows that say that they were collected at a time that has not come: of a run whose clock was ahead."""
    return sum(future.count(warehouse, now).values())


def schedule_lags(warehouse: Warehouse, now: datetime, region: str = "") -> dict[str, float]:
    """How late the run of each schedule's newest tick began, in seconds."""
    query = """
        SELECT schedule, arg_max(lag_seconds, expected_at) FROM schedule_compliance
        WHERE expected_at > ? AND expected_at <= ? AND lag_seconds IS NOT NULL AND region = ? GROUP BY schedule ORDER BY schedule
    """
    return dict(warehouse.query(query, [now - timedelta(days=1), now + CLOCK_TOLERANCE, region]).rows)


def newest_lag(warehouse: Warehouse, now: datetime, region: str = "") -> tuple[str, float, float] | None:
    """Of the newest collection of a region in the last hour its run, its seconds, and those in which this machine did not run it.

    A file that has not been written since it was of an older version has no such columns yet.
    """
    query = """
        WITH collections AS (
            FROM data_collections UNION ALL BY NAME
            SELECT CAST(NULL AS DOUBLE) AS lag_milliseconds, CAST(NULL AS VARCHAR) AS region WHERE false
        )
        SELECT run_id, epoch(max(finished_at)) - epoch(min(started_at)), max(lag_milliseconds) / 1000 FROM collections
        WHERE finished_at > ? AND finished_at <= ? AND coalesce(region, '') = ? GROUP BY run_id HAVING max(lag_milliseconds) IS NOT NULL
        ORDER BY max(finished_at) DESC LIMIT 1
    """
    rows = warehouse.query(query, [now - timedelta(hours=1), now, region]).rows
    return rows[0] if rows else None


def clock_ahead(warehouse: Warehouse, now: datetime, enough_hosts: int, region: str = "") -> float | None:
    """By the hosts that answered a region in the last hour, how many seconds the clock of its machine is ahead: the median of
    what each said last.

    None where fewer have said; a file that has not been written since it was of an older version has no such column yet.

    :param enough_hosts: that have to be heard before their clocks are believed more than ours.
    """
    query = """
        WITH attempts AS (
            FROM connection_attempts UNION ALL BY NAME
            SELECT CAST(NULL AS DOUBLE) AS clock_ahead_seconds, CAST(NULL AS VARCHAR) AS region WHERE false
        ), hosts AS (
            SELECT arg_max(clock_ahead_seconds, started_at) AS ahead FROM attempts
            WHERE started_at > ? AND started_at <= ? AND coalesce(region, '') = ? AND clock_ahead_seconds IS NOT NULL
            GROUP BY host
        )
        SELECT median(ahead) FROM hosts HAVING count(*) >= ?
    """
    rows = warehouse.query(query, [now - timedelta(hours=1), now, region, enough_hosts]).rows
    return rows[0][0] if rows else None


def open_alerts(warehouse: Warehouse, region: str = "", there: Collection[str] | None = None) -> list[dict[str, Any]]:
    """Rows of the alerts of a region that are not over, the oldest first.

    :param there: all regions that there are, where the alerts of those that are no more are wanted as well.
    """
    whose = "region = ?" if there is None else "(region = ? OR NOT list_contains(?::VARCHAR[], region))"
    parameters = [region] if there is None else [region, list(there)]
    return warehouse.read(
        "alerts", where=f"resolved_at IS NULL AND {whose} ORDER BY first_seen_at, condition", parameters=parameters
    )


def all_alerts(warehouse: Warehouse) -> list[dict[str, Any]]:
    """The newest first."""
    return warehouse.read("alerts", where="true ORDER BY first_seen_at DESC, condition")


def newest_collections(
    warehouse: Warehouse, successes: Collection[str], waits: Collection[str]
) -> list[dict[str, Any]]:
    """Of each job how many collections the log has, and the sums of the newest one."""
    query = """
        WITH jobs AS (
            SELECT job, count(DISTINCT run_id) AS collections, arg_max(run_id, finished_at) AS run_id
            FROM data_collections GROUP BY job
        )
        SELECT job, any_value(collections) AS collections, max(finished_at) AS finished_at,
            epoch(max(finished_at)) - epoch(min(started_at)) AS seconds,
            sum(requests) AS requests, sum(bytes) AS bytes, sum(rows) AS rows, sum(rejected) AS rejected,
            count(*) FILTER (list_contains($successes, outcome)) AS ok,
            count(*) FILTER (NOT list_contains($successes, outcome) AND NOT list_contains($waits, outcome)) AS failed
        FROM data_collections JOIN jobs USING (job, run_id) GROUP BY job ORDER BY job
    """
    return warehouse.query(query, {"successes": list(successes), "waits": list(waits)}).dicts()


def newest_outcomes(warehouse: Warehouse, now: datetime, waits: Collection[str]) -> list[dict[str, Any]]:
    """Of each endpoint that was asked within a day what came of it the last time, and the tables that it feeds."""
    query = """
        SELECT endpoint, arg_max(table_names, finished_at) AS table_names, arg_max(outcome, finished_at) AS outcome,
            arg_max(milliseconds, finished_at) AS milliseconds
        FROM data_collections
        WHERE finished_at > $since AND finished_at <= $until AND NOT list_contains($waits, outcome)
        GROUP BY endpoint ORDER BY endpoint
    """
    bounds = {"since": now - timedelta(days=1), "until": now + CLOCK_TOLERANCE}
    return warehouse.query(query, {**bounds, "waits": list(waits)}).dicts()


def row_counts(warehouse: Warehouse) -> list[dict[str, Any]]:
    """How many rows each table has, from the file's statistics."""
    counts = " UNION ALL ".join(f"SELECT '{name}' AS name, count(*) AS rows FROM {name}" for name in TABLES)
    return warehouse.query(counts).dicts()


def row_count(warehouse: Warehouse, table: str) -> int:
    """How many rows this table of ours has, from the file's statistics. Raises NoDatabase, DatabaseBusy, DatabaseUnusable."""
    ((count,),) = warehouse.query(f"SELECT count(*) FROM {table}").rows
    return int(count)
