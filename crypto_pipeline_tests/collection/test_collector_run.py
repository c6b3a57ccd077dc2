"""Whom a collection asks, in which order, and what it hands over when. Answers are given here as values."""

from __future__ import annotations

import json
import queue
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import pytest

from crypto_pipeline.collection import collector as module
from crypto_pipeline.collection.collector import Collector
from crypto_pipeline.collection.endpoint_locks import locks_in
from crypto_pipeline.collection.errors import SourceError
from crypto_pipeline.collection.health import EndpointState
from crypto_pipeline.collection.http.client import Client
from crypto_pipeline.collection.http.messages import Answer, Attempt, Request
from crypto_pipeline.collection.normalise.context import NormalisationContext
from crypto_pipeline.collection.normalise.rejections import Rejected
from crypto_pipeline.collection.plan import CollectionPlan
from crypto_pipeline.collection.results import EndpointResult, TableBatch
from crypto_pipeline.collection.room import QuarantineRoom
from crypto_pipeline.collection.rotation import Turns
from crypto_pipeline.schema.outcomes import Outcome
from crypto_pipeline.schema.rows import Quote, Rate
from crypto_pipeline.sources.kit import Budget, Endpoint, Expected, Key, Payload, PoolMember, Provider, Rows, each
from crypto_pipeline_tests.collection.collected import exchange, index

NOON = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)
LATER = NOON + timedelta(minutes=40)
PRICES = ["cached_market_data", "consensus_prices", "market_prices"]

Said = Answer | SourceError | Callable[[], Awaitable[Answer]]


def answer(payload: object = None, **members: Any) -> Answer:
    body = json.dumps({"BTC-USD": "90500"} if payload is None else payload).encode()
    return replace(Answer(200, body, "application/json", NOON), **members)


def failure(outcome: Outcome = Outcome.SERVER_ERROR, **members: Any) -> SourceError:
    return SourceError(outcome, f"it said {outcome}", **members)


async def _never() -> Answer:
    await anyio.sleep_forever()
    raise AssertionError


class Collected:
    """A collection whose hosts are answered as they are told; the others with a price."""

    def __init__(
        self,
        endpoints: Iterable[Endpoint],
        says: Mapping[str, Said] | None = None,
        *,
        tables: Iterable[str] = PRICES,
        seconds: float = 60,
        ahead: float | None = None,
        on_change: Callable[[EndpointResult], None] = lambda result: None,
        results: list[EndpointResult] | None = None,
        **plan: Any,
    ) -> None:
        self.says = says or {}
        self.requests: list[Request] = []
        self.batches: list[list[TableBatch]] = []
        self.results = [] if results is None else results
        context = plan.pop("context", NormalisationContext(NOON))
        order = CollectionPlan(tuple(endpoints), frozenset(tables), seconds, context, **plan)
        self._ahead = ahead
        self.collector = Collector(order, on_result=self.results.append, on_change=on_change, clock=lambda: NOON)
        anyio.run(self.collector.run, self._fetch, self.batches.append)

    async def _fetch(self, request: Request, record: Callable[[Attempt], None]) -> Answer:
        self.requests.append(request)
        host = request.url.partition("//")[2].partition(".")[0]
        await anyio.lowlevel.checkpoint()
        said = self.says.get(host) or answer()
        one = await said() if callable(said) else said
        if isinstance(one, SourceError):
            raise one
        record(
            Attempt(1, NOON, 0, 1, request.method, host, request.url, Outcome.OK, 200, clock_ahead_seconds=self._ahead)
        )
        return one

    @property
    def asked(self) -> list[str]:
        return [request.url.partition("//")[2].partition(".")[0] for request in self.requests]

    @property
    def outcomes(self) -> dict[str, Outcome]:
        return {one.endpoint.provider.name: one.outcome for one in self.collector.results}

    @property
    def errors(self) -> dict[str, str | None]:
        return {one.endpoint.provider.name: one.error for one in self.collector.results}

    @property
    def tables(self) -> list[list[str]]:
        return [[batch.table for batch in ready] for ready in self.batches]


