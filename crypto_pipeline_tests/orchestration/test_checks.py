"""Checks as a collection makes them: shown, kept, and never in its way."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from crypto_pipeline.orchestration import checks
from crypto_pipeline.orchestration.build import build_defs
from crypto_pipeline.orchestration.checks import CHECKS, CheckContext, made
from crypto_pipeline.orchestration.resources import Sources, WarehouseResource
from crypto_pipeline.replay.server import running_server
from crypto_pipeline.schema.gas_ranges import PLAUSIBLE_FEES
from crypto_pipeline.schema.jobs import BACKFILL_JOB, UI_JOB
from crypto_pipeline.schema.tables import DATA_TABLES
from crypto_pipeline.settings import Settings
from crypto_pipeline.sources.kit import Span
from crypto_pipeline.warehouse import quality
from crypto_pipeline.warehouse.engines import warehouse_for
from crypto_pipeline_tests import templates
from crypto_pipeline_tests.collection.backfill.walked import Exchange, unix
from crypto_pipeline_tests.collection.backfill.walked import exchange as past_exchange
from crypto_pipeline_tests.collection.collected import exchange, index
from crypto_pipeline_tests.orchestration.bank import Bank, bank
from crypto_pipeline_tests.orchestration.conftest import Run
from crypto_pipeline_tests.recorded import EXPECTED_ROWS

KEPT = "SELECT table_name, check_name, passed, severity, detail FROM data_quality_results"


def shown(data: Bank, result: dg.ExecuteInProcessResult) -> dict[tuple[str, str], tuple[bool, str]]:
    """The evaluations that the UI has of a run: whether they passed, and how severe they are."""
    records = data.instance.get_records_for_run(
        result.run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION
    ).records
    events = [record.event_log_entry.dagster_event for record in records]
    found = [event.asset_check_evaluation_data for event in events if event]
    return {(one.asset_key.to_user_string(), one.check_name): (one.passed, one.severity.value) for one in found}


def latest(data: Bank, table: str, check: str) -> Any:
    key = dg.AssetCheckKey(dg.AssetKey(table), check)
    record = data.instance.event_log_storage.get_latest_asset_check_execution_by_key([key])[key]
    assert record.event
    assert record.event.dagster_event
    return record.event.dagster_event.asset_check_evaluation_data


def run_checks(data: Bank, *checks: tuple[str, str]) -> dg.ExecuteInProcessResult:
    """As a person starts checks in the UI."""
    keys = [dg.AssetCheckKey(dg.AssetKey(table), check) for table, check in checks]
    defs = dg.Definitions(
        assets=data.defs.assets,
        asset_checks=data.defs.asset_checks,
        resources=data.defs.resources,
        jobs=[dg.define_asset_job("by_hand", selection=dg.AssetSelection.checks(*keys))],
    )
    return defs.resolve_job_def("by_hand").execute_in_process(instance=data.instance, raise_on_error=False)


def test_every_collected_table_is_checked_and_the_ui_knows_all_checks() -> None:
    assert {check.table for check in CHECKS} == set(DATA_TABLES)
    keys = build_defs().resolve_asset_graph().asset_check_keys
    assert {(key.asset_key.to_user_string(), key.name) for key in keys} == {
        (check.table, check.name) for check in CHECKS
    }


def test_what_a_run_shows_is_what_it_keeps(first_run: Run) -> None:
    data, result = first_run.bank, first_run.result
    evaluations = shown(data, result)
    assert {table for table, _ in evaluations} == {
        "market_prices",
        "cached_market_data",
        "consensus_prices",
        "sentiment_metrics",
    }
    assert evaluations["market_prices", "enough_sources"] == (True, "WARN")
    assert evaluations["market_prices", "no_duplicates"] == (True, "ERROR")
    assert evaluations["consensus_prices", "prices_within_band"] == (True, "WARN")
    assert all(passed for passed, _ in evaluations.values())
    rows = data.sql(f"{KEPT} WHERE run_id = '{result.run_id}'")
    kept = {(table, check): (passed, severity.upper()) for table, check, passed, severity, _ in rows}
    assert kept == evaluations


@dataclass(frozen=True)
class Story:
    """Six runs of one data bank, one after the other."""

    bank: Bank
    first: dg.ExecuteInProcessResult
    within_the_hour: dg.ExecuteInProcessResult
    broken: dg.ExecuteInProcessResult
    """A price is there twice."""
    still_broken: dg.ExecuteInProcessResult
    mended: dg.ExecuteInProcessResult
    after_the_hour: dg.ExecuteInProcessResult


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    with bank(tmp_path_factory.mktemp("story"), [exchange("one")]) as data:

        def changed(statement: str) -> None:
            with WarehouseResource(database=str(data.settings.database)).get_connection() as connection:
                connection.execute(statement)

        runs = [data.run(UI_JOB), data.run(UI_JOB)]
        changed("INSERT INTO market_prices SELECT * FROM market_prices WHERE symbol = 'BTC'")
        runs += [data.run(UI_JOB), data.run(UI_JOB)]
        changed("DELETE FROM market_prices WHERE rowid = (SELECT max(rowid) FROM market_prices WHERE symbol = 'BTC')")
        runs.append(data.run(UI_JOB))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(checks, "SHOWN_AGAIN_AFTER", timedelta(0))
            after = data.run(UI_JOB)
        first, within, broken, still, mended = runs
        yield Story(data, first, within, broken, still, mended, after)


def kept_of(data: Bank, run: dg.ExecuteInProcessResult) -> list[tuple[Any, ...]]:
    return data.sql(
        f"SELECT table_name, check_name FROM data_quality_results WHERE run_id = '{run.run_id}' ORDER BY ALL"
    )


def test_a_check_that_passes_again_within_the_hour_is_kept_and_not_shown_anew(story: Story) -> None:
    assert len(shown(story.bank, story.first)) > 5
    assert shown(story.bank, story.within_the_hour) == {}
    assert kept_of(story.bank, story.within_the_hour) == kept_of(story.bank, story.first)
    assert latest(story.bank, "market_prices", "no_duplicates").passed
    assert shown(story.bank, story.after_the_hour) == shown(story.bank, story.first)


def test_a_check_that_has_failed_is_shown_until_it_passes(story: Story) -> None:
    """Of those that have passed all the time none is shown beside it."""
    failed = {("market_prices", "no_duplicates"): (False, "ERROR")}
    assert shown(story.bank, story.broken) == failed
    assert shown(story.bank, story.still_broken) == failed
    assert shown(story.bank, story.mended) == {("market_prices", "no_duplicates"): (True, "ERROR")}


def test_a_key_that_is_there_twice_is_an_error_and_the_run_goes_well(story: Story) -> None:
    assert story.broken.success
    (event,) = story.broken.get_asset_check_evaluations()
    assert (event.passed, event.severity.value) == (False, "ERROR")
    assert "| one | BTC |" in str(event.metadata["cases"].value)


def test_a_source_that_fails_is_a_warning_and_the_run_goes_well(tmp_path: Path) -> None:
    with bank(
        tmp_path, [exchange("one"), exchange("two"), exchange("three")], "one.example=404", "two.example=404"
    ) as data:
        result = data.run(UI_JOB)
        assert result.success
        assert shown(data, result)["market_prices", "enough_sources"] == (False, "WARN")
        evaluation = latest(data, "market_prices", "enough_sources")
        assert evaluation.description == "1 of 3 sources answered"
        assert evaluation.metadata["sources_ok"].value == 1


def test_the_checks_of_tables_that_were_stored_are_kept_when_the_run_fails(failed_run: Run) -> None:
    data, result = failed_run.bank, failed_run.result
    assert not result.success
    assert {table for table, _ in shown(data, result)} == {"sentiment_metrics"}
    assert {row[0] for row in data.sql(KEPT)} == {"sentiment_metrics"}


def test_while_somebody_holds_the_database_checks_are_not_made_and_say_so(run_beside_a_holder: Run) -> None:
    data, result = run_beside_a_holder.bank, run_beside_a_holder.result
    assert result.success
    assert {check for _, check in shown(data, result)} == {"enough_sources"}, "only what needs no database is made"
    not_made = [row for row in data.sql(KEPT) if row[2] is None]
    assert len(not_made) == 8
    assert all("Not checked" in detail and "open in another program" in detail for *_, detail in not_made)


def test_a_check_that_breaks_has_not_passed_and_costs_neither_the_run_nor_another_check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object) -> None:
        raise ZeroDivisionError("a defect of ours")

    monkeypatch.setattr(quality, "no_duplicates", breaks)
    with bank(tmp_path, [exchange("one"), index("sentiment")]) as data:
        result = data.run(UI_JOB)
        assert result.success
        evaluations = shown(data, result)
        assert evaluations["market_prices", "no_duplicates"] == (False, "WARN"), "it says nothing of the rows"
        assert evaluations["market_prices", "fresh"] == (True, "WARN")
        assert evaluations["market_prices", "nothing_in_the_future"] == (True, "ERROR")
        ((passed, severity, detail),) = {row[2:] for row in data.sql(KEPT) if row[1] == "no_duplicates"}
        assert (passed, severity) == (False, "warn")
        assert detail.startswith("The check broke: ZeroDivisionError: a defect of ours (breaks, line ")
        by_hand = run_checks(data, ("market_prices", "no_duplicates"), ("market_prices", "fresh"))
        assert by_hand.success
        assert shown(data, by_hand) == {
            ("market_prices", "no_duplicates"): (False, "WARN"),
            ("market_prices", "fresh"): (True, "WARN"),
        }


def test_a_person_can_start_a_check_and_its_result_is_kept_as_well(first_run: Run) -> None:
    data = first_run.bank
    by_hand = run_checks(data, ("market_prices", "enough_sources"), ("market_prices", "no_duplicates"))
    assert by_hand.success
    assert shown(data, by_hand) == {
        ("market_prices", "enough_sources"): (True, "WARN"),
        ("market_prices", "no_duplicates"): (True, "ERROR"),
    }
    kept = data.sql(f"{KEPT} WHERE run_id = '{by_hand.run_id}' ORDER BY check_name")
    assert [row[4] for row in kept] == ["3 of 4 sources answered", "no key is there twice"]


def test_every_check_can_be_made_on_empty_tables(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    shutil.copy(templates.empty_database(), settings.database)
    warehouse = warehouse_for(settings)
    context = CheckContext(warehouse, settings, datetime.now(timezone.utc))
    with warehouse.reading():
        assert [checked for checked in (made(check, context) for check in CHECKS) if not checked.finding] == []


def test_the_fees_of_every_recorded_answer_are_plausible_for_their_chain_and_unit() -> None:
    covered = set()
    for file in EXPECTED_ROWS.glob("*/*.jsonl"):
        for line in file.read_text("utf-8").splitlines():
            row = json.loads(line)
            if row.get("table") != "gas_prices":
                continue
            covered.add((row["blockchain"], row["unit"]))
            lowest, highest = PLAUSIBLE_FEES[row["blockchain"], row["unit"]]
            fees = [row[f"{name}_gas_price"] for name in ("slow", "standard", "fast")] + [row["gas_price_gwei"]]
            for fee in fees:
                assert fee is None or lowest <= fee <= highest, (file, fee)
    assert len(covered) > 50


def test_no_range_of_fees_would_let_a_fee_in_the_next_smaller_unit_pass() -> None:
    for (chain, unit), (lowest, highest) in PLAUSIBLE_FEES.items():
        if unit == "gwei":
            assert highest / lowest <= 1e9, chain


def test_after_a_back_fill_the_ui_says_what_is_missing_of_the_past_and_what_to_do(tmp_path: Path) -> None:
    """One exchange has a hole between its days that it has told of once."""
    server = Exchange(halts=[Span(unix("2026-02-01"), unix("2026-02-03"))])
    with running_server(server.answer) as gateway:
        settings = Settings(data_dir=tmp_path, gateway_url=gateway, symbols="BTC")
        shutil.copy(templates.empty_database(), settings.database)
        defs = build_defs(settings=settings, resources={"sources": Sources(settings, [past_exchange()])})
        with dg.DagsterInstance.ephemeral() as instance:
            data = Bank(settings, defs, instance)
            wish = {"symbols": "BTC", "since": "2026-01-01", "until": "2026-03-01"}
            result = data.run(BACKFILL_JOB, run_config={"ops": {"fill_the_past": {"config": wish}}})
            assert result.success
            assert shown(data, result)["cached_ohlc", "history_complete"] == (False, "WARN")
            metadata = latest(data, "cached_ohlc", "history_complete").metadata
            assert (metadata["unexplained"].value, metadata["to_ask_again"].value) == (2, 2)
            assert "crypto-pipeline backfill repair" in metadata["what_to_do"].value
            assert data.sql(f"{KEPT} WHERE check_name = 'history_complete'") == [
                (
                    "cached_ohlc",
                    "history_complete",
                    False,
                    "warn",
                    "2 candles and 0 pages of the past can be asked for again",
                )
            ]
