"""The requests of a day, beside what a host allows."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest

from crypto_pipeline.collection.budgeting import daily_use, requests_a_run, runs_a_day
from crypto_pipeline.schema.rows import Candle, ChainStat, Gas, Quote, Row
from crypto_pipeline.sources.kit import (
    Budget,
    Context,
    Endpoint,
    Payload,
    PoolMember,
    Provider,
    RequestSpec,
    RequestTemplate,
    Rows,
    SubRequest,
    discover,
    together,
)
from crypto_pipeline.sources.symbols import Universe

NOW = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)
USUAL = Context(Universe(), NOW)


def nothing(payload: Payload) -> Rows:
    return []


def endpoint(
    rows: type[Row] | tuple[type[Row], ...] = Quote,
    name: str = "one",
    host: str = "one.example",
    budget: Budget | None = None,
    request: str | RequestTemplate = "/",
    **facts: Any,
) -> Endpoint:
    provider = Provider(name, f"https://{host}", budget=budget or Budget(60, 60))
    provider.endpoint(rows, request, name="all", **facts)(nothing)
    return provider.endpoints[0]


@pytest.mark.parametrize(
    ("cadence", "rows", "runs"),
    [(5, Quote, 288), (15, Quote, 96), (5, Gas, 288), (60, Quote, 24), (1440, ChainStat, 1), (15, ChainStat, 96)],
)
def test_a_cadence_is_so_many_runs_a_day(cadence: int, rows: type[Row] | tuple[type[Row], ...], runs: int) -> None:
    assert runs_a_day(endpoint(rows, cadence=cadence)) == runs


def test_what_feeds_only_tables_of_the_15_minute_job_is_asked_no_more_often_than_that() -> None:
    assert runs_a_day(endpoint(ChainStat, cadence=5)) == 96
    assert runs_a_day(endpoint((Gas, ChainStat), cadence=5)) == 288


def test_a_run_makes_every_request_with_every_sub_request_at_its_weight() -> None:
    def requests(context: Context) -> list[RequestSpec]:
        return [RequestSpec(f"{coin} {interval}") for coin in context.universe.listed for interval in context.intervals]

    sub_requests = (SubRequest("head"), SubRequest("block", body=lambda so_far: so_far["head"]))
    asked = endpoint(Candle, requests=requests, request=together(*sub_requests, weight=3))
    assert requests_a_run(asked, Context(Universe(frozenset({"BTC", "ETH"})), NOW, ("1h", "1d"))) == 2 * 2 * 2 * 3
    assert requests_a_run(asked, Context(Universe(frozenset()), NOW)) == 0


def test_endpoints_of_a_host_add_up_beside_what_it_allows() -> None:
    (day,) = daily_use([endpoint(name="one"), endpoint(name="two", cadence=15)], USUAL)
    assert (day.host, day.requests, day.allowed) == ("one.example", 288 + 96, 86_400)
    assert day.share == pytest.approx(100 * 384 / 86_400)
    assert not day.is_over


def test_the_fullest_host_comes_first_and_one_that_gets_too_many_says_so() -> None:
    days = daily_use(
        [endpoint(name="well"), endpoint(name="ill", host="ill.example", budget=Budget(100, 24 * 60 * 60))], USUAL
    )
    assert [(day.host, day.is_over) for day in days] == [("ill.example", True), ("one.example", False)]


def test_of_a_pool_the_member_that_is_asked_first_counts() -> None:
    pool = [
        endpoint(name=name, host=f"{name}.example", pool=PoolMember("p", n)) for n, name in enumerate(("b", "a", "c"))
    ]
    assert {day.host: day.requests for day in daily_use(pool, USUAL)} == {
        "b.example": 288,
        "a.example": 0,
        "c.example": 0,
    }


@pytest.mark.parametrize("pool", ["gas_somewhere", "transfers_somewhere"])
def test_where_members_take_turns_each_counts_for_its_part(pool: str) -> None:
    members = [endpoint(name=name, host=f"{name}.example", pool=PoolMember(pool, n)) for n, name in enumerate("abc")]
    assert [day.requests for day in daily_use(members, USUAL)] == [96, 96, 96]


def test_of_two_budgets_that_providers_declare_for_one_host_the_strictest_counts() -> None:
    days = daily_use([endpoint(name="a"), endpoint(name="b", budget=Budget(1, 60))], USUAL)
    assert [day.allowed for day in days] == [1440]


def test_with_everything_on_no_host_gets_more_requests_than_it_allows() -> None:
    assert [day for day in daily_use(discover(), USUAL) if day.is_over] == []
