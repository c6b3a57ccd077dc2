"""The health of the sources: all of them over the last runs, and one of them.

Belongs here: /sources and /sources/{endpoint}.
Does not belong here: what is behind one cell (api/data/attempts.py).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar, Literal

from pydantic import Field

from crypto_pipeline.api.data.prices import words
from crypto_pipeline.api.data.query_session import Reading
from crypto_pipeline.api.data.runs import Run, newest_runs
from crypto_pipeline.api.data.shapes import Answer, Moment, Shape, newest, of
from crypto_pipeline.api.errors import NotFound
from crypto_pipeline.collection.results import WAITS
from crypto_pipeline.schema.outcomes import MEANINGS, SUCCESSES, Outcome
from crypto_pipeline.warehouse.sql import not_ahead

_NEWEST_ANSWER = "row_number() OVER (PARTITION BY endpoint ORDER BY asked_at DESC NULLS LAST, region)"
"""Of the regions that have asked an endpoint the one that did so last."""

_CELLS = f"""
    WITH speaker AS (
        SELECT provider, 'market_prices' AS table_name FROM cached_market_data WHERE symbol = $symbol
        UNION SELECT provider, 'cached_ohlc' FROM cached_ohlc WHERE symbol = $symbol AND timestamp >= $recent
        UNION SELECT source, 'derivatives_metrics' FROM derivatives_metrics WHERE symbol = $symbol AND timestamp >= $recent
    ),
    run AS (SELECT unnest($run_ids) AS run_id, generate_subscripts($run_ids, 1) - 1 AS number),
    source AS (
        SELECT endpoint, arg_max(provider, number) AS provider, arg_max(table_names, number) AS tables,
            arg_max(outcome, number) AS last_outcome, arg_max(region, number) AS region, list(number) AS numbers, list(outcome) AS outcomes
        FROM data_collections JOIN run USING (run_id) WHERE started_at >= $since AND {not_ahead("started_at")} GROUP BY endpoint
    )
    SELECT endpoint, provider, tables, last_outcome, source.region AS region, numbers, outcomes, host, breaker_state, consecutive_failures,
        succeeded_at, not_before, milliseconds
    FROM source
        LEFT JOIN (SELECT name AS provider, host FROM providers) USING (provider)
        LEFT JOIN (SELECT * FROM source_health QUALIFY {_NEWEST_ANSWER} = 1) USING (endpoint)
    WHERE ($symbol IS NULL OR EXISTS (
            FROM speaker WHERE speaker.provider = source.provider AND list_contains(string_split(tables, ','), table_name)
        ))
        AND ($outcome IS NULL OR last_outcome = $outcome)
        AND ($text IS NULL OR contains(lower(endpoint), lower($text)) OR contains(lower(host), lower($text)))
    ORDER BY coalesce(consecutive_failures, 0) > 0 OR NOT list_contains($fine, last_outcome) DESC, endpoint
    LIMIT $limit
"""
_FINE = [one.value for one in (*SUCCESSES, *WAITS)]

_COLLECTIONS = f"""
    SELECT * FROM data_collections WHERE endpoint = $endpoint AND started_at >= $since AND {not_ahead("started_at")}
    ORDER BY started_at DESC, run_id LIMIT $limit
