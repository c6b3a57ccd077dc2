"""One endpoint in one collection: its requests are sent, their answers read.

Belongs here: asking, joining the answers of several requests, noticing that nothing is new.
Does not belong here: HTTP (collection/http/client.py), what is asked (collection/endpoint_order.py), what the endpoint's outcome is
(collection/request_outcome.py), choosing endpoints and finishing tables (collection/collector.py).
"""

from __future__ import annotations

import hashlib
import traceback
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial

import anyio

from crypto_pipeline.collection import drift, json_text, reading
from crypto_pipeline.collection.endpoint_order import EndpointOrder
from crypto_pipeline.collection.errors import SourceError
from crypto_pipeline.collection.garbage import LARGE, search_young
from crypto_pipeline.collection.health import Validators
from crypto_pipeline.collection.http.messages import Answer, Attempt, Request
from crypto_pipeline.collection.normalise.context import NormalisationContext, Normalised
from crypto_pipeline.collection.request_outcome import (
    MOST_QUARANTINED,
    NO_FIELDS,
    NOTHING_REJECTED,
    Fields,
    RequestOutcome,
    RetryAdvice,
    failed,
    pause_of,
    result_of,
)
from crypto_pipeline.collection.results import EndpointResult
from crypto_pipeline.collection.room import Place
from crypto_pipeline.schema.outcomes import Outcome
from crypto_pipeline.sources.kit import MALFORMED, ONE_REQUEST, Payload, RequestSpec, SubRequest

Fetch = Callable[[Request, Callable[[Attempt], None]], Awaitable[Answer]]
"""Gets the answer to a request and tells of every try. Raises SourceError for everything else that a source can do."""

MAX_CONCURRENT = 100
"""Requests of one endpoint that may be in flight together, where it needs many (a candle series per coin)."""
SOURCE_IS_ILL = frozenset(
    {Outcome.UNREACHABLE, Outcome.TIMEOUT, Outcome.SERVER_ERROR, Outcome.RATE_LIMITED, Outcome.BLOCKED}
)
"""Outcomes of one request that say what the others of the endpoint would meet. A coin that it does not know is none."""


