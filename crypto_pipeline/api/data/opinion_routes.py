"""Paths of the read API that answer about the world around the markets.

Belongs here: news, sentiment and attention, economic series; which function answers a path, with which parameters.
Does not belong here: the answers (one module a subject), what all paths share (api/data/asked.py).
"""

from __future__ import annotations

from functools import partial
from typing import Annotated, Literal

from fastapi import Query, Response

from crypto_pipeline.api.data.asked import Asked, routes_of_data
from crypto_pipeline.api.data.macro import Observations, macro
from crypto_pipeline.api.data.metrics import Metrics, metrics
from crypto_pipeline.api.data.news import News, news
from crypto_pipeline.api.data.parameters import Cursor, Since, Until, limit, words

routes = routes_of_data()


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
