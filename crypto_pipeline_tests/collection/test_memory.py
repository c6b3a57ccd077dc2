"""What one collection leaves for the next: breakers, pauses, turns, fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta, timezone
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import pytest

from crypto_pipeline.collection.endpoint_locks import locks_in
from crypto_pipeline.collection.health import EndpointState, Event, States, host_pauses, next_state
from crypto_pipeline.collection.rotation import Turns
from crypto_pipeline.replay.server import App, ServedRequest, ServedResponse
from crypto_pipeline.schema.outcomes import Outcome
from crypto_pipeline.schema.rows import Metric, Quote
from crypto_pipeline.sources.kit import Endpoint, Payload, PoolMember, Provider, RequestSpec, Rows, each
from crypto_pipeline_tests.collection.collected import Collected, answer, collect, exchange, index, usual_answers


class Clock:
    """Collections every five minutes."""

    def __init__(self) -> None:
        self.now = datetime.now(timezone.utc)

    def __call__(self) -> datetime:
        return self.now


def collections(endpoints: list[Endpoint], *plans: list[str], **plan: Any) -> Iterator[Collected]:
    """One collection after another, each with the faults of its plan and the memory of those before."""
    clock, states, last = Clock(), dict[str, EndpointState](), dict[str, str]()
    for faults in plans:
        collected = collect(
            endpoints,
            faults=faults,
            states=states,
            turns=Turns(last),
            host_pauses=host_pauses(endpoints, states),
            clock=clock,
            **plan,
        )
        yield collected
        clock.now += timedelta(minutes=5)
        states |= collected.memory
        last |= {row["pool"]: row["endpoint"] for row in collected.rows("rotation_state")}


def failing(times: int, name: str = "ill.ticker", outcome: Outcome = Outcome.SERVER_ERROR) -> States:
    state = EndpointState()
    for ago in range(times, 0, -1):
        state = next_state(state, Event(outcome, datetime.now(timezone.utc) - timedelta(hours=ago), endpoint=name))
    return {name: state}


# The circuit breaker


def test_a_source_that_fails_again_and_again_is_asked_less_and_less() -> None:
    sources = [exchange("ill"), exchange("well")]
    runs = list(collections(sources, *[["ill.example=404"]] * 12, []))
    requests = [len([one for one in run.requests if one.host == "ill.example"]) for run in runs]
    assert requests == [1, 1, 1, 1, 1, 1, 0, 1, 0, 0, 0, 1, 0]
    asked_or_not = {0: Outcome.BREAKER_OPEN, 1: Outcome.CLIENT_ERROR}
    assert [run.outcomes["ill.ticker"] for run in runs] == [asked_or_not[number] for number in requests]


def test_the_state_of_a_breaker_is_stored_as_it_is() -> None:
    ill, well = exchange("ill"), exchange("well")

    def state(faults: list[str], times: int) -> str:
        rows = collect([ill, well], faults=faults, states=failing(times)).rows("source_health")
        return next((row["breaker_state"] for row in rows if row["endpoint"] == ill.id), "as before")

    assert state(["ill.example=503"], 3) == "closed"
    assert state(["ill.example=503"], 4) == "open"
    assert state(["ill.example=503"], 9) == "as before"
    assert state([], 4) == "closed"


def test_a_source_whose_breaker_is_open_is_not_asked_and_that_is_no_success() -> None:
    collected = collect([exchange("ill")], states=failing(9))
    assert (collected.outcomes, collected.requests) == ({"ill.ticker": Outcome.BREAKER_OPEN}, [])
    assert collected.batch("market_prices").is_missing


def test_after_its_pause_one_request_without_retries_is_the_probe() -> None:
    collected = collect([exchange("ill"), exchange("well")], faults=["ill.example=503"], states=failing(5))
    assert len(collected.result("ill.ticker").attempts) == 1
    (row,) = [row for row in collected.rows("source_health") if row["endpoint"] == "ill.ticker"]
    assert (row["breaker_state"], row["consecutive_failures"]) == ("open", 6)


@pytest.mark.parametrize(("faults", "requests"), [([], 30), (["venue.example=503"], 1), (["venue.example/c0=404"], 30)])
def test_of_many_requests_one_is_the_probe_and_the_others_follow_when_the_source_is_well(
    faults: list[str], requests: int
) -> None:
    venue = Provider("venue", "https://venue.example")

    @venue.endpoint(
        Metric, "/{coin}", requests=lambda context: [RequestSpec(f"c{n}", {"coin": f"c{n}"}) for n in range(30)]
    )
    def metric(payload: Payload, ask: RequestSpec) -> Rows:
        return [Metric(f"of {ask.label}", payload["BTC-USD"], "count")]

    states = failing(5, "venue.metric")
    collected = collect([*venue.endpoints, exchange("well")], faults=faults, states=states)
    assert len([one for one in collected.requests if one.host == "venue.example"]) == requests
    assert collected.result("venue.metric").succeeded is (requests == 30)


def test_a_run_in_which_nobody_could_be_reached_counts_for_no_breaker() -> None:
    sources = [exchange("one"), exchange("two")]
    offline = collect(sources, states=failing(4, "one.ticker"), offline=True)
    assert set(offline.outcomes.values()) == {Outcome.UNREACHABLE}
    rows = {row["endpoint"]: row for row in offline.rows("source_health")}
    assert [(row["consecutive_failures"], row["breaker_state"]) for _, row in sorted(rows.items())] == [
        (4, "closed"),
        (0, "closed"),
    ]
    assert {row["outcome"] for row in rows.values()} == {"unreachable"}


def test_one_source_that_cannot_be_reached_while_others_can_counts() -> None:
    collected = collect([exchange("one"), exchange("two")], faults=["one.example=reset"])
    rows = {row["endpoint"]: row["consecutive_failures"] for row in collected.rows("source_health")}
    assert rows == {"one.ticker": 1, "two.ticker": 0}


# Pauses that a host asks for


def two_of_a_host() -> list[Endpoint]:
    host = Provider("host", "https://host.example")
    for name in ("greedy", "quiet"):

        @host.endpoint(Quote, f"/{name}", name=name)
        def parser(payload: Payload) -> Rows:
            return each(payload.items(), lambda pair, price: Quote(pair, last=price))

    return host.endpoints


def test_too_many_requests_at_one_endpoint_pause_its_host_in_the_next_run_too() -> None:
    plans: list[list[str]] = [["host.example/greedy=429:600"], []]
    first, second = collections(two_of_a_host(), *plans)
    assert first.outcomes["host.greedy"] is Outcome.RATE_LIMITED
    assert second.outcomes == {"host.greedy": Outcome.BACKING_OFF, "host.quiet": Outcome.BACKING_OFF}
    assert second.requests == []


def test_a_server_that_is_in_trouble_pauses_the_endpoint_that_said_so_and_no_other() -> None:
    _, second = collections(two_of_a_host(), ["host.example/greedy=503:600"], [])
    assert second.outcomes == {"host.greedy": Outcome.BACKING_OFF, "host.quiet": Outcome.NOT_MODIFIED}


def test_the_pause_is_honoured_also_where_other_requests_were_answered() -> None:
    venue = Provider("venue", "https://venue.example")

    @venue.endpoint(
        Metric, "/{coin}", requests=lambda context: [RequestSpec(coin, {"coin": coin}) for coin in ("a", "b")]
    )
    def metric(payload: Payload, ask: RequestSpec) -> Rows:
        return [Metric(f"of {ask.label}", payload["BTC-USD"], "count")]

    first, second = collections(venue.endpoints, ["venue.example/a=429:600"], [])
    assert first.outcomes in ({"venue.metric": Outcome.OK}, {"venue.metric": Outcome.RATE_LIMITED})
    assert second.outcomes == {"venue.metric": Outcome.BACKING_OFF}


# Pools


def members(pool: str) -> list[Endpoint]:
    return [exchange(name, pool=PoolMember(pool, number)) for number, name in enumerate(("a", "b", "c"))]


def asked(collected: Collected) -> list[str]:
    return [request.host.removesuffix(".example") for request in collected.requests]


def test_members_take_turns_and_each_turn_is_in_the_history() -> None:
    runs = list(collections(members("gas_somewhere"), [], [], [], []))
    assert [asked(run) for run in runs] == [["a"], ["b"], ["c"], ["a"]]
    moves = [(row["from_endpoint"], row["to_endpoint"]) for run in runs for row in run.rows("rotation_history")]
    assert moves == [("a.ticker", "b.ticker"), ("b.ticker", "c.ticker"), ("c.ticker", "a.ticker")]
    assert runs[1].rows("rotation_history")[0]["reason"] == "planned: round_robin, it is the next one's turn"
    states = [(row["endpoint"], row["next_endpoint"]) for run in runs for row in run.rows("rotation_state")]
    assert states[:3] == [("a.ticker", "b.ticker"), ("b.ticker", "c.ticker"), ("c.ticker", "a.ticker")]


def test_a_member_that_fails_at_its_turn_is_stood_in_for_and_passed_over_while_it_is_not_well() -> None:
    runs = list(collections(members("gas_somewhere"), [], ["b.example=451"], [], []))
    assert [asked(run) for run in runs] == [["a"], ["b", "c"], ["a"], ["c"]]
    moves = [(row["to_endpoint"], row["reason"].split(":")[0]) for row in runs[1].rows("rotation_history")]
    assert moves == [("b.ticker", "planned"), ("c.ticker", "failed")]


def test_the_best_member_is_asked_again_when_it_is_well_again() -> None:
    runs = list(collections(members("market"), ["a.example=404"], [], []))
    assert [asked(run) for run in runs] == [["a", "b"], ["a"], ["a"]]
    (row,) = runs[1].rows("rotation_history")
    assert row["reason"] == "planned: a.ticker comes first by priority and is well again"


def test_a_member_without_budget_does_not_hold_up_its_pool() -> None:
    pool = members("market")
    now = datetime.now(timezone.utc)
    collected = collect(pool, spent={"a.example": [(now, 60)]}, request_seconds=1)
    assert collected.outcomes == {"a.ticker": Outcome.NO_BUDGET, "b.ticker": Outcome.OK, "c.ticker": Outcome.STANDBY}


# Other runs


def test_what_another_run_is_asking_is_left_to_it(tmp_path: Path) -> None:
    locks = locks_in(tmp_path / "endpoints.lock")
    assert anyio.run(locks.claim, "one.ticker") is None

    def app(request: ServedRequest) -> ServedResponse:
        locks.release("one.ticker", Outcome.OK, datetime.now(timezone.utc))
        return usual_answers(request)

    collected = collect([exchange("one"), exchange("two")], app, locks=locks)
    assert collected.outcomes == {"one.ticker": Outcome.NOT_DUE, "two.ticker": Outcome.OK}
    assert (collected.result("one.ticker").error or "").endswith("and has its answer")
    again = collect([exchange("one")], locks=locks)
    assert again.outcomes == {"one.ticker": Outcome.OK}


def test_what_another_run_asked_in_vain_is_not_asked_once_more_at_once(tmp_path: Path) -> None:
    locks = locks_in(tmp_path / "endpoints.lock")
    assert anyio.run(locks.claim, "one.ticker") is None

    def app(request: ServedRequest) -> ServedResponse:
        locks.release("one.ticker", Outcome.RATE_LIMITED, datetime.now(timezone.utc))
        return usual_answers(request)

    collected = collect([exchange("one"), exchange("two")], app, locks=locks)
    assert collected.outcomes["one.ticker"] is Outcome.BACKING_OFF
    assert (collected.result("one.ticker").error or "").endswith("and failed: rate_limited")


# Fields that come and go


def test_a_field_that_vanished_is_told_when_two_answers_show_it() -> None:
    host = Provider("host", "https://host.example")

    @host.endpoint(Quote, "/ticker")
    def ticker(payload: Payload) -> Rows:
        return each(payload, lambda row: Quote(row["pair"], last=row["price"], volume_base=row.get("volume")))

    def app_of(body: Mapping[str, object]) -> App:
        return lambda request: answer([{"pair": "BTC-USD", "price": 90500, **body}])

    states: dict[str, EndpointState] = {}
    changes = []
    for body in ({"volume": 1}, {"amount": 2}, {"amount": 3}, {"amount": 4}):
        collected = collect(host.endpoints, app_of(body), states=states)
        states |= collected.memory
        changes.append([(row["path"], row["change"]) for row in collected.rows("schema_drift")])
    assert changes == [[], [], [("[].amount", "appeared"), ("[].volume", "vanished")], []]


def said(body: object, request: ServedRequest) -> ServedResponse:
    return answer(body)


def test_an_answer_that_can_no_longer_be_read_says_which_fields_went() -> None:
    states: dict[str, EndpointState] = {}
    changes = []
    for body in ({"value": 20, "at": None}, {"values": [20]}, {"values": [20]}):
        collected = collect([index("mood")], partial(said, body), states=states)
        states |= collected.memory
        changes.append([(row["path"], row["change"]) for row in collected.rows("schema_drift")])
    assert changes == [[], [], [("at", "vanished"), ("value", "vanished"), ("values[]", "appeared")]]
