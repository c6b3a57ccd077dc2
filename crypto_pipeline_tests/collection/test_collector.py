"""Tables of a collection: each comes once, when its own endpoints are done, and says whether it is missing."""

from __future__ import annotations

import threading
from datetime import datetime, timezone

from crypto_pipeline.collection.health import EndpointState
from crypto_pipeline.collection.log import log_rows
from crypto_pipeline.collection.results import TableBatch
from crypto_pipeline.replay.server import ServedRequest, ServedResponse
from crypto_pipeline.schema.outcomes import Outcome
from crypto_pipeline.schema.rows import Metric, Quote, Rate
from crypto_pipeline.schema.tables import TABLES
from crypto_pipeline.sources.kit import (
    Budget,
    Endpoint,
    Payload,
    Provider,
    Rows,
    each,
)
from crypto_pipeline_tests.collection.collected import answer, collect, exchange, index, usual_answers


def test_every_table_comes_once_with_the_rows_of_all_its_sources() -> None:
    collected = collect([exchange("one"), exchange("two"), index("mood")])
    assert sorted(collected.tables) == ["cached_market_data", "consensus_prices", "market_prices", "sentiment_metrics"]
    assert len(collected.batch("market_prices").rows) == 4
    assert [row["sources"] for row in collected.batch("consensus_prices").rows] == [2, 2]


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


def test_what_is_made_of_another_table_comes_after_it_also_when_nobody_is_asked() -> None:
    tables = ["cached_market_data", "market_prices", "sentiment_metrics", "consensus_prices"]
    assert collect([], tables=tables[::-1]).tables == tables


RATES_TAKE_AT_MOST = 20.0


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


def test_a_table_of_which_every_source_failed_is_missing() -> None:
    collected = collect([exchange("ill"), index("mood")], faults=["ill.example=503"])
    assert collected.batch("market_prices").is_missing
    assert not collected.batch("sentiment_metrics").is_missing


def test_a_table_is_not_missing_when_one_source_fails_and_the_others_are_not_due() -> None:
    state = EndpointState(succeeded_at=datetime.now(timezone.utc))
    both = [index("daily", cadence=1440), index("ill")]
    collected = collect(both, faults=["ill.example=503"], states={"daily.index": state})
    assert not collected.batch("sentiment_metrics").is_missing


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


def test_every_log_row_has_the_columns_of_its_table() -> None:
    collected = collect([exchange("well"), exchange("ill"), index("mood")], faults=["ill.example=not_json"])
    for table, rows in log_rows(collected.collector.results, [], job="test", gateway="http://127.0.0.1:1").items():
        marks = {"collected_at", "run_id", "region"} & set(TABLES[table].column_names)
        for row in rows:
            assert set(row) | marks == set(TABLES[table].column_names), table
