"""Paths of the read API that answer about coins and their markets.

Belongs here: prices, candles, books and listings of spot markets, currencies; which function answers a path, with which parameters.
Does not belong here: the answers (one module a subject), what all paths share (api/data/asked.py).
"""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import Path, Query, Response

from crypto_pipeline.api.data.asked import NOT_THERE, Asked, routes_of_data
from crypto_pipeline.api.data.books import Books, Scope, books
from crypto_pipeline.api.data.candles import Candles, candles
from crypto_pipeline.api.data.coins import Coins, coins
from crypto_pipeline.api.data.comparison import MOST_COINS, Comparison, Span, comparison
from crypto_pipeline.api.data.consensus import ConsensusPage, consensus
from crypto_pipeline.api.data.coverage import Coverage, coverage
from crypto_pipeline.api.data.history import CONSENSUS, History, history
from crypto_pipeline.api.data.listings import Listings, MarketKind, listings
from crypto_pipeline.api.data.overview import Overview, overview
from crypto_pipeline.api.data.parameters import (
    LONGEST_TEXT,
    AnySymbol,
    CoinCode,
    Cursor,
    Since,
    Symbol,
    Until,
    limit,
    words,
)
from crypto_pipeline.api.data.prices import Coin, Prices, coin, prices
from crypto_pipeline.api.data.rates import Rates, rates
from crypto_pipeline.databank.coin_names import symbol_called
from crypto_pipeline.schema.intervals import Interval

routes = routes_of_data()


@routes.get("/overview", response_model=Overview)
def get_overview(asked: Asked) -> Response:
    """What a page shows first, in one answer: prices, sentiment, market, fees, the age of the tables, the last
    collections, what is wrong."""
    return asked.answered(overview, moves=True)


@routes.get("/prices", response_model=Prices, responses=NOT_THERE)
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


@routes.get("/prices/{symbol}", response_model=Coin, responses=NOT_THERE)
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


@routes.get("/history", response_model=History, responses=NOT_THERE)
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


@routes.get("/candles", response_model=Candles, responses=NOT_THERE)
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


@routes.get("/comparison", response_model=Comparison, responses=NOT_THERE)
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


@routes.get("/consensus", response_model=ConsensusPage, responses=NOT_THERE)
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


@routes.get("/coverage", response_model=Coverage, responses=NOT_THERE)
def get_coverage(
    asked: Asked,
    symbol: Symbol,
    interval: Annotated[Interval, Query(description="Length of a candle.")] = "1d",
) -> Response:
    """How many candles of a coin are stored, by exchange and year, and why others are missing."""
    return asked.answered(partial(coverage, symbol=symbol, interval=interval))


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


@routes.get("/rates", response_model=Rates)
def get_rates(asked: Asked) -> Response:
    """What the money of states is worth in dollars: one rate of each."""
    return asked.answered(rates)
