"""Paths of the read API that answer about chains.

Belongs here: fees, the state of chains, their figures over the years, large transfers; which function answers a path, with which parameters.
Does not belong here: the answers (one module a subject), what all paths share (api/data/asked.py).
"""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import Query, Response

from crypto_pipeline.api.data.asked import NOT_THERE, Asked, routes_of_data
from crypto_pipeline.api.data.chain_metrics import ChainMetrics, chain_metrics
from crypto_pipeline.api.data.chains import Chains, chains
from crypto_pipeline.api.data.gas import GasPrices, gas
from crypto_pipeline.api.data.parameters import AnySymbol, Cursor, Since, Until, limit, words
from crypto_pipeline.api.data.transfers import Transfers, transfers

routes = routes_of_data()


@routes.get("/gas", response_model=GasPrices, responses=NOT_THERE)
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


@routes.get("/chains", response_model=Chains, responses=NOT_THERE)
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
