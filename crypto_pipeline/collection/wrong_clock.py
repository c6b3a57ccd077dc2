"""Failures that are this machine's clock's and no source's.

Belongs here: when a clock counts as wrong, which failures that explains, what is remembered of the source then.
Does not belong here: what hosts say of our clock (collection/http/clocks.py), by how much a row is of another time
(collection/errors.py), the alert (monitoring/conditions.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from crypto_pipeline.collection.health import Event, next_state
from crypto_pipeline.collection.http.clocks import seconds_ahead_of_all
from crypto_pipeline.collection.results import EndpointResult, Failure
from crypto_pipeline.schema.clock import CLOCK_TOLERANCE
from crypto_pipeline.schema.outcomes import Outcome
from crypto_pipeline.sources.kit import Context, Endpoint

OF_A_REQUEST = frozenset(
    {Outcome.EMPTY, Outcome.STALE, Outcome.ERROR_IN_BODY, Outcome.CLIENT_ERROR, Outcome.UNPARSEABLE}
)
"""Failures that follow from what was asked for."""
CLOCK_WORTH_A_WORD = 60.0
"""Seconds that the clock of this machine may be off those of most hosts."""


def clock_ahead(results: Iterable[EndpointResult]) -> float | None:
    """Seconds by which this machine's clock is ahead (less than zero: behind), where most hosts say that it is wrong."""
    ahead = seconds_ahead_of_all(attempt for result in results for _, attempt in result.attempts)
    return ahead if ahead is not None and abs(ahead) > CLOCK_WORTH_A_WORD else None


def asks_by_the_clock(endpoint: Endpoint, context: Context, ahead: float) -> bool:
    """Whether an endpoint would be asked for something else if the clock were right: for another day, since another moment.

    :param context: of the requests that were made.
    """
    if abs(ahead) <= CLOCK_TOLERANCE.total_seconds():
        return False
    right = replace(context, now=context.now - timedelta(seconds=ahead))
    return list(endpoint.requests_in(context)) != list(endpoint.requests_in(right))


def of_the_clock(result: EndpointResult, ahead: float, *, asked_by_it: bool = False) -> EndpointResult:
    """The result, with the failures that this clock explains told as the clock's. A source that is late by more stays late.

    One that was judged before, when fewer hosts had answered, is not explained once more.

    :param ahead: as clock_ahead() says.
    :param asked_by_it: as asks_by_the_clock() says; what a source made of a request for another time is none of its failures.
    """

    def is_explained(failure: Failure) -> bool:
        if failure.outcome is Outcome.CLOCK_WRONG:
            return False
        return _is_of_the_clock(failure, ahead) or (asked_by_it and failure.outcome in OF_A_REQUEST)

    if not any(map(is_explained, result.failures)):
        return result
    failures = [_explained(failure, ahead) if is_explained(failure) else failure for failure in result.failures]
    result = replace(result, failures=failures)
    others = [one for one in failures if one.outcome is not Outcome.CLOCK_WRONG]
    if result.succeeded or others:
        return result
    event = Event(Outcome.CLOCK_WRONG, result.finished_at, endpoint=result.endpoint.id)
    return replace(
        result,
        outcome=Outcome.CLOCK_WRONG,
        error=failures[0].error,
        quarantined=[],
        remembered=next_state(result.before, event) if result.remembered else None,
    )


def _is_of_the_clock(failure: Failure, ahead: float) -> bool:
    off, clock = failure.clock_off, timedelta(seconds=ahead)
    zero = timedelta(0)
    return off is not None and (zero < off <= clock or clock <= off < zero)


def _explained(failure: Failure, ahead: float) -> Failure:
    side = "ahead" if ahead > 0 else "behind"
    said = f"the clock of this machine is {abs(ahead):.0f} s {side} by the answers of most hosts: {failure.error}"
    return replace(failure, outcome=Outcome.CLOCK_WRONG, error=said)
