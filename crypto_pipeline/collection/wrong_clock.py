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
from crypto_pipeline.schema.outcomes import Outcome

CLOCK_WORTH_A_WORD = 60.0
"""Seconds that the clock of this machine may be off those of most hosts."""


def clock_ahead(results: Iterable[EndpointResult]) -> float | None:
    """Seconds by which this machine's clock is ahead (less than zero: behind), where most hosts say that it is wrong."""
    ahead = seconds_ahead_of_all(attempt for result in results for _, attempt in result.attempts)
    return ahead if ahead is not None and abs(ahead) > CLOCK_WORTH_A_WORD else None


def of_the_clock(result: EndpointResult, ahead: float) -> EndpointResult:
    """The result, with the failures that this clock explains told as the clock's. A source that is late by more stays late.

    :param ahead: as clock_ahead() says.
    """
    if not any(_is_explained(failure, ahead) for failure in result.failures):
        return result
    failures = [_told(failure, ahead) if _is_explained(failure, ahead) else failure for failure in result.failures]
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


def _is_explained(failure: Failure, ahead: float) -> bool:
    off, clock = failure.clock_off, timedelta(seconds=ahead)
    zero = timedelta(0)
    return off is not None and (zero < off <= clock or clock <= off < zero)


def _told(failure: Failure, ahead: float) -> Failure:
    side = "ahead" if ahead > 0 else "behind"
    said = f"the clock of this machine is {abs(ahead):.0f} s {side} by the answers of most hosts: {failure.error}"
    return replace(failure, outcome=Outcome.CLOCK_WRONG, error=said)
