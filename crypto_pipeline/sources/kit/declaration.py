"""A provider and its endpoints: the facts of a source.

Belongs here: who is asked, what, when, how an answer is judged, and the parser that reads it.
Does not belong here: what a request is made of (sources/kit/requests.py), helpers of parsers (sources/kit/parsing.py).
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Literal
from urllib.parse import urlsplit

from crypto_pipeline.schema.rows import Row
from crypto_pipeline.schema.tables import TABLES_OF_ROW
from crypto_pipeline.sources.kit.access import USUAL_BUDGET, Budget, Key
from crypto_pipeline.sources.kit.history import History, past_template
from crypto_pipeline.sources.kit.parsing import Parser, Payload, Rows, Unreadable
from crypto_pipeline.sources.kit.requests import ONE_REQUEST, Context, RequestSpec, RequestSpecs, RequestTemplate, get

Format = Literal["json", "xml", "csv", "text"]


@dataclass(frozen=True, slots=True)
class PoolMember:
    """An endpoint's place among interchangeable ones: those of one pool say the same, and one that answers is enough.

    The smallest ``priority`` goes first where the pool has no other strategy (sources/pools.py).
    """

    pool: str
    priority: int = 0


@dataclass(frozen=True, slots=True)
class Expected:
    """What a good answer is like."""

    format: Format = "json"
    stale_after_minutes: int | None = None
    """An answer whose newest row is older is stale; None takes the usual limit of its rows."""
    may_be_empty: bool = False
    """An answer without rows is a normal one (no large transfer in this quarter of an hour)."""
    language: str | None = None
    """Of articles that do not say it themselves, as in RFC 5646: "de", "zh-Hans"."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One thing that a provider can be asked, and how its answer becomes rows."""

    provider: Provider
    name: str
    rows: tuple[type[Row], ...]
    request: RequestTemplate
    requests: RequestSpecs | None
    cadence: int
    on_by_default: bool
    membership: PoolMember | None
    answer: Expected
    parser: Parser
    takes_spec: bool
    """Whether the parser wants to know which request was answered."""
    docs: str
    quirks: str
    history: History | None = None
    """How its past is asked for; None where it has none, or none that is known."""

    @property
    def id(self) -> str:
        """``provider.endpoint``, as commands and tables name it."""
        return f"{self.provider.name}.{self.name}"

    @property
    def host(self) -> str:
        """The host that is asked, with its port if that is not the usual one."""
        return self.provider.host

    @property
    def key(self) -> Key | None:
        """The key of its provider."""
        return self.provider.key

    @property
    def pool(self) -> str | None:
        """The name of the pool that it belongs to."""
        return self.membership.pool if self.membership else None

    @property
    def priority(self) -> int:
        """Its place in its pool; the smallest goes first."""
        return self.membership.priority if self.membership else 0

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables that its rows go to."""
        return _tables_of(self.rows)

    @property
    def past(self) -> Endpoint:
        """The endpoint as it is asked for its past. ValueError where it declares none."""
        if self.history is None:
            raise ValueError(f"{self.id} declares no past")
        return replace(self, request=past_template(self.history, self.request))

    def requests_in(self, context: Context) -> tuple[RequestSpec, ...]:
        """What it is asked now; nothing when no tracked coin is its business."""
        return tuple(self.requests(context)) if self.requests else ONE_REQUEST

    def body_of(self, spec: RequestSpec = ONE_REQUEST[0]) -> object | None:
        """What a POST carries."""
        body = self.request.body
        return {**body, **spec.body} if isinstance(body, dict) else body

    def url(self, spec: RequestSpec = ONE_REQUEST[0]) -> str:
        """The address without its query."""
        path = self.request.path
        return self.provider.base_url + (path.format_map(spec.values) if spec.values else path)

    def parse(self, payload: Payload, spec: RequestSpec = ONE_REQUEST[0]) -> Iterator[Row | Unreadable]:
        """Rows of one answer. Raises ErrorInBody, or one of MALFORMED when the answer as a whole has another shape."""
        rows: Rows = self.parser(payload, spec) if self.takes_spec else self.parser(payload)
        yield from rows


@cache
def _tables_of(rows: tuple[type[Row], ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(table for row in rows for table in TABLES_OF_ROW[row]))


def unread(names: str) -> dict[str, str]:
    """Aliases of tickers by which a source means other coins than the rest does: none of them is read.

    >>> unread("GTC HIT")
    {'GTC': '', 'HIT': ''}
    """
    return dict.fromkeys(names.split(), "")


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
    quotes: tuple[str, ...] = ()
    """Monies its markets trade in, where names have no separator and two would fit: ARBUSD is AR/BUSD where no dollars trade."""
    local_money: str | None = None
    """The currency in which all its markets trade when that is no dollar and its answers have no dollar rate."""
    too_often: tuple[str, ...] = ()
    """Parts of a short answer by which it says that it was asked too often, although the status code may be 200: ``"code":50011``.

    Spaces and letter case do not count; a part that ends in a figure is a whole number.
    """
    only_from: tuple[str, ...] = ()
    """Countries, by their two letters, from which alone it may be asked where there are regions (CRYPTO_PIPELINE_REGIONS)."""
    never_from: tuple[str, ...] = ()
    """Countries from which no region asks it, because it serves nobody there: ``us`` is that of us, us-east and virginia=us."""
    quirks: str = ""
    endpoints: list[Endpoint] = field(default_factory=list, repr=False)

    def __post_init__(self) -> None:
        """Fill in what follows from other facts."""
        if self.per_minute is not None:
            object.__setattr__(self, "budget", Budget(self.per_minute, 60))
        if not self.source:
            object.__setattr__(self, "source", self.name)

    @property
    def host(self) -> str:
        """The host part of its address."""
        return _host_of(self.base_url)

    def endpoint(
        self,
        rows: type[Row] | tuple[type[Row], ...],
        request: str | RequestTemplate = "",
        *,
        name: str = "",
        requests: RequestSpecs | None = None,
        cadence: int = 5,
        on: bool = True,
        pool: PoolMember | None = None,
        answer: Expected = Expected(),
        docs: str = "",
        quirks: str = "",
        history: History | None = None,
        **params: str | int,
    ) -> Callable[[Parser], Parser]:
        """Declare what the decorated parser reads.

        :param rows: the kind of its rows, or the kinds.
        :param request: the path of a GET, or what ``get``, ``post`` or ``together`` make.
        :param name: the name of the endpoint, if it is not that of the parser.
        :param requests: the requests of a moment, where there is one for each coin.
        :param cadence: 5 or 15, the job that asks; a larger number of minutes is the shortest interval that makes sense.
        :param on: whether it is asked when nobody says anything.
        :param history: how its past is asked for, where it has one.
        :param params: the query of all its requests.
        :raises TypeError: a parameter of the query that is neither text nor whole number, such as a misspelt fact.
        """
        if wrong := [name for name, value in params.items() if type(value) not in {str, int}]:
            raise TypeError(f"{self.name}: {', '.join(wrong)} is no fact of an endpoint and no parameter of a query")
        template = get(request) if isinstance(request, str) else request
        template = replace(template, params={**template.params, **{key: str(value) for key, value in params.items()}})

        def declare(parser: Parser) -> Parser:
            self.endpoints.append(
                Endpoint(
                    provider=self,
                    name=name or parser.__name__,
                    rows=rows if isinstance(rows, tuple) else (rows,),
                    request=template,
                    requests=requests,
                    cadence=cadence,
                    on_by_default=on,
                    membership=pool,
                    answer=answer,
                    parser=parser,
                    takes_spec=len(inspect.signature(parser).parameters) > 1,
                    docs=docs or self.docs,
                    quirks=quirks or self.quirks,
                    history=history,
                )
            )
            return parser

        return declare


@cache
def _host_of(address: str) -> str:
    return urlsplit(address).netloc
