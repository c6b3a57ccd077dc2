"""The plan of a back-fill: the wish, the declared sources and what the ledger has already, put together.

Belongs here: what a walk starts from.
Does not belong here: the walk (collection/backfill/walk.py), the plan of a collection (orchestration/planning.py).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from crypto_pipeline.collection.backfill.choice import best_of
from crypto_pipeline.collection.backfill.estimate import Estimate, estimates
from crypto_pipeline.collection.backfill.listing import Listed, market_key, within_listing
from crypto_pipeline.collection.backfill.repair import repaired
from crypto_pipeline.collection.backfill.series import Series, series_of
from crypto_pipeline.collection.backfill.shares import shares
from crypto_pipeline.collection.backfill.walk import WalkPlan
from crypto_pipeline.collection.backfill.windows import hull
from crypto_pipeline.collection.backfill.wish import BEST, REPAIR, Wish, endpoints_for
from crypto_pipeline.collection.errors import WishError
from crypto_pipeline.collection.health import host_pauses_of
from crypto_pipeline.collection.log import states_by_region
from crypto_pipeline.collection.normalise.context import NormalisationContext
from crypto_pipeline.collection.regions.division import Division
from crypto_pipeline.collection.selection import is_on
from crypto_pipeline.collection.universe import universe_of
from crypto_pipeline.databank.regions import division_of
from crypto_pipeline.orchestration.backfill_wish import Words, wish_of
from crypto_pipeline.orchestration.market_lists import ask_lists, missing_lists
from crypto_pipeline.orchestration.planning import keys
from crypto_pipeline.orchestration.regions import ours
from crypto_pipeline.orchestration.resources import Sources
from crypto_pipeline.schema.clock import utc_now
from crypto_pipeline.settings import Settings
from crypto_pipeline.sources.dated_markets import OLD_NAMES
from crypto_pipeline.sources.kit import Context, Endpoint, Span
from crypto_pipeline.sources.symbols import Universe
from crypto_pipeline.warehouse import Warehouse
from crypto_pipeline.warehouse.gaps import repairable_gaps
from crypto_pipeline.warehouse.ledger import (
    entries_had,
    listed_kinds,
    listing_dates,
    settled_stretches,
    stored_days,
    times_told,
    traded_volumes,
    went_out,
)
from crypto_pipeline.warehouse.previous_state import REMEMBERED, told_pauses


@dataclass(frozen=True, slots=True)
class BackfillPlan:
    """What a back-fill is to do, and what it will cost."""

    walk: WalkPlan
    estimates: Sequence[Estimate]
    answered: Mapping[tuple[str, str, int], int]
    """By endpoint, ask and first moment how often a source has answered for a page."""
    spent: Mapping[str, list[tuple[datetime, int]]]
    """Pages of an earlier back-fill that still count against the budgets of their hosts."""

    @property
    def pages(self) -> int:
        """Pages that are missing."""
        return sum(one.pages for one in self.estimates)


def plan_for(
    words: Words,
    sources: Sources,
    warehouse: Warehouse,
    *,
    seconds: float | None = None,
    asking_run: str | None = None,
) -> BackfillPlan:
    """The plan for what somebody wrote. Raises WishError, SettingsError, DatabaseBusy, DatabaseUnusable.

    :param seconds: after which it stops politely.
    :param asking_run: the run as which lists of markets that nobody has asked for yet are asked for and stored first; None: nobody is asked.
    """
    settings = sources.settings
    ask = partial(ask_lists, sources=sources, store=warehouse, run_id=asking_run) if asking_run else None
    return backfill_plan(
        wish_of(words, settings),
        settings=settings,
        declared=sources.declared,
        warehouse=warehouse,
        seconds=seconds,
        division=division_of(settings, warehouse),
        ask=ask,
    )


def backfill_plan(
    wish: Wish,
    *,
    settings: Settings,
    declared: Sequence[Endpoint],
    warehouse: Warehouse,
    seconds: float | None = None,
    division: Division | None = None,
    ask: Callable[[Sequence[Endpoint]], None] | None = None,
) -> BackfillPlan:
    """What fulfils a wish. Raises WishError where nothing can, DatabaseBusy, DatabaseUnusable.

    :param seconds: after which it stops politely.
    :param division: which hosts fall to this region; None where there are no several.
    :param ask: asks for lists of markets that nobody has asked for yet, and stores them; None: nobody is asked.
    """
    now = utc_now()
    on = [one for one in declared if is_on(one, settings)]
    endpoints = _ours_for(wish, on, division)
    series = series_of(endpoints, wanted=wish.span, symbols=wish.symbols, intervals=wish.lengths, now=now)
    ids = {one.endpoint.id for one in series}
    with _several_questions(warehouse):
        settled = _spans(settled_stretches(warehouse, ids, now))
        if wish.kind == REPAIR:
            series, settled = repaired(series, settled, repairable_gaps(warehouse))
        elif wish.provider == BEST:
            series = best_of(series, traded_volumes(warehouse))
        kinds = listed_kinds(warehouse) if ask else set()
    if ask and wish.kind != REPAIR:
        wanted = [one for one in series if any(one.missing(settled.get((one.endpoint.id, one.ask), ())))]
        lists = missing_lists(map(market_key, wanted), kinds, on)
        if lists_of_ours := ours(lists, division):
            ask(lists_of_ours)
    with _several_questions(warehouse):
        if wish.kind != REPAIR:
            series = _within_listings(series, warehouse)
        days = _days(series, wish, warehouse)
        pauses = paused_hosts(warehouse, declared)
        answered = times_told(warehouse, ids)
        spent = _spent(endpoints, warehouse, now)
    budgets = shares(
        endpoints, on, Context(universe_of(settings), now, settings.candle_intervals), settings.history_share
    )
    ordered = tuple(sorted(series, key=lambda one: -one.seconds))
    walk = WalkPlan(
        series=ordered,
        settled=settled,
        days=days,
        shares=budgets,
        pauses=pauses,
        context=NormalisationContext(
            fetched_at=now,
            universe=Universe(frozenset({*wish.symbols})),
            old_names=OLD_NAMES.intersection(wish.symbols),
        ),
        keys=keys(declared, settings),
        seconds=seconds,
    )
    return BackfillPlan(
        walk=walk,
        estimates=estimates(ordered, settled, days, budgets),
        answered=answered,
        spent=spent,
    )


def _several_questions(warehouse: Warehouse) -> AbstractContextManager[object]:
    """The file stays open in the block: opening it takes ten times as long as to answer most of them."""
    return warehouse.reading() if warehouse.exists() else nullcontext()


def _ours_for(wish: Wish, on: Sequence[Endpoint], division: Division | None) -> list[Endpoint]:
    """The endpoints that have what is wished. Raises WishError where all of them fall to other regions."""
    wished = endpoints_for(wish, on)
    endpoints = ours(wished, division)
    if division and wished and not endpoints:
        raise WishError(
            f"{wished[0].provider.name} falls to another region than {division.region}; ask for its past there."
        )
    return endpoints


def _within_listings(series: Sequence[Series], warehouse: Warehouse) -> list[Series]:
    """The series of which anything is wanted in the time in which their exchanges say that they were traded."""
    listed = {market: Listed(*dates) for market, dates in listing_dates(warehouse).items()}
    had = entries_had(warehouse, {one.endpoint.id for one in series})
    spans: dict[tuple[str, str], Span] = {}
    for one in series:
        if (one.endpoint.id, one.ask) in had and one.interval != "1w":
            span = Span(*had[one.endpoint.id, one.ask])
            spans[one.market] = hull([span, spans.get(one.market, span)])
    cut = [within_listing(one, listed, spans.get(one.market)) for one in series]
    return [one for one in cut if one.wanted]


def _days(series: Sequence[Series], wish: Wish, warehouse: Warehouse) -> dict[tuple[str, str], list[Span]]:
    stored = {source: stored_days(warehouse, source, wish.symbols) for source in {one.source for one in series}}
    days: dict[tuple[str, str], list[Span]] = {}
    for one in series:
        if one.symbol and one.interval:
            days[one.market] = [Span(*stretch) for stretch in stored[one.source].get(one.symbol, ())]
    return days


def paused_hosts(warehouse: Warehouse, declared: Sequence[Endpoint]) -> dict[str, datetime]:
    """Until when hosts are left alone that told a collection or a back-fill so. Raises DatabaseBusy, DatabaseUnusable."""
    if not warehouse.exists():
        return {}
    by_region = states_by_region(warehouse.read("source_health", where=REMEMBERED))
    return host_pauses_of(declared, by_region.values(), told_pauses(warehouse))


def _spent(endpoints: Sequence[Endpoint], warehouse: Warehouse, now: datetime) -> dict[str, list[tuple[datetime, int]]]:
    of_id = {one.id: one for one in endpoints}
    spent: dict[str, list[tuple[datetime, int]]] = defaultdict(list)
    for endpoint, at in went_out(warehouse, {one.id: one.provider.budget.seconds for one in endpoints}, now):
        one = of_id[endpoint]
        spent[one.host].append((at, one.past.request.weight))
    return spent


def _spans(stretches: Mapping[tuple[str, str], list[tuple[int, int]]]) -> dict[tuple[str, str], list[Span]]:
    return {key: [Span(*stretch) for stretch in of_series] for key, of_series in stretches.items()}
