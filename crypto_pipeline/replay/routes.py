"""From a request as the replay gets it to the endpoint, and the one of its requests, that it stands for.

Belongs here: recognising addresses, parameters and bodies of everything that is declared.
Does not belong here: what is answered (replay/world.py).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from string import Formatter
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from crypto_pipeline.replay.leaves import leaves
from crypto_pipeline.replay.past import PastRequest, past_routes
from crypto_pipeline.replay.recorded import RECORDED_AT, Recording, Recordings
from crypto_pipeline.replay.server import ServedRequest
from crypto_pipeline.schema.intervals import INTERVAL_SECONDS
from crypto_pipeline.sources.kit import MALFORMED, Context, Endpoint, RequestSpec, SubRequest
from crypto_pipeline.sources.symbols import Universe

EVERYTHING = Context(Universe(), RECORDED_AT, tuple(INTERVAL_SECONDS))
_LATER = Context(Universe(), RECORDED_AT + timedelta(days=60, hours=1, minutes=7), tuple(INTERVAL_SECONDS))
_ONE_COIN = Context(Universe(frozenset({"BTC"})), RECORDED_AT, tuple(INTERVAL_SECONDS))
ANY = object()
_SHORTEST_NAME = 4
"""A part of a path this long that an answer says too was taken from there: a hash, a height; not "0" or "txs"."""


@dataclass(frozen=True)
class Target:
    """What a request asks for. Of an endpoint of several calls, ``call`` is the name of one."""

    endpoint: Endpoint
    ask: RequestSpec
    call: str | None = None
    past: PastRequest | None = None
    """Where it asks for a window of the past, which."""

    def __str__(self) -> str:
        return " ".join(part for part in (self.endpoint.id, self.ask.label, self.call) if part)


@dataclass(frozen=True)
class Route:
    """The requests of one endpoint, or of one of its calls."""

    endpoint: Endpoint
    method: str
    body: Any = ANY
    call: str | None = None
    call_path: str | None = ""
    """What a call adds to the path, perhaps with a query; * stands for what an earlier answer says, None for anything."""

    @cached_property
    def specificity(self) -> tuple[int, int, bool, bool, int]:
        """How much has to fit; of several routes that fit a request the most specific one is meant.

        Two endpoints may send the very same request; then one that is asked without being switched on is meant, since the
        recording of the other says other things of now; among those the one that is nothing but this request, and
        of two that read one answer each in its own way (prices, names) the one that is asked more often.
        """
        literal = "".join(text for text, *_ in Formatter().parse(self._path)) + self._added.replace("*", "")
        often = -self.endpoint.cadence
        of_each = max((len(params) for _, _, params in self._asks), default=0)  # such as the coin that is asked about
        return len(self._params) + of_each, len(literal), self.endpoint.on_by_default, self.call is None, often

    def target(self, path: str, query: Mapping[str, str], body: Any) -> Target | None:
        """What a request for this host asks for, None when it is not one of this route's."""
        if not self._params.items() <= query.items():
            return None
        for ask, pattern, params in self._asks:
            if pattern.fullmatch(path) and params.items() <= query.items() and _texts(ask.body) <= _texts(body):
                return Target(self.endpoint, ask, self.call)
        return None

    @cached_property
    def _path(self) -> str:
        path = urlsplit(self.endpoint.provider.base_url).path + self.endpoint.request.path
        return path or ("" if self._added or self.call_path is None else "/")

    @property
    def _added(self) -> str:
        return (self.call_path or "").partition("?")[0]

    @cached_property
    def _params(self) -> dict[str, str]:
        of_call = parse_qsl((self.call_path or "").partition("?")[2])
        return {**self.endpoint.request.params, **{name: value for name, value in of_call if value != "*"}}

    @cached_property
    def _asks(self) -> list[tuple[RequestSpec, re.Pattern[str], dict[str, str]]]:
        """The endpoint's requests, each with its path and parameters, apart from what the clock and other coins decide."""
        requests = self.endpoint.requests_in(EVERYTHING)
        lasting = _facts(requests[0])
        for context in (_LATER, _ONE_COIN) if self.endpoint.requests else ():
            others = self.endpoint.requests_in(context)
            lasting = dict(lasting.items() & _facts(others[0]).items()) if others else lasting
        return [
            (ask, self._pattern(ask, lasting), {name: value for name, value in ask.params.items() if name in lasting})
            for ask in requests
        ]

    def _pattern(self, ask: RequestSpec, lasting: Mapping[str, str]) -> re.Pattern[str]:
        parts = []
        for literal, name, *_ in Formatter().parse(self._path):
            parts.append(re.escape(literal))
            if name:
                parts.append(re.escape(ask.values[name]) if name in lasting else ".+")
        parts.append(".+" if self.call_path is None else re.escape(self._added).replace(r"\*", "[^/]+"))
        return re.compile("".join(parts))

    def is_for(self, body: Any) -> bool:
        """Whether a body is exactly this route's."""
        return self.body is ANY or bool(body == self.body)

    def is_like(self, body: Any) -> bool:
        """Whether a body calls the same method. Its parameters may depend on answers that were not the recorded ones."""
        if not (isinstance(self.body, dict) and isinstance(body, dict)):
            return False
        named = [name for name in ("method", "type") if name in self.body]
        alike = all(body.get(name) == self.body[name] for name in named)
        return bool(named) and alike

    def is_quite_like(self, body: Any) -> bool:
        """Whether it switches the same things on and off as well: a block with its transactions, or without."""
        return self.is_like(body) and _switches(body) == _switches(self.body)


