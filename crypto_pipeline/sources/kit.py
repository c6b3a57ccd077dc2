"""How a source is declared: Provider, Endpoint, discover().

Belongs here: the facts of a source (host, path, parameters, cadence, budget, key, pool) and the helpers of parsers.
Does not belong here: HTTP, clocks, databases. A parser is a pure function: payload in, rows out.

A source is a Provider and, for each of its requests, a decorated parser::

    kraken = Provider("kraken", "https://api.kraken.com/0/public", docs="https://docs.kraken.com/api", per_minute=60)

    @kraken.endpoint(Quote, "/Ticker", assetVersion=1)
    def ticker(payload):
        '''{"error": [], "result": {"BTC/USD": {"c": ["64000.1", "0.02"], "v": ["10", "24.5"], ...}}}'''
        reject(payload["error"])
        return each(payload["result"].items(), lambda pair, tick: Quote(pair, last=tick["c"][0], ...))
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cache
from types import ModuleType
from typing import Any, Literal, TypeAlias
from urllib.parse import urlsplit

from crypto_pipeline.schema.rows import TABLES_OF_ROW, Row
from crypto_pipeline.sources.symbols import Universe

Payload: TypeAlias = Any
Format = Literal["json", "xml", "csv", "text"]

MALFORMED = (KeyError, IndexError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError)
"""What a parser raises by itself when an answer does not have the shape it was written for."""


class ErrorInBody(Exception):
    """The source answered 200 and said in the body that it could not answer."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """One entry of an answer that could not be read; it costs nothing but itself."""

    entry: object
    reason: str


def reject(error: object) -> None:
    """Raise ErrorInBody when the part of an answer that holds its error says anything: [] and "" and 0 do not."""
    if error:
        raise ErrorInBody("; ".join(map(str, error)) if isinstance(error, list) else str(error))


def each(entries: Iterable[Any], make: Callable[..., Row | list[Row] | None]) -> Iterator[Row | Unreadable]:
    """Make rows entry by entry, so that a malformed entry loses itself and not its neighbours.

    ``make`` gets one entry (or the two parts of a mapping's item) and returns a row, a list of rows, or None to pass over it.
    """
    for entry in entries:
        try:
            made = make(*entry) if isinstance(entry, tuple) else make(entry)
        except MALFORMED as error:
            yield Unreadable(entry, f"{type(error).__name__}: {error}")
            continue
        if isinstance(made, list):
            yield from made
        elif made is not None:
            yield made


def number(value: Any) -> float:
    """The number in a value that must have one; ValueError or TypeError when it has none.

    For parsers that must compute (divide wei, multiply contracts). Values that are passed on as they are need no call.
    """
    if isinstance(value, bool):
        raise TypeError("a truth value is not a number")
    return float(value)


def scaled(value: object, factor: float) -> float | None:
    """A number times a factor, exact in decimal; None where the source has no number (null, "", "-", "n/a").

    >>> scaled("0.0068", 100), scaled(None, 100)
    (0.68, None)
    """
    if value is None or value in ("", "-", "n/a", "N/A", "null"):
        return None
    return float(Decimal(str(number(value))) * Decimal(str(factor)))


def known(**numbers: float | None) -> dict[str, float | int | str | None]:
    """Those of the numbers that there are, for a row's ``extra``: what one of several answers did not say stays out."""
    return {name: value for name, value in numbers.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Key:
    """The key of a source: which environment variable holds it, and where a request carries it."""

    env: str
    param: str | None = None
    header: str | None = None
    prefix: str = ""
    """Goes before the key: "Bearer "."""
    required: bool = False
    """An endpoint without its required key is off; an optional key only raises the source's limits."""


@dataclass(frozen=True, slots=True)
class Budget:
    """At most ``requests`` (weighted) in ``seconds``, shared by all endpoints of a host."""

    requests: int
    seconds: float


USUAL_BUDGET = Budget(60, 60)
"""For hosts that publish no limit: one request a second, in bursts of a minute's worth."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a request may depend on besides the declared facts."""

    universe: Universe
    now: datetime
    intervals: tuple[str, ...] = ("1h", "1d")


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


@dataclass(frozen=True, slots=True)
class SubRequest:
    """One of several requests whose answers are read together, each under the call's name.

    A call with a ``body`` is a POST, one without is a GET; ``path`` is added to the endpoint's own. Both may be a function
    of the answers so far, for a request that needs an earlier one (the logs up to the newest block). Calls that need none
    go out at once, then all others.
    """

    name: str
    body: object | Callable[[Mapping[str, Payload]], object] | None = None
    path: str | Callable[[Mapping[str, Payload]], str] = ""
    optional: bool = False
    """The answers are read without this one when it fails."""

    @property
    def needs_others(self) -> bool:
        return callable(self.body) or callable(self.path)


RequestSpecs: TypeAlias = Callable[[Context], Iterable[RequestSpec]]
Rows: TypeAlias = Iterable[Row | Unreadable]
Parser: TypeAlias = Callable[..., Rows]
ONE_REQUEST = (RequestSpec(),)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One thing that a provider can be asked, and how its answer becomes rows."""

    provider: Provider
    name: str
    rows: tuple[type[Row], ...]
    path: str
    parser: Parser
    takes_request: bool
    params: Mapping[str, str]
    method: str
    body: object | None
    calls: tuple[SubRequest, ...]
    requests: RequestSpecs | None
    cadence: int
    weight: int
    pool: str | None
    priority: int
    on_by_default: bool
    format: Format
    stale_after_minutes: int | None
    may_be_empty: bool
    language: str | None
    docs: str
    quirks: str

    @property
    def id(self) -> str:
        return f"{self.provider.name}.{self.name}"

    @property
    def host(self) -> str:
        return self.provider.host

    @property
    def key(self) -> Key | None:
        return self.provider.key

    @property
    def tables(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(table for row in self.rows for table in TABLES_OF_ROW[row]))

    def requests_in(self, context: Context) -> tuple[RequestSpec, ...]:
        return tuple(self.requests(context)) if self.requests else ONE_REQUEST

    def body_of(self, ask: RequestSpec = ONE_REQUEST[0]) -> object | None:
        """What a POST carries."""
        return {**self.body, **ask.body} if isinstance(self.body, dict) else self.body

    def url(self, ask: RequestSpec = ONE_REQUEST[0]) -> str:
        """The address without its query."""
        return self.provider.base_url + (self.path.format_map(ask.values) if ask.values else self.path)

    def parse(self, payload: Payload, ask: RequestSpec = ONE_REQUEST[0]) -> Iterator[Row | Unreadable]:
        """Rows of one answer. Raises ErrorInBody, or one of MALFORMED when the answer as a whole has another shape."""
        yield from self.parser(payload, ask) if self.takes_request else self.parser(payload)


@dataclass(frozen=True, eq=False)
class Provider:
    """A host that is asked, with the facts that all its endpoints share."""

    name: str
    base_url: str
    docs: str = ""
    per_minute: int | None = None
    """Short for a budget of that many requests in 60 seconds."""
    budget: Budget = USUAL_BUDGET
    source: str = ""
    """How rows name the source; the provider's name unless several hosts are one source."""
    key: Key | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)
    """Coin codes of this source that mean another coin than elsewhere: {"XBT": "BTC"}; "" drops the coin."""
    quote_first: bool = False
    """Market names are written KRW-BTC."""
    local_money: str | None = None
    """The currency in which all its markets trade when that is no dollar and its answers have no dollar rate."""
    quirks: str = ""
    endpoints: list[Endpoint] = field(default_factory=list, repr=False)

    def __post_init__(self) -> None:
        if self.per_minute is not None:
            object.__setattr__(self, "budget", Budget(self.per_minute, 60))
        if not self.source:
            object.__setattr__(self, "source", self.name)

    @property
    def host(self) -> str:
        return urlsplit(self.base_url).netloc

    def endpoint(
        self,
        rows: type[Row] | tuple[type[Row], ...],
        path: str = "",
        *,
        name: str = "",
        params: Mapping[str, str] | None = None,
        method: str = "",
        body: object | None = None,
        calls: tuple[SubRequest, ...] = (),
        requests: RequestSpecs | None = None,
        cadence: int = 5,
        weight: int = 1,
        pool: str | None = None,
        priority: int = 0,
        on: bool = True,
        format: Format = "json",
        stale_after_minutes: int | None = None,
        may_be_empty: bool = False,
        language: str | None = None,
        docs: str = "",
        quirks: str = "",
        **more_params: str | int,
    ) -> Callable[[Parser], Parser]:
        """Declare what the decorated parser reads.

        :param path: added to the base URL; ``{name}`` fields are filled from an Ask's values.
        :param params: the query; names that are Python words can be given as keywords as well.
        :param cadence: 5 or 15, the job that asks; a larger number of minutes is the shortest interval that makes sense.
        :param weight: how much of the host's budget one request costs.
        :param pool: endpoints of one pool say the same; the one with the smallest priority that answers is enough.
        :param stale_after_minutes: an answer whose newest row is older is stale; None takes the usual limit of its rows.
        :param may_be_empty: an answer without rows is a normal one (no large transfer in this quarter of an hour).
        """

        def declare(parser: Parser) -> Parser:
            self.endpoints.append(
                Endpoint(
                    provider=self,
                    name=name or parser.__name__,
                    rows=rows if isinstance(rows, tuple) else (rows,),
                    path=path,
                    parser=parser,
                    takes_request=len(inspect.signature(parser).parameters) > 1,
                    params={key: str(value) for key, value in {**(params or {}), **more_params}.items()},
                    method=method or ("POST" if body is not None else "GET"),
                    body=body,
                    calls=calls,
                    requests=requests,
                    cadence=cadence,
                    weight=weight,
                    pool=pool,
                    priority=priority,
                    on_by_default=on,
                    format=format,
                    stale_after_minutes=stale_after_minutes,
                    may_be_empty=may_be_empty,
                    language=language,
                    docs=docs or self.docs,
                    quirks=quirks or self.quirks,
                )
            )
            return parser

        return declare


@cache
def discover() -> tuple[Endpoint, ...]:
    """Every endpoint of every module in sources/providers, sorted by id. Two endpoints of one id are refused.

    Modules hold their Providers at the top level, alone or as a family in a list, tuple or dict.
    """
    from crypto_pipeline.sources import providers

    found: dict[str, Endpoint] = {}
    for module_info in pkgutil.iter_modules(providers.__path__):
        module = importlib.import_module(f"{providers.__name__}.{module_info.name}")
        for endpoint in _endpoints_of(module):
            if found.setdefault(endpoint.id, endpoint) is not endpoint:
                raise ValueError(f"two endpoints are called {endpoint.id}")
    return tuple(found[key] for key in sorted(found))


def _endpoints_of(module: ModuleType) -> Iterator[Endpoint]:
    for value in vars(module).values():
        family = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else (value,)
        for member in family:
            if isinstance(member, Provider):
                yield from member.endpoints
