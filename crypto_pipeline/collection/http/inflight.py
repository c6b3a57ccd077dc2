"""A request while it is under way.

Belongs here: what is sent where, keys included, what is known so far of the attempt that runs, and whether its failure is
the source's or this machine's.
Does not belong here: sending it (collection/http/client.py).
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from crypto_pipeline.collection.errors import SourceError
from crypto_pipeline.collection.http.addresses import address_of, with_query
from crypto_pipeline.collection.http.attention import Attention, Timeout, passing_seconds
from crypto_pipeline.collection.http.bodies import Body
from crypto_pipeline.collection.http.clocks import seconds_ahead
from crypto_pipeline.collection.http.gateway import to_gateway
from crypto_pipeline.collection.http.messages import Attempt, Request
from crypto_pipeline.collection.http.redaction import redact, secrets_of, url_without_keys
from crypto_pipeline.collection.http.redirects import next_url
from crypto_pipeline.schema.clock import utc_now
from crypto_pipeline.schema.outcomes import Outcome

Record = Callable[[Attempt], None]


LAG_SECONDS = 1.0
LAG_SHARE = 0.25
"""A lag of at least a second, and of a quarter of the time that an attempt had, may be the reason why it failed."""


@dataclass
class InFlight:
    """What the attempts of a request share, and the one that runs."""

    request: Request
    record: Record
    attention: Attention
    seconds: float
    """For all attempts together, pauses between them included; what waits in this process does not count."""
    failure: SourceError | None = None
    """The newest."""
    number: int = 0
    status_code: int | None = None
    body: Body | None = None
    sent_at: float = 0.0
    """On the clock of the event loop."""
    can_be_repeated: bool = True
    """Once, when its connection broke while this machine was away. One that had all its attended time had it back already."""

    def __post_init__(self) -> None:
        request = self.request
        self.url = with_query(request.url, request.params)
        self.host = urlsplit(request.url).netloc
        self.secrets = secrets_of(request)
        self.has_validators = bool(request.etag or request.last_modified)
        self.content = None if request.json is None else json.dumps(request.json, separators=(",", ":")).encode()
        self.seconds_left = self.seconds
        self.wait()

    def wait(self) -> None:
        """From now on it waits in this process: for a budget, for a pause to end, for its place among those in flight."""
        self._waits_since = passing_seconds()

    def begin(self, sent_at: float) -> None:
        """The next attempt goes out."""
        self.number, self.status_code, self.body, self.sent_at = self.number + 1, None, None, sent_at
        self._clock_ahead: float | None = None
        self.started_at = utc_now()
        self._queued = passing_seconds() - self._waits_since
        self._began, self._lost = self.attention.seconds, self.attention.lost_seconds

    def answered(self, status_code: int, headers: Mapping[str, str]) -> None:
        """The head of an answer has come; of several, as with redirects, the last counts."""
        self.status_code = status_code
        self._clock_ahead = seconds_ahead(headers, utc_now())

    def end(self, outcome: Outcome, error: str | None = None) -> None:
        """The attempt is over: record it, and let go of what came."""
        spent = self.attention.seconds - self._began
        self.seconds_left -= spent
        self.record(
            Attempt(
                number=self.number,
                started_at=self.started_at,
                queued_milliseconds=self._queued * 1000,
                milliseconds=spent * 1000,
                method=self.request.method,
                host=self.host,
                url=redact(self.url, self.secrets),
                outcome=outcome,
                status_code=self.status_code,
                bytes=self.body.size if self.body else None,
                error=error,
                clock_ahead_seconds=self._clock_ahead,
            )
        )
        if self.body:
            self.body.drop()
        self.wait()

    @contextmanager
    def standing_still(self, deadline: Timeout) -> Iterator[None]:
        """While it waits for room in this process its clock does not go on."""
        began = self.attention.seconds
        left, deadline.ends_at = deadline.ends_at - began, math.inf
        yield
        waited = self.attention.seconds - began
        deadline.ends_at = self.attention.seconds + left
        self._began += waited
        self._queued += waited

    def timeout(self) -> SourceError:
        """The failure of an attempt that had all its time."""
        begun = "did not finish its answer" if self.status_code else "did not answer"
        message = f"{self.host} {begun} within {self.seconds:g} s"
        return SourceError(Outcome.TIMEOUT, message, status_code=self.status_code)

    def blamed(self, error: SourceError) -> SourceError:
        """The failure as it is, or OUT_OF_TIME where this machine was away so long that nobody can say whose it was."""
        lost = self.attention.lost_seconds - self._lost
        is_away = lost >= max(LAG_SECONDS, LAG_SHARE * (self.attention.seconds - self._began))
        if error.is_certain or error.outcome not in {Outcome.TIMEOUT, Outcome.UNREACHABLE} or not is_away:
            return error
        if error.outcome is Outcome.TIMEOUT:
            self.can_be_repeated = False
        return SourceError(
            Outcome.OUT_OF_TIME,
            f"this machine was too slow: it was away for {lost:.1f} s while {self.host} was asked ({error})",
            status_code=error.status_code,
        )

    def redacted(self, error: SourceError) -> SourceError:
        """The same error without any key in its sentence, and with the status of the answer where it does not say one itself."""
        return SourceError(
            error.outcome,
            redact(str(error), self.secrets),
            status_code=error.status_code or self.status_code,
            retry_after=error.retry_after,
            is_certain=error.is_certain,
        )

    def headers(self, method: str, url: str) -> dict[str, str]:
        """The headers of a request to this address. Those with keys go to the host of the source only, also after a redirect."""
        request = self.request
        headers = dict(request.headers)
        if self.content is not None and method == request.method:
            headers["Content-Type"] = "application/json"
        if request.etag:
            headers["If-None-Match"] = request.etag
        if request.last_modified:
            headers["If-Modified-Since"] = request.last_modified
        return headers | dict(request.secret_headers) if self._is_at_home(url) else headers

    def url_with_keys(self, url: str, gateway: str) -> str:
        """The address as it is sent."""
        if self._is_at_home(url):
            url = with_query(url, self.request.secret_params)
        return to_gateway(url, gateway) if gateway else url

    def next_url(self, status_code: int, location: str | None, url: str, gateway: str) -> str:
        """The address that a redirect names, without the keys that it may repeat. They do not go to another host.

        Raises SourceError, BAD_REDIRECT.
        """
        target = url_without_keys(next_url(status_code, location, url, gateway), self.request)
        if not self._is_at_home(target) and redact(target, self.secrets) != target:
            raise SourceError(
                Outcome.BAD_REDIRECT, f"{self.host} redirects to another host with the key in the address"
            )
        return target

    def host_of(self, url: str) -> str:
        """How the host of an address is called in errors: one that a redirect led to has its own name."""
        return self.host if url == self.url else urlsplit(url).netloc

    def _is_at_home(self, url: str) -> bool:
        """Whether the address is at the host that the keys are for."""
        return url == self.url or address_of(url).origin == address_of(self.request.url).origin
