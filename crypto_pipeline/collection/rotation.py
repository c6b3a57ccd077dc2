"""Whose turn it is in a pool.

Belongs here: the order of members by each strategy, why another one was asked than the last time.
Does not belong here: whether a member is well enough to have its turn (collection/health.py), asking (collection/collector.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from crypto_pipeline.collection import health
from crypto_pipeline.collection.health import States
from crypto_pipeline.sources.kit import Endpoint
from crypto_pipeline.sources.pools import strategy_of


@dataclass(frozen=True, slots=True)
class Turns:
    """What strategies go by."""

    last: Mapping[str, str] = field(default_factory=dict)
    """The member of each pool that answered last, by pool."""
    used: Mapping[str, float] = field(default_factory=dict)
    """Requests of the last day, by host."""


def in_turn(pool: Sequence[Endpoint], states: States, turns: Turns, now: datetime) -> list[Endpoint]:
    """Members in the order in which they are asked: by the pool's strategy, those that are not well at the end."""
    return health.in_order(pool, states, _rank(pool, turns), now)


def why_planned(member: Endpoint, last: str, states: States, now: datetime) -> str:
    """Why a member is asked although another one answered the last time."""
    if not health.is_well(last, states, now):
        return f"failed: {last} is passed over after {states[last].outcome}"
    strategy = strategy_of(member.pool or "")
    return {
        "priority": f"planned: {member.id} comes first by priority and is well again",
        "round_robin": "planned: round_robin, it is the next one's turn",
        "least_used": f"planned: least_used, {member.host} has more of its budget left",
    }[strategy]


def _rank(pool: Sequence[Endpoint], turns: Turns) -> Callable[[Endpoint], float]:
    name = pool[0].pool or ""
    strategy = strategy_of(name)
    if strategy == "least_used":
        return lambda member: _share(member, turns.used)
    if strategy == "round_robin":
        order = [member.id for member in health.in_order(pool, {})]
        first = order.index(turns.last[name]) + 1 if turns.last.get(name) in order else 0
        return lambda member: (order.index(member.id) - first) % len(order)
    return health.all_alike


def _share(member: Endpoint, used: Mapping[str, float]) -> float:
    """Seconds of its host's budget that the requests of a day have used."""
    budget = member.provider.budget
    return used.get(member.host, 0) * budget.seconds / budget.requests
