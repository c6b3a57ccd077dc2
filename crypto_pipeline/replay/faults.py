"""Faults of sources, on demand: which host suffers from what, how often, and what the answer then looks like.

Belongs here: the kinds of faults, the plan that says where they happen, the latency of a host.
Does not belong here: sending (replay/server.py), damage to the content of an answer (replay/spoiled.py).
"""

from __future__ import annotations

import itertools
import json
import math
import random
import re
import threading
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from functools import cache

from crypto_pipeline.replay.server import App, Ending, ServedRequest, ServedResponse
from crypto_pipeline.replay.spoiled import DAMAGES, spoil

_MB = 1024 * 1024
_JSON = {"content-type": "application/json"}
_HTML = {"content-type": "text/html; charset=utf-8"}


class Kind(str, Enum):
    """What a source can do wrong."""

    NOT_FOUND = "404"
    REFUSED = "403"
    FORBIDDEN_HERE = "451"
    TOO_MANY = "429"
    """With the argument as its Retry-After: seconds, or an HTTP date."""
    BROKEN = "500"
    UNAVAILABLE = "503"
    """With the argument as its Retry-After, when there is one."""
    HANG = "hang"
    """Takes the request and never answers."""
    SLOW = "slow"
    """The first byte comes after so many seconds (5)."""
    DRIP = "drip"
    """A byte every so many seconds (0.1), for ever."""
    TRUNCATED = "truncated"
    """Half of what was promised, then the end of the connection."""
    RESET = "reset"
    """Half of the answer, then RST."""
    HTML = "html"
    """A 200 with a page for people."""
    HUGE = "huge"
    """So many MB (256) of JSON."""
    GZIP_BOMB = "gzip_bomb"
    """So many MB (1024) of zeros, in a thousandth of their size."""
    REDIRECT_LOOP = "redirect_loop"
    REDIRECT_PRIVATE = "redirect_private"
    """To the argument (http://169.254.169.254/latest/meta-data/)."""
    REDIRECT_SCHEME = "redirect_scheme"
    """To the same address over http."""
    ERROR_IN_BODY = "error_in_body"
    EMPTY = "empty"
    NULL_ROW = "null_row"
    BAD_ROW = "bad_row"
    NOT_JSON = "not_json"
    NULL = "null"
    STALE = "stale"
    """Left to the app, which sees ``request.stale``."""

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True, slots=True)
class Fault:
    """One line of a plan: what happens where, to how many requests."""

    where: str
    """A host, a host with the beginning of a path, or * for every request."""
    kind: Kind
    argument: str = ""
    times: int | None = None
    """The first so many requests suffer, the others do not; None for all."""
    probability: float = 1.0

    def concerns(self, request: ServedRequest) -> bool:
        """Whether a request goes where this fault is."""
        if "/" in self.where:
            return request.path.startswith(f"/{self.where}")
        return self.where in ("*", request.host)


_FAULT = re.compile(
    r"(?P<where>[^=\s]+)=(?P<kind>\w+)(?::(?P<argument>[^*%]*))?(?:\*(?P<times>\d+))?(?:%(?P<percent>\d+(?:\.\d+)?))?"
)


def parse_fault(text: str) -> Fault:
    """A fault as people write it: HOST[/PATH]=KIND[:ARGUMENT][*TIMES][%PERCENT]. Raises ValueError with the reason.

    >>> parse_fault("api.kraken.com/0/public=429:30*2")
    Fault(where='api.kraken.com/0/public', kind=<Kind.TOO_MANY: '429'>, argument='30', times=2, probability=1.0)
    """
    match = _FAULT.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is no fault; write HOST[/PATH]=KIND[:ARGUMENT][*TIMES][%PERCENT]")
    try:
        kind = Kind(match["kind"])
    except ValueError:
        raise ValueError(f"there is no fault {match['kind']!r}; there are {', '.join(Kind)}") from None
    if kind in _MEASURED:
        _number(match["argument"], 0)
    return Fault(
        match["where"].removeprefix("https://"),
        kind,
        match["argument"] or "",
        int(match["times"]) if match["times"] else None,
        float(match["percent"]) / 100 if match["percent"] else 1.0,
    )


class FaultPlan:
    """Which request suffers from which fault. Counts requests; chance comes from the seed, so a run can be repeated.

    :raises ValueError: a fault that there is not.
    """

    def __init__(self, faults: Iterable[Fault | str] = (), seed: int = 0) -> None:
        self._faults = [parse_fault(fault) if isinstance(fault, str) else fault for fault in faults]
        self._seed = seed
        self._met: Counter[int] = Counter()
        self._counting = threading.Lock()

    def fault_for(self, request: ServedRequest) -> Fault | None:
        """The first fault of the plan that this request meets."""
        for index, fault in enumerate(self._faults):
            if not fault.concerns(request):
                continue
            with self._counting:
                met = self._met[index]
                self._met[index] += 1
            if fault.times is not None and met >= fault.times:
                continue
            if random.Random(f"{self._seed}/{fault.where}/{fault.kind}/{met}").random() < fault.probability:
                return fault
        return None


