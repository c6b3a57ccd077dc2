"""One endpoint in one collection: its requests, its answers, its outcome.

Belongs here: building requests, joining the answers of several calls, judging what came back.
Does not belong here: HTTP (collection/http/client.py), choosing endpoints and finishing tables (collection/collector.py).
"""

from __future__ import annotations

import hashlib
import traceback
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import anyio

from crypto_pipeline.collection import drift, reading
from crypto_pipeline.collection.health import NOTHING, EndpointState, after
from crypto_pipeline.collection.http.messages import Answer, Attempt, Request
from crypto_pipeline.collection.http.too_often import USUAL_WORDS
from crypto_pipeline.collection.key_gate import NO_KEYS, KeyGate
from crypto_pipeline.collection.normalise.context import NormalisationContext, Normalised
from crypto_pipeline.collection.normalise.rejections import cut
from crypto_pipeline.collection.results import EndpointResult, Failure, Quarantined
from crypto_pipeline.schema.clock import utc_now
from crypto_pipeline.schema.outcomes import NOT_ASKED, Outcome, SourceError
from crypto_pipeline.schema.rows import Article
from crypto_pipeline.sources.kit import MALFORMED, ONE_REQUEST, Context, Endpoint, Payload, RequestSpec, SubRequest

Fetch = Callable[[Request, Callable[[Attempt], None]], Awaitable[Answer]]
Clock = Callable[[], datetime]

MAX_CONCURRENT = 100
"""Requests of one endpoint that may be in flight together, where it needs many (a candle series per coin)."""
SOURCE_IS_ILL = frozenset(
    {Outcome.UNREACHABLE, Outcome.TIMEOUT, Outcome.SERVER_ERROR, Outcome.RATE_LIMITED, Outcome.BLOCKED}
)
"""Outcomes of one request that say what the others of the endpoint would meet. A coin that it does not know is none."""
NOT_UNDERSTOOD = frozenset({Outcome.UNPARSEABLE, Outcome.BLOCKED, Outcome.ERROR_IN_BODY})
"""Outcomes whose body is kept for a person to look at, when there is one."""

QUARANTINE_BYTES = 64 * 1024
"""What is kept of the bodies of one endpoint in one collection."""
MOST_QUARANTINED = 4
"""Bodies. Those of many requests that fail alike look alike."""
LONGEST_ERROR = 500
"""Characters of an error: a source decides how long it is."""


def rank_of(endpoint: Endpoint) -> float:
    """Which endpoints' requests go first: exchange rates, for which others wait, then those of the shortest interval."""
    return 0 if "exchange_rates" in endpoint.tables else endpoint.cadence


def too_often_marks(endpoint: Endpoint) -> tuple[str, ...]:
    """By what its answers say "too often". The usual words mean it only where no title or text of others can hold them."""
    own = endpoint.provider.too_often
    return own if Article in endpoint.rows else (*own, *USUAL_WORDS)


async def at_once() -> None:
    """Nothing to wait for."""


