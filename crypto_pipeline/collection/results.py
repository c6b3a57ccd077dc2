"""What a collection tells: of each endpoint, and of each table when it is finished.

Belongs here: the values that the collector hands on.
Does not belong here: making them (collection/collector.py), the rows of the collection log (collection/log.py).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from crypto_pipeline.collection.drift import FieldChange
from crypto_pipeline.collection.health import NOTHING, EndpointState
from crypto_pipeline.collection.http.messages import Attempt
from crypto_pipeline.collection.key_gate import KeyGate
from crypto_pipeline.collection.normalise.context import TableRow
from crypto_pipeline.collection.normalise.rejections import MOST_KEPT, Rejected
from crypto_pipeline.schema.columns import Columns
from crypto_pipeline.schema.outcomes import NOT_ASKED, SUCCESSES, Outcome
from crypto_pipeline.sources.kit import Endpoint

WAITS = frozenset({Outcome.NOT_DUE, Outcome.STANDBY, Outcome.NO_BUDGET})
"""Outcomes of an endpoint whose turn comes later."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A request that failed for good, or an answer that could not be used."""

    ask: str
    outcome: Outcome
    error: str
    at: datetime
    status_code: int | None = None
    clock_off: timedelta | None = None
    """How far the clock of this machine must be ahead (less than zero: behind) for it to be none of the source's; None where no
    clock explains it."""


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A body that no parser understood."""

    ask: str
    reason: str
    content_type: str
    body: str
    """The beginning of it, as text."""
    size: int
    """Bytes of the whole body."""
    received_at: datetime


@dataclass(frozen=True, slots=True)
class EndpointResult:
    """An endpoint in a run: what it was asked, what it said, what became of it."""

    endpoint: Endpoint
    outcome: Outcome
    started_at: datetime
    finished_at: datetime
    error: str | None = None
    status_code: int | None = None
    rows: dict[str, Sequence[TableRow]] = field(default_factory=dict)
    """By table; candles that are all beyond doubt are columns."""
    rejected: list[Rejected] = field(default_factory=list)
    """The first of the rows that were not believed."""
    rejected_count: int = 0
    """All of them."""
    attempts: list[tuple[str, Attempt]] = field(default_factory=list)
    """Each with the label of its request."""
    failures: list[Failure] = field(default_factory=list)
    quarantined: list[Quarantined] = field(default_factory=list)
    lag_milliseconds: float = 0.0
    """Time in which this machine did not run the collection while it was the endpoint's turn."""
    drift: list[FieldChange] = field(default_factory=list)
    """Fields of its answer that came or went."""
    before: EndpointState = NOTHING
    """What earlier runs knew."""
    remembered: EndpointState | None = None
    """What the next run should know; None when nothing was learnt."""

    @property
    def row_count(self) -> int:
        """The rows of all its tables."""
        return sum(map(len, self.rows.values()))

    @property
    def milliseconds(self) -> float:
        """What the slowest of its requests took, 0 where none went out.

        Waiting in our own process and time in which it did not run are left out: no source is slow because this machine is.
        """
        return max((attempt.milliseconds for _, attempt in self.attempts), default=0.0)

    @property
    def succeeded(self) -> bool:
        """It gave what it should; an answer that has not changed is a success."""
        return self.outcome in SUCCESSES

    @property
    def failed(self) -> bool:
        """It gave nothing although it should have: a pause after a refusal counts, waiting for its turn does not."""
        return self.outcome not in SUCCESSES and self.outcome not in WAITS

    @property
    def was_asked(self) -> bool:
        """Whether it was its turn: not when it was not due, paused after failures, stood by for another one, or had no budget left."""
        return self.outcome not in NOT_ASKED


def with_rejected(result: EndpointResult, more: Collection[Rejected]) -> EndpointResult:
    """The result with rows that turned out not to be believed when they were seen beside those of other sources."""
    if not more:
        return result
    kept = [*result.rejected, *more][:MOST_KEPT]
    return replace(result, rejected=kept, rejected_count=result.rejected_count + len(more))


def without_keys(result: EndpointResult, gate: KeyGate) -> EndpointResult:
    """The result with every text in it passed through the gate, whatever part of the collection made it."""
    if not gate:
        return result
    learnt = result.remembered
    return replace(
        result,
        error=gate.values(result.error),
        rows={table: _without_keys(rows, gate) for table, rows in result.rows.items()},
        rejected=[replace(one, reason=gate.text(one.reason), row=gate.values(one.row)) for one in result.rejected],
        attempts=[
            (ask, replace(one, url=gate.text(one.url), error=gate.values(one.error))) for ask, one in result.attempts
        ],
        failures=[replace(one, error=gate.text(one.error)) for one in result.failures],
        quarantined=[
            replace(
                one,
                reason=gate.text(one.reason),
                content_type=gate.text(one.content_type),
                body=gate.text(one.body),
            )
            for one in result.quarantined
        ],
        drift=[FieldChange(gate.text(change.path), change.kind) for change in result.drift],
        remembered=replace(
            learnt,
            etag=gate.values(learnt.etag),
            last_modified=gate.values(learnt.last_modified),
            fields=gate.values(learnt.fields),
        )
        if learnt
        else None,
    )


def _without_keys(rows: Sequence[TableRow], gate: KeyGate) -> Sequence[TableRow]:
    if isinstance(rows, Columns):
        return replace(rows, values=gate.values(rows.values))
    passed: Sequence[TableRow] = gate.values(rows)
    return passed


def nothing_was_reachable(results: Iterable[EndpointResult]) -> bool:
    """Requests went out, and none met with an answer of any kind: this machine is offline, not all of its sources."""
    attempts = [attempt for result in results for _, attempt in result.attempts]
    return bool(attempts) and not any(attempt.status_code for attempt in attempts)


@dataclass(frozen=True, slots=True)
class Rotation:
    """Another member of a pool took over, or had its turn."""

    pool: str
    from_endpoint: str
    to_endpoint: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Turn:
    """A pool after a collection: the member that answered, and the one that comes first the next time."""

    pool: str
    endpoint: str
    next_endpoint: str
    at: datetime


@dataclass(frozen=True, slots=True)
class TableBatch:
    """A table whose endpoints are all done or out of time."""

    table: str
    rows: Sequence[TableRow]
    results: list[EndpointResult]

    @property
    def has_data(self) -> bool:
        """At least one of its sources answered, even if only to say that nothing is new."""
        return any(result.succeeded for result in self.results)

    @property
    def failed(self) -> list[EndpointResult]:
        """The sources of the table that gave nothing although they should have."""
        return [result for result in self.results if result.failed]

    @property
    def gave_nothing(self) -> list[EndpointResult]:
        """Why the table is missing when it is: sources that failed, or whose host has no budget left, which is no failure of theirs."""
        return [result for result in self.results if result.failed or result.outcome is Outcome.NO_BUDGET]

    @property
    def is_missing(self) -> bool:
        """Sources should have answered and none did.

        A source that is not due has answered within its interval, and so the table is not missing.
        """
        if self.has_data or any(result.outcome is Outcome.NOT_DUE for result in self.results):
            return False
        return bool(self.gave_nothing)
