"""What is asked: the request that an endpoint declares, and the requests that become of it.

Belongs here: the template of an endpoint's requests and what may vary between them, as plain values.
Does not belong here: sending (collection/http/client.py), the fan-out over coins and intervals that exchanges share
(sources/formats/candles.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from crypto_pipeline.sources.kit.parsing import Payload
from crypto_pipeline.sources.symbols import Universe


@dataclass(frozen=True, slots=True)
class Context:
    """What a request may depend on besides the declared facts."""

    universe: Universe
    now: datetime
    intervals: tuple[str, ...] = ("1h", "1d")
    on_purpose: bool = False
    """The coins are asked for one by one, and not kept up by the cadence: each that a source may have is worth a request."""


@dataclass(frozen=True, slots=True)
class SubRequest:
    """One of several requests whose answers are read together, each under its name.

    One with a ``body`` is a POST, one without is a GET; ``path`` is added to the endpoint's own. Both may be a function
    of the answers so far, for a request that needs an earlier one (the logs up to the newest block). Those that need none
    go out at once, then all others.
    """

    name: str
    body: object | Callable[[Mapping[str, Payload]], object] | None = None
    path: str | Callable[[Mapping[str, Payload]], str] = ""
    optional: bool = False
    """The answers are read without this one when it fails."""

    @property
    def needs_others(self) -> bool:
        """Whether it can only be made from the answers of others."""
        return callable(self.body) or callable(self.path)


@dataclass(frozen=True, slots=True)
class RequestTemplate:
    """What all requests of an endpoint have in common. Made by ``get``, ``post`` and ``together``."""

    path: str = ""
    """Added to the provider's base URL; its ``{name}`` fields are filled from a RequestSpec's values."""
    params: Mapping[str, str] = field(default_factory=dict)
    method: str = "GET"
    body: object | None = None
    sub_requests: tuple[SubRequest, ...] = ()
    weight: int = 1
    """How much of the host's budget one request costs."""


def get(path: str = "", params: Mapping[str, str | int] | None = None, *, weight: int = 1) -> RequestTemplate:
    """A GET; ``params`` hold what cannot be given as a keyword of ``Provider.endpoint``, such as "from"."""
    return RequestTemplate(path, _texts(params), weight=weight)


def post(
    path: str = "", body: object | None = None, params: Mapping[str, str | int] | None = None, *, weight: int = 1
) -> RequestTemplate:
    """A POST of a JSON body, or of none."""
    return RequestTemplate(path, _texts(params), "POST", body, weight=weight)


def together(
    *sub_requests: SubRequest, path: str = "", params: Mapping[str, str | int] | None = None, weight: int = 1
) -> RequestTemplate:
    """Several requests whose answers the parser gets as one payload: a mapping of their names to what each answered."""
    return RequestTemplate(path, _texts(params), sub_requests=sub_requests, weight=weight)


def _texts(params: Mapping[str, str | int] | None) -> dict[str, str]:
    return {name: str(value) for name, value in (params or {}).items()}


@dataclass(frozen=True, slots=True)
class RequestSpec:
    """One of several requests of an endpoint: klines of BTC by the hour, klines of ETH by the hour ...

    ``values`` fill the ``{name}`` fields of the endpoint's path and reach the parser as its second argument;
    ``params`` are added to the endpoint's parameters, ``body`` to the members of its body.
    """

    label: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    params: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, object] = field(default_factory=dict)


RequestSpecs: TypeAlias = Callable[[Context], Iterable[RequestSpec]]
ONE_REQUEST = (RequestSpec(),)
"""What an endpoint is asked that does not vary."""