def faulty(app: App, plan: FaultPlan) -> App:
    """The app with the faults of a plan."""

    def answer(request: ServedRequest) -> ServedResponse:
        fault = plan.fault_for(request)
        if fault is None:
            return app(request)
        if fault.kind is Kind.STALE:
            return app(replace(request, stale=True))
        if fault.kind in DAMAGES:
            response = app(request)
            body = response.body if isinstance(response.body, bytes) else b"".join(response.body)
            content_type = {name.lower(): value for name, value in response.headers.items()}.get("content-type", "")
            return replace(response, body=spoil(fault.kind, body, content_type))
        if fault.kind in _REPLACED:
            return _REPLACED[fault.kind](request, fault.argument)
        return _SENT_BADLY[fault.kind](app(request), fault.argument)

    return answer


def latency(host: str, seed: int) -> float:
    """Seconds that a host takes to answer: the same for one seed, mostly 50 to 400 ms, for a few up to 2.5 s."""
    return min(max(random.Random(f"{seed}/{host}").lognormvariate(math.log(0.15), 0.9), 0.05), 2.5)


def delayed(app: App, seed: int, scale: float = 1.0) -> App:
    """The app with the latency of each host, times a scale."""

    def answer(request: ServedRequest) -> ServedResponse:
        response = app(request)
        return replace(response, delay=response.delay + scale * latency(request.host, seed))

    return answer


def _refusal(status: int, message: str) -> Callable[[ServedRequest, str], ServedResponse]:
    def answer(request: ServedRequest, argument: str) -> ServedResponse:
        headers = {**_JSON, "retry-after": argument} if argument else _JSON
        return ServedResponse(status, headers, json.dumps({"error": message}).encode())

    return answer


def _challenge(status: int) -> Callable[[ServedRequest, str], ServedResponse]:
    page = b"<!DOCTYPE html><html><head><title>Just a moment</title></head><body>Checking your browser</body></html>"
    return lambda request, argument: ServedResponse(status, _HTML, page)


def _huge(request: ServedRequest, argument: str) -> ServedResponse:
    entry = b'{"symbol": "BTC", "price": "64000.1"},'
    megabyte = entry * (_MB // len(entry))
    body = itertools.chain((b"[",), itertools.repeat(megabyte, int(_number(argument, 256))), (b"{}]",))
    return ServedResponse(200, _JSON, body)


def _gzip_bomb(request: ServedRequest, argument: str) -> ServedResponse:
    head, block = _megabytes_of_nothing()
    body = itertools.chain((head,), itertools.repeat(block, int(_number(argument, 1024)) - 1))
    return ServedResponse(200, {**_JSON, "content-encoding": "gzip"}, body)


@cache
def _megabytes_of_nothing() -> tuple[bytes, bytes]:
    """The beginning of a gzip stream with a MB of zeros, and a block with another that can be repeated."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, 16 + zlib.MAX_WBITS)

    def megabyte() -> bytes:
        return deflate.compress(bytes(_MB)) + deflate.flush(zlib.Z_FULL_FLUSH)

    return megabyte(), megabyte()


def _redirect_loop(request: ServedRequest, argument: str) -> ServedResponse:
    return _redirect(request.path + (f"?{request.query}" if request.query else ""))


def _redirect_scheme(request: ServedRequest, argument: str) -> ServedResponse:
    return _redirect(f"http://{request.host}{request.source_path}")


def _redirect(location: str) -> ServedResponse:
    return ServedResponse(302, {"location": location})


_REPLACED: Mapping[Kind, Callable[[ServedRequest, str], ServedResponse]] = {
    Kind.NOT_FOUND: _refusal(404, "there is no such endpoint"),
    Kind.REFUSED: _challenge(403),
    Kind.FORBIDDEN_HERE: _refusal(451, "this service is not available in your country"),
    Kind.TOO_MANY: _refusal(429, "too many requests"),
    Kind.BROKEN: _refusal(500, "internal error"),
    Kind.UNAVAILABLE: _refusal(503, "down for maintenance"),
    Kind.HANG: lambda request, argument: ServedResponse(delay=math.inf),
    Kind.HTML: _challenge(200),
    Kind.HUGE: _huge,
    Kind.GZIP_BOMB: _gzip_bomb,
    Kind.REDIRECT_LOOP: _redirect_loop,
    Kind.REDIRECT_PRIVATE: lambda request, argument: _redirect(argument or "http://169.254.169.254/latest/meta-data/"),
    Kind.REDIRECT_SCHEME: _redirect_scheme,
}
"""Answers that have nothing of the true one."""


def _half(response: ServedResponse) -> tuple[bytes, int]:
    body = response.body if isinstance(response.body, bytes) else b"".join(response.body)
    return body[: len(body) // 2], max(len(body), 1)


def _cut(response: ServedResponse, ending: Ending) -> ServedResponse:
    half, length = _half(response)
    return replace(response, body=half, promised=length, ending=ending)


def _drip(response: ServedResponse, argument: str) -> ServedResponse:
    return replace(response, body=itertools.repeat(b" "), pace=_number(argument, 0.1))


_SENT_BADLY: Mapping[Kind, Callable[[ServedResponse, str], ServedResponse]] = {
    Kind.SLOW: lambda response, argument: replace(response, delay=response.delay + _number(argument, 5)),
    Kind.DRIP: _drip,
    Kind.TRUNCATED: lambda response, argument: _cut(response, Ending.CLOSE),
    Kind.RESET: lambda response, argument: _cut(response, Ending.RESET),
}
"""The true answer, sent as it should not be."""

_MEASURED = frozenset({Kind.SLOW, Kind.DRIP, Kind.HUGE, Kind.GZIP_BOMB})


def _number(text: str | None, usual: float) -> float:
    try:
        return float(text or usual)
    except ValueError:
        raise ValueError(f"{text!r} is not a number") from None