@dataclass(slots=True)
class EndpointRun:
    """The state of one endpoint while it is asked. Whatever happens, even a cancellation, ``result`` can be taken."""

    endpoint: Endpoint
    context: Context
    around: NormalisationContext
    known: EndpointState = NOTHING
    key: str = ""
    gate: KeyGate = NO_KEYS
    """What every answer passes before anything is made of it: the host may repeat the keys that it is sent."""
    remember_answer: bool = True
    """False when the rows of the answer are not all stored: the next run must not be told that nothing is new."""
    clock: Clock = utc_now
    until_readable: Callable[[], Awaitable[None]] = at_once
    """Waits for what the reading needs besides the answer: the exchange rate of a source's local money."""
    started_at: datetime = field(init=False)
    requests: tuple[RequestSpec, ...] = ()
    attempts: list[tuple[str, Attempt]] = field(default_factory=list)
    normalised: Normalised = field(default_factory=Normalised)
    failures: list[Failure] = field(default_factory=list)
    quarantined: list[Quarantined] = field(default_factory=list)
    answered: int = 0
    unchanged: int = 0
    retry_after: datetime | None = None
    host_not_before: datetime | None = None
    validators: tuple[str | None, str | None, str | None] | None = None
    fields: str | None = None
    drift: list[drift.Change] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.started_at = self.clock()

    async def run(self, fetch: Fetch) -> None:
        """Ask everything there is to ask; failures are kept, not raised."""
        try:
            self.requests = self.endpoint.requests_in(self.context)
        except Exception as error:
            # As in _ask: a defect of ours in one source must not cost the others their rows.
            self.requests = ONE_REQUEST
            reason = f"its requests cannot be made: {type(error).__name__}: {error}"
            self._fail(ONE_REQUEST[0], SourceError(Outcome.CLIENT_ERROR, reason), None)
            return
        if self._is_probe and self.requests:
            await self._ask(self.requests[0], fetch)
            if self.failures and self.failures[0].outcome in SOURCE_IS_ILL:
                self.requests = self.requests[:1]
                return
        limiter = anyio.CapacityLimiter(MAX_CONCURRENT)

        async def one(ask: RequestSpec) -> None:
            async with limiter:
                await self._ask(ask, fetch)

        async with anyio.create_task_group() as group:
            for ask in self.requests[1:] if self._is_probe else self.requests:
                group.start_soon(one, ask)

    @property
    def _is_probe(self) -> bool:
        """After a pause of its breaker one request shows whether a source is well again; the others wait for it."""
        return self.known.breaker != "closed"

    def result(self, cut_short: Outcome | None = None) -> EndpointResult:
        """What became of it. ``cut_short`` is the outcome where requests were still under way."""
        finished = self.clock()
        outcome, error = self._judge(cut_short)
        last = self.attempts[-1][1] if self.attempts else None
        return EndpointResult(
            endpoint=self.endpoint,
            outcome=outcome,
            started_at=self.started_at,
            finished_at=finished,
            error=error,
            status_code=last.status_code if last else None,
            rows=self.normalised.rows,
            rejected=self.normalised.rejected,
            rejected_count=self.normalised.rejected_count,
            attempts=self.attempts,
            failures=self.failures,
            quarantined=self.quarantined,
            drift=self.drift,
            before=self.known,
            remembered=after(
                self.known,
                outcome,
                finished,
                endpoint=self.endpoint.id,
                retry_after=self.retry_after,
                host_not_before=self.host_not_before,
                validators=self.validators,
                fields=self.fields,
            ),
        )

    def _judge(self, cut_short: Outcome | None) -> tuple[Outcome, str | None]:
        if not self.requests and not cut_short:
            return Outcome.NOT_DUE, "none of the coins that it can be asked for is tracked"
        open_asks = len(self.requests) - self.answered - len(self.failures)
        if cut_short and open_asks:
            message = (
                f"{open_asks} of {len(self.requests)} requests were still under way" if len(self.requests) > 1 else None
            )
            error = message or "the collection's time was over before it answered"
            if not self.answered:
                return cut_short, error
            return Outcome.OK, error
        if not self.failures:
            all_unchanged = bool(self.answered) and self.unchanged == self.answered
            return (Outcome.NOT_MODIFIED if all_unchanged else Outcome.OK), None
        # One that was asked and refused says more than those that were then left alone.
        first = next((failure for failure in self.failures if failure.outcome not in NOT_ASKED), self.failures[0])
        if len(self.requests) == 1:
            return first.outcome, first.error
        error = f"{len(self.failures)} of {len(self.requests)} requests failed; the first ({first.ask}): {first.error}"
        return (Outcome.OK if self.answered else first.outcome), error

    async def _ask(self, ask: RequestSpec, fetch: Fetch) -> None:
        answer: Answer | None = None
        try:
            if self.endpoint.request.sub_requests:
                answer, payload, body_hash = await self._call_all(ask, fetch)
            else:
                answer = await self._fetch(self._request(ask), ask.label, fetch)
                if answer.not_modified:
                    self._unchanged()
                    return
                payload = reading.decode(answer.body, self.endpoint.answer.format, answer.content_type)
                body_hash = hashlib.sha256(answer.body).hexdigest()
            self._note_fields(ask, payload)
            await self.until_readable()
            self._read(ask, answer, payload, body_hash)
        except SourceError as error:
            if error.outcome is Outcome.ERROR_IN_BODY:
                self.fields, self.drift = None, []
            self._fail(ask, error, answer)
        except Exception as error:
            # A defect of ours in reading one source must not cost the other sources their rows.
            where = traceback.extract_tb(error.__traceback__)[-1]
            message = f"reading the answer failed: {type(error).__name__}: {error} ({where.name}, line {where.lineno})"
            self._fail(ask, SourceError(Outcome.UNPARSEABLE, message), answer)

    async def _fetch(self, request: Request, label: str, fetch: Fetch) -> Answer:
        """An answer without the keys that it repeats: neither in its body nor in its headers. Raises SourceError likewise."""
        try:
            answer = await fetch(request, lambda attempt: self.attempts.append((label, attempt)))
        except SourceError as error:
            error.args = (self.gate.text(str(error)),)
            raise
        return replace(
            answer,
            body=self.gate.body(answer.body),
            content_type=self.gate.text(answer.content_type),
            etag=self._validator(answer.etag),
            last_modified=self._validator(answer.last_modified),
        )

    def _validator(self, value: str | None) -> str | None:
        """A validator that can be sent again; one with a key in it is not kept."""
        return value if value and self.gate.text(value) == value else None

    def _read(self, ask: RequestSpec, answer: Answer, payload: Payload, body_hash: str) -> None:
        around = replace(self.around, fetched_at=answer.received_at)
        read = reading.parse(self.endpoint, payload, ask, around)
        objection = reading.objection_to(self.endpoint, read, around)
        if objection:
            self.normalised.extend_rejected(read.normalised)
            raise objection
        if len(self.requests) == 1:
            if body_hash == self.known.body_hash and not _tells_time(read.normalised, around):
                self._unchanged()
                return
            if self.remember_answer:
                self.validators = (answer.etag, answer.last_modified, body_hash)
        self.normalised.extend(read.normalised)
        self.answered += 1

    def _note_fields(self, ask: RequestSpec, payload: Payload) -> None:
        """Compare the fields of the first answer with those of earlier runs: the others of an endpoint look the same.

        Before it is read, for one of another shape cannot be read. What an error says of itself has fields of its own.
        """
        if self.endpoint.answer.format == "json" and ask is self.requests[0]:
            self.fields, self.drift = drift.compared(self.known.fields, drift.fields_of(payload))

    def _unchanged(self) -> None:
        self.answered += 1
        self.unchanged += 1

    def _fail(self, ask: RequestSpec, error: SourceError, answer: Answer | None) -> None:
        now = self.clock()
        status_code = error.status_code or (answer.status_code if answer else None)
        message = cut(str(error), LONGEST_ERROR)
        self.failures.append(Failure(ask.label, error.outcome, message, now, status_code))
        self._heed(error)
        if answer and answer.body and error.outcome in NOT_UNDERSTOOD and len(self.quarantined) < MOST_QUARANTINED:
            room = QUARANTINE_BYTES // MOST_QUARANTINED if len(self.requests) > 1 else QUARANTINE_BYTES
            text = answer.body[:room].decode("utf-8", errors="replace").replace("\0", "\N{REPLACEMENT CHARACTER}")
            self.quarantined.append(
                Quarantined(
                    ask.label, message, cut(answer.content_type, 200), text, len(answer.body), answer.received_at
                )
            )

    def _heed(self, error: SourceError) -> None:
        """Keep the longest pause that was asked for. Too many requests are the whole host's."""
        if error.retry_after:
            self.retry_after = max(error.retry_after, self.retry_after or error.retry_after)
            if error.outcome is Outcome.RATE_LIMITED:
                self.host_not_before = max(error.retry_after, self.host_not_before or error.retry_after)

    def _request(self, ask: RequestSpec) -> Request:
        endpoint, provider = self.endpoint, self.endpoint.provider
        secret = endpoint.key if self.key else None
        conditional = endpoint.request.method == "GET" and len(self.requests) == 1 and self.remember_answer
        return Request(
            url=endpoint.url(ask),
            method=endpoint.request.method,
            params={**endpoint.request.params, **ask.params},
            headers=provider.headers,
            json=endpoint.body_of(ask),
            secret_params={secret.param: secret.prefix + self.key} if secret and secret.param else {},
            secret_headers={secret.header: secret.prefix + self.key} if secret and secret.header else {},
            budget=provider.budget,
            weight=endpoint.request.weight,
            retries=not self._is_probe,
            rank=rank_of(endpoint),
            too_often=too_often_marks(endpoint),
            etag=self.known.etag if conditional else None,
            last_modified=self.known.last_modified if conditional else None,
        )

    def _call_request(self, ask: RequestSpec, call: SubRequest, so_far: Mapping[str, Payload]) -> Request:
        request = self._request(ask)
        body = call.body(so_far) if callable(call.body) else call.body
        path = call.path(so_far) if callable(call.path) else call.path
        method = "GET" if body is None else "POST"
        return replace(request, url=request.url + path, method=method, json=body, etag=None, last_modified=None)

    async def _call_all(self, ask: RequestSpec, fetch: Fetch) -> tuple[Answer, Payload, str]:
        """The answers of all calls under their names, the newest of them, and one hash of all."""
        newest: Answer | None = None
        hashes: dict[str, bytes] = {}
        payloads: dict[str, Payload] = {}
        problems: dict[str, SourceError] = {}

        async def one(call: SubRequest) -> None:
            nonlocal newest
            label = f"{ask.label} {call.name}".strip()
            try:
                request = self._call_request(ask, call, payloads)
                answer = await self._fetch(request, label, fetch)
                payloads[call.name] = reading.decode(answer.body, self.endpoint.answer.format, answer.content_type)
                hashes[call.name] = hashlib.sha256(answer.body).digest()
                newest = answer
            except MALFORMED as error:
                problem = f"the answers before {call.name} cannot be built on: {type(error).__name__}: {error}"
                problems[call.name] = SourceError(Outcome.UNPARSEABLE, problem)
            except SourceError as error:
                self._heed(error)
                problems[call.name] = error

        for dependent in (False, True):
            if _needed(self.endpoint.request.sub_requests, problems):
                break
            async with anyio.create_task_group() as group:
                for call in self.endpoint.request.sub_requests:
                    if call.needs_others is dependent:
                        group.start_soon(one, call)
        for problem in _needed(self.endpoint.request.sub_requests, problems):
            raise problem
        if newest is None:
            raise SourceError(Outcome.UNPARSEABLE, "none of its requests was answered")
        whole = b"".join(hashes[call.name] for call in self.endpoint.request.sub_requests if call.name in hashes)
        return replace(newest, etag=None, last_modified=None), payloads, hashlib.sha256(whole).hexdigest()


def _needed(calls: tuple[SubRequest, ...], problems: Mapping[str, SourceError]) -> list[SourceError]:
    """What went wrong with calls that the answer cannot do without."""
    return [problems[call.name] for call in calls if call.name in problems and not call.optional]


def _tells_time(normalised: Normalised, around: NormalisationContext) -> bool:
    """Whether the rows carry a time of their own; then the same answer is the same fact by its key."""
    rows: list[dict[str, Any]] = [row for made in normalised.rows.values() for row in made]
    return any(row.get("timestamp") != around.fetched_at for row in rows)
