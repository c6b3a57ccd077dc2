"""Finishing what a collection gives: tables out of results, the consensus of its prices, whose turn comes next in a pool.

Belongs here: pure functions of the results that there are.
Does not belong here: when a table is finished (collection/collector.py), the median itself (collection/normalise/consensus.py).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from crypto_pipeline.collection import rotation
from crypto_pipeline.collection.health import NOTHING
from crypto_pipeline.collection.normalise import consensus, market_rows
from crypto_pipeline.collection.normalise.context import TableRow
from crypto_pipeline.collection.normalise.news.articles import distinct_articles
from crypto_pipeline.collection.normalise.news.clusters import ClusteredArticle, with_story_clusters
from crypto_pipeline.collection.normalise.rejections import Rejected
from crypto_pipeline.collection.results import EndpointResult, TableBatch, Turn
from crypto_pipeline.collection.rotation import Turns
from crypto_pipeline.schema.columns import rows_of_all
from crypto_pipeline.schema.outcomes import Outcome
from crypto_pipeline.sources.kit import Endpoint


def finished_table(table: str, results: Iterable[EndpointResult], recent: Iterable[ClusteredArticle]) -> TableBatch:
    """A table out of the results that feed it."""
    feeding = [result for result in results if table in result.endpoint.tables]
    rows = rows_of_all(table, [result.rows.get(table, ()) for result in feeding])
    return TableBatch(
        table, with_story_clusters(distinct_articles(rows), recent) if table == "news_articles" else rows, feeding
    )


def finished_consensus(
    results: Iterable[EndpointResult],
    latest: Iterable[TableRow],
    at: datetime,
    other_coins: Collection[tuple[str, str]] = (),
) -> tuple[TableBatch, dict[str, list[Rejected]]]:
    """The consensus of all prices, and by endpoint the prices that were left out of it as outliers.

    :param latest: market_prices rows of the last half hour; those of sources that say "nothing new" count again.
    :param other_coins: sources with the symbol of a coin by which they mean another one.
    """
    feeding = feeding_prices(results)
    made, outliers = consensus.consensus(said_prices(feeding, latest), at, other_coins)
    return TableBatch(consensus.TABLE, made, feeding), outliers_by_endpoint(outliers, feeding)


def feeding_prices(results: Iterable[EndpointResult]) -> list[EndpointResult]:
    """The results of sources of prices."""
    return [result for result in results if market_rows.MARKET in result.endpoint.tables]


def said_prices(feeding: Sequence[EndpointResult], latest: Iterable[TableRow]) -> list[TableRow]:
    """What sources of prices said, and still say where they have nothing new: market_prices rows."""
    silent = {one.endpoint.provider.source for one in feeding if one.outcome is Outcome.NOT_MODIFIED}
    rows = [row for result in feeding for row in result.rows.get(market_rows.MARKET, ())]
    return rows + [row for row in latest if row["source"] in silent]


def outliers_by_endpoint(outliers: Iterable[Rejected], feeding: Sequence[EndpointResult]) -> dict[str, list[Rejected]]:
    """The outliers by the endpoint that said them; those that none of these said are left out."""
    endpoint_of = {one.endpoint.provider.source: one.endpoint.id for one in reversed(feeding) if one.succeeded}
    by_endpoint: dict[str, list[Rejected]] = {}
    for outlier in outliers:
        assert isinstance(outlier.row, dict)
        if endpoint := endpoint_of.get(outlier.row["source"]):
            by_endpoint.setdefault(endpoint, []).append(outlier)
    return by_endpoint


def turn_after(unit: list[Endpoint], results: Iterable[EndpointResult], turns: Turns) -> Turn | None:
    """Which member of a pool answered, and whose turn it is the next time; None when there is no pool, or no answer."""
    pool = unit[0].pool
    if not pool:
        return None
    of_unit = {result.endpoint.id: result for result in results}
    answered = next((of_unit[member.id] for member in unit if of_unit[member.id].succeeded), None)
    if not answered:
        return None
    states = {member.id: of_unit[member.id].remembered or NOTHING for member in unit}
    coming, *_ = rotation.in_turn(unit, states, replace(turns, last={pool: answered.endpoint.id}), answered.finished_at)
    return Turn(pool, answered.endpoint.id, coming.id, answered.finished_at)