def pool(*names: str, of: str = "pool") -> list[Endpoint]:
    return [exchange(name, pool=PoolMember(of, place), source="market") for place, name in enumerate(names)]


# Who is asked


def test_endpoints_of_the_shortest_interval_go_first_and_those_of_one_interval_as_they_are_declared() -> None:
    slow, quick, other = exchange("slow", cadence=60), exchange("quick", cadence=5), exchange("other", cadence=5)
    assert Collected([slow, quick, other]).asked == ["quick", "other", "slow"]


def test_of_a_pool_one_is_asked_after_another_until_one_has_answered() -> None:
    done = Collected(pool("a", "b", "c"), {"a": failure()})
    assert done.asked == ["a", "b"]
    assert done.outcomes == {"a": Outcome.SERVER_ERROR, "b": Outcome.OK, "c": Outcome.STANDBY}
    assert done.errors["c"] == "another member of its pool answered"
    assert [one.endpoint.provider.name for one in done.results] == ["a", "b", "c"]
    (rotation,) = done.collector.rotations
    assert (rotation.pool, rotation.from_endpoint, rotation.to_endpoint) == ("pool", "a.ticker", "b.ticker")
    assert (rotation.reason, rotation.at) == ("failed: server_error: it said server_error", NOON)
    assert [turn.endpoint for turn in done.collector.turns] == ["b.ticker"]


def test_a_member_that_is_not_due_leaves_the_others_of_its_pool_alone_and_one_that_rests_does_not() -> None:
    members = [replace(one, cadence=60) for one in pool("a", "b")]
    fresh = Collected(members, states={"a.ticker": EndpointState(succeeded_at=NOON)})
    assert fresh.outcomes == {"a": Outcome.NOT_DUE, "b": Outcome.STANDBY}
    assert (fresh.asked, fresh.collector.rotations) == ([], [])
    rests = EndpointState(outcome="blocked", not_before=LATER, asked_at=NOON, consecutive_failures=1)
    done = Collected(members, host_pauses={"a.example": LATER})
    assert done.outcomes == {"a": Outcome.BACKING_OFF, "b": Outcome.OK}
    (rotation,) = done.collector.rotations
    assert rotation.reason.startswith("failed: backing_off: a.example had too many requests")
    assert Collected(members, states={"a.ticker": rests}).asked == ["b"]


def test_that_another_member_answers_than_the_last_time_is_noted_with_its_reason_and_else_nothing() -> None:
    known = Turns(last={"pool": "b.ticker"})
    (rotation,) = Collected(pool("a", "b"), turns=known).collector.rotations
    assert (rotation.pool, rotation.from_endpoint, rotation.to_endpoint) == ("pool", "b.ticker", "a.ticker")
    assert rotation.reason == "planned: a.ticker comes first by priority and is well again"
    assert Collected(pool("b", "a"), turns=known).collector.rotations == []
    alone = Collected([exchange("b")], turns=known).collector
    assert (alone.rotations, alone.turns) == ([], [])


def test_a_host_that_wants_a_pause_is_left_alone_until_the_later_of_two_moments() -> None:
    one = exchange("one")
    done = Collected([one], host_pauses={"one.example": LATER})
    assert (done.asked, done.outcomes) == ([], {"one": Outcome.BACKING_OFF})
    assert Collected([one], host_pauses={"one.example": NOON}).asked == ["one"]
    for first, second in ((NOON, LATER), (LATER, NOON)):
        collector = Collector(
            CollectionPlan(
                (one,), frozenset(PRICES), 60, NormalisationContext(NOON), host_pauses={"one.example": first}
            ),
            clock=lambda: NOON,
        )
        collector.heed({"one.example": second})
        anyio.run(collector.run, done._fetch, lambda ready: None)
        assert [result.outcome for result in collector.results] == [Outcome.BACKING_OFF]


def test_what_another_region_has_the_answer_of_is_not_due() -> None:
    slow = exchange("slow", cadence=60)
    assert Collected([slow], answered_elsewhere={"slow.ticker": NOON}).outcomes == {"slow": Outcome.NOT_DUE}


