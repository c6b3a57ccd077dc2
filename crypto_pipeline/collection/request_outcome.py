"""What became of one request of an endpoint, and what became of the endpoint when all of its requests are over.

Belongs here: the outcome of a request, the judgement over several, what the next run should know.
Does not belong here: asking (collection/endpoint_run.py), reading (collection/reading.py), pauses and breakers (collection/health.py).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from crypto_pipeline.collection.drift import FieldChange
from crypto_pipeline.collection.endpoint_order import EndpointOrder
from crypto_pipeline.collection.errors import NoRoom, SourceError
from crypto_pipeline.collection.health import Event, Validators, next_state
from crypto_pipeline.collection.http.messages import Answer, Attempt
from crypto_pipeline.collection.normalise.context import Normalised, combined
from crypto_pipeline.collection.normalise.rejections import cut
from crypto_pipeline.collection.results import EndpointResult, Failure, Quarantined
from crypto_pipeline.schema.outcomes import NOT_ASKED, Outcome
from crypto_pipeline.sources.symbols import COINGECKO_IDS

NOT_UNDERSTOOD = frozenset({Outcome.UNPARSEABLE, Outcome.BLOCKED, Outcome.ERROR_IN_BODY})
"""Outcomes whose body is kept for a person to look at, when there is one."""
NOT_LISTED = frozenset({Outcome.CLIENT_ERROR, Outcome.ERROR_IN_BODY})
"""How sources say that they do not have a market."""
QUARANTINE_BYTES = 64 * 1024
"""What is kept of one body."""
MOST_QUARANTINED = 4
"""Bodies of one endpoint that are kept in one collection. Those of many requests that fail alike look alike."""
LONGEST_ERROR = 500
"""Characters of an error: a source decides how long it is."""
LONGEST_CONTENT_TYPE = 200


@dataclass(frozen=True, slots=True)
class RetryAdvice:
    """What a source said about being asked again."""

    retry_after: datetime | None = None
    host_not_before: datetime | None = None
    """The same where it had too many requests: these are the whole host's."""


