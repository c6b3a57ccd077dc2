"""A run without any price is no success, however well its sources answered."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path

import dagster as dg
import pytest

from crypto_pipeline.collection.normalise.context import NormalisationContext
from crypto_pipeline.collection.plan import CollectionPlan
from crypto_pipeline.collection.results import EndpointResult, TableBatch
from crypto_pipeline.orchestration import collection_report as report
from crypto_pipeline.orchestration.no_price import why_no_price
from crypto_pipeline.schema.jobs import HISTORICAL_JOB, UI_JOB
from crypto_pipeline.schema.outcomes import Outcome
from crypto_pipeline.settings import Settings
from crypto_pipeline.sources.kit import Expected
from crypto_pipeline.sources.symbols import Universe
from crypto_pipeline.warehouse import Warehouse
from crypto_pipeline.warehouse.engines import warehouse_for
from crypto_pipeline_tests import templates
from crypto_pipeline_tests.collection.collected import exchange, index
from crypto_pipeline_tests.holding import held_by_another_process
from crypto_pipeline_tests.orchestration.bank import bank

AT = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)
LENIENT = Expected(may_be_empty=True)


def failure_of(result: dg.ExecuteInProcessResult) -> str | None:
    """The sentence with which a run failed."""
    data = [event.step_failure_data.user_failure_data for event in result.all_events if event.is_step_failure]
    return data[0].description if data and data[0] else None


def test_a_run_whose_sources_have_none_of_the_coins_fails_with_one_sentence(tmp_path: Path) -> None:
    endpoints = [exchange("one", answer=LENIENT), exchange("two", answer=LENIENT), index("sentiment")]
    with bank(tmp_path, endpoints, symbols="+UNHEARDOF") as data:
        for job in (UI_JOB, HISTORICAL_JOB):  # the second hears that nothing is new, which confirms no price either
            result = data.run(job)
            assert not result.success
            assert failure_of(result) == (
                "There is no price at all: of 2 that were asked no source of prices has a coin that is kept"
                " (UNHEARDOF; CRYPTO_PIPELINE_SYMBOLS)."
            )
        assert data.sql("SELECT count(*) FROM market_prices") == [(0,)]
        assert data.sql("SELECT count(*) > 0 FROM sentiment_metrics") == [(True,)]


def test_one_price_of_one_coin_is_a_success(tmp_path: Path) -> None:
    endpoints = [exchange("one", answer=LENIENT)]
    with bank(tmp_path, endpoints, symbols="+UNHEARDOF,ETH") as data:
        assert data.run(UI_JOB).success
        assert data.sql("SELECT symbol FROM market_prices") == [("ETH",)]


def test_one_table_can_be_collected_alone_and_a_run_of_others_needs_no_price(tmp_path: Path) -> None:
    with bank(tmp_path, [exchange("one", answer=LENIENT), index("sentiment")], symbols="+UNHEARDOF") as data:
        assert data.run(HISTORICAL_JOB, asset_selection=[dg.AssetKey("sentiment_metrics")]).success
        assert data.sql("SELECT endpoint FROM data_collections") == [("sentiment.index",)]


def batch(*outcomes: Outcome, rows: int = 0) -> TableBatch:
    results = [EndpointResult(exchange(f"s{n}"), outcome, AT, AT) for n, outcome in enumerate(outcomes)]
    return TableBatch("market_prices", [{"symbol": "ABC"}] * rows, results)


PLAN = CollectionPlan((), frozenset(), 1, NormalisationContext(AT, universe=Universe(frozenset({"ABC"}))))


@pytest.fixture
def closed(tmp_path: Path) -> Warehouse:
    settings = Settings(data_dir=tmp_path, lock_seconds=0)
    shutil.copy(templates.empty_database(), settings.database)
    return warehouse_for(settings)


@pytest.fixture
def warehouse(closed: Warehouse) -> Iterator[Warehouse]:
    """The same, open in this process until the test ends."""
    with closed.open():
        yield closed


def store(warehouse: Warehouse, source: str, symbol: str) -> None:
    row = {"provider": source, "symbol": symbol, "price": 1.0, "fetched_at": AT, "run_id": "r"}
    warehouse.merge({"cached_market_data": [row]})


def test_nobody_was_asked_is_no_failure(warehouse: Warehouse) -> None:
    assert why_no_price([batch(Outcome.NOT_DUE)], PLAN, warehouse) is None
    assert why_no_price([], PLAN, warehouse) is None


def test_a_table_that_is_missing_has_a_sentence_of_its_own(warehouse: Warehouse) -> None:
    assert why_no_price([batch(Outcome.EMPTY)], PLAN, warehouse) is None
    assert why_no_price([batch(Outcome.EMPTY, Outcome.NOT_DUE)], PLAN, warehouse)


def test_a_price_of_the_last_half_hour_is_one_when_it_is_of_a_coin_that_is_kept(warehouse: Warehouse) -> None:
    assert why_no_price([batch(Outcome.OK)], replace(PLAN, latest=({"symbol": "XYZ"},)), warehouse)
    assert why_no_price([batch(Outcome.OK)], replace(PLAN, latest=({"symbol": "ABC"},)), warehouse) is None


@pytest.mark.parametrize("silent", [Outcome.NOT_MODIFIED, Outcome.NOT_DUE])
def test_an_older_price_counts_when_its_own_source_has_nothing_new(warehouse: Warehouse, silent: Outcome) -> None:
    finished = [batch(silent, Outcome.OK)]
    assert why_no_price(finished, PLAN, warehouse)
    store(warehouse, "s0", "XYZ")
    assert why_no_price(finished, PLAN, warehouse), "it is of a coin that is not kept any more"
    store(warehouse, "s1", "ABC")
    assert why_no_price(finished, PLAN, warehouse), "that source answered, and has the coin no more"
    store(warehouse, "s0", "ABC")
    assert why_no_price(finished, PLAN, warehouse) is None


def test_while_somebody_holds_the_database_nothing_is_said_of_older_prices(closed: Warehouse, tmp_path: Path) -> None:
    with held_by_another_process(Settings(data_dir=tmp_path).database):
        assert why_no_price([batch(Outcome.NOT_MODIFIED)], PLAN, closed) is None
        assert why_no_price([batch(Outcome.OK)], PLAN, closed)


def test_of_many_coins_the_sentence_names_three(warehouse: Warehouse) -> None:
    many = replace(PLAN, context=replace(PLAN.context, universe=Universe(frozenset("ABCD"))))
    assert "(A, B, C and 1 more; CRYPTO" in (why_no_price([batch(Outcome.OK)], many, warehouse) or "")
    three = replace(PLAN, context=replace(PLAN.context, universe=Universe(frozenset("ABC"))))
    assert "(A, B, C; CRYPTO" in (why_no_price([batch(Outcome.OK)], three, warehouse) or "")


def test_a_run_that_lacks_another_table_too_says_both() -> None:
    missing = TableBatch("sentiment_metrics", [], [EndpointResult(index("ill"), Outcome.SERVER_ERROR, AT, AT)])
    said = report.failure_of([missing], "There is no price at all.").description
    assert said == "There is no price at all. No source answered for sentiment_metrics (ill.index: server_error)"


def test_a_table_whose_only_source_may_not_be_asked_again_yet_is_missing_and_says_that() -> None:
    scarce = TableBatch("sentiment_metrics", [], [EndpointResult(index("scarce"), Outcome.NO_BUDGET, AT, AT)])
    assert scarce.is_missing
    said = report.failure_of([scarce], None).description
    assert said == "No source answered for sentiment_metrics (scarce.index: no_budget)"
