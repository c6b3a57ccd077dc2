"""How many requests each host gets in a day, beside how many it allows.

Belongs here: counting what the declared cadences add up to.
Does not belong here: keeping to a budget while requests go out (collection/http/budgets.py).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from crypto_pipeline.collection.health import in_order
from crypto_pipeline.schema.tables import UI_TABLES
from crypto_pipeline.sources.kit import Context, Endpoint
from crypto_pipeline.sources.pools import strategy_of

MINUTES_A_DAY = 24 * 60
SECONDS_A_DAY = 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class DailyUse:
    """A day of one host, in requests as the host weighs them."""

    host: str
    requests: float
    allowed: float

    @property
    def share(self) -> float:
        """Percent of what is allowed."""
        return 100 * self.requests / self.allowed

    @property
    def is_over(self) -> bool:
        """Whether more requests a day are needed than the host allows."""
        return self.requests > self.allowed


def daily_use(endpoints: Iterable[Endpoint], context: Context) -> list[DailyUse]:
    """The hosts of these endpoints, the fullest first, when both jobs run at their usual times and every source is well.

    Of a pool the member that is asked first counts, where members take turns each for its part; the hosts of the others
    are there with what else they are asked.
    Where providers that share a host declare different budgets the strictest is taken.
    """
    endpoints = tuple(endpoints)
    members: dict[str, list[Endpoint]] = defaultdict(list)
    for endpoint in endpoints:
        members[endpoint.pool or endpoint.id].append(endpoint)
    requests: dict[str, float] = defaultdict(float)
    for unit in members.values():
        asked = in_order(unit, {})
        if strategy_of(asked[0].pool or "") == "priority":
            del asked[1:]
        for member in asked:
            requests[member.host] += runs_a_day(member) * requests_a_run(member, context) / len(asked)
    allowed: dict[str, float] = {}
    for endpoint in endpoints:
        budget = endpoint.provider.budget
        a_day = budget.requests * SECONDS_A_DAY / budget.seconds
        allowed[endpoint.host] = min(a_day, allowed.get(endpoint.host, a_day))
    days = [DailyUse(host, requests[host], allowed[host]) for host in allowed]
    return sorted(days, key=lambda day: (-day.share, day.host))


def runs_a_day(endpoint: Endpoint) -> float:
    """In how many collections of a day an endpoint is asked: 288, 96, or fewer.

    Only tables of prices, gas and sentiment are collected every 5 minutes, whatever an endpoint could do.
    """
    shortest = 5 if set(endpoint.tables).intersection(UI_TABLES) else 15
    return MINUTES_A_DAY / max(endpoint.cadence, shortest)


def requests_a_run(endpoint: Endpoint, context: Context) -> int:
    """What one collection asks of an endpoint, weighted; 0 where it has nothing about a tracked coin."""
    return len(endpoint.requests_in(context)) * max(1, len(endpoint.request.sub_requests)) * endpoint.request.weight
