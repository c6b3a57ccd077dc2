"""Paths of the read API that answer about derivatives.

Belongs here: perpetual contracts, options, positions closed by force; which function answers a path, with which parameters.
Does not belong here: the answers (one module a subject), what all paths share (api/data/asked.py).
"""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import Query, Response

from crypto_pipeline.api.data.asked import Asked, routes_of_data
from crypto_pipeline.api.data.derivatives import Derivatives, derivatives
from crypto_pipeline.api.data.funding import FundingPayments, funding
from crypto_pipeline.api.data.liquidations import Liquidations, PositionSide, liquidations
from crypto_pipeline.api.data.options import OptionMetrics, options
from crypto_pipeline.api.data.parameters import AnySymbol, Cursor, Since, Until, limit, words

routes = routes_of_data()


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
