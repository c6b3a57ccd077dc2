"""Paths of the read API that answer about the data bank itself.

Belongs here: sources and how they are, what became of each request, tables; which function answers a path, with which parameters.
Does not belong here: the answers (one module a subject), what all paths share (api/data/asked.py).
"""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import Path, Query, Response

from crypto_pipeline.api.data.asked import NOT_THERE, Asked, routes_of_data
from crypto_pipeline.api.data.attempts import Attempts, attempts
from crypto_pipeline.api.data.parameters import LONGEST_TEXT, CoinCode, Runs, limit, words
from crypto_pipeline.api.data.sources import OneSource, Sources, source, sources
from crypto_pipeline.api.data.tables import Tables, tables

routes = routes_of_data()


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


@routes.get("/sources/{endpoint}", response_model=OneSource, responses=NOT_THERE)
def get_source(
    asked: Asked,
    endpoint: Annotated[
        str, Path(max_length=LONGEST_TEXT, description="Id of the source.", examples=["kraken.ticker"])
    ],
    runs: Runs = 30,
) -> Response:
    """One source: what it is, how it is, and how its last collections went."""
    return asked.answered(partial(source, endpoint=endpoint, runs=runs))


@routes.get("/attempts", response_model=Attempts, responses=NOT_THERE)
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
