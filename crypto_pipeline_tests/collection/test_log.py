"""The log of a collection: what it keeps of what happened, and what the next one finds of that."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from crypto_pipeline.collection.health import NOTHING, EndpointState
from crypto_pipeline.collection.http.messages import Attempt
from crypto_pipeline.collection.log import log_rows, pause_rows, states_by_region, states_from, states_of
from crypto_pipeline.collection.normalise.rejections import Rejected
from crypto_pipeline.collection.results import EndpointResult, Failure, Quarantined
from crypto_pipeline.schema.outcomes import Outcome
from crypto_pipeline.sources.kit import Endpoint
from crypto_pipeline_tests.collection.collected import exchange

NOON = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)
ILL = EndpointState(NOON, outcome="timeout", consecutive_failures=4)
OLDER = EndpointState(NOON - timedelta(hours=1), outcome="ok", etag="old")
REFUSED = EndpointState(NOON, outcome="blocked", not_before=NOON + timedelta(hours=9))
OURS = EndpointState(NOON - timedelta(days=1), outcome="ok", etag="ours")


def test_a_region_goes_on_with_what_one_has_left_that_is_no_more_but_for_refusals() -> None:
    by_region = {
        "": {"a": ILL, "b": REFUSED, "c": ILL},
        "gone": {"a": OLDER},
        "asia": {"d": ILL},
        "eu": {"c": OURS},
    }
    assert states_of(by_region, "eu", ("eu", "asia")) == {"a": ILL, "c": OURS}
    assert states_of(by_region, "eu", None) == {"c": OURS}
    assert states_of(by_region, "africa", ("africa", "eu", "asia")) == {"a": ILL, "c": ILL}


def test_of_several_that_are_no_more_the_one_that_asked_last_counts() -> None:
    newest, never = replace(ILL, etag="newest"), EndpointState(outcome="standby")
    for left in ([OLDER, newest, never], [newest, OLDER, never], [never, OLDER, newest], [never, newest, OLDER]):
        by_region = {str(number): {"a": state} for number, state in enumerate(left)}
        assert states_of(by_region, "eu", ("eu",)) == {"a": newest}
    assert states_of({"gone": {"a": never}}, "eu", ("eu",)) == {"a": never}


ONE, TWO = exchange("one"), exchange("two")


def attempt(
    minutes: float = 0, *, outcome: Outcome = Outcome.OK, status: int | None = 200, size: int | None = 10
) -> Attempt:
    at = NOON + timedelta(minutes=minutes)
    return Attempt(1, at, 5, 420, "GET", "one.example", "https://one.example/", outcome, status, size)


def result(*attempts: Attempt, outcome: Outcome = Outcome.OK, endpoint: Endpoint = ONE, **facts: Any) -> EndpointResult:
    return EndpointResult(endpoint, outcome, NOON, NOON, attempts=[("", one) for one in attempts], **facts)


def rows(table: str, *results: EndpointResult) -> list[dict[str, Any]]:
    return log_rows(results, [], job="test", gateway=None)[table]


def test_an_endpoint_that_was_sent_nothing_took_no_time_and_no_bytes() -> None:
    measured = ("requests", "milliseconds", "lag_milliseconds", "bytes")
    asked = result(attempt(size=10), attempt(size=None), attempt(size=32), lag_milliseconds=7)
    (row,) = rows("data_collections", asked)
    assert [row[name] for name in measured] == [3, 420, 7, 42]
    (row,) = rows("data_collections", result(outcome=Outcome.NOT_DUE))
    assert [row[name] for name in measured] == [0, None, None, None]


FAILURE = Failure("BTC", Outcome.TIMEOUT, "it did not answer", NOON)
LEFT_OUT = Failure("ETH", Outcome.NO_BUDGET, "nobody was asked", NOON)


@pytest.mark.parametrize(
    ("outcome", "failures", "logged"),
    [
        (Outcome.OK, [], []),
        (Outcome.OK, [LEFT_OUT, FAILURE], ["it did not answer"]),
        (Outcome.OUT_OF_TIME, [], ["the collection ended"]),
        (Outcome.OUT_OF_TIME, [FAILURE], ["it did not answer"]),
    ],
)
def test_every_failure_is_logged_once_and_what_waits_for_its_turn_is_none(
    outcome: Outcome, failures: list[Failure], logged: list[str]
) -> None:
    made = rows("failure_logs", result(outcome=outcome, failures=failures, error="the collection ended"))
    assert [row["error"] for row in made] == logged


def test_rejected_rows_are_numbered_from_one() -> None:
    rejected = [Rejected("market_prices", "it has no price", {}), Rejected("market_prices", "it is too old", {})]
    made = rows("rejected_rows", result(rejected=rejected))
    assert [(row["number"], row["reason"]) for row in made] == [(1, "it has no price"), (2, "it is too old")]


def test_what_a_host_was_sent_counts_over_all_its_endpoints_from_the_first_request_to_the_last() -> None:
    first = result(attempt(2), attempt(1, outcome=Outcome.RATE_LIMITED, status=429))
    (usage,) = rows("rate_limit_usage", first, result(attempt(3), endpoint=TWO))
    assert (usage["window_start"], usage["window_end"]) == (NOON + timedelta(minutes=1), NOON + timedelta(minutes=3))
    assert (usage["requests"], usage["rate_limited"]) == (3, 1)
    budget = ONE.provider.budget
    assert (usage["budget_requests"], usage["budget_seconds"]) == (budget.requests, budget.seconds)


def test_only_what_was_learnt_of_an_endpoint_is_stored() -> None:
    assert rows("source_health", result(before=OLDER), result(before=OLDER, remembered=OLDER)) == []
    (row,) = rows("source_health", result(attempt(), before=OLDER, remembered=ILL))
    assert states_from([row])["one.ticker"] == replace(ILL, milliseconds=420)


def test_one_that_was_not_asked_is_remembered_as_quick_as_it_was() -> None:
    learnt = EndpointState(breaker="half_open", milliseconds=77)
    (row,) = rows("source_health", result(outcome=Outcome.STANDBY, remembered=learnt))
    assert row["milliseconds"] == 77


def test_when_nothing_was_reachable_no_source_is_remembered_as_failed() -> None:
    lost = attempt(outcome=Outcome.UNREACHABLE, status=None)
    failed = result(lost, outcome=Outcome.UNREACHABLE, before=NOTHING, remembered=ILL)
    well = result(attempt(), endpoint=TWO)
    assert [row["consecutive_failures"] for row in rows("source_health", failed)] == [0]
    assert [row["consecutive_failures"] for row in rows("source_health", failed, well)] == [4]


def test_a_pause_is_stored_for_a_host_that_was_asked_and_wants_one() -> None:
    wants = EndpointState(host_not_before=NOON + timedelta(hours=1))
    asked = result(attempt(), outcome=Outcome.RATE_LIMITED, remembered=wants)
    (row,) = pause_rows([asked, replace(asked, outcome=Outcome.BACKING_OFF), result(remembered=ILL), result()])
    assert (row["host"], row["not_before"], row["told_at"]) == ("one.example", NOON + timedelta(hours=1), NOON)


def test_a_memory_of_before_there_were_breakers_is_of_one_that_is_closed() -> None:
    (row,) = rows("source_health", result(attempt(), remembered=OLDER))
    (state,) = states_from([{**row, "consecutive_failures": None, "breaker_state": None}]).values()
    assert (state.consecutive_failures, state.breaker) == (0, "closed")
    (state,) = states_from([{**row, "consecutive_failures": 6, "breaker_state": "open"}]).values()
    assert (state.consecutive_failures, state.breaker) == (6, "open")


def test_each_region_has_a_memory_of_its_own() -> None:
    (row,) = rows("source_health", result(attempt(), remembered=OLDER))
    by_region = states_by_region(
        [row, {**row, "region": "eu", "etag": "ours"}, {**row, "region": "eu", "endpoint": "b"}]
    )
    assert {region: sorted(states) for region, states in by_region.items()} == {
        "": ["one.ticker"],
        "eu": ["b", "one.ticker"],
    }
    assert by_region["eu"]["one.ticker"].etag == "ours"


def test_each_request_and_each_body_that_nobody_understood_is_a_row() -> None:
    kept = Quarantined("BTC", "why", "text/html", "busy", 4, NOON)
    made = result(attempt(), attempt(1), quarantined=[kept])
    assert [row["started_at"] for row in rows("connection_attempts", made)] == [NOON, NOON + timedelta(minutes=1)]
    (row,) = rows("quarantined_payloads", made)
    assert (row["ask"], row["bytes"], row["body"]) == ("BTC", 4, "busy")
