"""How a host's budget is divided between its past and the collections, so that both together never exceed it.

Belongs here: the part of each host that a back-fill may use, and what that leaves to collections where they could use all.
Does not belong here: keeping to a budget (collection/http/budgets.py), what a host allows (sources/providers/).

A back-fill runs in a process of its own and cannot see the requests of a collection that is under way. So it takes a
share that leaves the collections what they need in the worst case: both jobs at the same moment. Where that is all of a
budget whose period is over in seconds, the collections leave a part of it: they wait for the next period, and lose nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from crypto_pipeline.collection.budgeting import requests_a_run
from crypto_pipeline.schema.tables import UI_TABLES
from crypto_pipeline.sources.kit import Budget, Context, Endpoint

RETRIES = 1.1
"""What the collections need is a tenth more than they ask, for requests that have to be repeated."""
SECONDS_BETWEEN_RUNS = 300
LEFT = 0.1
"""The part of a budget that the collections leave, where they could use all of it."""
A_SHORT_PERIOD = 10
"""Seconds that a collection can wait for without missing an answer."""


class BudgetSplit(NamedTuple):
    """What one host allows, divided; what the two may use together is at most all of it."""

    past: Budget
    collections: Budget | None
    """None: the whole budget, which they cannot use up."""


def shares(endpoints: Iterable[Endpoint], on: Iterable[Endpoint], context: Context, share: float) -> dict[str, Budget]:
    """The budget of each host for its past; hosts that have nothing left are not in it.

    :param endpoints: those whose past is asked for.
    :param on: those that the collections ask.
    :param share: the largest part of a budget that the past may take, from 0 to 1.
    """
    splits = split_budgets(on, context, share)
    return {host: splits[host].past for host in {one.host for one in endpoints} if host in splits}


def left_to_collections(on: Iterable[Endpoint], context: Context, share: float) -> dict[str, Budget]:
    """The budgets of the hosts of which a collection may not use all, because they have a past and little time for it.

    :param on: all that collections ask, also those that this one does not.
    :param share: as in ``shares``: both processes have to work out the same.
    """
    return {host: one.collections for host, one in split_budgets(on, context, share).items() if one.collections}


def split_budgets(on: Iterable[Endpoint], context: Context, share: float) -> dict[str, BudgetSplit]:
    """How the budget of each host is divided that has a past and something left for it."""
    on = tuple(on)
    needed = _needed(on, context)
    weights: dict[str, int] = defaultdict(int)
    for one in on:
        weights[one.host] = max(weights[one.host], one.request.weight)
    splits: dict[str, BudgetSplit] = {}
    for endpoint in (one for one in on if one.history):
        host = endpoint.host
        split = _split(endpoint, needed[host], weights[host], share)
        if split and (host not in splits or _rate(split.past) < _rate(splits[host].past)):
            splits[host] = split
    return splits


def _split(endpoint: Endpoint, needed: float, weight: int, share: float) -> BudgetSplit | None:
    """The split by what one endpoint of a host allows; a share that is no page of its past is none."""
    budget, page = endpoint.provider.budget, endpoint.past.request.weight
    left = int(min(budget.requests * share, budget.requests - RETRIES * needed))
    if left >= page:
        return BudgetSplit(Budget(left, budget.seconds), None)
    left = max(page, int(LEFT * budget.requests))
    if budget.seconds > A_SHORT_PERIOD or left > budget.requests * share or budget.requests - left < weight:
        return None
    return BudgetSplit(Budget(left, budget.seconds), Budget(budget.requests - left, budget.seconds))


def _needed(on: Iterable[Endpoint], context: Context) -> Mapping[str, float]:
    """What the collections can use of each host's budget in one of its periods, weighted."""
    needed: dict[str, float] = defaultdict(float)
    for endpoint in on:
        runs = 1 + endpoint.provider.budget.seconds // max(SECONDS_BETWEEN_RUNS, endpoint.cadence * 60)
        jobs = 2 if set(endpoint.tables) & set(UI_TABLES) and endpoint.cadence <= 15 else 1
        needed[endpoint.host] += jobs * runs * requests_a_run(endpoint, context)
    return needed


def _rate(budget: Budget) -> float:
    return budget.requests / budget.seconds
