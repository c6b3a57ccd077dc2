"""The collection log: what a run did, as rows of the log and state tables.

Belongs here: rows made from the results of a collection.
Does not belong here: collecting (collection/collector.py), storing (the warehouse).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from crypto_pipeline.collection.health import EndpointState, States, after_nothing_was_reachable
from crypto_pipeline.collection.http.messages import Attempt
from crypto_pipeline.collection.normalise.context import TableRow
from crypto_pipeline.collection.normalise.rejections import shown
from crypto_pipeline.collection.results import WAITS, EndpointResult, Rotation, Turn, nothing_was_reachable
from crypto_pipeline.schema.outcomes import Outcome
from crypto_pipeline.sources.kit import Endpoint


def log_rows(
    results: Iterable[EndpointResult],
    rotations: Iterable[Rotation],
    turns: Iterable[Turn] = (),
    *,
    job: str,
    gateway: str | None,
) -> dict[str, list[TableRow]]:
    """Rows for every log and state table, by table."""
    results = list(results)
    offline = nothing_was_reachable(results)
    return {
        "connection_attempts": [
            attempt_row(result.endpoint, ask, attempt) for result in results for ask, attempt in result.attempts
        ],
        "data_collections": [_collection(result, job, gateway) for result in results],
        "failure_logs": [row for result in results for row in _failures(result)],
        "rejected_rows": [row for result in results for row in _rejected(result)],
        "quarantined_payloads": [row for result in results for row in _quarantined(result)],
        "rate_limit_usage": _usage(results),
        "rotation_history": [
            {
                "pool": rotation.pool,
                "from_endpoint": rotation.from_endpoint,
                "to_endpoint": rotation.to_endpoint,
                "reason": rotation.reason,
                "rotated_at": rotation.at,
            }
            for rotation in rotations
        ],
        "rotation_state": [
            {
                "pool": turn.pool,
                "endpoint": turn.endpoint,
                "next_endpoint": turn.next_endpoint,
                "changed_at": turn.at,
            }
            for turn in turns
        ],
        "source_health": [
            _health(result, after_nothing_was_reachable(result.before, learnt) if offline else learnt)
            for result in results
            if (learnt := result.remembered) and learnt != result.before
        ],
        "schema_drift": [
            {"endpoint": result.endpoint.id, "path": path, "change": kind, "seen_at": result.finished_at}
            for result in results
            for path, kind in result.drift
        ],
    }


def pause_rows(results: Iterable[EndpointResult]) -> list[TableRow]:
    """host_pauses rows of the hosts that had too many requests in this collection and said until when they want none."""
    return [
        {
            "host": result.endpoint.host,
            "not_before": until,
            "endpoint": result.endpoint.id,
            "told_at": result.finished_at,
        }
        for result in results
        if result.was_asked and (until := result.remembered and result.remembered.host_not_before)
    ]


def states_from(rows: Iterable[Mapping[str, Any]]) -> States:
    """What source_health rows of one region tell its next collection."""
    return {
        row["endpoint"]: EndpointState(
            asked_at=row["asked_at"],
            succeeded_at=row["succeeded_at"],
            outcome=row["outcome"],
            consecutive_failures=row["consecutive_failures"] or 0,
            breaker=row["breaker_state"] or "closed",
            milliseconds=row["milliseconds"],
            not_before=row["not_before"],
            host_not_before=row["host_not_before"],
            etag=row["etag"],
            last_modified=row["last_modified"],
            body_hash=row["body_hash"],
            fresh_until=row["fresh_until"],
            fields=row["fields"],
        )
        for row in rows
    }


def states_by_region(rows: Iterable[Mapping[str, Any]]) -> dict[str, States]:
    """What source_health rows tell of each region."""
    by_region: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        by_region[row.get("region", "")].append(row)
    return {region: states_from(of_region) for region, of_region in by_region.items()}


def states_of(by_region: Mapping[str, States], region: str, there: Collection[str] | None) -> States:
    """What a region knows of each endpoint.

    Of those that it has not asked itself it knows what a region has left that is no more: be it the machine before it had a
    name. But for refusals, which are of a place.

    :param there: all regions that there are; None where nobody can say.
    """
    left: dict[str, EndpointState] = {}
    for name, states in by_region.items():
        for endpoint, state in states.items() if there is not None and name not in there else ():
            if state.outcome != Outcome.BLOCKED and _is_newer(state, left.get(endpoint)):
                left[endpoint] = state
    return {**left, **by_region.get(region, {})}


def _is_newer(state: EndpointState, other: EndpointState | None) -> bool:
    return other is None or (state.asked_at is not None and (other.asked_at is None or state.asked_at > other.asked_at))


def attempt_row(endpoint: Endpoint, ask: str, attempt: Attempt) -> TableRow:
    """A request that went out, as connection_attempts keeps it.

    :param ask: which of the endpoint's requests it was.
    """
    return {
        "endpoint": endpoint.id,
        "ask": ask,
        "attempt": attempt.number,
        "provider": endpoint.provider.name,
        "host": attempt.host,
        "method": attempt.method,
        "url": attempt.url,
        "started_at": attempt.started_at,
        "queued_milliseconds": attempt.queued_milliseconds,
        "milliseconds": attempt.milliseconds,
        "status_code": attempt.status_code,
        "bytes": attempt.bytes,
        "outcome": attempt.outcome.value,
        "error": attempt.error,
        "clock_ahead_seconds": attempt.clock_ahead_seconds,
    }


def _collection(result: EndpointResult, job: str, gateway: str | None) -> TableRow:
    return {
        "endpoint": result.endpoint.id,
        "provider": result.endpoint.provider.name,
        "job": job,
        "table_names": ",".join(result.endpoint.tables),
        "pool": result.endpoint.pool,
        "started_at": result.started_at,
        "finished_at": result.finished_at,
        "milliseconds": result.milliseconds if result.attempts else None,
        "lag_milliseconds": result.lag_milliseconds if result.attempts else None,
        "requests": len(result.attempts),
        "status_code": result.status_code,
        "bytes": sum(attempt.bytes or 0 for _, attempt in result.attempts) if result.attempts else None,
        "rows": result.row_count,
        "rejected": result.rejected_count,
        "outcome": result.outcome.value,
        "error": result.error,
        "gateway": gateway,
    }


def _failures(result: EndpointResult) -> Iterable[TableRow]:
    for failure in result.failures:
        if failure.outcome in WAITS:
            continue  # nobody was asked, and nothing failed
        yield {
            "endpoint": result.endpoint.id,
            "ask": failure.ask,
            "provider": result.endpoint.provider.name,
            "failed_at": failure.at,
            "outcome": failure.outcome.value,
            "status_code": failure.status_code,
            "error": failure.error,
        }
    if result.outcome is Outcome.OUT_OF_TIME and not result.failures:
        yield {
            "endpoint": result.endpoint.id,
            "ask": "",
            "provider": result.endpoint.provider.name,
            "failed_at": result.finished_at,
            "outcome": result.outcome.value,
            "status_code": None,
            "error": result.error,
        }


def _rejected(result: EndpointResult) -> Iterable[TableRow]:
    for number, rejected in enumerate(result.rejected, start=1):
        yield {
            "endpoint": result.endpoint.id,
            "number": number,
            "table_name": rejected.table,
            "reason": rejected.reason,
            "row": shown(rejected.row),
            "rejected_at": result.finished_at,
        }


def _quarantined(result: EndpointResult) -> Iterable[TableRow]:
    for kept in result.quarantined:
        yield {
            "endpoint": result.endpoint.id,
            "ask": kept.ask,
            "reason": kept.reason,
            "content_type": kept.content_type,
            "bytes": kept.size,
            "body": kept.body,
            "received_at": kept.received_at,
        }


def _usage(results: list[EndpointResult]) -> list[TableRow]:
    by_host: dict[str, list[tuple[EndpointResult, Any]]] = defaultdict(list)
    for result in results:
        for _, attempt in result.attempts:
            by_host[attempt.host].append((result, attempt))
    return [
        {
            "host": host,
            "window_start": min(attempt.started_at for _, attempt in attempts),
            "window_end": max(attempt.started_at for _, attempt in attempts),
            "requests": len(attempts),
            "budget_requests": attempts[0][0].endpoint.provider.budget.requests,
            "budget_seconds": attempts[0][0].endpoint.provider.budget.seconds,
            "rate_limited": sum(attempt.outcome is Outcome.RATE_LIMITED for _, attempt in attempts),
        }
        for host, attempts in sorted(by_host.items())
    ]


def _health(result: EndpointResult, state: EndpointState) -> TableRow:
    return {
        "endpoint": result.endpoint.id,
        "breaker_state": state.breaker,
        "consecutive_failures": state.consecutive_failures,
        "asked_at": state.asked_at,
        "succeeded_at": state.succeeded_at,
        "outcome": state.outcome,
        "milliseconds": result.milliseconds if result.was_asked else state.milliseconds,
        "not_before": state.not_before,
        "host_not_before": state.host_not_before,
        "etag": state.etag,
        "last_modified": state.last_modified,
        "body_hash": state.body_hash,
        "fresh_until": state.fresh_until,
        "fields": state.fields,
    }
