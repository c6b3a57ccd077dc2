"""A request while it is under way.

Belongs here: what is sent where, keys included, and what is known so far of the attempt that runs.
Does not belong here: sending it (collection/http/client.py).
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode, urlsplit

import anyio
import httpx

from crypto_pipeline.collection.http.bodies import Body
from crypto_pipeline.collection.http.gateway import to_gateway
from crypto_pipeline.collection.http.messages import Attempt, Request
from crypto_pipeline.collection.http.redaction import redact, secrets_of, without_keys
from crypto_pipeline.collection.http.redirects import next_url
from crypto_pipeline.schema.clock import utc_now
from crypto_pipeline.schema.outcomes import Outcome, SourceError

Record = Callable[[Attempt], None]


@dataclass
class InFlight:
    """What the attempts of a request share, and the one that runs."""

    request: Request
    record: Record
    deadline: anyio.CancelScope = field(default_factory=anyio.CancelScope)
    failure: SourceError | None = None
    number: int = 0
    status_code: int | None = None
    body: Body | None = None

    def __post_init__(self) -> None:
        request = self.request
        self.url = _with_query(request.url, request.params)
        self.host = urlsplit(request.url).netloc
        self.secrets = secrets_of(request)
        self.has_validators = bool(request.etag or request.last_modified)
        self.content = None if request.json is None else json.dumps(request.json, separators=(",", ":")).encode()

    @property
    def seconds_left(self) -> float:
        return self.deadline.deadline - anyio.current_time()

    def begin(self, number: int) -> None:
        self.number, self.status_code, self.body = number, None, None
        self.started_at, self._started = utc_now(), time.perf_counter()

    def end(self, outcome: Outcome, error: str | None = None) -> None:
        self.record(
            Attempt(
                number=self.number,
                started_at=self.started_at,
                milliseconds=(time.perf_counter() - self._started) * 1000,
                method=self.request.method,
                host=self.host,
                url=redact(self.url, self.secrets),
                outcome=outcome,
                status_code=self.status_code,
                bytes=self.body.size if self.body else None,
                error=error,
            )
        )

    def timeout(self, seconds: float) -> SourceError:
        begun = "did not finish its answer" if self.status_code else "did not answer"
        return SourceError(Outcome.TIMEOUT, f"{self.host} {begun} within {seconds:g} s", status_code=self.status_code)

    def redacted(self, error: SourceError) -> SourceError:
        return SourceError(
            error.outcome,
            redact(str(error), self.secrets),
            status_code=error.status_code or self.status_code,
            retry_after=error.retry_after,
        )

    def headers(self, method: str, url: str) -> dict[str, str]:
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
            url = _with_query(url, self.request.secret_params)
        return to_gateway(url, gateway) if gateway else url

    def next_url(self, status_code: int, location: str | None, url: str, gateway: str) -> str:
        """The address that a redirect names, without the keys that it may repeat. They do not go to another host."""
        target = without_keys(next_url(status_code, location, url, gateway), self.request)
        if not self._is_at_home(target) and redact(target, self.secrets) != target:
            raise SourceError(
                Outcome.BAD_REDIRECT, f"{self.host} redirects to another host with the key in the address"
            )
        return target

    def _is_at_home(self, url: str) -> bool:
        """Whether the address is at the host that the keys are for."""
        return _origin(url) == _origin(self.request.url)


def _origin(url: str) -> tuple[str, str, int | None]:
    parsed = httpx.URL(url)
    return parsed.scheme, parsed.host, parsed.port


def _with_query(url: str, params: Mapping[str, str]) -> str:
    if not params:
        return url
    return url + ("&" if "?" in url else "?") + urlencode(params, quote_via=quote, safe=",:")
