"""How much of a host's budget the past may use, so that past and present together never exceed it.

Belongs here: the share of each host, computed from what the collections need at most.
Does not belong here: keeping to a budget (collection/http/budgets.py), what a host allows (sources/providers/).

A back-fill runs in a process of its own and cannot see the requests of a collection that is under way. So it takes a
share that leaves the collections what they need in the worst case: both jobs at the same moment.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from crypto_pipeline.collection.budgeting import requests_a_run
from crypto_pipeline.schema.tables import UI_TABLES
from crypto_pipeline.sources.kit import Budget, Context, Endpoint

RETRIES = 1.1
"""What the collections need is a tenth more than they ask, for requests that have to be repeated."""
SECONDS_BETWEEN_RUNS = 300


def shares(endpoints: Iterable[Endpoint], on: Iterable[Endpoint], context: Context, share: float) -> dict[str, Budget]:
    """The budget of each host for its past; hosts that have nothing left are not in it.

    :param endpoints: those whose past is asked for.
    :param on: those that the collections ask.
    :param share: the largest part of a budget that the past may take, from 0 to 1.
    """
    needed = _needed(on, context)
    budgets: dict[str, Budget] = {}
    for endpoint in endpoints:
        host, budget = endpoint.host, endpoint.provider.budget
        left = int(min(budget.requests * share, budget.requests - RETRIES * needed.get(host, 0)))
        if left >= 1 and (host not in budgets or left / budget.seconds < _rate(budgets[host])):
            budgets[host] = Budget(left, budget.seconds)
    return budgets


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