@dataclass(frozen=True, slots=True)
class RequestOutcome:
    """What became of one request: rows, or the same as before, or a failure."""

    normalised: Normalised = field(default_factory=Normalised)
    """Its rows; of one that failed the rows that were rejected."""
    unchanged: bool = False
    failure: Failure | None = None
    quarantined: Quarantined | None = None
    pauses: tuple[RetryAdvice, ...] = ()
    validators: Validators | None = None
    """Of a new usable answer."""
    lacked_room: bool = False
    """The collection could not hold its rows, which says nothing of the source."""


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of an answer: as they are remembered, and what has changed."""

    remembered: str | None = None
    changes: tuple[FieldChange, ...] = ()


NO_FIELDS = Fields()
NOTHING_REJECTED = Normalised()


def pause_of(error: SourceError) -> RetryAdvice:
    """What a failure says about being asked again."""
    too_many = error.outcome is Outcome.RATE_LIMITED
    return RetryAdvice(error.retry_after, error.retry_after if too_many else None)


def failed(
    label: str,
    error: SourceError,
    at: datetime,
    answer: Answer | None = None,
    rejected: Normalised = NOTHING_REJECTED,
    *,
    keep_body: bool = True,
) -> RequestOutcome:
    """A request that failed for good, with the body that could not be used where there is one."""
    message = cut(str(error), LONGEST_ERROR)
    status_code = error.status_code or (answer.status_code if answer else None)
    understood = error.outcome not in NOT_UNDERSTOOD
    quarantined = None
    if answer and answer.body and keep_body and not understood:
        text = (
            answer.body[:QUARANTINE_BYTES].decode("utf-8", errors="replace").replace("\0", "\N{REPLACEMENT CHARACTER}")
        )
        content_type = cut(answer.content_type, LONGEST_CONTENT_TYPE)
        quarantined = Quarantined(label, message, content_type, text, len(answer.body), answer.received_at)
    return RequestOutcome(
        normalised=rejected,
        failure=Failure(label, error.outcome, message, at, status_code, error.clock_off),
        quarantined=quarantined,
        pauses=(pause_of(error),),
        lacked_room=isinstance(error, NoRoom),
    )


def result_of(
    order: EndpointOrder,
    requests: int,
    outcomes: Sequence[RequestOutcome],
    attempts: list[tuple[str, Attempt]],
    fields: Fields,
    *,
    started_at: datetime,
    cut_short: Outcome | None = None,
) -> EndpointResult:
    """What became of an endpoint.

    :param requests: how many there were to be, those included that nothing is known of.
    :param attempts: every try, with the label of its request.
    :param cut_short: the outcome where requests were still under way.
    """
    finished = order.clock()
    outcome, error = _judge(requests, outcomes, cut_short, _unvouched_for(order))
    normalised = combined(one.normalised for one in outcomes)
    validators = [one.validators for one in outcomes if one.validators]
    pauses = [pause for one in outcomes for pause in one.pauses]
    lacked_room = any(one.lacked_room for one in outcomes)
    return EndpointResult(
        endpoint=order.endpoint,
        outcome=outcome,
        started_at=started_at,
        finished_at=finished,
        error=error,
        status_code=attempts[-1][1].status_code if attempts else None,
        rows=normalised.rows,
        rejected=normalised.rejected,
        rejected_count=normalised.rejected_count,
        attempts=attempts,
        failures=[one.failure for one in outcomes if one.failure],
        quarantined=[one.quarantined for one in outcomes if one.quarantined],
        drift=list(fields.changes),
        before=order.state,
        remembered=order.state
        if lacked_room
        else next_state(
            order.state,
            Event(
                outcome,
                finished,
                endpoint=order.endpoint.id,
                retry_after=max((one.retry_after for one in pauses if one.retry_after), default=None),
                host_not_before=max((one.host_not_before for one in pauses if one.host_not_before), default=None),
                validators=validators[-1] if validators else None,
                fields=fields.remembered,
            ),
        ),
    )


def _unvouched_for(order: EndpointOrder) -> frozenset[str]:
    """The tracked coins of which nobody has looked who lists them: a person has named them."""
    return frozenset(order.context.universe.symbols or ()) - COINGECKO_IDS.keys()


def _judge(
    requests: int,
    outcomes: Sequence[RequestOutcome],
    cut_short: Outcome | None,
    unvouched_for: Collection[str] = (),
) -> tuple[Outcome, str | None]:
    """What became of all requests together, and what to say of it.

    Who does not list a coin that a person has named is not to blame, and is asked again: it may, one day.
    """
    if not requests:
        return Outcome.NOT_DUE, "none of the coins that it can be asked for is tracked"
    failures = [one.failure for one in outcomes if one.failure]
    answered = len(outcomes) - len(failures)
    under_way = requests - len(outcomes)
    if cut_short and under_way:
        error = "the collection ended before it answered"
        if requests > 1:
            error = f"{under_way} of {requests} requests were still under way"
        return (Outcome.OK if answered else cut_short), error
    if not failures:
        nothing_new = all(one.unchanged for one in outcomes)
        return (Outcome.NOT_MODIFIED if nothing_new else Outcome.OK), None
    if not answered and all(_is_not_listed(failure, unvouched_for) for failure in failures):
        coins = ", ".join(sorted({_coin_of(failure) for failure in failures}))
        return Outcome.NOT_DUE, f"it lists none of the coins that it was asked for: {coins}"
    # One that was asked and refused says more than those that were then left alone.
    first = next((failure for failure in failures if failure.outcome not in NOT_ASKED), failures[0])
    if requests == 1:
        return first.outcome, first.error
    error = f"{len(failures)} of {requests} requests failed; the first ({first.ask}): {first.error}"
    return (Outcome.OK if answered else first.outcome), error


def _is_not_listed(failure: Failure, unvouched_for: Collection[str]) -> bool:
    return failure.outcome in NOT_LISTED and _coin_of(failure) in unvouched_for


def _coin_of(failure: Failure) -> str:
    """The first word of a request's label: that of candles is "BTC 1h"."""
    return failure.ask.partition(" ")[0]