class EndpointRun:
    """Asks one endpoint. Whatever happens meanwhile, even a cancellation, ``result`` can be taken.

    What it is asked stands in the order; all that changes is the list of tries, that of the requests that are over, and the
    fields of the first answer.
    """

    def __init__(self, order: EndpointOrder) -> None:
        self.order = order
        self._started_at = order.clock()
        self._requests: tuple[RequestSpec, ...] = ()
        self._attempts: list[tuple[str, Attempt]] = []
        self._outcomes: list[RequestOutcome] = []
        self._fields = NO_FIELDS
        self._had_large_answer = False

    def result(self, cut_short: Outcome | None = None) -> EndpointResult:
        """What became of it. ``cut_short`` is the outcome where requests were still under way."""
        return result_of(
            self.order,
            len(self._requests),
            self._outcomes,
            self._attempts,
            self._fields,
            started_at=self._started_at,
            cut_short=cut_short,
        )

    async def run(self, fetch: Fetch) -> None:
        """Ask everything there is to ask; failures are kept, not raised."""
        try:
            self._requests = self.order.endpoint.requests_in(self.order.context)
        except Exception as error:
            # As in _outcome_of: a defect of ours in one source must not cost the others their rows.
            self._requests = ONE_REQUEST
            reason = f"its requests cannot be made: {type(error).__name__}: {error}"
            self._outcomes.append(failed("", SourceError(Outcome.CLIENT_ERROR, reason), self.order.clock()))
            return
        remaining = self._requests
        if self.order.is_probe and remaining:
            probe = await self._ask(remaining[0], fetch)
            if probe.failure and probe.failure.outcome in SOURCE_IS_ILL:
                self._requests = remaining[:1]
                return
            remaining = remaining[1:]
        limiter = anyio.CapacityLimiter(MAX_CONCURRENT)

        async def one(spec: RequestSpec) -> None:
            async with limiter:
                await self._ask(spec, fetch)

        async with anyio.create_task_group() as group:
            for spec in remaining:
                group.start_soon(one, spec)

    async def _ask(self, spec: RequestSpec, fetch: Fetch) -> RequestOutcome:
        outcome = await self._outcome_of(spec, fetch)
        self._outcomes.append(outcome)
        if self._had_large_answer:
            self._had_large_answer = False
            search_young()
        return outcome

    def _record(self, label: str, attempt: Attempt) -> None:
        self._attempts.append((label, attempt))
        self._had_large_answer |= (attempt.bytes or 0) > LARGE

    async def _outcome_of(self, spec: RequestSpec, fetch: Fetch) -> RequestOutcome:
        parts = self.order.endpoint.request.sub_requests
        answer: Answer | None = None
        pauses: list[RetryAdvice] = []
        try:
            if parts:
                answers = await self._answers_when_readable(spec, parts, fetch, pauses)
                payload: Payload = self._all_decoded(answers)
                answer = replace(max(answers.values(), key=_received_at), etag=None, last_modified=None)
                body_hash = _hash_of_all([answers[part.name] for part in parts if part.name in answers])
            else:
                answer = await self._fetch(self.order.request_of(spec, alone=self._is_alone), spec.label, fetch)
                if answer.not_modified:
                    return RequestOutcome(unchanged=True)
                await self._until_readable(answer)
                payload = self._decoded(answer)
                body_hash = hashlib.sha256(answer.body).hexdigest()
            self._note_fields(spec, payload)
            outcome = self._read(spec, answer, payload, body_hash)
        except SourceError as error:
            if error.outcome is Outcome.ERROR_IN_BODY:
                self._fields = NO_FIELDS
            outcome = self._failed(spec, error, answer)
        except Exception as error:
            # A defect of ours in reading one source must not cost the other sources their rows.
            where = traceback.extract_tb(error.__traceback__)[-1]
            message = f"reading the answer failed: {type(error).__name__}: {error} ({where.name}, line {where.lineno})"
            outcome = self._failed(spec, SourceError(Outcome.UNPARSEABLE, message), answer)
        return replace(outcome, pauses=(*outcome.pauses, *pauses))

    def _failed(
        self, spec: RequestSpec, error: SourceError, answer: Answer | None, rejected: Normalised = NOTHING_REJECTED
    ) -> RequestOutcome:
        kept = sum(one.quarantined is not None for one in self._outcomes)
        return failed(spec.label, error, self.order.clock(), answer, rejected, keep_body=kept < MOST_QUARANTINED)

    @property
    def _is_alone(self) -> bool:
        return len(self._requests) == 1

    async def _fetch(self, request: Request, label: str, fetch: Fetch) -> Answer:
        """An answer without the keys that it repeats: neither in its body nor in its headers. Raises SourceError likewise."""
        gate = self.order.gate

        def validator(value: str | None) -> str | None:
            return value if value and gate.text(value) == value else None

        try:
            answer = await fetch(request, partial(self._record, label))
        except SourceError as error:
            error.args = (gate.text(str(error)),)
            raise
        if not gate:
            return answer
        return replace(
            answer,
            body=gate.body(answer.body),
            content_type=gate.text(answer.content_type),
            etag=validator(answer.etag),
            last_modified=validator(answer.last_modified),
        )

    async def _until_readable(self, answer: Answer) -> None:
        """Wait with an answer for what has to be known before it is read. Raises SourceError where too much waits already."""
        with self.order.waiting_room.place() as place:
            if self.order.endpoint.provider.local_money:
                place.take(answer.body)
            await self.order.until_readable()

    async def _answers_when_readable(
        self, spec: RequestSpec, parts: tuple[SubRequest, ...], fetch: Fetch, pauses: list[RetryAdvice]
    ) -> dict[str, Answer]:
        with self.order.waiting_room.place() as place:
            answers = await self._answers_of(spec, parts, fetch, pauses, place)
            await self.order.until_readable()
        return answers

    async def _answers_of(
        self, spec: RequestSpec, parts: tuple[SubRequest, ...], fetch: Fetch, pauses: list[RetryAdvice], place: Place
    ) -> dict[str, Answer]:
        """The answers to requests that are read together, under their names; what failed said of pauses goes to ``pauses``.

        Only bodies are held while others are waited for: what one becomes in memory is many times larger.
        Raises the SourceError of a part that the reading cannot do without.
        """
        answers: dict[str, Answer] = {}
        problems: dict[str, SourceError] = {}

        async def one(part: SubRequest, request: Request) -> None:
            try:
                answer = await self._fetch(request, f"{spec.label} {part.name}".strip(), fetch)
                place.take(answer.body)
                if part.optional:
                    self._decoded(answer)
                answers[part.name] = answer
            except SourceError as error:
                pauses.append(pause_of(error))
                problems[part.name] = _without_frames(error)

        for dependent in (False, True):
            due = [part for part in parts if part.needs_others is dependent]
            requests = self._requests_of(spec, due, answers, problems)
            async with anyio.create_task_group() as group:
                for part, request in requests:
                    group.start_soon(one, part, request)
            for part in parts:
                if part.name in problems and not part.optional:
                    raise problems.pop(part.name)
        if not answers:
            raise SourceError(Outcome.UNPARSEABLE, "none of its requests was answered")
        return answers

    def _requests_of(
        self,
        spec: RequestSpec,
        parts: list[SubRequest],
        answers: Mapping[str, Answer],
        problems: dict[str, SourceError],
    ) -> list[tuple[SubRequest, Request]]:
        """The requests of some parts. One that cannot be made from the answers so far is a problem of its own.

        Raises SourceError when an answer so far is no data at all.
        """
        so_far = self._all_decoded(answers) if parts else {}
        made: list[tuple[SubRequest, Request]] = []
        for part in parts:
            try:
                made.append((part, self.order.sub_request_of(spec, part, so_far)))
            except MALFORMED as error:
                problem = f"the answers before {part.name} cannot be built on: {type(error).__name__}: {error}"
                problems[part.name] = SourceError(Outcome.UNPARSEABLE, problem)
        return made

    def _all_decoded(self, answers: Mapping[str, Answer]) -> dict[str, Payload]:
        """Answers that are read together, under their names. Raises TOO_LARGE where they are too much together."""
        if self.order.endpoint.answer.format == "json":
            json_text.require_room_for(answer.body for answer in answers.values())
        return {name: self._decoded(answer) for name, answer in answers.items()}

    def _decoded(self, answer: Answer) -> Payload:
        return reading.decode(answer.body, self.order.endpoint.answer.format, answer.content_type)

    def _read(self, spec: RequestSpec, answer: Answer, payload: Payload, body_hash: str) -> RequestOutcome:
        """What an answer becomes, or several together. Raises SourceError for one that cannot be used."""
        order = self.order
        context = replace(order.normalisation, fetched_at=answer.received_at)
        read = reading.parse(order.endpoint, payload, spec, context)
        objection = reading.objection_to(order.endpoint, read, context)
        if objection and not read.normalised.rows:
            objection = reading.objection_with_usual_coins(order.endpoint, payload, spec, context, objection)
        if objection:
            return self._failed(spec, objection, answer, read.normalised.only_rejected())
        order.row_room.take(read.normalised.row_count)
        if not self._is_alone:
            return RequestOutcome(read.normalised)
        if body_hash == order.state.body_hash and not _tells_time(read.normalised, context):
            if order.knows_enough:
                return RequestOutcome(unchanged=True)
            raise SourceError(
                Outcome.STALE,
                f"the same answer as before; it was good until {order.state.fresh_until:%Y-%m-%d %H:%M} UTC",
                clock_off=order.clock() - order.state.fresh_until if order.state.fresh_until else None,
            )
        fresh_until = reading.fresh_until(order.endpoint, read)
        validators = (
            Validators(answer.etag, answer.last_modified, body_hash, fresh_until) if order.remember_answer else None
        )
        return RequestOutcome(read.normalised, validators=validators)

    def _note_fields(self, spec: RequestSpec, payload: Payload) -> None:
        """Compare the fields of the first answer with those of earlier runs: the others of an endpoint look the same.

        Before it is read, for one of another shape cannot be read. What an error says of itself has fields of its own.
        """
        if self.order.endpoint.answer.format == "json" and spec is self._requests[0]:
            remembered, changes = drift.compared(self.order.state.fields, drift.fields_of(payload))
            self._fields = Fields(remembered, tuple(changes))


def _without_frames(error: SourceError) -> SourceError:
    """An error that can be kept: the frames that it came through hold the answer, and would hold the error in turn."""
    error.__context__ = error.__cause__ = None
    return error.with_traceback(None)


def _received_at(answer: Answer) -> datetime:
    return answer.received_at


def _hash_of_all(answers: Iterable[Answer]) -> str:
    return hashlib.sha256(b"".join(hashlib.sha256(answer.body).digest() for answer in answers)).hexdigest()


def _tells_time(normalised: Normalised, context: NormalisationContext) -> bool:
    """Whether the rows carry a time of their own; then the same answer is the same fact by its key."""
    rows = [row for made in normalised.rows.values() for row in made]
    return any(row.get("timestamp") != context.fetched_at for row in rows)
