"""The one HTTP client of the data bank.

Belongs here: a request's turn, its deadline, its attempts and redirects.
Does not belong here: what is known of a request under way (collection/http/inflight.py), connections (collection/http/connections.py),
what a body means (collection/reading.py), which endpoint is asked and when (collection/collector.py, collection/health.py).
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Iterable, Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from types import TracebackType

import aiohttp
import anyio

from crypto_pipeline.collection.errors import SourceError
from crypto_pipeline.collection.http import failures
from crypto_pipeline.collection.http.attention import Attention, Timeout
from crypto_pipeline.collection.http.bodies import MAX_BODY, MAX_LARGE_BODIES, SMALL_BODY, Body
from crypto_pipeline.collection.http.connections import Connections
from crypto_pipeline.collection.http.gates import MAX_IN_FLIGHT, Gate
from crypto_pipeline.collection.http.gateway import gateway_of
from crypto_pipeline.collection.http.hosts import Host
from crypto_pipeline.collection.http.inflight import InFlight, Record
from crypto_pipeline.collection.http.messages import Answer, Request
from crypto_pipeline.collection.http.redirects import MAX_REDIRECTS, next_method, refuse_private
from crypto_pipeline.collection.http.retries import MAX_RETRIES, SHARE_OF_A_RETRY, back_off
from crypto_pipeline.collection.http.too_often import means_too_often, says_too_often, wanted_pause
from crypto_pipeline.schema.clock import utc_now
from crypto_pipeline.schema.outcomes import RETRY_CAN_HELP, Outcome

PAUSE_WITHOUT_A_WORD = 5.0
"""Seconds before the one request that tries a host again, when it says "too often" and not until when."""
HOST_RESTS = timedelta(minutes=5)
"""After a second refusal in one run that names no moment: before that no other run asks the host either."""

MAY_PASS = frozenset({Outcome.SERVER_ERROR, Outcome.UNREACHABLE})
"""Failures of a host and not of one request."""

_ENOUGH_OF_AN_ERROR = 8 * 1024
_PATIENCE_WITH_AN_ERROR = 1.0


class Client:
    """Asks sources, politely and within bounds. An asynchronous context manager.

    :param gateway_url: where requests are sent instead of the internet; proxies of the environment are then ignored. A name
        and a password in it go to the gateway with each request that does not carry an authorization of its own.
    :param request_seconds: for a whole request from the moment it is sent: every attempt, pause and redirect, the body.
        Time in which it waits for its turn in this process, or in which this process does not run, does not count.
    :param connect_seconds: for one connection with its TLS; a host that does not take one may be asked again.
    :param back_off_seconds: upper end of the first random pause before a retry; it doubles with each.
    """

    def __init__(
        self,
        *,
        user_agent: str,
        gateway_url: str = "",
        request_seconds: float = 20,
        connect_seconds: float = 6,
        back_off_seconds: float = 1,
        max_body: int = MAX_BODY,
        max_in_flight: int = MAX_IN_FLIGHT,
        pause_seconds: float = PAUSE_WITHOUT_A_WORD,
    ) -> None:
        self._gateway, self._authorization, _ = gateway_of(gateway_url)
        self._request_seconds = request_seconds
        self._back_off_seconds = back_off_seconds
        self._max_body = max_body
        self._pause_seconds = pause_seconds
        self._hosts: dict[str, Host] = {}
        self._spent: Mapping[str, Iterable[tuple[datetime, int]]] = {}
        self._heard: dict[str, datetime] = {}
        self._gate = Gate(max_in_flight)
        self._large_bodies = Gate(MAX_LARGE_BODIES)
        self._attention = Attention()
        self._connections = Connections(
            user_agent=user_agent,
            connect_seconds=connect_seconds,
            proxies=not self._gateway,
            attention=self._attention,
        )

    async def __aenter__(self) -> Client:
        await self._attention.__aenter__()
        await self._connections.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._connections.__aexit__(kind, error, trace)
        await self._attention.__aexit__(kind, error, trace)

    def goes_on_from(self, spent: Mapping[str, Iterable[tuple[datetime, int]]]) -> None:
        """Count requests of earlier runs, given by host with their moment and weight, against the budgets of this one."""
        self._spent = spent

    def leave_alone(self, pauses: Mapping[str, datetime]) -> None:
        """Let nothing out to these hosts before a moment, as somebody else was told; what waits for its turn heeds it too."""
        for name, until in pauses.items():
            self._heard[name] = max(until, self._heard.get(name, until))
            if name in self._hosts:
                self._hosts[name].leave_alone(*_on_the_clock(self._heard[name]))

    async def fetch(self, request: Request, record: Record) -> Answer:
        """The answer to a request: a complete 2xx, or 304 where the request has validators.

        Every attempt is given to ``record``, also the one that is under way when the caller is cancelled.
        Raises SourceError for everything else that a source can do; its ``outcome`` says what that was.
        """
        under_way = InFlight(request, record, self._attention, self._request_seconds)
        host = self._host_of(under_way)
        try:
            while True:
                async with self._let_out(under_way, host):
                    attempted = await self._attempt(under_way)
                if isinstance(attempted, Answer):
                    host.answered(under_way.sent_at)
                    return attempted
                under_way.failure = self._heed(under_way, host, attempted)
                pause = self._pause(under_way, attempted)
                if pause is None or not await self._is_worth_a_try(under_way, host, attempted):
                    raise under_way.failure
                under_way.seconds_left -= pause
                await anyio.sleep(pause)
        finally:
            host.trouble.gave_up(id(under_way))

    async def _is_worth_a_try(self, under_way: InFlight, host: Host, failure: SourceError) -> bool:
        """Whether a failure that may pass is tried again: by a few requests of a host, and by the others where these were answered."""
        if failure.outcome not in MAY_PASS:
            return True
        began = anyio.current_time()
        is_over = await host.trouble.is_over(id(under_way), self._patience(under_way))
        under_way.seconds_left -= anyio.current_time() - began
        return is_over

    def _heed(self, under_way: InFlight, host: Host, failure: SourceError) -> SourceError:
        """Too many requests are too many of the host's: those that have not gone out yet heed its pause as well.

        Who serves nobody here is not asked by those either.
        """
        if failure.outcome is Outcome.CLIENT_ERROR:
            host.trouble.answered()
        if failure.outcome is Outcome.BLOCKED:
            host.turned_away(anyio.current_time())
        if failure.outcome is not Outcome.RATE_LIMITED:
            return failure
        clock, wall = anyio.current_time(), utc_now()
        until = failure.retry_after or wall + timedelta(seconds=self._pause_seconds)
        host.refused(under_way.sent_at, clock, clock + (until - wall).total_seconds())
        if host.is_done_with and not failure.retry_after:
            failure.retry_after = wall + HOST_RESTS
        return failure

    def _pause(self, under_way: InFlight, failure: SourceError) -> float | None:
        """Seconds before the next attempt; None when there should be none. A host's own pause is waited for elsewhere."""
        if failure.outcome is Outcome.OUT_OF_TIME and under_way.can_be_repeated:
            under_way.can_be_repeated, under_way.seconds_left = False, self._request_seconds
            return 0.0
        if not under_way.request.retries or under_way.number > MAX_RETRIES or failure.outcome not in RETRY_CAN_HELP:
            return None
        if failure.outcome is Outcome.RATE_LIMITED:
            return 0.0
        asked = (failure.retry_after - utc_now()).total_seconds() if failure.retry_after else 0.0
        pause = max(asked, 0.0) + back_off(under_way.number, self._back_off_seconds)
        return None if pause > self._patience(under_way) else pause

    def _patience(self, under_way: InFlight) -> float:
        """Seconds that a request can wait for its next attempt and still have time to be answered."""
        if under_way.failure is None:
            return self._request_seconds
        return under_way.seconds_left - self._request_seconds * SHARE_OF_A_RETRY

    @contextlib.asynccontextmanager
    async def _let_out(self, under_way: InFlight, host: Host) -> AsyncIterator[None]:
        """Wait until a request may leave; it is among those in flight until the block ends.

        Raises NO_BUDGET or BACKING_OFF at once where that would be too late; a retry is left with the failure that it has.
        """
        rank, weight = under_way.request.rank, under_way.request.weight
        while True:
            began = anyio.current_time()
            latest = began + self._patience(under_way)
            moment = host.window.reserve(weight, began, latest)
            if moment is None:
                raise under_way.failure or _not_let_out(under_way, host, latest)
            await anyio.sleep_until(moment)
            async with host.gate.passing(rank), self._gate.passing(rank):
                leaves = anyio.current_time()
                if host.window.depart(moment, weight, leaves):
                    under_way.begin(leaves)
                    yield
                    return
            # The host has asked for a pause meanwhile, or those before it left late: what was promised does not count.
            if under_way.failure:
                under_way.seconds_left -= anyio.current_time() - began

    def _host_of(self, under_way: InFlight) -> Host:
        name = under_way.host
        if name not in self._hosts:
            wall, clock = utc_now(), anyio.current_time()
            # A clock that was set back must not make a host wait for what was asked "later".
            ages = [(max(0.0, (wall - at).total_seconds()), weight) for at, weight in self._spent.get(name, ())]
            host = self._hosts[name] = Host(under_way.request.budget, [(clock - age, weight) for age, weight in ages])
            if name in self._heard:
                host.leave_alone(*_on_the_clock(self._heard[name]))
        return self._hosts[name]

    async def _attempt(self, under_way: InFlight) -> Answer | SourceError:
        """What came of one attempt. Returned and not raised, so that no failure carries an address with a key."""
        try:
            with self._attention.timeout(under_way.seconds_left) as deadline:
                answer = await self._exchange(under_way, deadline)
                under_way.end(Outcome.NOT_MODIFIED if answer.not_modified else Outcome.OK)
                return answer
            failure = under_way.timeout()
        except SourceError as error:
            failure = under_way.redacted(error)
        except anyio.get_cancelled_exc_class():
            reason = f"{under_way.host} had not answered when the collection ended"
            under_way.end(Outcome.OUT_OF_TIME, reason)
            raise
        failure = under_way.blamed(failure)
        under_way.end(failure.outcome, str(failure))
        return failure

    async def _exchange(self, under_way: InFlight, deadline: Timeout) -> Answer:
        """One request with the redirects that it meets."""
        method, url = under_way.request.method, under_way.url
        asked = {(method, url)}
        for _ in range(MAX_REDIRECTS + 1):
            content = under_way.content if method == under_way.request.method else None
            sent = under_way.url_with_keys(url, self._gateway)
            headers = under_way.headers(method, url)
            if self._authorization and not any(name.lower() == "authorization" for name in headers):
                headers["Authorization"] = self._authorization
            async with self._connections.exchange(method, sent, headers, content, under_way.host_of(url)) as response:
                under_way.answered(response.status, response.headers)
                if not 300 <= response.status < 400 or response.status == 304:
                    return await self._read(under_way, response, deadline)
            method = next_method(response.status, method)
            url = under_way.next_url(response.status, response.headers.get("location"), url, self._gateway)
            if (method, url) in asked:
                raise SourceError(Outcome.BAD_REDIRECT, f"{under_way.host} redirects in a circle")
            asked.add((method, url))
            if not self._gateway:
                await refuse_private(url)
        raise SourceError(Outcome.BAD_REDIRECT, f"{under_way.host} redirects more than {MAX_REDIRECTS} times")

    async def _read(self, under_way: InFlight, response: aiohttp.ClientResponse, deadline: Timeout) -> Answer:
        if response.status >= 400:
            raise await self._refusal(under_way, response)
        if response.status < 200 or response.status == HTTPStatus.PARTIAL_CONTENT:
            raise failures.no_whole_answer(under_way.host, response.status)
        if response.status == 304 and not under_way.has_validators:
            raise SourceError(
                Outcome.EMPTY, f"{under_way.host} answered 304 to a request that named nothing to compare with"
            )
        whole = await self._body(under_way, response, deadline)
        if says_too_often(whole, under_way.request.too_often):
            raise failures.too_often(
                under_way.host,
                response.status,
                failures.excerpt(whole, "text/plain", under_way.secrets),
                wanted_pause(_headers(response), utc_now()),
            )
        return Answer(
            status_code=response.status,
            body=whole,
            content_type=response.headers.get("content-type", ""),
            received_at=utc_now(),
            etag=response.headers.get("etag"),
            last_modified=response.headers.get("last-modified"),
        )

    async def _body(self, under_way: InFlight, response: aiohttp.ClientResponse, deadline: Timeout) -> bytes:
        """The whole body. One that grows large waits until it is one of a few, so that all together stay within bounds."""
        body = under_way.body = self._new_body(under_way, response)
        body.expect(response.headers.get("content-length", ""))
        is_large = False
        async with contextlib.AsyncExitStack() as until_read:
            async for piece in response.content.iter_any():
                for _ in body.feed(piece):
                    if is_large or body.size <= SMALL_BODY:
                        continue
                    is_large = True
                    with under_way.standing_still(deadline):
                        await until_read.enter_async_context(self._large_bodies.passing(under_way.request.rank))
            return body.complete()

    async def _refusal(self, under_way: InFlight, response: aiohttp.ClientResponse) -> SourceError:
        """The failure that an error answer is, with what can be had of its words in a moment."""
        moment = min(_PATIENCE_WITH_AN_ERROR, under_way.seconds_left / 4)
        with (
            contextlib.suppress(SourceError, *failures.BROKEN),
            self._attention.timeout(moment),
        ):
            body = under_way.body = self._new_body(under_way, response)
            async for piece in response.content.iter_any():
                if any(body.size > _ENOUGH_OF_AN_ERROR for _ in body.feed(piece)):
                    break
        said = under_way.body.so_far()[:_ENOUGH_OF_AN_ERROR] if under_way.body else b""
        headers = _headers(response)
        is_too_often = means_too_often(response.status, headers, said, under_way.request.too_often)
        return (failures.too_often if is_too_often else failures.of_status)(
            under_way.host,
            response.status,
            failures.excerpt(said, response.headers.get("content-type", ""), under_way.secrets),
            wanted_pause(headers, utc_now()),
        )

    def _new_body(self, under_way: InFlight, response: aiohttp.ClientResponse) -> Body:
        encoding = under_way.secrets.text(response.headers.get("content-encoding", ""))
        return Body(under_way.host, encoding, self._max_body)


def _on_the_clock(until: datetime) -> tuple[float, float]:
    """This moment and another one on the event loop's clock."""
    clock = anyio.current_time()
    return clock, clock + (until - utc_now()).total_seconds()


def _headers(response: aiohttp.ClientResponse) -> dict[str, list[str]]:
    return {name.lower(): response.headers.getall(name) for name in response.headers}


def _not_let_out(under_way: InFlight, host: Host, latest: float) -> SourceError:
    name, budget = under_way.host, under_way.request.budget
    if not host.serves_us:
        return SourceError(Outcome.BACKING_OFF, f"{name} turned away all requests before this one; it is not asked")
    if host.window.paused_until > latest:
        return SourceError(Outcome.BACKING_OFF, f"{name} had too many requests and wants a pause; it is not asked")
    limit = f"{budget.requests} requests in {budget.seconds:g} s"
    return SourceError(Outcome.NO_BUDGET, f"{name} is not asked: its budget of {limit} is used up")
