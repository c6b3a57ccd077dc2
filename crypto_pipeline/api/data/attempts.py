"""What is behind one cell of the health matrix.

Belongs here: /attempts.
Does not belong here: bodies of answers, which may be large and are not ours to show.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

from pydantic import Field

from crypto_pipeline.api.data.query_session import Reading
from crypto_pipeline.api.data.shapes import Answer, Moment, Shape, of
from crypto_pipeline.api.data.sources import Collection
from crypto_pipeline.api.errors import NotFound

AT_MOST = 200
"""Rows of each kind."""
AROUND = timedelta(hours=2)
"""A run is over long before; in its neighbourhood the log need not be searched as a whole."""

_COLLECTION = "SELECT * FROM data_collections WHERE run_id = $run_id AND endpoint = $endpoint"
_BEHIND = f"""
    SELECT {{columns}} FROM {{table}}
    WHERE run_id = $run_id AND endpoint = $endpoint AND collected_at BETWEEN $since AND $until
    ORDER BY {{order}} LIMIT {AT_MOST}
"""


class Attempt(Shape):
    """One request of a collection to a source."""

    ask: str | None = of("connection_attempts", "ask")
    attempt: int | None = of("connection_attempts", "attempt")
    method: str | None = of("connection_attempts", "method")
    url: str | None = of("connection_attempts", "url")
    started_at: Moment | None = of("connection_attempts", "started_at")
    milliseconds: float | None = of("connection_attempts", "milliseconds")
    status_code: int | None = of("connection_attempts", "status_code")
    bytes: int | None = of("connection_attempts", "bytes")
    outcome: str | None = of("connection_attempts", "outcome")
    error: str | None = of("connection_attempts", "error")


class Failure(Shape):
    """A request of a collection that failed for good."""

    ask: str | None = of("failure_logs", "ask")
    failed_at: Moment | None = of("failure_logs", "failed_at")
    outcome: str | None = of("failure_logs", "outcome")
    status_code: int | None = of("failure_logs", "status_code")
    error: str | None = of("failure_logs", "error")


class Rejected(Shape):
    """A row of an answer that was not believed."""

    table_name: str | None = of("rejected_rows", "table_name")
    reason: str | None = of("rejected_rows", "reason")
    row: str | None = of("rejected_rows", "row")


class Quarantined(Shape):
    """An answer that no parser understood: why, and how many bytes it has."""

    ask: str | None = of("quarantined_payloads", "ask")
    reason: str | None = of("quarantined_payloads", "reason")
    content_type: str | None = of("quarantined_payloads", "content_type")
    bytes: int | None = of("quarantined_payloads", "bytes")


class Attempts(Answer):
    """What one run asked of one source, and what came of it."""

    rows: ClassVar[str] = "attempts"

    collection: Collection
    attempts: list[Attempt] = Field(description=f"Its requests, in their order; {AT_MOST} at most.")
    failures: list[Failure] = Field(description=f"Its requests that failed for good; {AT_MOST} at most.")
    rejected: list[Rejected] = Field(description=f"Rows of its answers that were rejected; {AT_MOST} at most.")
    quarantined: list[Quarantined] = Field(description=f"Answers that no parser understood; {AT_MOST} at most.")
    run_url: str = Field(description="The run's page in the Dagster UI.")


def attempts(reading: Reading, run_id: str, endpoint: str) -> Attempts:
    """One source in one run. Raises NotFound."""
    whose = {"run_id": run_id, "endpoint": endpoint}
    collection = reading.one(_COLLECTION, **whose)
    if collection is None:
        raise NotFound(f"There is no collection of {endpoint} by the run {run_id} in the log.")
    at = collection["collected_at"]
    near = {**whose, "since": at - AROUND, "until": at + AROUND}

    def behind(table: str, shape: type[Shape], order: str) -> list[dict[str, Any]]:
        query = _BEHIND.format(columns=", ".join(shape.model_fields), table=table, order=order)
        return reading.rows(query, **near)

    return Attempts.model_validate(
        {
            "collection": collection,
            "attempts": behind("connection_attempts", Attempt, "started_at, ask, attempt"),
            "failures": behind("failure_logs", Failure, "failed_at, ask"),
            "rejected": behind("rejected_rows", Rejected, "number"),
            "quarantined": behind("quarantined_payloads", Quarantined, "received_at, ask"),
            "run_url": f"{reading.settings.dagster_page}/runs/{run_id}",
            "as_of": at,
        }
    )
