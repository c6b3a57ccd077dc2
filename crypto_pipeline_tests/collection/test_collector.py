"""The promises of a collection, whatever the sources do."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from functools import partial
from pathlib import Path

import anyio
import pytest

from crypto_pipeline.collection.collector import CollectionPlan, Collector
from crypto_pipeline.collection.endpoint_locks import locks_in
from crypto_pipeline.collection.health import EndpointState
from crypto_pipeline.collection.log import log_rows, states_from
from crypto_pipeline.collection.normalise.context import NormalisationContext
from crypto_pipeline.collection.results import TableBatch
from crypto_pipeline.replay.server import ServedRequest, ServedResponse
from crypto_pipeline.schema.clock import utc_now
from crypto_pipeline.schema.outcomes import Outcome
from crypto_pipeline.schema.rows import Candle, Gas, Metric, Quote, Rate
from crypto_pipeline.schema.tables import TABLES
from crypto_pipeline.sources.kit import (
    Budget,
    Context,
    Endpoint,
    Expected,
    Payload,
    PoolMember,
    Provider,
    RequestSpec,
    Rows,
    SubRequest,
    each,
    reject,
    together,
)
from crypto_pipeline.sources.symbols import Universe
from crypto_pipeline_tests.collection.collected import answer, collect, exchange, index, usual_answers

RATES_TAKE_AT_MOST = 20.0

FAULTS_OF_THE_WIRE = [
    "429:3600",
    "503",
    "403",
    "451",
    "404",
    "truncated",
    "reset",
    "html",
    "not_json",
    "null",
    "redirect_loop",
]


def test_every_table_comes_once_with_the_rows_of_all_its_sources() -> None:
    collected = collect([exchange("one"), exchange("two"), index("mood")])
    assert sorted(collected.tables) == ["cached_market_data", "consensus_prices", "market_prices", "sentiment_metrics"]
    assert len(collected.batch("market_prices").rows) == 4
    assert [row["sources"] for row in collected.batch("consensus_prices").rows] == [2, 2]


@pytest.mark.parametrize("fault", FAULTS_OF_THE_WIRE)
def test_a_fault_of_one_source_loses_no_row_of_another(fault: str) -> None:
    collected = collect([exchange("well"), exchange("ill")], faults=[f"ill.example={fault}"])
    batch = collected.batch("market_prices")
    assert {row["source"] for row in batch.rows} == {"well"}
    assert [result.endpoint.id for result in batch.failed] == ["ill.ticker"]
    assert batch.failed[0].error


@pytest.mark.parametrize("fault", ["hang", "drip"])
def test_a_source_that_does_not_come_to_an_end_costs_its_own_deadline_only(fault: str) -> None:
    collected = collect([exchange("well"), exchange("ill")], faults=[f"ill.example={fault}"], request_seconds=2)
    assert {row["source"] for row in collected.batch("market_prices").rows} == {"well"}
    assert collected.outcomes["ill.ticker"] is Outcome.TIMEOUT


def test_a_table_does_not_wait_for_a_slow_source_of_another() -> None:
    released = threading.Event()

    def app(request: ServedRequest) -> ServedResponse:
        return usual_answers(request)

    def release(batches: list[TableBatch]) -> None:
        if any(batch.table == "sentiment_metrics" for batch in batches):
            released.set()

    collected = collect(
        [exchange("slow"), index("mood")], app, faults=["slow.example=hang"], request_seconds=0.5, on_batches=release
    )
    assert released.is_set()
    assert collected.tables[0] == "sentiment_metrics"


def test_what_is_not_there_at_the_end_of_the_collection_is_recorded_as_such() -> None:
    collected = collect([exchange("well"), exchange("slow")], faults=["slow.example=hang"], seconds=2)
    assert collected.outcomes["slow.ticker"] is Outcome.OUT_OF_TIME
    assert [attempt.outcome for _, attempt in collected.result("slow.ticker").attempts] == [Outcome.OUT_OF_TIME]
    assert collected.batch("market_prices").has_data
    (failure,) = log_rows(collected.collector.results, [], job="test", gateway=None)["failure_logs"]
    assert failure["outcome"] == "out_of_time"


def test_a_table_of_which_every_source_failed_is_missing() -> None:
    collected = collect([exchange("ill"), index("mood")], faults=["ill.example=503"])
    assert collected.batch("market_prices").is_missing
    assert not collected.batch("sentiment_metrics").is_missing


def test_one_bad_row_costs_that_row_and_says_why() -> None:
    collected = collect([exchange("one")], lambda request: answer({"BTC-USD": "n/a", "ETH-USD": 3050}))
    assert [row["symbol"] for row in collected.batch("market_prices").rows] == ["ETH"]
    (rejected,) = log_rows(collected.collector.results, [], job="test", gateway=None)["rejected_rows"]
    assert (rejected["reason"], rejected["number"], rejected["table_name"]) == ("it has no price", 1, "market_prices")
    assert "BTC-USD" in rejected["row"]


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        ({}, Outcome.EMPTY),
        ({"NOTTRACKED-USD": 1}, Outcome.EMPTY),
        ({"BTC-USD": None}, Outcome.UNPARSEABLE),
        ([1, 2], Outcome.UNPARSEABLE),
        (None, Outcome.UNPARSEABLE),
    ],
)
def test_an_answer_that_gives_nothing_is_no_success(body: object, outcome: Outcome) -> None:
    assert collect([exchange("one")], lambda request: answer(body)).outcomes == {"one.ticker": outcome}


def test_a_body_that_no_parser_understood_is_kept_for_a_person_to_look_at() -> None:
    collected = collect([exchange("one")], faults=["one.example=not_json"])
    (kept,) = log_rows(collected.collector.results, [], job="test", gateway=None)["quarantined_payloads"]
    assert kept["endpoint"] == "one.ticker"
    assert kept["body"]


def test_a_stale_answer_is_neither_a_success_nor_stored() -> None:
    old = (datetime.now(timezone.utc) - timedelta(days=5)).isoformat()
    collected = collect([index("mood")], lambda request: answer({"value": 20, "at": old}))
    assert collected.outcomes == {"mood.index": Outcome.STALE}
    assert collected.batch("sentiment_metrics").rows == []


def test_the_same_answer_without_a_time_of_its_own_is_no_new_fact() -> None:
    first = collect([exchange("one")])
    states = states_from(log_rows(first.collector.results, [], job="test", gateway=None)["source_health"])
    second = collect([exchange("one")], states=states)
    assert second.outcomes == {"one.ticker": Outcome.NOT_MODIFIED}
    assert second.batch("market_prices").rows == []
    assert second.batch("market_prices").has_data


def test_a_source_with_an_etag_is_asked_whether_anything_is_new() -> None:
    state = EndpointState(etag='"abc"', last_modified="Mon, 23 Nov 2026 12:00:00 GMT")

    def app(request: ServedRequest) -> ServedResponse:
        assert request.headers["if-none-match"] == '"abc"'
        return ServedResponse(304)

    collected = collect([exchange("one")], app, states={"one.ticker": state})
    assert collected.outcomes == {"one.ticker": Outcome.NOT_MODIFIED}


def newest_of(minutes: float) -> tuple[Endpoint, ServedResponse]:
    """A source that may be an hour old, and its answer of so many minutes ago with an ETag."""
    endpoint = index("mood", answer=Expected(stale_after_minutes=60))
    at = (datetime.now(timezone.utc) - timedelta(minutes=minutes)).isoformat()
    return endpoint, answer({"value": 20, "at": at}, etag='"abc"')


@pytest.mark.parametrize(("minutes", "asked_with"), [(58, '"abc"'), (62, None)])
def test_nothing_new_is_a_good_answer_until_what_is_known_is_too_old(minutes: int, asked_with: str | None) -> None:
    now = datetime.now(timezone.utc)
    endpoint, first = newest_of(1)
    state = collect([endpoint], lambda request: first).result("mood.index").remembered
    assert state
    assert state.fresh_until
    later = now + timedelta(minutes=minutes - 1)
    asked: list[str | None] = []

    def app(request: ServedRequest) -> ServedResponse:
        asked.append(request.headers.get("if-none-match"))
        return ServedResponse(304) if asked[-1] else first

    again = collect([endpoint], app, states={"mood.index": state}, clock=lambda: later)
    assert asked == [asked_with]
    assert again.outcomes == {"mood.index": Outcome.NOT_MODIFIED if asked_with else Outcome.OK}


@pytest.mark.parametrize(
    ("good_for", "outcome"), [(timedelta(minutes=1), Outcome.NOT_MODIFIED), (timedelta(minutes=-1), Outcome.STALE)]
)
def test_the_same_body_again_and_again_becomes_stale(good_for: timedelta, outcome: Outcome) -> None:
    first = collect([exchange("one")]).result("one.ticker").remembered
    assert first
    assert first.fresh_until
    assert first.fresh_until > datetime.now(timezone.utc) + timedelta(minutes=59)
    state = replace(first, fresh_until=datetime.now(timezone.utc) + good_for)
    again = collect([exchange("one")], states={"one.ticker": state})
    assert again.outcomes == {"one.ticker": outcome}
    remembered = again.result("one.ticker").remembered
    assert remembered
    assert (remembered.body_hash, remembered.fresh_until) == (first.body_hash, state.fresh_until)


def test_an_error_in_the_body_leaves_the_remembered_fields() -> None:
    first = collect([index("mood")]).result("mood.index").remembered
    assert first
    assert first.fields
    again = collect([index("mood")], lambda request: answer({"oops": 1}), states={"mood.index": first})
    assert again.outcomes == {"mood.index": Outcome.UNPARSEABLE}
    provider = Provider("mood", "https://mood.example")

    @provider.endpoint(Metric, "/index", name="index")
    def refusing(payload: Payload) -> Rows:
        reject(payload["error"])
        return []

    said = collect(provider.endpoints, lambda request: answer({"error": "x"}), states={"mood.index": first})
    assert said.outcomes == {"mood.index": Outcome.ERROR_IN_BODY}
    remembered = said.result("mood.index").remembered
    assert remembered
    assert remembered.fields == first.fields
    assert said.rows("schema_drift") == []


@pytest.mark.parametrize(("old", "outcome"), [(4, Outcome.OK), (5, Outcome.STALE)])
def test_the_newest_row_says_how_old_an_answer_is(old: int, outcome: Outcome) -> None:
    provider = Provider("five", "https://five.example")

    @provider.endpoint(Metric, "/index", name="index", answer=Expected(stale_after_minutes=60))
    def parser(payload: Payload) -> Rows:
        return [Metric(f"metric {number}", 1, "index", timestamp=at) for number, at in enumerate(payload)]

    now = datetime.now(timezone.utc)
    times = [(now - timedelta(minutes=90)).isoformat()] * old + [now.isoformat()] * (5 - old)
    for served in (answer(times), answer(times[::-1])):
        assert collect(provider.endpoints, partial(_same, served)).outcomes == {"five.index": outcome}


def _same(served: ServedResponse, request: ServedRequest) -> ServedResponse:
    return served


def test_nothing_is_remembered_of_an_answer_whose_rows_are_not_all_stored() -> None:
    collected = collect([exchange("one")], tables=["market_prices"])
    remembered = collected.result("one.ticker").remembered
    assert remembered
    assert (remembered.etag, remembered.body_hash) == (None, None)


def test_a_source_that_says_nothing_new_keeps_its_place_in_the_consensus() -> None:
    first = collect([exchange("one")])
    latest = tuple(first.batch("market_prices").rows)
    states = states_from(log_rows(first.collector.results, [], job="test", gateway=None)["source_health"])
    second = collect([exchange("one"), exchange("two")], states=states, latest=latest)
    assert {row["sources"] for row in second.batch("consensus_prices").rows} == {2}


def test_the_next_member_of_a_pool_takes_over_in_the_same_collection() -> None:
    pool = [
        exchange(name, pool=PoolMember("pool", n), source="market")
        for n, name in enumerate(("first", "second", "third"))
    ]
    collected = collect(pool, faults=["first.example=503"])
    assert collected.outcomes == {
        "first.ticker": Outcome.SERVER_ERROR,
        "second.ticker": Outcome.OK,
        "third.ticker": Outcome.STANDBY,
    }
    assert {request.host for request in collected.requests} == {"first.example", "second.example"}
    assert {row["source"] for row in collected.batch("market_prices").rows} == {"market"}
    (rotation,) = collected.collector.rotations
    assert (rotation.pool, rotation.from_endpoint, rotation.to_endpoint) == ("pool", "first.ticker", "second.ticker")
    assert "503" in rotation.reason
    (turn,) = collected.rows("rotation_state")
    assert (turn["endpoint"], turn["next_endpoint"]) == ("second.ticker", "second.ticker")


def test_a_source_that_wants_a_pause_is_not_asked_and_that_is_no_success() -> None:
    later = datetime.now(timezone.utc) + timedelta(hours=1)
    state = EndpointState(outcome="rate_limited", consecutive_failures=1, not_before=later)
    collected = collect([exchange("one")], states={"one.ticker": state})
    assert (collected.outcomes, collected.requests) == ({"one.ticker": Outcome.BACKING_OFF}, [])
    assert collected.batch("market_prices").is_missing


def test_a_source_that_is_not_due_is_not_asked_and_its_table_is_not_missing() -> None:
    state = EndpointState(succeeded_at=datetime.now(timezone.utc))
    collected = collect([index("mood", cadence=1440)], states={"mood.index": state})
    assert (collected.outcomes, collected.requests) == ({"mood.index": Outcome.NOT_DUE}, [])
    assert not collected.batch("sentiment_metrics").is_missing


def test_a_table_is_not_missing_when_one_source_fails_and_the_others_are_not_due() -> None:
    state = EndpointState(succeeded_at=datetime.now(timezone.utc))
    both = [index("daily", cadence=1440), index("ill")]
    collected = collect(both, faults=["ill.example=503"], states={"daily.index": state})
    assert not collected.batch("sentiment_metrics").is_missing


def test_calls_that_are_read_together_are_joined_and_an_optional_one_may_fail() -> None:
    node = Provider("node", "https://node.example")
    calls = (
        SubRequest("head", {"method": "head"}),
        SubRequest("fees", lambda so_far: {"method": "fees", "upto": so_far["head"]["height"]}),
        SubRequest("price", {"method": "price"}, optional=True),
    )

    @node.endpoint(Gas, together(*calls))
    def gas(payload: Payload) -> Rows:
        assert "price" not in payload
        return [Gas("chain", payload["fees"]["fee"], block_number=payload["head"]["height"])]

    def app(request: ServedRequest) -> ServedResponse:
        if b"price" in request.body:
            return ServedResponse(404)
        return answer({"height": 7} if b"head" in request.body else {"fee": 3} if b'"upto":7' in request.body else None)

    collected = collect(node.endpoints, app, tables=["gas_prices"])
    (row,) = collected.batch("gas_prices").rows
    assert (row["gas_price_gwei"], row["block_number"]) == (3, 7)
    assert {ask for ask, _ in collected.result("node.gas").attempts} == {"head", "fees", "price"}


def test_of_many_requests_of_one_endpoint_those_that_answer_are_kept() -> None:
    opened = datetime.now(timezone.utc).replace(minute=0, second=0, microsecond=0).timestamp()
    venue = Provider("venue", "https://venue.example")

    def requests(context: Context) -> list[RequestSpec]:
        return [RequestSpec(f"{symbol} 1h", {"symbol": symbol}, {"s": symbol}) for symbol in ("BTC", "ETH", "SOL")]

    @venue.endpoint(Candle, "/{symbol}", requests=requests)
    def candles(payload: Payload, ask: RequestSpec) -> Rows:
        return [Candle(ask.values["symbol"], "1h", opened, *payload)]

    collected = collect(
        venue.endpoints, lambda r: answer([1, 2, 1, 2]), faults=["venue.example/ETH=404"], tables=["cached_ohlc"]
    )
    assert sorted(row["symbol"] for row in collected.batch("cached_ohlc").rows) == ["BTC", "SOL"]
    result = collected.result("venue.candles")
    assert result.outcome is Outcome.OK
    assert (result.error or "").startswith("1 of 3 requests failed; the first (ETH 1h)")
    (failure,) = log_rows(collected.collector.results, [], job="test", gateway=None)["failure_logs"]
    assert (failure["ask"], failure["outcome"], failure["status_code"]) == ("ETH 1h", "client_error", 404)


def test_a_defect_of_one_parser_costs_its_own_source_only() -> None:
    broken = Provider("broken", "https://broken.example")

    @broken.endpoint(Gas, "/")
    def gas(payload: Payload) -> Rows:
        raise OSError("a parser that does what no parser should")

    collected = collect([*broken.endpoints, exchange("well")], tables=["market_prices", "gas_prices"])
    assert collected.outcomes == {"broken.gas": Outcome.UNPARSEABLE, "well.ticker": Outcome.OK}


def test_a_defect_in_making_requests_costs_its_own_source_only() -> None:
    broken = Provider("broken", "https://broken.example")

    def requests(context: Context) -> list[RequestSpec]:
        raise KeyError("BTC")

    @broken.endpoint(Gas, "/", requests=requests)
    def gas(payload: Payload) -> Rows:
        return []

    collected = collect([*broken.endpoints, exchange("well")], tables=["market_prices", "gas_prices"])
    assert collected.outcomes == {"broken.gas": Outcome.CLIENT_ERROR, "well.ticker": Outcome.OK}


def test_an_endpoint_that_can_be_asked_for_no_tracked_coin_waits() -> None:
    other = Provider("other", "https://other.example")

    @other.endpoint(Gas, "/", requests=lambda context: [])
    def gas(payload: Payload) -> Rows:
        return []

    assert collect(other.endpoints, tables=["gas_prices"]).outcomes == {"other.gas": Outcome.NOT_DUE}


def test_every_log_row_has_the_columns_of_its_table() -> None:
    collected = collect([exchange("well"), exchange("ill"), index("mood")], faults=["ill.example=not_json"])
    for table, rows in log_rows(collected.collector.results, [], job="test", gateway="http://127.0.0.1:1").items():
        marks = {"collected_at", "run_id", "region"} & set(TABLES[table].column_names)
        for row in rows:
            assert set(row) | marks == set(TABLES[table].column_names), table


def test_when_a_budget_is_short_the_quick_endpoints_have_it_and_the_slow_ones_wait() -> None:
    host = Provider("host", "https://host.example", budget=Budget(1, 60))
    for name, cadence in (("daily", 1440), ("quick", 5)):

        @host.endpoint(Metric, f"/{name}/index", name=name, cadence=cadence)
        def parser(payload: Payload) -> Rows:
            return [Metric("index", payload["value"], "count")]

    collected = collect(host.endpoints)
    assert collected.outcomes == {"host.quick": Outcome.OK, "host.daily": Outcome.NO_BUDGET}
    assert collected.batch("sentiment_metrics").failed == []
    assert log_rows(collected.collector.results, [], job="test", gateway="")["failure_logs"] == []


def test_a_source_that_waits_for_its_hosts_budget_is_missed_only_where_no_other_has_answered_lately() -> None:
    host, bank = (
        Provider("host", "https://host.example", budget=Budget(1, 60)),
        Provider("bank", "https://bank.example"),
    )
    host.endpoint(Metric, "/index", name="index")(lambda payload: [Metric("index", payload["value"], "count")])
    for provider in (host, bank):
        provider.endpoint(Rate, "/rates", name="rates", cadence=360)(lambda payload: [])

    def is_missing(*endpoints: Endpoint) -> bool:
        states = {"bank.rates": EndpointState(succeeded_at=datetime.now(timezone.utc))}
        collected = collect(endpoints, states=states, tables=["sentiment_metrics", "exchange_rates"])
        assert collected.outcomes["host.rates"] == Outcome.NO_BUDGET
        return collected.batch("exchange_rates").is_missing

    assert is_missing(*host.endpoints)
    assert not is_missing(*host.endpoints, *bank.endpoints)


def test_an_answer_in_local_money_waits_for_the_rate_of_that_money() -> None:
    bank = Provider("bank", "https://bank.example")

    @bank.endpoint(Rate, "/rates")
    def rates(payload: Payload) -> Rows:
        return each(payload.items(), lambda currency, usd: Rate(currency, usd))

    yen = Provider("yen", "https://yen.example", local_money="JPY")
    other_yen = Provider("other_yen", "https://other-yen.example", local_money="JPY")

    @other_yen.endpoint(Quote, "/ticker")
    @yen.endpoint(Quote, "/ticker")
    def ticker(payload: Payload) -> Rows:
        return each(payload.items(), lambda pair, price: Quote(pair, last=price))

    def app(request: ServedRequest) -> ServedResponse:
        return answer({"JPY": 0.0064}) if "bank" in request.host else answer({"BTC-JPY": 14_000_000})

    both = [*yen.endpoints, *other_yen.endpoints, *bank.endpoints]
    collected = collect(both, app, faults=["bank.example=slow:0.2"], tables=["market_prices", "exchange_rates"])
    assert [row["price_usd"] for row in collected.batch("market_prices").rows] == [89_600, 89_600]
    assert collected.tables[0] == "exchange_rates"
    waited = collected.batch("market_prices").results[0]
    assert (waited.finished_at - waited.started_at).total_seconds() < RATES_TAKE_AT_MOST
    alone = collect(yen.endpoints, app, tables=["market_prices", "exchange_rates"])
    assert alone.outcomes == {"yen.ticker": Outcome.UNPARSEABLE}


def test_what_is_made_of_another_table_comes_after_it_also_when_nobody_is_asked() -> None:
    tables = ["cached_market_data", "market_prices", "sentiment_metrics", "consensus_prices"]
    assert collect([], tables=tables[::-1]).tables == tables


def test_an_endpoint_is_given_back_with_its_outcome_whatever_that_is(tmp_path: Path) -> None:
    locks = locks_in(tmp_path / "endpoints.lock")
    collect([exchange("one"), exchange("two")], faults=["two.example=500"], locks=locks)
    for endpoint in ("one.ticker", "two.ticker"):
        assert anyio.run(locks.claim, endpoint, 0.0) is None


@pytest.mark.parametrize(
    ("lost", "attended", "warns"),
    [(9.9, 1.0, False), (10.0, 30.0, True), (10.0, 30.1, False), (100.0, 300.0, True), (100.0, 301.0, False)],
)
def test_a_machine_that_was_away_for_ten_seconds_and_a_quarter_of_the_time_is_said_to_be_too_slow(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, lost: float, attended: float, warns: bool
) -> None:
    collector = Collector(CollectionPlan((), frozenset(), 60, NormalisationContext(datetime.now(timezone.utc))))
    collector._attention._lost, collector._attention._attended = lost, attended
    monkeypatch.setattr(collector._attention, "_clock", lambda: collector._attention._last)
    collector._warn_of_lag()
    assert ("too slow" in caplog.text) is warns


@pytest.mark.parametrize(
    ("hosts", "off", "says"), [(5, 3600, "ahead"), (5, -3600, "behind"), (4, 3600, ""), (5, 0, "")]
)
def test_a_clock_that_is_off_those_of_most_hosts_is_said_to_be_wrong(
    caplog: pytest.LogCaptureFixture, hosts: int, off: int, says: str
) -> None:
    def app(request: ServedRequest) -> ServedResponse:
        made = utc_now() - timedelta(seconds=off)
        return answer({"BTC-USD": "90500"}, date=format_datetime(made, usegmt=True))

    collect([exchange(f"exchange{number}") for number in range(hosts)], app, tables=["market_prices"])
    said = [record.getMessage() for record in caplog.records if "clock of this machine is wrong" in record.getMessage()]
    assert [says in sentence for sentence in said] == ([True] if says else [])


@pytest.mark.parametrize(
    ("said", "outcome", "rejected"),
    [
        ({"BTC-USD": "90500"}, Outcome.OK, 0),
        ({"BTC-USD": "90500", "SOL-USD": "0"}, Outcome.OK, 1),
        ({"SOL-USD": "140"}, Outcome.OK, 0),
        ({"NOBODY-USD": "1"}, Outcome.EMPTY, 0),
        ({"SOL-USD": "0"}, Outcome.UNPARSEABLE, 1),
        ({}, Outcome.EMPTY, 0),
    ],
    ids=["of another coin", "odd for ours", "of ours", "of no usual coin", "odd for all", "nothing"],
)
def test_a_source_without_the_few_coins_that_are_tracked_is_well(
    said: dict[str, str], outcome: Outcome, rejected: int
) -> None:
    context = NormalisationContext(datetime.now(timezone.utc), universe=Universe(frozenset({"SOL"})))
    made = collect([exchange("one")], lambda request: answer(said), tables=["market_prices"], context=context)
    result = made.result("one.ticker")
    assert (result.outcome, result.rejected_count) == (outcome, rejected)
    assert result.row_count == (2 if said == {"SOL-USD": "140"} else 0)