@pytest.mark.parametrize(
    ("left", "outcome", "error"),
    [
        (None, Outcome.NOT_DUE, "another run is asking it"),
        (Outcome.OK, Outcome.NOT_DUE, "another run asked it 2.5 s ago and has its answer"),
        (Outcome.NOT_MODIFIED, Outcome.NOT_DUE, "another run asked it 2.5 s ago and has its answer"),
        (Outcome.TIMEOUT, Outcome.BACKING_OFF, "another run asked it 2.5 s ago and failed: timeout"),
    ],
)
def test_what_another_run_is_asking_is_left_to_it(
    left: Outcome | None, outcome: Outcome, error: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    locks = locks_in(tmp_path / "endpoints.lock")
    take, tries = locks._take, iter([False, left is not None])
    monkeypatch.setattr(locks, "_take", lambda endpoint: next(tries, False) and take(endpoint))
    monkeypatch.setattr("crypto_pipeline.collection.endpoint_locks.LOOK_EVERY", 0.001)
    monkeypatch.setattr(type(locks).claim, "__defaults__", (600.0 if left else 0.01,))
    if left:
        at = NOON - timedelta(seconds=2.5)
        real = locks._left_since
        monkeypatch.setattr(locks, "_left_since", lambda place, endpoint: real(0, endpoint))
        with (tmp_path / "endpoints.lock").open("a") as file:
            file.write(f"{at.isoformat()} {left} one.ticker\n")
    done = Collected([exchange("one")], locks=locks)
    assert (done.asked, done.outcomes, done.errors) == ([], {"one": outcome}, {"one": error})


# What is asked


def test_a_request_has_the_key_and_the_budget_of_its_host_and_its_answer_no_key() -> None:
    key = "c0ffee-0123456789"
    provider = Provider("one", "https://one.example", key=Key("ONE_KEY", header="X-Key"))

    @provider.endpoint(Quote, "/ticker")
    def ticker(payload: Payload) -> Rows:
        return each(payload.items(), lambda pair, price: Quote(pair, last=price))

    repeated = {"one": answer({"BTC-USD": "90500", f"{key}-USD": "x"})}
    both = [*provider.endpoints, exchange("two")]
    done = Collected(both, repeated, keys={"ONE_KEY": key}, budgets={"one.example": Budget(1, 7)})
    one, two = done.requests
    assert (one.secret_headers, one.budget) == ({"X-Key": key}, Budget(1, 7))
    assert (two.secret_headers, two.budget) == ({}, exchange("two").provider.budget)
    assert key not in repr(done.collector.results)
    tagged = Collected(both, {"one": answer(etag=f'"{key}"')}, keys={"ONE_KEY": key}).collector.results
    assert [one.remembered and one.remembered.etag for one in tagged] == [None, None], "no *** is sent the next time"
    refusal = SourceError(Outcome.BLOCKED, f"{key} is not valid")
    refused = Collected(both, {"two": refusal}, keys={"ONE_KEY": key})
    assert refused.errors["two"] == "*** is not valid", "whichever source repeats it"


def test_only_an_answer_all_of_whose_tables_are_stored_is_remembered() -> None:
    for tables, is_remembered in ((PRICES, True), (["market_prices"], False)):
        (result,) = Collected([exchange("one")], {"one": answer(etag='"abc"')}, tables=tables).collector.results
        assert result.remembered
        assert result.remembered.etag == ('"abc"' if is_remembered else None)


def test_what_was_not_asked_is_remembered_as_before_and_what_the_end_cut_off_too() -> None:
    before = EndpointState(outcome="ok", asked_at=NOON - timedelta(hours=1), succeeded_at=NOON - timedelta(hours=1))
    states = {"a.ticker": before, "b.ticker": before}
    done = Collected(pool("a", "b"), states=states)
    standing_by = next(one for one in done.collector.results if one.outcome is Outcome.STANDBY)
    assert (standing_by.before, standing_by.remembered) == (before, before)
    cut = Collected(pool("a", "b"), {"a": _never}, states=states, seconds=0.01)
    assert cut.outcomes == {"a": Outcome.OUT_OF_TIME, "b": Outcome.OUT_OF_TIME}
    assert cut.errors["b"] == "the collection ended before its turn"
    assert next(one for one in cut.collector.results if one.endpoint.id == "b.ticker").remembered == before


# What is handed over


def test_tables_that_are_ready_together_are_handed_over_together_and_each_once() -> None:
    done = Collected(
        [exchange("one"), index("mood")],
        {"mood": answer({"value": 20, "at": None})},
        tables=[*PRICES, "sentiment_metrics"],
    )
    assert sorted(done.tables) == [["cached_market_data", "market_prices", "consensus_prices"], ["sentiment_metrics"]]
    assert [*done.collector.batches] == [table for ready in done.tables for table in ready]


def test_tables_that_nothing_came_for_are_handed_over_at_the_end_and_what_is_made_of_others_last() -> None:
    done = Collected([exchange("one")], {"one": _never}, tables=[*PRICES, "gas_prices"], seconds=0.01)
    assert done.tables[-1][-1] == "consensus_prices"
    assert sorted(table for ready in done.tables for table in ready) == sorted([*PRICES, "gas_prices"])
    assert Collected([], tables=[]).batches == []
    assert all(Collected([exchange("one"), exchange("two")]).batches), "no empty hands"


def test_the_consensus_of_regions_is_left_to_who_has_their_answers() -> None:
    both = [exchange("one"), exchange("two")]
    ours = Collected(both).collector
    assert [row["sources"] for row in ours.batches["consensus_prices"].rows] == [2]
    theirs = Collected(both, consensus_of_regions=True).collector
    assert theirs.batches["consensus_prices"].rows == []
    assert len(theirs.batches["consensus_prices"].results) == 2
    assert [row["source"] for row in theirs.prices()] == ["one", "two"]


def test_a_price_far_from_those_of_all_others_is_rejected_of_its_source() -> None:
    names = ["one", "two", "three", "four", "five", "odd"]
    done = Collected([exchange(name) for name in names], {"odd": answer({"BTC-USD": "9"})})
    rejected = {one.endpoint.provider.name: one.rejected_count for one in done.collector.results}
    assert rejected == {**dict.fromkeys(names, 0), "odd": 1}
    said = [row for row in done.collector.prices() if row["source"] in {"odd", "one"}]
    elsewhere = {**said[0], "source": "asked elsewhere"}
    done.collector.reject_outliers([Rejected("consensus_prices", "far off", row) for row in (*said, elsewhere)])
    again = {one.endpoint.provider.name: one.rejected_count for one in done.collector.results}
    assert again == {**dict.fromkeys(names, 0), "one": 1, "odd": 2}


def test_of_bodies_that_cannot_be_read_beginnings_are_kept_when_there_is_no_more_room(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "QuarantineRoom", lambda: QuarantineRoom(left=3_000))
    busy = answer("busy" * 500)
    done = Collected([exchange("one"), exchange("two")], {"one": busy, "two": busy})
    assert [len(kept.body) for one in done.collector.results for kept in one.quarantined] == [2_002, 1_024]


def test_who_was_called_stale_before_it_was_known_that_our_clock_is_wrong_is_called_so_no_more() -> None:
    old = index("old", answer=Expected(stale_after_minutes=10))
    changed: list[EndpointResult] = []
    said = {"old": answer({"value": 20, "at": (NOON - timedelta(minutes=65)).isoformat()})}
    done = Collected(
        [replace(old, cadence=1), *(exchange(f"e{number}") for number in range(5))],
        said,
        ahead=3600.0,
        on_change=changed.append,
    )
    assert [one.outcome for one in done.results if one.endpoint.id == "old.index"] == [Outcome.STALE]
    assert [(one.endpoint.id, one.outcome) for one in changed] == [("old.index", Outcome.CLOCK_WRONG)]
    assert done.outcomes == {"old": Outcome.CLOCK_WRONG, **{f"e{number}": Outcome.OK for number in range(5)}}
    late = Collected([*(exchange(f"e{number}") for number in range(5)), replace(old, cadence=60)], said, ahead=3600.0)
    assert late.outcomes["old"] is Outcome.CLOCK_WRONG


# Exchange rates


def in_yen(name: str) -> Endpoint:
    provider = Provider(name, f"https://{name}.example", local_money="JPY")
    provider.endpoint(Quote, "/ticker", name="ticker")(
        lambda payload: each(payload.items(), lambda pair, price: Quote(pair, last=price))
    )
    return provider.endpoints[0]


def bank(name: str = "bank") -> Endpoint:
    provider = Provider(name, f"https://{name}.example")
    provider.endpoint(Rate, "/rates", name="rates")(
        lambda payload: each(payload.items(), lambda currency, usd: Rate(currency, usd))
    )
    return provider.endpoints[0]


YEN = answer({"BTC-JPY": 14_000_000})


async def _late(said: Answer) -> Answer:
    await anyio.sleep(0.01)
    return said


@pytest.mark.parametrize(
    ("says", "known", "tables", "outcome", "usd"),
    [
        ({"bank": answer({"JPY": 0.0064})}, {}, True, Outcome.OK, [89_600]),
        ({"bank": partial(_late, answer({"JPY": 0.0064}))}, {}, True, Outcome.OK, [89_600]),
        ({"bank": partial(_late, answer({"JPY": 0.0064}))}, {}, False, Outcome.UNPARSEABLE, []),
        ({"bank": failure()}, {}, True, Outcome.UNPARSEABLE, []),
        ({"bank": partial(_late, answer({"JPY": 0.0064}))}, {"JPY": 0.0065}, True, Outcome.OK, [91_000]),
    ],
    ids=["comes", "comes late", "is not collected", "does not come", "is known"],
)
def test_an_answer_in_local_money_waits_for_a_rate_that_is_on_its_way_and_for_no_other(
    says: dict[str, Said], known: dict[str, float], tables: bool, outcome: Outcome, usd: list[float]
) -> None:
    done = Collected(
        [in_yen("tokyo"), bank()],
        {"tokyo": YEN, **says},
        tables=["market_prices", *["exchange_rates"] * tables],
        context=NormalisationContext(NOON, usd_per_unit=known),
    )
    assert done.outcomes["tokyo"] is outcome
    assert [row["price_usd"] for row in done.collector.batches["market_prices"].rows] == usd


def test_an_answer_in_local_money_does_not_wait_for_its_rate_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    assert module.RATES_TAKE_AT_MOST == 20, "as long as a request may take"
    monkeypatch.setattr(module, "RATES_TAKE_AT_MOST", 0.01)
    results: list[EndpointResult] = []

    async def after_all_others() -> Answer:
        while not results:
            await anyio.sleep(0.001)
        raise failure()

    both = [in_yen("tokyo"), bank()]
    says: dict[str, Said] = {"tokyo": YEN, "bank": after_all_others}
    done = Collected(both, says, tables=["market_prices", "exchange_rates"], results=results)
    assert done.outcomes == {"tokyo": Outcome.UNPARSEABLE, "bank": Outcome.SERVER_ERROR}


# Batches on their way to who stores them


def test_batches_that_are_there_already_are_taken_together_and_the_last_ones_say_so() -> None:
    finished: queue.SimpleQueue[list[TableBatch] | None] = queue.SimpleQueue()
    one, two, three = ([TableBatch(name, [], [])] for name in ("one", "two", "three"))
    for item in (one, two):
        finished.put(item)
    assert module._all_that_is_ready(finished) == ([*one, *two], True)
    for last in (three, None):
        finished.put(last)
    assert module._all_that_is_ready(finished) == (three, False)


def test_a_defect_ends_the_stream_as_what_it_is_and_not_as_a_run_without_tables() -> None:
    def no_client() -> Client:
        raise RuntimeError("a defect")

    collector = Collector(CollectionPlan((exchange("one"),), frozenset(PRICES), 20, NormalisationContext(NOON)))
    with pytest.raises(RuntimeError, match="a defect"):
        list(module.stream(collector, no_client))
