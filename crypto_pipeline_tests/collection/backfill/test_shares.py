"""A host's budget is divided so that past and present together stay within it, and so that the past gets something of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto_pipeline.collection.backfill.shares import RETRIES, left_to_collections, shares, split_budgets
from crypto_pipeline.collection.selection import is_on
from crypto_pipeline.collection.universe import universe_of
from crypto_pipeline.schema.clock import utc_now
from crypto_pipeline.settings import Settings
from crypto_pipeline.sources.kit import Budget, Context, Endpoint, discover

SETTINGS = Settings(_env_file=None)
CONTEXT = Context(universe_of(SETTINGS), utc_now(), SETTINGS.candle_intervals)
ON = [one for one in discover() if is_on(one, SETTINGS)]
PAST = [one for one in ON if one.history]
NO_ROOM: set[str] = set()
"""Hosts that are so small that collections need all of them."""
(KRAKEN,) = [one for one in ON if one.id == "kraken.candles"]
"""It is asked for each of the coins, in both lengths."""


def allowed(endpoint: Endpoint, requests: int, seconds: int) -> Endpoint:
    return replace(endpoint, provider=replace(endpoint.provider, budget=Budget(requests, seconds), per_minute=None))


def asked(endpoint: Endpoint) -> int:
    return len(endpoint.requests_in(CONTEXT)) * endpoint.request.weight


def test_every_host_that_has_a_past_can_be_asked_for_it_at_the_usual_settings() -> None:
    given_something = set(shares(PAST, ON, CONTEXT, SETTINGS.history_share))
    assert {one.host for one in PAST} - given_something == NO_ROOM


def test_a_share_is_at_least_one_page_of_the_past() -> None:
    parts = shares(PAST, ON, CONTEXT, SETTINGS.history_share)
    assert {one.id for one in PAST if parts[one.host].requests < one.past.request.weight} == set()


def test_no_host_is_promised_more_than_it_allows_and_every_request_of_a_collection_fits_what_is_left() -> None:
    left = left_to_collections(ON, CONTEXT, SETTINGS.history_share)
    assert {"api.exchange.coinbase.com", "www.okx.com", "api.upbit.com"} <= set(left)
    for one in ON:
        if one.host in left:
            assert one.request.weight <= left[one.host].requests
    for host, split in split_budgets(ON, CONTEXT, SETTINGS.history_share).items():
        budgets = [one.provider.budget for one in PAST if one.host == host]
        if split.collections:
            together = split.past.requests + split.collections.requests
            assert any(together == one.requests for one in budgets)


def test_where_collections_leave_enough_the_past_gets_its_share_and_they_keep_the_whole_budget() -> None:
    roomy = allowed(KRAKEN, 10 * asked(KRAKEN), 60)
    assert shares([roomy], [roomy], CONTEXT, 0.5) == {roomy.host: Budget(5 * asked(KRAKEN), 60)}
    assert left_to_collections([roomy], CONTEXT, 0.5) == {}


@pytest.mark.parametrize(("seconds", "divides"), [(1, True), (10, True), (11, False), (60, False)])
def test_a_budget_that_collections_can_use_up_is_divided_where_its_period_is_short(seconds: int, divides: bool) -> None:
    tight = allowed(KRAKEN, asked(KRAKEN), seconds)
    all_but_one = asked(KRAKEN) - 1
    assert shares([tight], [tight], CONTEXT, 0.5) == ({tight.host: Budget(1, seconds)} if divides else {})
    assert left_to_collections([tight], CONTEXT, 0.5) == ({tight.host: Budget(all_but_one, seconds)} if divides else {})


@pytest.mark.parametrize(
    ("seconds", "cadence", "runs"),
    [(299, 5, 1), (300, 5, 2), (300, 1, 2), (3600, 5, 13), (899, 15, 1), (900, 15, 2), (3600, 15, 5), (3600, 720, 1)],
)
def test_collections_are_left_what_all_runs_within_one_period_need(seconds: int, cadence: int, runs: int) -> None:
    roomy = allowed(replace(KRAKEN, cadence=cadence), 100 * asked(KRAKEN), seconds)
    left = int(100 * asked(KRAKEN) - RETRIES * runs * asked(KRAKEN))
    assert shares([roomy], [roomy], CONTEXT, 1) == {roomy.host: Budget(left, seconds)}


@pytest.mark.parametrize(("cadence", "jobs"), [(5, 2), (15, 2), (16, 1), (60, 1)])
def test_what_both_jobs_ask_is_needed_twice(cadence: int, jobs: int) -> None:
    (fear,) = [one for one in ON if one.id == "alternative_me.fear_greed"]
    roomy = allowed(replace(fear, cadence=cadence), 100, 60)
    assert shares([roomy], [roomy], CONTEXT, 1) == {roomy.host: Budget(int(100 - RETRIES * jobs), 60)}


def test_of_a_host_whose_endpoints_allow_differently_the_slowest_counts() -> None:
    roomy, slow = allowed(KRAKEN, 1000 * asked(KRAKEN), 60), allowed(KRAKEN, 400 * asked(KRAKEN), 3600)
    for order in ([roomy, slow], [slow, roomy]):
        assert shares(order, order, CONTEXT, 0.5)[KRAKEN.host].seconds == 3600


@pytest.mark.parametrize(("weight", "divides"), [(9, True), (10, False)])
def test_a_host_is_not_divided_where_its_heaviest_request_would_not_fit_what_is_left(
    weight: int, divides: bool
) -> None:
    tight = allowed(KRAKEN, 10, 1)
    heavy = replace(tight, history=None, request=replace(tight.request, weight=weight))
    assert bool(shares([tight], [tight, heavy], CONTEXT, 0.5)) is divides


def test_a_page_that_is_more_than_the_share_is_not_asked_for() -> None:
    tight = allowed(KRAKEN, asked(KRAKEN), 1)
    assert shares([tight], [tight], CONTEXT, 1 / asked(KRAKEN)) == {tight.host: Budget(1, 1)}
    assert shares([tight], [tight], CONTEXT, 0.9 / asked(KRAKEN)) == {}


def test_a_budget_of_one_request_is_not_divided() -> None:
    smallest = allowed(KRAKEN, 1, 1)
    assert shares([smallest], [smallest], CONTEXT, 1) == {}
    assert left_to_collections([smallest], CONTEXT, 1) == {}


@settings(max_examples=30)  # each takes 9 ms
@given(st.integers(1, 500), st.integers(1, 120), st.floats(0.01, 1))
def test_whatever_a_host_allows_both_together_have_no_more(requests: int, seconds: int, share: float) -> None:
    one = allowed(KRAKEN, requests, seconds)
    for split in split_budgets([one], CONTEXT, share).values():
        needed = split.collections.requests if split.collections else asked(one)
        assert split.past.requests + needed <= requests
        assert one.past.request.weight <= split.past.requests <= max(requests * share, one.past.request.weight)