"""
_LOOK_BACK = (timedelta(days=2), timedelta(days=36_500))
_FACTS = "SELECT * FROM providers WHERE name = $provider"
_HEALTH = f"SELECT * FROM source_health WHERE endpoint = $endpoint QUALIFY {_NEWEST_ANSWER} = 1"
_POOL = "SELECT pool FROM pool_members WHERE endpoint = $endpoint"

RECENT = timedelta(days=2)
"""A source that has said nothing of a coin for longer before these runs is not one of its sources."""

Kind = Literal["success", "wait", "failure"]


class Meaning(Shape):
    """What an outcome means, and whether it is a success, a failure or a wait."""

    kind: Kind = Field(description="wait: its turn comes later, nothing is wrong.")
    meaning: str = Field(description="What it means, in a sentence.")


class Source(Shape):
    """One row of the matrix."""

    endpoint: str = of("data_collections", "endpoint")
    provider: str | None = of("data_collections", "provider")
    host: str | None = of("providers", "host")
    tables: list[str] = Field(description="Tables that it feeds.")
    breaker_state: str | None = of("source_health", "breaker_state")
    consecutive_failures: int | None = of("source_health", "consecutive_failures")
    succeeded_at: Moment | None = of("source_health", "succeeded_at")
    not_before: Moment | None = of("source_health", "not_before")
    last_outcome: str | None = Field(description="Its outcome in the newest of these runs that it was part of.")
    region: str | None = Field(description="The region that asked it then; empty where there are none.")
    milliseconds: float | None = of("source_health", "milliseconds")
    cells: list[str] = Field(
        description="Its outcome in each of the runs, in their order; empty where it was not part of the run."
    )


class Sources(Answer):
    """What became of each source in the newest runs."""

    rows: ClassVar[str] = "sources"

    runs: list[Run] = Field(description="The columns of the matrix, newest last.")
    sources: list[Source] = Field(description="The rows of the matrix: those that fail now first, then by name.")
    outcomes: dict[str, Meaning] = Field(description="What the outcomes mean.")


class SourceHealth(Shape):
    """What is remembered of it from one run to the next."""

    breaker_state: str | None = of("source_health", "breaker_state")
    consecutive_failures: int | None = of("source_health", "consecutive_failures")
    asked_at: Moment | None = of("source_health", "asked_at")
    succeeded_at: Moment | None = of("source_health", "succeeded_at")
    outcome: str | None = of("source_health", "outcome")
    milliseconds: float | None = of("source_health", "milliseconds")
    not_before: Moment | None = of("source_health", "not_before")
    host_not_before: Moment | None = of("source_health", "host_not_before")


class Collection(Shape):
    """A source in a run."""

    run_id: str = of("data_collections", "run_id")
    job: str | None = of("data_collections", "job")
    region: str | None = of("data_collections", "region")
    started_at: Moment | None = of("data_collections", "started_at")
    finished_at: Moment | None = of("data_collections", "finished_at")
    milliseconds: float | None = of("data_collections", "milliseconds")
    requests: int | None = of("data_collections", "requests")
    status_code: int | None = of("data_collections", "status_code")
    bytes: int | None = of("data_collections", "bytes")
    rows: int | None = of("data_collections", "rows")
    rejected: int | None = of("data_collections", "rejected")
    outcome: str | None = of("data_collections", "outcome")
    error: str | None = of("data_collections", "error")


class OneSource(Answer):
    """One source: what it is, how it does, and its newest collections."""

    rows: ClassVar[str] = "collections"

    endpoint: str = of("data_collections", "endpoint")
    provider: str | None = of("data_collections", "provider")
    tables: list[str] = Field(description="Tables that it feeds.")
    pool: str | None = of("data_collections", "pool")
    host: str | None = of("providers", "host")
    docs: str | None = of("providers", "docs")
    budget_requests: int | None = of("providers", "budget_requests")
    budget_seconds: float | None = of("providers", "budget_seconds")
    key_env: str | None = of("providers", "key_env")
    needs_key: bool | None = of("providers", "needs_key")
    quirks: str | None = of("providers", "quirks")
    health: SourceHealth | None = Field(description="null for a source that was never asked.")
    collections: list[Collection] = Field(description="Its part in the newest runs, newest first.")
    outcomes: dict[str, Meaning] = Field(description="What the outcomes mean.")


def sources(
    reading: Reading,
    *,
    runs: int,
    job: str | None = None,
    outcome: str | None = None,
    text: str | None = None,
    symbol: str | None = None,
    limit: int,
) -> Sources:
    """Sources by runs, each cell an outcome.

    :param symbol: only sources that speak of this coin: its price, its candles or contracts on it.
    """
    columns = newest_runs(reading, runs, job)[::-1]
    since = min((run["started_at"] for run in columns), default=reading.now)
    rows = (
        reading.rows(
            _CELLS,
            run_ids=[run["run_id"] for run in columns],
            since=since,
            recent=since - RECENT,
            symbol=symbol,
            outcome=outcome,
            text=text,
            fine=_FINE,
            limit=limit,
        )
        if columns
        else []
    )
    for row in rows:
        row["tables"] = words(row["tables"])
        row["cells"] = [""] * len(columns)
        for number, ended in zip(row["numbers"], row["outcomes"], strict=True):
            row["cells"][number] = ended
    return Sources(
        runs=[Run.model_validate(run) for run in columns],
        sources=[Source.model_validate(row) for row in rows],
        outcomes=meanings(),
        as_of=newest(columns),
    )


def source(reading: Reading, endpoint: str, runs: int) -> OneSource:
    """One source and how its newest collections went. Raises NotFound."""
    health = reading.one(_HEALTH, endpoint=endpoint)
    collections = _collections(reading, endpoint, runs)
    if not collections and not health:
        raise NotFound(f"There is no source {endpoint} in the database.")
    newest_one = collections[0] if collections else {"provider": endpoint.partition(".")[0], "table_names": None}
    facts = reading.one(_FACTS, provider=newest_one["provider"]) or {}
    return OneSource.model_validate(
        {
            **dict.fromkeys(OneSource.model_fields),
            **facts,
            "endpoint": endpoint,
            "provider": newest_one["provider"],
            "tables": words(newest_one["table_names"]),
            "pool": reading.value(_POOL, endpoint=endpoint),
            "health": health,
            "collections": collections,
            "outcomes": meanings(),
            "as_of": newest(collections, [health] if health else []),
            "demo": False,
        }
    )


def _collections(reading: Reading, endpoint: str, limit: int) -> list[dict[str, Any]]:
    newest_at = reading.newest("data_collections", "started_at")
    rows: list[dict[str, Any]] = []
    for back in _LOOK_BACK if newest_at else ():
        rows = reading.rows(_COLLECTIONS, endpoint=endpoint, since=newest_at - back, limit=limit)
        if len(rows) == limit:
            break
    return rows


def meanings() -> dict[str, Meaning]:
    """What each outcome means, by its word."""
    return {one.value: Meaning(kind=_kind(one), meaning=MEANINGS[one]) for one in Outcome}


def _kind(outcome: Outcome) -> Kind:
    if outcome in SUCCESSES:
        return "success"
    return "wait" if outcome in WAITS else "failure"