class Routes:
    """All routes of some endpoints."""

    def __init__(self, endpoints: Iterable[Endpoint], recordings: Recordings) -> None:
        self._of_host: dict[str, list[Route]] = {}
        endpoints = list(endpoints)
        self._past = past_routes(endpoints)
        for endpoint in endpoints:
            self._of_host.setdefault(endpoint.host, []).extend(_routes_of(endpoint, recordings))
        self._in_order: dict[str, list[Route]] = {}

    def past(self, request: ServedRequest) -> Target | None:
        """Which window of the past a request asks for, None when it asks for none."""
        if request.host not in self._past:
            return None
        path, query, body = _parts(request)
        for past in self._past[request.host]:
            if (asked := past.request(request.method, path, query, body)) is not None:
                return Target(past.endpoint, asked.spec, past=asked)
        return None

    def target(self, request: ServedRequest) -> Target | None:
        """What a request asks for, None when nothing that is declared is asked like this."""
        if (of_the_past := self.past(request)) is not None:
            return of_the_past
        path, query, body = _parts(request)
        routes = [route for route in self._routes_of_host(request.host) if route.method == request.method]
        for fits in (Route.is_for, Route.is_quite_like, Route.is_like):
            for route in routes:
                if fits(route, body) and (target := route.target(path, query, body)) is not None:
                    return target
        return None

    def _routes_of_host(self, host: str) -> list[Route]:
        """The most specific one first; put in order when the host is first asked, since that takes all of their requests."""
        if host not in self._in_order:
            routes = self._of_host.get(host, ())
            self._in_order[host] = sorted(routes, key=lambda route: route.specificity, reverse=True)
        return self._in_order[host]


def _parts(request: ServedRequest) -> tuple[str, dict[str, str], Any]:
    query = dict(parse_qsl(request.query, keep_blank_values=True))
    return unquote(request.source_path), query, _json(request.body)


def _texts(value: Any) -> set[str]:
    """The texts in a body: names of coins and intervals, but not the numbers that the clock decides."""
    return {leaf for _, leaf in leaves(value) if isinstance(leaf, str)}


def _switches(body: Any) -> list[bool]:
    return [leaf for _, leaf in leaves(body) if isinstance(leaf, bool)]


def _facts(ask: RequestSpec) -> dict[str, str]:
    return {**ask.values, **ask.params}


def _routes_of(endpoint: Endpoint, recordings: Recordings) -> Iterator[Route]:
    if not endpoint.request.sub_requests:
        yield Route(endpoint, endpoint.request.method, ANY if endpoint.request.body is None else endpoint.request.body)
    recording = recordings.of(endpoint) if endpoint.request.sub_requests else None
    for call in endpoint.request.sub_requests:
        method = "GET" if call.body is None else "POST"
        yield Route(endpoint, method, _body_of(call, recording), call.name, _path_of(call, recording))


def _body_of(call: SubRequest, recording: Recording | None) -> Any:
    """The body of a call; one that is built on earlier answers is built on the recorded ones."""
    if not callable(call.body):
        return ANY if call.body is None else call.body
    try:
        return call.body(recording.payload) if recording else ANY
    except MALFORMED:
        return ANY


def _path_of(call: SubRequest, recording: Recording | None) -> str | None:
    """The path of a call, with * for each part that it takes from the recorded answers."""
    if not callable(call.path):
        return call.path
    try:
        path = call.path(recording.payload) if recording else None
    except MALFORMED:
        return None
    if recording is None or path is None:
        return None
    said = {text for _, leaf in leaves(recording.payload) if len(text := str(leaf)) >= _SHORTEST_NAME}
    return "".join("*" if part in said else part for part in re.split("([/?&=])", path))


def _json(body: bytes) -> Any:
    try:
        return json.loads(body) if body else None
    except ValueError:
        return None
