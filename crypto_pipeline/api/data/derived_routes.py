"""Paths of the read API that answer with what follows from several tables.

Belongs here: basis, hours of liquidations, shares of the market, what exchanges differ by; which function answers a path, with which
parameters.
Does not belong here: the answers (one module a subject), what all paths share (api/data/asked.py).
"""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import Query, Response

from crypto_pipeline.api.data.asked import Asked, routes_of_data
from crypto_pipeline.api.data.basis import Basis, basis
from crypto_pipeline.api.data.chain_history import ChainHistory, chain_history
from crypto_pipeline.api.data.dominance import Dominance, dominance
from crypto_pipeline.api.data.liquidation_hours import LiquidationHours, liquidation_hours
from crypto_pipeline.api.data.listing_changes import ListingChanges, listing_changes
from crypto_pipeline.api.data.macro_against import MacroAgainst, macro_against
from crypto_pipeline.api.data.opportunities import Opportunities, opportunities
from crypto_pipeline.api.data.parameters import Symbol, limit, words
from crypto_pipeline.api.data.stablecoins import Stablecoins, stablecoins

routes = routes_of_data()

Years = Annotated[int, Query(ge=1, le=18, description="How far back. [years]")]
AnyYears = Annotated[int, Query(ge=0, le=18, description="How far back; 0: to the beginning. [years]")]


@routes.get("/basis", response_model=Basis)
def get_basis(asked: Asked, symbol: Symbol) -> Response:
    """How far contracts on a coin are from its price: perpetual ones, and futures that end on a day."""
    return asked.answered(partial(basis, symbol=symbol))


@routes.get("/liquidations/hours", response_model=LiquidationHours)
def get_liquidation_hours(
    asked: Asked,
    symbol: Symbol,
    hours: Annotated[int, Query(ge=1, le=720, description="How many hours, up to the newest that is known.")] = 48,
) -> Response:
    """What exchanges closed by force, by the hour: long positions and short ones. A floor."""
    return asked.answered(partial(liquidation_hours, symbol=symbol, hours=hours))


@routes.get("/chain-metrics/history", response_model=ChainHistory)
def get_chain_history(
    asked: Asked,
    name: Annotated[str, words("What is measured: mvrv.", "mvrv")] = "mvrv",
    blockchain: Annotated[str, words("Chain: bitcoin.", "bitcoin")] = "bitcoin",
    years: AnyYears = 0,
    points: Annotated[int, Query(ge=10, le=2_000, description="How many points at most.")] = 600,
) -> Response:
    """One figure of a chain over the years, thinned out for a chart, and which figures there are."""
    found = partial(chain_history, name=name, blockchain=blockchain, years=years, points=points)
    return asked.answered(found, moves=years > 0)


@routes.get("/stablecoins", response_model=Stablecoins)
def get_stablecoins(asked: Asked, years: AnyYears = 3) -> Response:
    """Dollar coins: how far each is from its dollar, and how much of all of them there is over time."""
    return asked.answered(partial(stablecoins, years=years))


@routes.get("/macro/against", response_model=MacroAgainst)
def get_macro_against(
    asked: Asked,
    series: Annotated[str, words("What is observed: us_m2.", "us_m2")] = "us_m2",
    symbol: Symbol = "BTC",
    years: Years = 10,
) -> Response:
    """An economic series against a coin, each observation at the moment at which it was public."""
    return asked.answered(partial(macro_against, symbol=symbol, series=series, years=years), moves=True)


@routes.get("/dominance", response_model=Dominance)
def get_dominance(
    asked: Asked, days: Annotated[int, Query(ge=1, le=3_000, description="How many days.")] = 90
) -> Response:
    """How much of the whole market bitcoin, ether and stablecoins are, day by day."""
    return asked.answered(partial(dominance, days=days))


@routes.get("/listings/changes", response_model=ListingChanges)
def get_listing_changes(
    asked: Asked,
    days: Annotated[int, Query(ge=1, le=365, description="How many days.")] = 7,
    limit: Annotated[int, limit(2_000)] = 200,
) -> Response:
    """Markets that exchanges have opened and given up, and whether the coin is new or gone."""
    return asked.answered(partial(listing_changes, days=days, limit=limit))


@routes.get("/opportunities", response_model=Opportunities)
def get_opportunities(asked: Asked) -> Response:
    """What two exchanges differ by in each coin, after the fees of both. No advice: withdrawing is not in it."""
    return asked.answered(opportunities)
