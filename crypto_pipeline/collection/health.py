"""Which endpoint may be asked now, and what is remembered of it for the next run.

Belongs here: least intervals, pauses that sources asked for, back-off after refusals, the circuit breaker, who is well
enough to be asked first.
Does not belong here: where the memory is kept (the source_health table); whose turn it is in a pool (collection/rotation.py); HTTP
retries inside one request (collection/http/client.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal, NamedTuple
from zlib import crc32

from crypto_pipeline.schema.clock import is_ahead
from crypto_pipeline.schema.outcomes import BLAMELESS, NOT_ASKED, SUCCESSES, Outcome
from crypto_pipeline.sources.kit import Endpoint

DUE_EARLY = timedelta(minutes=2)
"""A tick that comes a moment earlier than the last one did must not cost a whole interval."""

OPENS_AFTER = 5
"""Failures in a row."""
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=5), timedelta(hours=2)
"""Of an open breaker; each probe that fails doubles it. The last source of a table is never away for longer than that."""
SPREAD = 0.2
"""Part of a pause by which it may be shorter, so that those who failed together do not come back together."""

_BACK_OFF: Mapping[Outcome, tuple[timedelta, timedelta]] = {
    Outcome.RATE_LIMITED: (timedelta(minutes=5), timedelta(hours=6)),
    Outcome.BLOCKED: (timedelta(hours=1), timedelta(hours=24)),
}
"""First pause and longest pause; each further refusal in a row doubles it."""

Breaker = Literal["closed", "open", "half_open"]


@dataclass(frozen=True, slots=True)
class EndpointState:
    """What is known of an endpoint from earlier runs."""

    asked_at: datetime | None = None
    succeeded_at: datetime | None = None
    outcome: str | None = None
    consecutive_failures: int = 0
    breaker: Breaker = "closed"
    milliseconds: float | None = None
    """How long its last answer took."""
    not_before: datetime | None = None
    host_not_before: datetime | None = None
    """Until when its host wants no requests at all."""
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    fresh_until: datetime | None = None
    """Until when "nothing new" is a good answer: what is known then is as old as an answer may be."""
    fields: str | None = None
    """The fields of its answers, as collection/drift.py writes them."""


class Validators(NamedTuple):
    """By what an answer is told to be the same as before."""

    etag: str | None
    last_modified: str | None
    body_hash: str | None
    fresh_until: datetime | None = None
    """Until when "nothing new" is a good answer; None where that does not end."""


@dataclass(frozen=True, slots=True)
class Event:
    """What happened to an endpoint in a collection."""

    outcome: Outcome
    at: datetime
    endpoint: str = ""
    retry_after: datetime | None = None
    """Before which the source does not want to be asked again, also when part of it was answered."""
    host_not_before: datetime | None = None
    validators: Validators | None = None
    """Of a new usable answer."""
    fields: str | None = None
    """The fields of its answer, as they are to be remembered."""


NOTHING = EndpointState()
States = Mapping[str, EndpointState]
"""By endpoint id."""


def reason_not_to_ask(
    endpoint: Endpoint,
    state: EndpointState,
    now: datetime,
    host_not_before: datetime | None = None,
    answered_elsewhere: datetime | None = None,
) -> tuple[Outcome, str] | None:
    """Why an endpoint is left alone this time; None when it may be asked.

    :param answered_elsewhere: when it last gave another region a usable answer, which counts as much as one of our own.
    """
    if is_ahead(state.asked_at, now):
        return None  # remembered by a clock that was wrong: no reason to wait
    if state.not_before and state.not_before > now:
        again = f"not asked before {state.not_before:%Y-%m-%d %H:%M} UTC"
        if state.breaker != "closed":
            failed = f"it failed {state.consecutive_failures} times in a row, the last time as {state.outcome}"
            return Outcome.BREAKER_OPEN, f"{failed}; {again}"
        return Outcome.BACKING_OFF, f"after {state.outcome} it is {again}"
    if host_not_before and host_not_before > now:
        until = f"{host_not_before:%Y-%m-%d %H:%M} UTC"
        return Outcome.BACKING_OFF, f"{endpoint.host} had too many requests and is not asked before {until}"
    answers = [at for at in (state.succeeded_at, answered_elsewhere) if at and not is_ahead(at, now)]
    if endpoint.cadence > 15 and answers:
        due = max(answers) + timedelta(minutes=endpoint.cadence) - DUE_EARLY
        if due > now:
            return Outcome.NOT_DUE, f"asked every {endpoint.cadence} minutes, next at {due:%H:%M} UTC"
    return None


def answered_elsewhere(others: Iterable[States]) -> dict[str, datetime]:
    """When endpoints last gave one of the other regions a usable answer."""
    newest: dict[str, datetime] = {}
    for states in others:
        for endpoint, state in states.items():
            if state.succeeded_at:
                newest[endpoint] = max(state.succeeded_at, newest.get(endpoint, state.succeeded_at))
    return newest


def host_pauses_of(
    declared: Sequence[Endpoint], regions: Iterable[States], heard: Mapping[str, datetime]
) -> dict[str, datetime]:
    """The same over the states of several regions: a pause that a host wanted of one of them is kept by all."""
    pauses = dict(heard)
    for states in regions:
        pauses = host_pauses(declared, states, pauses)
    return pauses


def host_pauses(
    declared: Iterable[Endpoint], states: States, heard: Mapping[str, datetime] | None = None
) -> dict[str, datetime]:
    """Until when hosts are left alone that answered any of their endpoints with "too many requests".

    :param heard: the same of hosts that answered a back-fill so.
    """
    pauses = dict(heard or {})
    for endpoint in declared:
        until = states.get(endpoint.id, NOTHING).host_not_before
        if until:
            pauses[endpoint.host] = max(until, pauses.get(endpoint.host, until))
    return pauses


def all_alike(member: Endpoint) -> float:
    """The rank of members among which only priority decides."""
    return 0


def in_order(
    pool: Iterable[Endpoint],
    states: States,
    rank: Callable[[Endpoint], float] = all_alike,
    now: datetime | None = None,
) -> list[Endpoint]:
    """Members of a pool in the order in which they are asked: by rank, then by priority, those that are not well at the end."""
    return sorted(
        pool, key=lambda member: (not is_well(member.id, states, now), rank(member), member.priority, member.id)
    )


def is_well(endpoint: str, states: States, now: datetime | None = None) -> bool:
    """Whether a member of a pool is asked when it is its turn.

    One that failed stands behind the others for as long as a breaker would pause after so many failures. Then it is
    tried in its usual place: should it fail again, the next member takes over in the same collection.
    """
    state = states.get(endpoint, NOTHING)
    if now is None or state.asked_at is None:
        return not state.consecutive_failures
    if state.not_before and state.not_before > now:
        return False
    failures = state.consecutive_failures
    return state.breaker != "closed" or not failures or state.asked_at + _breaker_pause(endpoint, failures) <= now


def next_state(state: EndpointState, event: Event) -> EndpointState:
    """What is known of an endpoint after an event."""
    at, outcome = event.at, event.outcome
    if state.breaker == "open" and (state.not_before is None or state.not_before <= at):
        state = replace(state, breaker="half_open")
    if outcome in NOT_ASKED:
        return state
    state = replace(state, fields=event.fields or state.fields)
    if outcome in BLAMELESS:
        # The collection was over, or our clock is wrong: that says nothing about the source.
        return replace(state, asked_at=at, outcome=outcome.value)
    return _after_success(state, event) if outcome in SUCCESSES else _after_failure(state, event)


def _after_success(state: EndpointState, event: Event) -> EndpointState:
    """Well again: nothing stays of what went wrong before."""
    validators = event.validators or Validators(state.etag, state.last_modified, state.body_hash, state.fresh_until)
    return EndpointState(
        asked_at=event.at,
        succeeded_at=event.at,
        outcome=event.outcome.value,
        not_before=event.retry_after,
        host_not_before=event.host_not_before,
        etag=validators.etag,
        last_modified=validators.last_modified,
        body_hash=validators.body_hash,
        fresh_until=validators.fresh_until,
        fields=state.fields,
    )


def _after_failure(state: EndpointState, event: Event) -> EndpointState:
    """One failure more. What an earlier answer left (validators, fields, the last success) is as true as before."""
    failures = state.consecutive_failures + 1
    not_before = event.retry_after or _end_of_refusal(state, event.outcome, event.at)
    opens = failures >= OPENS_AFTER
    if opens:
        probe = event.at + _breaker_pause(event.endpoint, failures - OPENS_AFTER + 1)
        not_before = max(not_before or probe, probe)
    return replace(
        state,
        asked_at=event.at,
        outcome=event.outcome.value,
        consecutive_failures=failures,
        breaker="open" if opens else "closed",
        not_before=not_before,
        host_not_before=event.host_not_before,
    )


def after_nothing_was_reachable(before: EndpointState, learnt: EndpointState) -> EndpointState:
    """The memory after a run in which this machine reached nobody: what failed then was not the source."""
    breaker: Breaker = "closed" if before.breaker == "closed" else "half_open"
    return replace(before, asked_at=learnt.asked_at, outcome=learnt.outcome, breaker=breaker)


def _breaker_pause(endpoint: str, failures: int) -> timedelta:
    """The same for the same endpoint and count, in every process."""
    pause: timedelta = min(FIRST_PAUSE * float(2 ** min(failures - 1, 16)), LONGEST_PAUSE)
    return pause * (1 - SPREAD * crc32(f"{endpoint} {failures}".encode()) / 2**32)


def _end_of_refusal(state: EndpointState, outcome: Outcome, at: datetime) -> datetime | None:
    if outcome not in _BACK_OFF:
        return None
    first, longest = _BACK_OFF[outcome]
    last = timedelta(0)
    if state.outcome == outcome and state.asked_at and state.not_before:
        last = state.not_before - state.asked_at
    return at + min(max(first, 2 * last), longest)
