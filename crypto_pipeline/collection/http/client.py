"""The one HTTP client of the data bank.

Belongs here: a request's deadline, its budget, its attempts and redirects.
Does not belong here: what is known of a request under way (collection/http/inflight.py), what a body means (collection/reading.py), which endpoint
is asked and when (collection/collector.py, collection/health.py).
"""

from __future__ import annotations

import contextlib
import itertools
import logging
import resource
from collections.abc import AsyncIterator, Iterable, Mapping
from datetime import datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy
from types import TracebackType
from urllib.parse import urlsplit

import anyio
import httpx

from crypto_pipeline.collection.http import failures
from crypto_pipeline.collection.http.bodies import ACCEPT_ENCODING, MAX_BODY, Body
from crypto_pipeline.collection.http.budgets import Window
from crypto_pipeline.collection.http.inflight import InFlight, Record
from crypto_pipeline.collection.http.messages import Answer, Request
from crypto_pipeline.collection.http.redirects import MAX_REDIRECTS, next_method, refuse_private
from crypto_pipeline.collection.http.retries import MAX_RETRIES, back_off, retry_after
from crypto_pipeline.schema.clock import utc_now
from crypto_pipeline.schema.outcomes import RETRY_CAN_HELP, Outcome, SourceError

_ENOUGH_OF_AN_ERROR = 8 * 1024
_PATIENCE_WITH_AN_ERROR = 1.0
_SHARE_OF_A_RETRY = 0.25
"""Of a request's time. A retry that gets less would turn a failure that is known into a timeout that says nothing."""
_MANY_FILES = 4096
_LIMITS = httpx.Limits(max_connections=None, max_keepalive_connections=20, keepalive_expiry=30)
"""Of one host. Its budget says how many requests it gets; none of them queues for a connection."""


