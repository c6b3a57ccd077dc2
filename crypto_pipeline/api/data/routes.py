"""The read API in HTTP: paths, parameters, headers.

Belongs here: which function answers which path, and with which defaults and bounds.
Does not belong here: the answers (one module a subject), bounds of time and memory (api/data/query_session.py), status codes of errors
(api/app.py).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from crypto_pipeline.api import answers
from crypto_pipeline.api.admission import ARRIVED
from crypto_pipeline.api.data.attempts import Attempts, attempts
from crypto_pipeline.api.data.books import Books, Scope, books
from crypto_pipeline.api.data.candles import Candles, candles
from crypto_pipeline.api.data.chain_metrics import ChainMetrics, chain_metrics
from crypto_pipeline.api.data.chains import Chains, chains
from crypto_pipeline.api.data.coins import Coins, coins
from crypto_pipeline.api.data.comparison import MOST_COINS, Comparison, Span, comparison
from crypto_pipeline.api.data.consensus import ConsensusPage, consensus
from crypto_pipeline.api.data.coverage import Coverage, coverage
from crypto_pipeline.api.data.derivatives import Derivatives, derivatives
from crypto_pipeline.api.data.formats import PARAMETERS, CsvTimes, Form, Part, disposition, file_of, preferred
from crypto_pipeline.api.data.funding import FundingPayments, funding
from crypto_pipeline.api.data.gas import GasPrices, gas
from crypto_pipeline.api.data.history import CONSENSUS, History, history
from crypto_pipeline.api.data.liquidations import Liquidations, PositionSide, liquidations
from crypto_pipeline.api.data.listings import Listings, MarketKind, listings
from crypto_pipeline.api.data.macro import Observations, macro
from crypto_pipeline.api.data.metrics import Metrics, metrics
from crypto_pipeline.api.data.news import News, news
from crypto_pipeline.api.data.options import OptionMetrics, options
from crypto_pipeline.api.data.overview import Overview, overview
from crypto_pipeline.api.data.paging import Page
from crypto_pipeline.api.data.parameters import (
    LONGEST_TEXT,
    AnySymbol,
    CoinCode,
    Cursor,
    Runs,
    Since,
    Symbol,
    Until,
    limit,
    only_known_parameters,
    words,
)
from crypto_pipeline.api.data.prices import Coin, Prices, coin, prices
from crypto_pipeline.api.data.query_session import Reader, Reading
from crypto_pipeline.api.data.rates import Rates, rates
from crypto_pipeline.api.data.shapes import Answer
from crypto_pipeline.api.data.sources import OneSource, Sources, source, sources
from crypto_pipeline.api.data.tables import Tables, tables
from crypto_pipeline.api.data.transfers import Transfers, transfers
from crypto_pipeline.api.prefix import PREFIX
from crypto_pipeline.databank.coin_names import symbol_called
from crypto_pipeline.databank.files import FILE_TYPES, JSON
from crypto_pipeline.schema.intervals import Interval

ROOT = "/api/data"

_NOT_THERE: dict[int | str, dict[str, Any]] = {
    404: {"model": answers.Refused, "description": "There is no such coin, chain or source in the database"}
}
_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {"content": FILE_TYPES},
    304: {"description": "Nothing has changed since the answer with the ETag of If-None-Match"},
    401: {"model": answers.Refused, "description": "A token is needed and was not given"},
    403: {"model": answers.Refused, "description": "Asked under another host's name"},
    422: {"model": answers.Refused, "description": "A parameter cannot be used; the sentence says what would do"},
    503: {
        "model": answers.Refused,
        "description": "Another program holds the database, or the question took too long; Retry-After says when to try "
        "again",
    },
}


class Question:
    """A request, for the functions below to answer."""

    def __init__(self, request: Request, format: Form = None, part: Part = None, times: CsvTimes = "iso") -> None:
        self._request = request
        self._reader: Reader = request.app.state.reader
        self._form, self._part, self._times = preferred(request, format), part, times
        self._query = [one for one in request.query_params.multi_items() if one[0] not in PARAMETERS]
        """What the answer depends on, whatever its form."""

    def page(self, limit: int, cursor: str | None) -> Page:
        """The page that was asked for: as many entries, from this cursor on, under this address."""
        under = self._request.scope.get(PREFIX, "")
        return Page(limit, cursor, f"{under}{self._request.url.path}", self._query)

    def answered(self, answer: Callable[[Reading], Answer], *, moves: bool = False) -> Response:
        """:param moves: whether the answer changes with the time of day although the database does not.
        :raises Overloaded: too many others are being answered.
        :raises QueryLimitExceeded: it takes more time or memory than an answer is given."""
        path = self._request.url.path
        reply = self._reader.reply(
            f"{path}?{urlencode(self._query)}",
            answer,
            moves=moves,
            known=self._request.headers.get("if-none-match", ""),
            form="" if self._form is JSON else f"{self._form.name} {self._part} {self._times}",
            arrived=self._request.scope.get(ARRIVED),
        )
        headers = {"Cache-Control": "no-cache", "Vary": "Accept", **({"ETag": reply.etag} if reply.etag else {})}
        if reply.body is None:
            return Response(status_code=304, headers=headers)
        if self._form is JSON:
            return Response(reply.body, media_type=JSON.media_type, headers=headers)
        return self._file(reply.body, headers)

    def _file(self, body: bytes, headers: dict[str, str]) -> Response:
        kind: type[Answer] = self._request.scope["route"].response_model
        file = file_of(body, kind, self._part, self._form, self._times)
        name = "-".join(self._request.url.path.removeprefix(ROOT).strip("/").split("/"))
        headers["Content-Disposition"] = disposition(name, self._form, demo=self._reader.is_demo)
        if file.next:
            chosen = [one for one in self._request.query_params.multi_items() if one[0] in PARAMETERS - {"format"}]
            headers["Link"] = f'<{file.next}&{urlencode([*chosen, ("format", self._form.name)])}>; rel="next"'
        return Response(file.body, media_type=self._form.media_type, headers=headers)


Asked = Annotated[Question, Depends(Question)]

routes = APIRouter(prefix=ROOT, tags=["data"], responses=_RESPONSES, dependencies=[Depends(only_known_parameters)])
"""All paths of the read API, for an application that has a Reader as ``state.reader``."""


@routes.get("/overview", response_model=Overview)
def get_overview(asked: Asked) -> Response:
    """What a page shows first, in one answer: prices, sentiment, market, fees, the age of the tables, the last
    collections, what is wrong."""
    return asked.answered(overview, moves=True)


@routes.get("/prices", response_model=Prices, responses=_NOT_THERE)
def get_prices(
    asked: Asked,
    symbol: Annotated[
        list[str] | None, Query(max_length=200, description="Coin code or name; may be repeated. Default: every coin.")
    ] = None,
    spark: Annotated[bool, Query(description="1: with the hourly prices of the last day, for small charts.")] = False,
) -> Response:
    """The newest consensus of each coin: the median of all sources, with its spread and the outliers."""
    symbols = [symbol_called(one) for one in symbol or ()]
    return asked.answered(partial(prices, symbols=symbols, spark=spark))


@routes.get("/prices/{symbol}", response_model=Coin, responses=_NOT_THERE)
def get_coin(
    asked: Asked,
    symbol: Annotated[str, Path(max_length=LONGEST_TEXT, description="Coin code or name: BTC.", examples=["BTC"])],
) -> Response:
    """What each source says of one coin now, and how far that is from the consensus."""
    return asked.answered(partial(coin, symbol=symbol_called(symbol)))


@routes.get("/coins", response_model=Coins)
def get_coins(
    asked: Asked,
    q: Annotated[str | None, words("Part of a name or of a code: bitcoin. Default: all.", "bitcoin")] = None,
) -> Response:
    """What coins are called; names are looked up once a day."""
    return asked.answered(partial(coins, text=q))


@routes.get("/history", response_model=History, responses=_NOT_THERE)
def get_history(
    asked: Asked,
    symbol: Symbol,
    source: Annotated[str, words("Whose prices: consensus, or a source.")] = CONSENSUS,
    since: Since = None,
    until: Until = None,
    points: Annotated[int, Query(ge=2, le=2_000, description="How many buckets at most.")] = 300,
) -> Response:
    """Prices of one coin over time, thinned out for a chart: first, highest, lowest and last of each bucket.

    Default: the last 24 hours. One source: at most 92 days at a time.
    """
    moves = since is None or until is None
    return asked.answered(
        partial(history, symbol=symbol, source=source, since=since, until=until, points=points), moves=moves
    )


@routes.get("/candles", response_model=Candles, responses=_NOT_THERE)
def get_candles(
    asked: Asked,
    symbol: Symbol,
    interval: Annotated[Interval, Query(description="Length of a candle.")] = "1h",
    provider: Annotated[
        str | None, words("Which exchange; consensus: all spot exchanges together. Default: the answer says which.")
    ] = None,
    since: Since = None,
    until: Until = None,
    limit: Annotated[int, limit(2_000)] = 300,
) -> Response:
    """Candles as an exchange made them, the newest of the range."""
    return asked.answered(
        partial(candles, symbol=symbol, interval=interval, provider=provider, since=since, until=until, limit=limit)
    )


@routes.get("/comparison", response_model=Comparison, responses=_NOT_THERE)
def get_comparison(
    asked: Asked,
    symbol: Annotated[
        list[CoinCode],
        Query(
            min_length=1,
            max_length=200,
            description=f"Coin code or name: BTC; repeated for each coin, at most {MOST_COINS}.",
            examples=["BTC"],
        ),
    ],
    span: Annotated[Span, Query(description="How far back: days, weeks, months (m) or years.")] = "1y",
) -> Response:
    """Several coins in one chart: each as a share of its price at the start of the window."""
    return asked.answered(partial(comparison, symbols=symbol, span=span), moves=True)


@routes.get("/consensus", response_model=ConsensusPage, responses=_NOT_THERE)
def get_consensus(
    asked: Asked,
    symbol: AnySymbol = None,
    since: Since = None,
    until: Until = None,
    limit: Annotated[int, limit(2_000)] = 200,
    cursor: Cursor = None,
) -> Response:
    """Every consensus that was taken, newest first."""
    page = asked.page(limit, cursor)
    return asked.answered(partial(consensus, page=page, symbol=symbol, since=since, until=until))


@routes.get("/news", response_model=News)
def get_news(
    asked: Asked,
    language: Annotated[str | None, words("Code of a language: fa; zh stands for zh-Hans as well.")] = None,
    sentiment: Annotated[Literal["positive", "neutral", "negative"] | None, Query(description="By word list.")] = None,
    tag: Annotated[str | None, words("Coin or topic that is named: BTC, etf.")] = None,
    source: Annotated[str | None, words("The outlet.")] = None,
    q: Annotated[str | None, words("Words in the title.")] = None,
    about_crypto: Annotated[
        bool | None, Query(description="Only articles about crypto, or only the others of outlets that write of more.")
    ] = None,
    limit: Annotated[int, limit(200)] = 30,
    cursor: Cursor = None,
) -> Response:
    """News, newest first."""
    page = asked.page(limit, cursor)
    return asked.answered(
        partial(
            news,
            page=page,
            language=language,
            sentiment=sentiment,
            tag=tag,
            source=source,
            text=q,
            about_crypto=about_crypto,
        )
    )


@routes.get("/metrics", response_model=Metrics)
def get_metrics(
    asked: Asked,
    name: Annotated[str | None, words("What is measured: fear_greed_index. Default: the newest of all.")] = None,
    source: Annotated[str | None, words("Who says so.")] = None,
    since: Since = None,
    until: Until = None,
    limit: Annotated[int, limit(1_000)] = 200,
    cursor: Cursor = None,
) -> Response:
    """Fear and greed, attention, developer activity and the like: one metric over time, or where all of them stand."""
    page = asked.page(limit, cursor)
    return asked.answered(partial(metrics, page=page, name=name, source=source, since=since, until=until))


@routes.get("/gas", response_model=GasPrices, responses=_NOT_THERE)
def get_gas(
    asked: Asked,
    blockchain: Annotated[str | None, words("Chain: ethereum. Default: all.")] = None,
    history: Annotated[bool, Query(description="1: also over time; needs blockchain.")] = False,
    since: Since = None,
    until: Until = None,
) -> Response:
    """Fees of the chains now, each in its own unit. Over time: at most 31 days, the last 24 hours by default."""
    moves = history and (since is None or until is None)
    return asked.answered(partial(gas, blockchain=blockchain, history=history, since=since, until=until), moves=moves)


@routes.get("/chains", response_model=Chains, responses=_NOT_THERE)
def get_chains(
    asked: Asked, blockchain: Annotated[str | None, words("Chain: bitcoin. Default: all.")] = None
) -> Response:
    """The state of the chains: blocks, transactions, hash rate, supply."""
    return asked.answered(partial(chains, blockchain=blockchain))


@routes.get("/chain-metrics", response_model=ChainMetrics)
def get_chain_metrics(
    asked: Asked,
    name: Annotated[str | None, words("What is measured: mvrv. Default: everything.")] = None,
    blockchain: Annotated[str | None, words("Chain: bitcoin. Default: all.")] = None,
    source: Annotated[str | None, words("Who says so.")] = None,
    since: Since = None,
    until: Until = None,
    limit: Annotated[int, limit(2_000)] = 300,
    cursor: Cursor = None,
) -> Response:
    """Figures of chains, day by day, back to their first: active addresses, fees, realised capitalisation; newest first."""
    page = asked.page(limit, cursor)
    return asked.answered(
        partial(chain_metrics, page=page, name=name, blockchain=blockchain, source=source, since=since, until=until)
    )


@routes.get("/macro", response_model=Observations)
def get_macro(
    asked: Asked,
    series: Annotated[str | None, words("What is observed: us_m2. Default: everything.")] = None,
    source: Annotated[str | None, words("Who says so.")] = None,
    since: Since = None,
    until: Until = None,
    limit: Annotated[int, limit(2_000)] = 300,
    cursor: Cursor = None,
) -> Response:
    """Economic series: yields, indices, money supply, each observation with the moment at which it was public; newest first."""
    page = asked.page(limit, cursor)
    return asked.answered(partial(macro, page=page, series=series, source=source, since=since, until=until))


@routes.get("/coverage", response_model=Coverage, responses=_NOT_THERE)
def get_coverage(
    asked: Asked,
    symbol: Symbol,
    interval: Annotated[Interval, Query(description="Length of a candle.")] = "1d",
) -> Response:
    """How many candles of a coin are stored, by exchange and year, and why others are missing."""
    return asked.answered(partial(coverage, symbol=symbol, interval=interval))


@routes.get("/derivatives", response_model=Derivatives)
def get_derivatives(asked: Asked, symbol: AnySymbol = None, limit: Annotated[int, limit(2_000)] = 500) -> Response:
    """Funding and open interest of perpetual contracts now, by contract and by coin."""
    return asked.answered(partial(derivatives, symbol=symbol, limit=limit))


@routes.get("/funding", response_model=FundingPayments)
def get_funding(
    asked: Asked,
    symbol: AnySymbol = None,
    source: Annotated[str | None, words("The exchange: binance.")] = None,
    contract: Annotated[str | None, words("The exchange's own name of the contract: BTCUSDT.")] = None,
    since: Since = None,
    until: Until = None,
    limit: Annotated[int, limit(2_000)] = 300,
    cursor: Cursor = None,
) -> Response:
    """What perpetual contracts have paid, newest first."""
    page = asked.page(limit, cursor)
    return asked.answered(
        partial(funding, page=page, symbol=symbol, source=source, contract=contract, since=since, until=until)
    )


@routes.get("/options", response_model=OptionMetrics)
def get_options(
    asked: Asked,
    symbol: AnySymbol = None,
    source: Annotated[str | None, words("The exchange: deribit.")] = None,
    since: Since = None,
    until: Until = None,
    limit: Annotated[int, limit(2_000)] = 300,
    cursor: Cursor = None,
) -> Response:
    """What options say of each expiry, newest first: volatility at the money, skew, puts over calls, max pain."""
    page = asked.page(limit, cursor)
    return asked.answered(partial(options, page=page, symbol=symbol, source=source, since=since, until=until))


@routes.get("/books", response_model=Books)
def get_books(
    asked: Asked,
    symbol: AnySymbol = None,
    source: Annotated[str | None, words("The exchange: kraken.")] = None,
    scope: Annotated[Scope | None, words("book: levels as far as they are sent; best: the best prices alone.")] = None,
    since: Since = None,
    until: Until = None,
    limit: Annotated[int, limit(2_000)] = 300,
    cursor: Cursor = None,
) -> Response:
    """Order books of spot markets, newest first: spread, depth in dollars, the cost of a large order."""
    page = asked.page(limit, cursor)
    return asked.answered(
        partial(books, page=page, symbol=symbol, source=source, scope=scope, since=since, until=until)
    )


@routes.get("/liquidations", response_model=Liquidations)
def get_liquidations(
    asked: Asked,
    symbol: AnySymbol = None,
    source: Annotated[str | None, words("The exchange: okx.")] = None,
    side: Annotated[PositionSide | None, words("Of the positions that were closed.")] = None,
    min_usd: Annotated[
        float | None, Query(ge=0, allow_inf_nan=False, description="Worth at least this much. [USD]")
    ] = None,
    since: Since = None,
    until: Until = None,
    limit: Annotated[int, limit(2_000)] = 300,
    cursor: Cursor = None,
) -> Response:
    """Positions that exchanges closed by force, newest first."""
    page = asked.page(limit, cursor)
    found = partial(
        liquidations, page=page, symbol=symbol, source=source, side=side, min_usd=min_usd, since=since, until=until
    )
    return asked.answered(found)


@routes.get("/listings", response_model=Listings)
def get_listings(
    asked: Asked,
    symbol: AnySymbol = None,
    source: Annotated[str | None, words("The exchange: okx.")] = None,
    kind: Annotated[MarketKind | None, words("spot or perpetual.")] = None,
    since: Since = None,
    until: Until = None,
    limit: Annotated[int, limit(2_000)] = 300,
    cursor: Cursor = None,
) -> Response:
    """Markets of exchanges: since when and until when they are traded. Of a time are those that opened then."""
    page = asked.page(limit, cursor)
    return asked.answered(
        partial(listings, page=page, symbol=symbol, source=source, kind=kind, since=since, until=until)
    )


@routes.get("/transfers", response_model=Transfers)
def get_transfers(
    asked: Asked,
    blockchain: Annotated[str | None, words("Chain: bitcoin. Default: all.")] = None,
    symbol: AnySymbol = None,
    min_usd: Annotated[
        float | None, Query(ge=0, allow_inf_nan=False, description="Worth at least this much. [USD]")
    ] = None,
    limit: Annotated[int, limit(500)] = 50,
    cursor: Cursor = None,
) -> Response:
    """Large transfers, newest first."""
    page = asked.page(limit, cursor)
    return asked.answered(partial(transfers, page=page, blockchain=blockchain, symbol=symbol, min_usd=min_usd))


@routes.get("/rates", response_model=Rates)
def get_rates(asked: Asked) -> Response:
    """What the money of states is worth in dollars: one rate of each."""
    return asked.answered(rates)


@routes.get("/sources", response_model=Sources)
def get_sources(
    asked: Asked,
    runs: Runs = 30,
    job: Annotated[str | None, words("Runs of this job only.")] = None,
    outcome: Annotated[str | None, words("Sources whose last outcome is this one.")] = None,
    q: Annotated[str | None, words("Part of the source's name or host.")] = None,
    symbol: Annotated[
        CoinCode | None,
        Query(
            min_length=1,
            max_length=LONGEST_TEXT,
            description="Coin code or name: only sources that speak of it, of its price, its candles or contracts on it.",
        ),
    ] = None,
    limit: Annotated[int, limit(1_000)] = 1_000,
) -> Response:
    """The health matrix: every source over the last runs, each cell its outcome."""
    return asked.answered(partial(sources, runs=runs, job=job, outcome=outcome, text=q, symbol=symbol, limit=limit))


@routes.get("/sources/{endpoint}", response_model=OneSource, responses=_NOT_THERE)
def get_source(
    asked: Asked,
    endpoint: Annotated[
        str, Path(max_length=LONGEST_TEXT, description="Id of the source.", examples=["kraken.ticker"])
    ],
    runs: Runs = 30,
) -> Response:
    """One source: what it is, how it is, and how its last collections went."""
    return asked.answered(partial(source, endpoint=endpoint, runs=runs))


@routes.get("/attempts", response_model=Attempts, responses=_NOT_THERE)
def get_attempts(
    asked: Asked,
    run_id: Annotated[str, words("The run, as the list of runs has it.", "RUN_ID")],
    endpoint: Annotated[str, words("Id of the source: kraken.ticker.", "kraken.ticker")],
) -> Response:
    """What is behind one cell of the matrix: each request with its outcome, rejected rows, answers nobody understood."""
    return asked.answered(partial(attempts, run_id=run_id, endpoint=endpoint))


@routes.get("/tables", response_model=Tables)
def get_tables(asked: Asked) -> Response:
    """Every table: how many rows it has and how old the newest is."""
    return asked.answered(tables, moves=True)
