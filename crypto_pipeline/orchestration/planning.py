"""The plan of a collection: the settings, the declared sources and what earlier runs left behind, put together.

Belongs here: what each part of a plan is made of.
Does not belong here: reading what earlier runs left (warehouse/previous_state.py), what a collection does with its plan
(collection/collector.py), the sources as Dagster sees them (orchestration/resources.py).
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from statistics import median
from typing import Any

from crypto_pipeline.collection.backfill.shares import left_to_collections
from crypto_pipeline.collection.endpoint_locks import locks_in
from crypto_pipeline.collection.health import answered_elsewhere, host_pauses_of
from crypto_pipeline.collection.http.gateway import gateway_of
from crypto_pipeline.collection.log import states_by_region, states_of
from crypto_pipeline.collection.normalise.context import NormalisationContext
from crypto_pipeline.collection.normalise.dollars import consensus_on_dollar_coins
from crypto_pipeline.collection.normalise.market_rows import market_of
from crypto_pipeline.collection.normalise.news.clusters import clustered
from crypto_pipeline.collection.normalise.rates import best_rates
from crypto_pipeline.collection.plan import CollectionPlan
from crypto_pipeline.collection.regions.division import Division
from crypto_pipeline.collection.rotation import Turns
from crypto_pipeline.collection.selection import is_on
from crypto_pipeline.collection.universe import universe_of
from crypto_pipeline.orchestration.regions import tried_again
from crypto_pipeline.schema.clock import utc_now
from crypto_pipeline.settings import PREFIX, Settings
from crypto_pipeline.sources.kit import Budget, Context, Endpoint
from crypto_pipeline.warehouse import Warehouse, WarehouseError
from crypto_pipeline.warehouse.previous_state import Recalled, Spent, recall

log = logging.getLogger(__name__)

OVER_BEFORE_THE_NEXT_RUN = 30
"""Seconds: what shorter budgets were used for no later run needs to know."""


def collection_plan(
    endpoints: Iterable[Endpoint],
    tables: Collection[str],
    seconds: float,
    *,
    settings: Settings,
    declared: Collection[Endpoint],
    previous: Recalled,
    division: Division | None = None,
) -> CollectionPlan:
    """What a collection of these tables is to do.

    :param endpoints: those that are asked; pauses and budgets of hosts concern all that are ``declared``.
    :param seconds: after which it ends, whatever has not answered yet.
    :param previous: what earlier runs left behind.
    :param division: which hosts fall to this region; None where there are no several.
    """
    by_region = states_by_region(previous.source_health)
    states = states_of(by_region, settings.region, settings.regions_that_are)
    by_region.pop(settings.region, None)
    return CollectionPlan(
        endpoints=tuple(endpoints),
        tables=frozenset(tables),
        seconds=seconds,
        context=normalisation_context(settings, previous),
        intervals=settings.candle_intervals,
        keys=keys(declared, settings),
        locks=locks_in(settings.locks / "endpoints.lock"),
        states=tried_again(states, declared, division),
        consensus_of_regions=division is not None,
        answered_elsewhere=answered_elsewhere(by_region.values()),
        host_pauses=host_pauses_of([*declared], [states, *by_region.values()], previous.host_pauses),
        turns=Turns(previous.last_of_pool, previous.used_by_host),
        spent=spent_by_host(previous.spent, declared),
        budgets=budgets_beside_the_past(settings, declared),
        rates=tuple(previous.rates),
        latest=tuple(market_of(row) for row in previous.latest_prices),
        other_coins=previous.other_coins,
        recent_articles=tuple(clustered(row) for row in previous.recent_articles),
    )


def budgets_beside_the_past(settings: Settings, declared: Iterable[Endpoint]) -> dict[str, Budget]:
    """What a collection may use of hosts that it could use up, and that may be asked for their past at the same time."""
    on = [one for one in declared if is_on(one, settings)]
    context = Context(universe_of(settings), utc_now(), settings.candle_intervals)
    return left_to_collections(on, context, settings.history_share)


def sources_of(tables: Collection[str]) -> set[str]:
    """The tables whose endpoints are asked for these: a consensus is made of market prices."""
    return {*tables, "market_prices"} if "consensus_prices" in tables else {*tables}


def previous_state(warehouse: Warehouse, declared: Iterable[Endpoint], region: str = "") -> Recalled:
    """What earlier runs left. While the file cannot be read, whatever the reason, a collection goes on without it."""
    try:
        return recall(warehouse, budget_periods(declared), region)
    except WarehouseError as error:
        log.warning("Collecting without the memory of earlier runs: %s", error)
        return Recalled()


def budget_periods(declared: Iterable[Endpoint]) -> dict[str, float]:
    """The seconds of each host's budget that one run can use up for the next."""
    periods = {endpoint.host: endpoint.provider.budget.seconds for endpoint in declared}
    return {host: seconds for host, seconds in periods.items() if seconds >= OVER_BEFORE_THE_NEXT_RUN}


def normalisation_context(settings: Settings, previous: Recalled) -> NormalisationContext:
    """What answers are read with until this collection has rates and prices of its own."""
    return NormalisationContext(
        fetched_at=utc_now(),
        universe=universe_of(settings),
        usd_per_unit={**best_rates(previous.rates), **consensus_on_dollar_coins(previous.latest_prices)},
        prices=median_prices(previous.latest_prices),
        whale_usd=settings.whale_usd,
    )


def median_prices(latest: Iterable[Mapping[str, Any]]) -> dict[str, float]:
    """Dollars per coin by symbol: the median of what its sources say."""
    prices: dict[str, list[float]] = {}
    for row in latest:
        prices.setdefault(row["symbol"], []).append(row["price"])
    return {symbol: median(of_sources) for symbol, of_sources in prices.items()}


def spent_by_host(spent: Iterable[Spent], declared: Iterable[Endpoint]) -> dict[str, list[tuple[datetime, int]]]:
    """Requests of earlier runs, with what they weigh. Of an endpoint that is no more nobody knows that."""
    endpoints = {endpoint.id: endpoint for endpoint in declared}
    by_host: dict[str, list[tuple[datetime, int]]] = {}
    for used in spent:
        if used.endpoint in endpoints:
            endpoint = endpoints[used.endpoint]
            by_host.setdefault(endpoint.host, []).append((used.at, used.requests * endpoint.request.weight))
    return by_host


def keys(declared: Iterable[Endpoint], settings: Settings) -> dict[str, str]:
    """The keys of all sources that want one, by the name of their environment variable, and the password of the gateway."""
    of_sources = {endpoint.key.env: settings.key(endpoint.key.env) for endpoint in declared if endpoint.key}
    password = gateway_of(settings.gateway_url).password
    return of_sources | ({f"{PREFIX}GATEWAY_URL": password} if password else {})