class Client:
    """Asks sources, politely and within bounds.

    :param gateway_url: where requests are sent instead of the internet; proxies of the environment are then ignored.
    :param request_seconds: for a whole request: the wait for its budget, every attempt, pause and redirect, the body.
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
    ) -> None:
        self._user_agent = user_agent
        self._gateway = gateway_url.rstrip("/")
        self._request_seconds = request_seconds
        self._connect_seconds = connect_seconds
        self._back_off_seconds = back_off_seconds
        self._max_body = max_body
        self._windows: dict[str, Window] = {}
        self._spent: Mapping[str, Iterable[tuple[datetime, int]]] = {}
        self._connections: dict[str, httpx.AsyncClient] = {}

    async def __aenter__(self) -> Client:
        # At INFO httpx logs every address as it is sent, keys included.
        logging.getLogger("httpx").setLevel(logging.WARNING)
        _allow_many_connections()
        self._tls = httpx.create_ssl_context(trust_env=not self._gateway)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for connections in self._connections.values():
            await connections.aclose()
        self._connections.clear()

    def goes_on_from(self, spent: Mapping[str, Iterable[tuple[datetime, int]]]) -> None:
        """Count requests of earlier runs, given by host with their moment and weight, against the budgets of this one."""
        self._spent = spent

    def _connections_of(self, host: str) -> httpx.AsyncClient:
        """The connections of one host.

        A pool looks at all its connections whenever a request begins or ends. Measured with 300 hosts that answer after
        0.1 s: 1.9 s for the first round of requests over one pool and 7 s for the next; 0.4 and 0.3 s over 300 pools.
        """
        if host not in self._connections:
            self._connections[host] = httpx.AsyncClient(
                headers={"User-Agent": self._user_agent, "Accept-Encoding": ACCEPT_ENCODING},
                cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
                timeout=httpx.Timeout(None, connect=self._connect_seconds),
                limits=_LIMITS,
                verify=self._tls,
                trust_env=not self._gateway,
                event_hooks={"response": [_take_location]},
            )
        return self._connections[host]

    async def fetch(self, request: Request, record: Record) -> Answer:
        """The answer to a request: a complete 2xx, or 304 where the request has validators.

        Every attempt is given to ``record``, also the one that is under way when the caller is cancelled.
        Raises SourceError for everything else that a source can do.
        """
        under_way = InFlight(request, record)
        with anyio.move_on_after(self._request_seconds) as deadline:
            under_way.deadline = deadline
            for number in itertools.count(1):
                await self._wait_for_budget(under_way)
                try:
                    return await self._attempt(under_way, number)
                except SourceError as error:
                    self._pause_host(under_way, error)
                    pause = self._pause(error, number) if request.retries else None
                    if pause is None or under_way.seconds_left - pause < self._request_seconds * _SHARE_OF_A_RETRY:
                        raise
                    under_way.failure = error
                await anyio.sleep(pause)
        raise under_way.timeout(self._request_seconds)

    def _pause(self, error: SourceError, number: int) -> float | None:
        """Seconds before the next attempt; None when there should be none."""
        if number > MAX_RETRIES or error.outcome not in RETRY_CAN_HELP:
            return None
        asked = (error.retry_after - utc_now()).total_seconds() if error.retry_after else 0.0
        return max(asked, 0.0) + back_off(number, self._back_off_seconds)

    async def _wait_for_budget(self, under_way: InFlight) -> None:
        """Wait until the host's budget lets a request out. When that is too late, say so at once.

        A retry that finds no budget leaves the request with the failure that it has.
        """
        window = self._window_of(under_way)
        while True:
            moment = window.reserve(under_way.request.weight, anyio.current_time(), under_way.deadline.deadline)
            if moment is None:
                raise under_way.failure or _not_let_out(under_way, window)
            await anyio.sleep_until(moment)
            if moment >= window.paused_until:
                return
            # The host has asked for a pause meanwhile: what was promised before does not count.

    def _window_of(self, under_way: InFlight) -> Window:
        host = under_way.host
        if host not in self._windows:
            wall, clock = utc_now(), anyio.current_time()
            # A clock that was set back must not make a host wait for what was asked "later".
            ages = [(max(0.0, (wall - at).total_seconds()), weight) for at, weight in self._spent.get(host, ())]
            self._windows[host] = Window(under_way.request.budget, [(clock - age, weight) for age, weight in ages])
        return self._windows[host]

    def _pause_host(self, under_way: InFlight, error: SourceError) -> None:
        """Too many requests are too many of the host's: those that have not gone out yet heed its Retry-After as well."""
        if error.outcome is Outcome.RATE_LIMITED and error.retry_after:
            clock = anyio.current_time()
            pause = (error.retry_after - utc_now()).total_seconds()
            self._window_of(under_way).pause(clock, clock + pause)

    async def _attempt(self, under_way: InFlight, number: int) -> Answer:
        under_way.begin(number)
        try:
            answer = await self._exchange(under_way)
        except SourceError as error:
            failure = under_way.redacted(error)
        except anyio.get_cancelled_exc_class():
            if under_way.deadline.cancel_called:
                timeout = under_way.timeout(self._request_seconds)
                under_way.end(timeout.outcome, str(timeout))
            else:
                under_way.end(
                    Outcome.OUT_OF_TIME, f"{under_way.host} had not answered when the collection's time was over"
                )
            raise
        else:
            under_way.end(Outcome.NOT_MODIFIED if answer.not_modified else Outcome.OK)
            return answer
        # Outside of the handler, so that the failure does not carry an error with the whole address in its context.
        under_way.end(failure.outcome, str(failure))
        raise failure

    async def _exchange(self, under_way: InFlight) -> Answer:
        """One request with the redirects that it meets."""
        method, url = under_way.request.method, under_way.url
        asked = {(method, url)}
        for _ in range(MAX_REDIRECTS + 1):
            async with self._response(under_way, method, url) as response:
                under_way.status_code = response.status_code
                if not 300 <= response.status_code < 400 or response.status_code == 304:
                    return await self._read(under_way, response)
                location = response.extensions["location"]
            method = next_method(response.status_code, method)
            url = under_way.next_url(response.status_code, location, url, self._gateway)
            if (method, url) in asked:
                raise SourceError(Outcome.BAD_REDIRECT, f"{under_way.host} redirects in a circle")
            asked.add((method, url))
            if not self._gateway:
                await refuse_private(url)
        raise SourceError(Outcome.BAD_REDIRECT, f"{under_way.host} redirects more than {MAX_REDIRECTS} times")

    @contextlib.asynccontextmanager
    async def _response(self, under_way: InFlight, method: str, url: str) -> AsyncIterator[httpx.Response]:
        """An answer whose body is still to be read. What is not read by the end is not waited for: the connection closes."""
        host = urlsplit(url).netloc
        try:
            connections = self._connections_of(host)
            sent = connections.build_request(
                method,
                under_way.url_with_keys(url, self._gateway),
                headers=under_way.headers(method, url),
                content=under_way.content if method == under_way.request.method else None,
            )
        except (httpx.InvalidURL, ValueError):
            raise failures.unsendable(host) from None
        try:
            response = await connections.send(sent, stream=True)
            try:
                yield response
            finally:
                await response.aclose()
        except (httpx.TransportError, OSError) as error:
            raise failures.of_connection(host, error) from None

    async def _read(self, under_way: InFlight, response: httpx.Response) -> Answer:
        if response.status_code >= 400:
            raise await self._refusal(under_way, response)
        if response.status_code == 304 and not under_way.has_validators:
            raise SourceError(
                Outcome.EMPTY, f"{under_way.host} answered 304 to a request that named nothing to compare with"
            )
        headers = response.headers
        body = under_way.body = Body(
            under_way.host, under_way.secrets.text(headers.get("content-encoding", "")), self._max_body
        )
        body.expect(headers.get("content-length", ""))
        async for piece in response.aiter_raw():
            body.feed(piece)
        return Answer(
            status_code=response.status_code,
            body=body.complete(),
            content_type=headers.get("content-type", ""),
            received_at=utc_now(),
            etag=headers.get("etag"),
            last_modified=headers.get("last-modified"),
        )

    async def _refusal(self, under_way: InFlight, response: httpx.Response) -> SourceError:
        """The failure that an error answer is, with what can be had of its words in a moment."""
        headers = response.headers
        moment = min(_PATIENCE_WITH_AN_ERROR, under_way.seconds_left / 4)
        with contextlib.suppress(SourceError, httpx.TransportError, OSError), anyio.move_on_after(moment):
            body = under_way.body = Body(
                under_way.host, under_way.secrets.text(headers.get("content-encoding", "")), self._max_body
            )
            async for piece in response.aiter_raw():
                body.feed(piece)
                if body.size > _ENOUGH_OF_AN_ERROR:
                    break
        said = under_way.body.so_far()[:_ENOUGH_OF_AN_ERROR] if under_way.body else b""
        return failures.of_status(
            under_way.host,
            response.status_code,
            failures.excerpt(said, headers.get("content-type", ""), under_way.secrets),
            retry_after(headers.get("retry-after"), utc_now(), headers.get("date")),
        )


def _not_let_out(under_way: InFlight, window: Window) -> SourceError:
    host, budget = under_way.host, under_way.request.budget
    if window.paused_until > under_way.deadline.deadline:
        return SourceError(Outcome.BACKING_OFF, f"{host} had too many requests and wants a pause; it is not asked")
    told = f"{budget.requests} requests in {budget.seconds:g} s"
    return SourceError(Outcome.NO_BUDGET, f"{host} is not asked: its budget of {told} is used up")


async def _take_location(response: httpx.Response) -> None:
    """Keep redirects from httpx, which prepares the next request unasked and fails where that cannot be done."""
    response.extensions["location"] = response.headers.pop("location", None)


def _allow_many_connections() -> None:
    """A collection has about a thousand requests in flight; macOS lets a process have 256 files unless it asks for more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MANY_FILES if hard == resource.RLIM_INFINITY else min(_MANY_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
