"""Evaluating everything: alerts, ticks and metrics, against a real file, and a real instance where its records are judged."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import cast

import dagster as dg
import pytest
from dagster._core.scheduler.instigation import TickStatus

from crypto_pipeline.monitoring import evaluate
from crypto_pipeline.monitoring.evaluate import _store, one_at_a_time
from crypto_pipeline.monitoring.facts import StoredTable
from crypto_pipeline.monitoring.state import Fate
from crypto_pipeline.schema.freshness import windows
from crypto_pipeline.schema.jobs import HISTORICAL_SCHEDULE, UI_JOB, UI_SCHEDULE
from crypto_pipeline.settings import Settings
from crypto_pipeline.warehouse import DatabaseBusy, Warehouse, WarehouseError, Written
from crypto_pipeline.warehouse.batches import Rows
from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse
from crypto_pipeline.warehouse.errors import RowsLost
from crypto_pipeline_tests.holding import held_by_another_process
from crypto_pipeline_tests.monitoring.endpoint import running_service
from crypto_pipeline_tests.monitoring.moments import NOON, minutes
from crypto_pipeline_tests.monitoring.watched import watched, watched_alone

TOO_MUCH = 10_000
"""Gigabytes that no disk has free."""
TITLE = f"Crypto data bank ({Settings(_env_file=None).called})"
ALERTS = "SELECT condition, resolved_at IS NULL FROM alerts ORDER BY first_seen_at"


def soon(minutes: float) -> datetime:
    """For what looks at the age of real files."""
    return datetime.now(timezone.utc) + timedelta(minutes=minutes)


def runs(name: str, *, well: bool) -> dg.JobDefinition:
    """A job of that name that goes well, or not."""

    @dg.op
    def step() -> None:
        if not well:
            raise dg.Failure("No source answered for gas_prices (a.gas: timeout)")

    @dg.job(name=name)
    def made() -> None:
        step()

    return made


def run(instance: dg.DagsterInstance, name: str, *, well: bool) -> dg.DagsterRun:
    return runs(name, well=well).execute_in_process(instance=instance, raise_on_error=False).dagster_run


def test_a_machine_that_gets_the_name_of_a_region_goes_on_with_what_was_wrong(tmp_path: Path) -> None:
    named = {"region": "eu", "regions": "eu"}
    with running_service() as service, watched_alone(tmp_path, alert_urls=service.url, failures_before_alert=3) as bank:
        bank.source(3, minutes(0))
        bank.source(9, minutes(0), "binance.tickers", outcome="blocked")
        bank.evaluate(minutes(1))
        assert len(service.titles) == 2
        for minute in (2, 3):
            report = bank.evaluate(minutes(minute), **named)
            assert [alert.condition for alert in report.change.open] == ["source_failing.kraken.ticker"]
        alerts = "SELECT region, resolved_at IS NULL, first_seen_at FROM alerts WHERE condition LIKE '%kraken%' ORDER BY region"
        assert bank.sql(alerts) == [("", False, minutes(1)), ("eu", True, minutes(1))]
        bank.source(0, minutes(4), region="eu")
        bank.evaluate(minutes(5), **named)
        ended = [title.partition(": ")[2] for title in service.titles[2:]]
        # Of who refused the machine nobody knows whether it refuses the region.
        assert ended == ["Resolved: source_failing.binance.tickers", "Resolved: source_failing.kraken.ticker"]
        assert service.titles[-1].startswith(TITLE.replace(")", ", eu)"))


def test_the_story_of_a_source_that_fails_three_times_and_recovers(tmp_path: Path) -> None:
    with running_service() as service, watched_alone(tmp_path, alert_urls=service.url, failures_before_alert=3) as bank:
        for minute, failures in ((0, 1), (5, 2)):
            bank.source(failures, minutes(minute))
            assert bank.evaluate(minutes(minute + 1)).change.open == ()
        bank.source(3, minutes(10))
        for minute in (11, 12, 16):
            assert len(bank.evaluate(minutes(minute)).change.open) == 1
        bank.source(4, minutes(20))
        bank.evaluate(minutes(21))
        assert service.titles == [f"{TITLE}: source_failing.kraken.ticker"]
        assert bank.sql("SELECT condition, first_seen_at, last_seen_at, resolved_at FROM alerts") == [
            ("source_failing.kraken.ticker", minutes(11), minutes(21), None)
        ]

        bank.source(0, minutes(25))
        for minute in (26, 27):
            assert bank.evaluate(minutes(minute)).change.open == ()
        assert service.titles[1:] == [f"{TITLE}: Resolved: source_failing.kraken.ticker"]
        assert "after 15 minutes" in service.heard[1]["message"]
        assert bank.sql("SELECT condition, first_seen_at, last_seen_at, resolved_at FROM alerts") == [
            ("source_failing.kraken.ticker", minutes(11), minutes(26), minutes(26))
        ]


def test_a_breaker_that_opens_is_an_alert_until_it_closes(tmp_path: Path) -> None:
    with watched_alone(tmp_path) as bank:
        bank.source(2, NOON, breaker_state="open", not_before=minutes(60))
        assert [alert.condition for alert in bank.evaluate(NOON).change.opened] == ["breaker_open.kraken.ticker"]
        bank.source(0, minutes(61))
        assert [alert.condition for alert in bank.evaluate(minutes(62)).change.resolved] == [
            "breaker_open.kraken.ticker"
        ]


def test_of_a_source_that_is_off_nobody_is_told(tmp_path: Path) -> None:
    with watched_alone(tmp_path, sources_off="kraken") as bank:
        bank.source(9, NOON)
        bank.source(9, minutes(-5 * 1440), endpoint="gone.ticker")
        assert bank.evaluate(minutes(1)).change.open == ()


def test_while_somebody_else_holds_the_database_an_alert_still_opens_once_and_ends_once(tmp_path: Path) -> None:
    with running_service() as service, watched_alone(tmp_path, held=False, alert_urls=service.url) as bank:
        bank.warehouse.prepare()
        bank.evaluate(soon(0))
        with held_by_another_process(bank.settings.database):
            for minute in (1, 2, 7):
                bank.evaluate(soon(minute), disk_free_gb=TOO_MUCH)
            assert len(service.heard) == 1
            bank.evaluate(soon(8))
            bank.evaluate(soon(9))
            assert service.titles[1:] == [f"{TITLE}: Resolved: disk_nearly_full"]
            bank.evaluate(soon(10), disk_free_gb=TOO_MUCH)
        assert sum((batch / "alerts.parquet").exists() for batch in bank.warehouse.spooled()) == 4
        bank.evaluate(soon(11), disk_free_gb=TOO_MUCH)
        assert bank.warehouse.spooled() == []
        assert bank.sql(ALERTS) == [("disk_nearly_full", False), ("disk_nearly_full", True)]
        assert len(service.heard) == 3


def test_while_somebody_reads_the_database_what_is_stored_may_be_old_and_nobody_is_told_twice(tmp_path: Path) -> None:
    with running_service() as service, watched_alone(tmp_path, held=False, alert_urls=service.url) as bank:
        bank.warehouse.prepare()
        with held_by_another_process(bank.settings.database, "read"):
            for minute in (1, 2):
                bank.evaluate(soon(minute), disk_free_gb=TOO_MUCH)
            bank.evaluate(soon(3))
        bank.evaluate(soon(4))
        assert len(service.heard) == 2
        assert bank.sql(ALERTS) == [("disk_nearly_full", False)]


def test_alerts_of_sources_stay_while_the_database_cannot_be_read(tmp_path: Path) -> None:
    with watched_alone(tmp_path, held=False) as bank:
        bank.source(3, NOON)
        bank.evaluate(NOON)
        with held_by_another_process(bank.settings.database):
            assert [alert.condition for alert in bank.evaluate(minutes(1)).change.open] == [
                "source_failing.kraken.ticker"
            ]


def test_a_spool_that_does_not_drain_is_an_alert_while_the_database_is_held(tmp_path: Path) -> None:
    with watched_alone(tmp_path, held=False) as bank:
        bank.warehouse.prepare()
        bank.evaluate(NOON)
        with held_by_another_process(bank.settings.database):
            bank.source(0, NOON)
            (batch,) = bank.warehouse.spooled()
            later = datetime.fromtimestamp(batch.stat().st_mtime, timezone.utc) + timedelta(minutes=16)
            assert [alert.condition for alert in bank.evaluate(later).change.opened] == ["spool_not_draining"]
        assert [alert.condition for alert in bank.evaluate(later).change.resolved] == ["spool_not_draining"]


def test_an_alert_that_could_not_be_stored_anywhere_is_told_once_and_stored_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running_service() as service, watched_alone(tmp_path, alert_urls=service.url) as bank:
        bank.warehouse.prepare()
        with monkeypatch.context() as broken:
            broken.setattr(DuckDBWarehouse, "merge", lambda *_: (_ for _ in ()).throw(WarehouseError("full")))
            bank.evaluate(NOON, disk_free_gb=TOO_MUCH)
            bank.evaluate(minutes(1), disk_free_gb=TOO_MUCH)
        bank.evaluate(minutes(2), disk_free_gb=TOO_MUCH)
        assert len(service.heard) == 1
        assert bank.sql(ALERTS) == [("disk_nearly_full", True)]


def test_what_the_scheduler_has_forgotten_the_database_still_knows(tmp_path: Path) -> None:
    with watched_alone(tmp_path) as bank:
        bank.evaluate(NOON, disk_free_gb=TOO_MUCH)
        for text in ("", "{}", "[]", "not json"):
            bank.past.write_state(text)
            assert bank.evaluate(minutes(1), disk_free_gb=TOO_MUCH).change.opened == ()
        assert bank.sql(ALERTS) == [("disk_nearly_full", True)]


def test_a_failed_run_is_an_alert_until_a_run_of_its_job_goes_well(tmp_path: Path) -> None:
    with watched(tmp_path, held=True) as bank:
        run(bank.instance, UI_JOB, well=False)
        (alert,) = bank.evaluate(NOON).change.opened
        assert alert.condition == "run_failed.ui_data_collection"
        assert alert.message.endswith("failed: No source answered for gas_prices (a.gas: timeout)")
        run(bank.instance, UI_JOB, well=False)
        assert len(bank.evaluate(minutes(1)).change.open) == 1
        run(bank.instance, UI_JOB, well=True)
        assert bank.evaluate(minutes(2)).change.open == ()


def test_a_table_that_is_not_stored_any_more_is_an_alert_until_it_is(tmp_path: Path) -> None:
    with watched_alone(tmp_path) as bank:

        def stored(minute: float) -> None:
            bank.past.tables = (StoredTable("gas_prices", minutes(minute), windows("gas_prices", bank.settings)),)

        stored(0)
        for minute in (0, 5, 10, 15):
            assert bank.evaluate(minutes(minute)).change.open == ()
        (late,) = bank.evaluate(minutes(16)).change.opened
        assert (late.condition, late.severity) == ("stale_table.gas_prices", "warning")
        for minute in (21, 26, 31):
            (late,) = bank.evaluate(minutes(minute)).change.open
        assert late.severity == "error"
        assert bank.sql("SELECT count(*), any_value(severity) FROM alerts") == [(1, "error")]
        stored(32)
        assert [one.condition for one in bank.evaluate(minutes(33)).change.resolved] == ["stale_table.gas_prices"]


def test_ticks_are_accounted_for_once_with_those_that_a_night_without_power_cost(tmp_path: Path) -> None:
    with watched(tmp_path, held=True) as bank:
        state = bank.schedule(UI_SCHEDULE, "*/5 * * * *", minutes(-1))
        began = run(bank.instance, UI_JOB, well=True)
        record = bank.instance.get_run_record_by_id(began.run_id)
        assert record
        assert record.start_time
        bank.evaluate(minutes(-1))
        bank.tick(state, NOON, TickStatus.SKIPPED, skip_reason="the other one runs")
        bank.tick(state, minutes(5), TickStatus.SUCCESS, run_ids=[began.run_id])
        bank.evaluate(minutes(6))
        bank.evaluate(minutes(7))
        lag = record.start_time - minutes(5).timestamp()
        stored = bank.sql("SELECT expected_at, outcome, reason, lag_seconds FROM schedule_compliance ORDER BY ALL")
        assert stored == [
            (NOON, "skipped", "the other one runs", None),
            (minutes(5), "started", None, pytest.approx(lag)),
        ]

        bank.tick(state, minutes(60), TickStatus.SKIPPED, skip_reason="the other one runs")
        for minute in (61, 62, 64, 65):
            bank.evaluate(minutes(minute))
        outcomes = "SELECT outcome, count(*) FROM schedule_compliance GROUP BY outcome ORDER BY outcome"
        assert bank.sql(outcomes) == [("missed", 10), ("skipped", 2), ("started", 1)]
        assert bank.sql("SELECT DISTINCT schedule FROM schedule_compliance") == [(UI_SCHEDULE,)]


def test_nothing_is_expected_of_a_schedule_while_it_is_off(tmp_path: Path) -> None:
    with watched(tmp_path, held=True) as bank:
        bank.schedule(HISTORICAL_SCHEDULE, "*/15 * * * *", minutes(-1), status="STOPPED")
        bank.evaluate(minutes(-1))
        bank.evaluate(minutes(40))
        bank.schedule(HISTORICAL_SCHEDULE, "*/15 * * * *", minutes(41), status="RUNNING")
        for minute in (42, 46, 49):
            bank.evaluate(minutes(minute))
        assert bank.sql("SELECT expected_at, outcome FROM schedule_compliance") == [(minutes(45), "missed")]


def test_a_schedule_that_does_not_tick_is_an_alert(tmp_path: Path) -> None:
    with watched(tmp_path, held=True) as bank:
        state = bank.schedule(UI_SCHEDULE, "*/5 * * * *", minutes(-1))
        bank.tick(state, NOON, TickStatus.SKIPPED, skip_reason="the other one runs")
        opened = [
            alert.condition for minute in (0, 4, 8, 12, 13) for alert in bank.evaluate(minutes(minute)).change.opened
        ]
        assert opened == [f"schedule_not_ticking.{UI_SCHEDULE}"]
        bank.tick(state, minutes(10), TickStatus.SKIPPED, skip_reason="late")
        assert bank.evaluate(minutes(14)).change.open == ()


def test_the_whole_is_measured_every_five_minutes(tmp_path: Path) -> None:
    with watched_alone(tmp_path) as bank:
        bank.source(0, NOON, endpoint="a.b")
        bank.source(1, NOON, endpoint="c.d")
        bank.source(5, NOON, endpoint="e.f")
        attempts = [
            {
                "run_id": "r",
                "endpoint": "a.b",
                "ask": "",
                "attempt": number,
                "started_at": minutes(-number),
                "milliseconds": 10.0 * number,
                "outcome": "ok" if number < 10 else "timeout",
            }
            for number in range(1, 100)
        ]
        bank.warehouse.merge({"connection_attempts": attempts})
        for minute in (0, 4, 5, 9, 10):
            bank.evaluate(minutes(minute))
        assert bank.sql("SELECT DISTINCT timestamp FROM system_metrics ORDER BY ALL") == [
            (NOON,),
            (minutes(5),),
            (minutes(10),),
        ]
        measured = dict(bank.sql(f"SELECT metric_name, value FROM system_metrics WHERE timestamp = '{NOON}'"))
        counts = "SELECT count(*), count(*) FILTER (outcome <> 'ok') FROM connection_attempts"
        ((requests, failures),) = bank.sql(f"{counts} WHERE started_at > TIMESTAMPTZ '{minutes(-60)}'")
        assert (measured["requests_per_hour"], measured["failures_per_hour"]) == (requests, failures) == (59, 50)
        assert measured["latency_median"] == 50
        assert measured["latency_p95"] == pytest.approx(86)
        online = [measured[f"sources_{name}"] for name in ("online", "degraded", "offline")]
        assert online == [1, 1, 1]
        assert measured["database_size"] > 0


def test_two_evaluations_at_once_are_one_after_the_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluate, "TIMEOUT_SECONDS", 0.05)
    with (
        watched_alone(tmp_path) as bank,
        one_at_a_time(bank.settings),
        pytest.raises(TimeoutError, match="did not end"),
    ):
        bank.evaluate(NOON)


class Answers:
    """A warehouse that says of every merge what it is told to."""

    def __init__(self, answer: Written | WarehouseError, *waiting: str) -> None:
        self._answer, self._waiting = answer, waiting

    def merge(self, batches: Mapping[str, Rows]) -> dict[str, Written]:
        if isinstance(self._answer, WarehouseError):
            raise self._answer
        return {"alerts": self._answer}

    def spooled(self) -> list[Path]:
        return list(map(Path, self._waiting))


@pytest.mark.parametrize(
    ("warehouse", "fate"),
    [
        (Answers(Written("alerts", inserted=1)), Fate.STORED),
        (Answers(Written("alerts", spooled=1), "this"), Fate.SPOOLED),
        (Answers(Written("alerts", inserted=1), "an earlier one"), Fate.SPOOLED),
        (Answers(DatabaseBusy("a notebook has it"), "an earlier one"), Fate.SPOOLED),
        (Answers(RowsLost("the disk is full")), Fate.LOST),
    ],
)
def test_what_waits_in_the_spool_is_not_called_stored(warehouse: Answers, fate: Fate) -> None:
    """Whichever of the rows that are waiting: what an earlier evaluation wrote may be among them."""
    assert _store(cast(Warehouse, warehouse), {"alerts": [{}]}, NOON) is fate


def test_after_a_clock_that_was_ahead_ticks_are_accounted_for_from_now_on(tmp_path: Path) -> None:
    with watched(tmp_path, held=True) as bank:
        state = bank.schedule(UI_SCHEDULE, "*/5 * * * *", since=minutes(-60))
        bank.evaluate(NOON + timedelta(days=365))
        bank.evaluate(minutes(1))
        bank.tick(state, minutes(5), TickStatus.SKIPPED, skip_reason="why")
        bank.evaluate(minutes(6))
        query = "SELECT expected_at, outcome FROM schedule_compliance ORDER BY expected_at"
        assert bank.sql(query)[-1:] == [(minutes(5), "skipped")]
