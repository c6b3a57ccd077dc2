"""Whose turn it is in a pool."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from crypto_pipeline.collection.health import NOTHING, Event, next_state
from crypto_pipeline.collection.rotation import Turns, in_turn, why_planned
from crypto_pipeline.schema.outcomes import Outcome
from crypto_pipeline.sources.kit import Budget, Endpoint, PoolMember, discover
from crypto_pipeline.sources.pools import _BY_NAME, strategy_of
from crypto_pipeline_tests.collection.collected import exchange

NOON = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)


def pool_of(name: str, *members: str) -> list[Endpoint]:
    return [exchange(member, pool=PoolMember(name, number)) for number, member in enumerate(members)]


def names(members: list[Endpoint]) -> list[str]:
    return [member.provider.name for member in members]


@pytest.mark.parametrize(
    ("pool", "strategy"),
    [
        ("gas_base", "round_robin"),
        ("transfers_base", "least_used"),
        ("transfers_ethereum", "priority"),
        ("binance_tickers", "priority"),
    ],
)
def test_the_name_of_a_pool_says_its_strategy(pool: str, strategy: str) -> None:
    assert strategy_of(pool) == strategy


def test_every_strategy_is_of_a_pool_that_there_is() -> None:
    pools = {endpoint.pool for endpoint in discover() if endpoint.pool}
    assert all(any(pool.startswith(beginning) for pool in pools) for beginning in _BY_NAME)


def test_by_priority_the_first_is_asked_whoever_answered_last() -> None:
    pool = pool_of("binance_tickers", "a", "b")
    assert names(in_turn(pool, {}, Turns({"binance_tickers": "b.ticker"}), NOON)) == ["a", "b"]


@pytest.mark.parametrize(
    ("last", "order"),
    [(None, "abc"), ("a.ticker", "bca"), ("b.ticker", "cab"), ("c.ticker", "abc"), ("gone.ticker", "abc")],
)
def test_round_robin_goes_on_after_the_one_that_answered_last(last: str | None, order: str) -> None:
    turns = Turns({"gas_base": last} if last else {})
    assert names(in_turn(pool_of("gas_base", "a", "b", "c"), {}, turns, NOON)) == list(order)


def test_least_used_asks_the_host_with_most_of_its_budget_left() -> None:
    small, large, fresh = pool_of("transfers_base", "small", "large", "fresh")
    object.__setattr__(small.provider, "budget", Budget(10, 60))
    used = {"small.example": 500.0, "large.example": 1000.0}
    assert names(in_turn([small, large, fresh], {}, Turns(used=used), NOON)) == ["fresh", "large", "small"]


@pytest.mark.parametrize(
    ("budget", "first"), [(Budget(10, 60), "even"), (Budget(11, 60), "other"), (Budget(10, 59), "other")]
)
def test_of_two_hosts_that_were_asked_alike_the_one_that_allows_more_comes_first(budget: Budget, first: str) -> None:
    even, other = pool_of("transfers_base", "even", "other")
    object.__setattr__(even.provider, "budget", Budget(10, 60))
    object.__setattr__(other.provider, "budget", budget)
    used = {"even.example": 500.0, "other.example": 500.0}
    assert names(in_turn([even, other], {}, Turns(used=used), NOON))[0] == first


@pytest.mark.parametrize("pool", ["binance_tickers", "gas_base", "transfers_base"])
def test_members_that_are_not_well_are_passed_over(pool: str) -> None:
    rejected = next_state(NOTHING, Event(Outcome.BLOCKED, NOON))
    members = pool_of(pool, "a", "b", "c")
    order = names(in_turn(members, {"a.ticker": rejected}, Turns(), NOON + timedelta(minutes=50)))
    assert order == ["b", "c", "a"]


def test_a_planned_rotation_says_by_which_rule_and_one_after_a_failure_says_that() -> None:
    a, b = pool_of("gas_base", "a", "b")
    assert why_planned(b, a.id, {}, NOON) == "planned: round_robin, it is the next one's turn"
    states = {a.id: next_state(NOTHING, Event(Outcome.BLOCKED, NOON))}
    assert why_planned(b, a.id, states, NOON) == "failed: a.ticker is passed over after blocked"
