"""Faults happen where, how often and in the way that a plan says."""

from __future__ import annotations

import itertools
import json
from statistics import median
from typing import Any

import pytest

from crypto_pipeline.replay.faults import Fault, FaultPlan, Kind, delayed, faulty, latency, parse_fault
from crypto_pipeline.replay.server import ServedRequest, ServedResponse
from crypto_pipeline.replay.spoiled import spoil

TICKER = ServedRequest("GET", "/api.example.com/v1/ticker")
BODY = b'{"error": [], "result": [{"pair": "BTC/USD", "last": "64000.1"}, {"pair": "ETH/USD", "last": "3200.5"}]}'


def app(request: ServedRequest) -> ServedResponse:
    return ServedResponse(200, {"Content-Type": "application/json", "X-Stale": str(request.stale)}, BODY)


def statuses(plan: FaultPlan, requests: list[ServedRequest]) -> list[int]:
    return [faulty(app, plan)(request).status for request in requests]


# Plans


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("api.example.com=hang", Fault("api.example.com", Kind.HANG)),
        ("api.example.com/v1=429:30*2", Fault("api.example.com/v1", Kind.TOO_MANY, "30", 2)),
        ("https://api.example.com=slow:2.5%10", Fault("api.example.com", Kind.SLOW, "2.5", None, 0.1)),
        ("*=reset*3%50", Fault("*", Kind.RESET, "", 3, 0.5)),
        ("a.b=redirect_private:https://10.0.0.1/x", Fault("a.b", Kind.REDIRECT_PRIVATE, "https://10.0.0.1/x")),
    ],
)
def test_a_fault_can_be_written_on_a_command_line(text: str, fault: Fault) -> None:
    assert parse_fault(text) == fault


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("api.example.com", "write HOST"),
        ("=hang", "write HOST"),
        ("api.example.com=explode", "there is no fault 'explode'; there are 404, 403,"),
        ("api.example.com=slow:soon", "'soon' is not a number"),
        ("api.example.com=huge:much", "'much' is not a number"),
    ],
)
def test_a_fault_that_cannot_be_understood_says_why(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parse_fault(text)


@pytest.mark.parametrize(
    ("where", "concerned"),
    [
        ("api.example.com", True),
        ("api.example.com/v1", True),
        ("api.example.com/v1/tick", True),
        ("*", True),
        ("api.example.com/v2", False),
        ("api.example", False),
        ("example.com", False),
    ],
)
def test_a_fault_concerns_its_host_and_the_paths_below_its_own(where: str, concerned: bool) -> None:
    assert Fault(where, Kind.HANG).concerns(TICKER) is concerned


def test_a_fault_that_is_counted_ends() -> None:
    assert statuses(FaultPlan(["api.example.com=503*2"]), [TICKER] * 4) == [503, 503, 200, 200]


def test_the_first_fault_that_concerns_a_request_is_the_one_it_meets() -> None:
    plan = FaultPlan(["api.example.com/v1=429*1", "api.example.com=503"])
    other = ServedRequest("GET", "/api.example.com/v2/")
    assert statuses(plan, [TICKER, TICKER, other]) == [429, 503, 503]


def test_chance_is_the_same_for_the_same_seed() -> None:
    def run(seed: int) -> list[int]:
        return statuses(FaultPlan(["*=503%30"], seed), [TICKER] * 200)

    assert run(1) == run(1) != run(2)
    assert 30 < run(1).count(503) < 90


# What each kind looks like


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_changes_the_answer(kind: Kind) -> None:
    response = faulty(app, FaultPlan([Fault("*", kind)]))(TICKER)
    assert response != app(TICKER)


def test_the_argument_of_a_429_is_its_retry_after() -> None:
    assert faulty(app, FaultPlan(["*=429:30"]))(TICKER).headers["retry-after"] == "30"


def test_a_stale_answer_is_left_to_the_app() -> None:
    assert faulty(app, FaultPlan(["*=stale"]))(TICKER).headers["X-Stale"] == "True"


def test_a_bomb_is_small_on_the_wire() -> None:
    body = faulty(app, FaultPlan(["*=gzip_bomb:64"]))(TICKER).body
    assert not isinstance(body, bytes)
    assert sum(map(len, body)) < 64 * 1024 * 4


def test_a_huge_answer_is_made_while_it_is_sent() -> None:
    body = faulty(app, FaultPlan(["*=huge"]))(TICKER).body
    assert not isinstance(body, bytes)
    assert sum(map(len, itertools.islice(body, 10))) > 8 * 1024 * 1024


# Spoiled content


def spoiled(kind: str, payload: object) -> Any:
    return json.loads(spoil(kind, json.dumps(payload).encode(), "application/json"))


ROWS = [{"s": "A", "p": 1.5}, {"s": "B", "p": 2}]


@pytest.mark.parametrize(
    ("payload", "empty", "null_row", "bad_row"),
    [
        (ROWS, [], [ROWS[0], None, ROWS[1]], [ROWS[0], {"s": "n/a", "p": "n/a"}, ROWS[1]]),
        (
            {"error": [], "names": ["x"], "data": {"rows": ROWS}},
            {"error": [], "names": ["x"], "data": {"rows": []}},
            {"error": [], "names": ["x"], "data": {"rows": [ROWS[0], None, ROWS[1]]}},
            {"error": [], "names": ["x"], "data": {"rows": [ROWS[0], {"s": "n/a", "p": "n/a"}, ROWS[1]]}},
        ),
        (
            {"result": {"BTC": {"c": [1, 2]}, "ETH": {"c": [3, 4]}}},
            {"result": {}},
            {"result": {"BTC": {"c": [1, 2]}, "ETH": {"c": [3, 4]}, "BTC-": None}},
            {"result": {"BTC": {"c": [1, 2]}, "ETH": {"c": [3, 4]}, "BTC-": {"c": ["n/a", "n/a"]}}},
        ),
        (
            [[1, "2", 3.0], [4, "5", 6.0]],
            [],
            [[1, "2", 3.0], None, [4, "5", 6.0]],
            [[1, "2", 3.0], ["n/a"] * 3, [4, "5", 6.0]],
        ),
        (
            {"base": "USD", "rates": {"EUR": 0.9, "JPY": 150}},
            {"base": "USD", "rates": {}},
            {"base": "USD", "rates": {"EUR": 0.9, "JPY": 150, "EUR-": None}},
            {"base": "USD", "rates": {"EUR": 0.9, "JPY": 150, "EUR-": "n/a"}},
        ),
        (
            {"fast": "1", "block": {"height": 7}},
            {},
            {"fast": "1", "block": {"height": 7}},
            {"fast": "1", "block": {"height": 7}},
        ),
    ],
    ids=["list", "deep list", "dict by name", "list of lists", "dict of numbers", "no rows"],
)
def test_rows_are_found_wherever_they_are(payload: object, empty: object, null_row: object, bad_row: object) -> None:
    assert spoiled("empty", payload) == empty
    assert spoiled("null_row", payload) == null_row
    assert spoiled("bad_row", payload) == bad_row


@pytest.mark.parametrize(
    ("kind", "body"), [("null", b"null"), ("not_json", b"upstream"), ("error_in_body", b'{"error": ')]
)
def test_some_damage_leaves_nothing_of_the_answer(kind: str, body: bytes) -> None:
    assert spoil(kind, BODY, "application/json").startswith(body)


def test_a_feed_is_spoiled_as_a_feed() -> None:
    feed = b"<rss><channel><title>News</title><item><title>One</title></item>\n<item><title>Two</title></item></channel></rss>"
    assert spoil("empty", feed, "application/rss+xml") == b"<rss><channel><title>News</title>\n</channel></rss>"
    assert b"</title><item></item><item><title>One" in spoil("null_row", feed, "text/xml")
    assert b"<item><title>n/a</title></item><item><title>One" in spoil("bad_row", feed, "text/html")


def test_a_csv_is_spoiled_as_a_csv() -> None:
    table = b"symbol,price\nBTC,64000.1\nETH,3200.5\n"
    assert spoil("empty", table, "text/csv") == b"symbol,price\n"
    assert spoil("null_row", table, "text/csv") == b"symbol,price\nBTC,64000.1\n,\nETH,3200.5\n"
    assert spoil("bad_row", table, "text/csv") == b"symbol,price\nBTC,64000.1\nn/a,n/a\nETH,3200.5\n"


# Latency


def test_most_hosts_are_quick_and_a_few_are_slow() -> None:
    seconds = [latency(f"api{number}.example.com", seed=1) for number in range(1000)]
    assert min(seconds) >= 0.05
    assert max(seconds) <= 2.5
    assert 0.1 < median(seconds) < 0.25
    assert sum(0.05 <= second <= 0.4 for second in seconds) > 750
    assert 3 < sum(second > 1 for second in seconds) < 50


def test_a_host_is_as_slow_as_its_seed_says() -> None:
    assert latency("api.example.com", 1) == latency("api.example.com", 1) != latency("api.example.com", 2)


def test_latency_comes_on_top_and_can_be_switched_off() -> None:
    assert delayed(app, seed=1)(TICKER).delay == latency("api.example.com", 1)
    assert delayed(app, seed=1, scale=0)(TICKER) == app(TICKER)
