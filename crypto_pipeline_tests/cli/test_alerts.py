"""crypto-pipeline alerts: what needs a person, and that a person knows."""

from __future__ import annotations

import json
from pathlib import Path

from crypto_pipeline_tests.command import run_here
from crypto_pipeline_tests.holding import held_by_another_process
from crypto_pipeline_tests.monitoring.moments import NOON, minutes
from crypto_pipeline_tests.monitoring.watched import WithDagster, watched


def two_alerts_one_over(bank: WithDagster) -> None:
    bank.evaluate(NOON, disk_free_gb=10_000)
    bank.evaluate(minutes(5))
    bank.source(3, minutes(6))
    bank.evaluate(minutes(6))


def listed(folder: Path, *options: str) -> list[dict[str, object]]:
    run = run_here("alerts", "--json", *options, data_dir=folder)
    assert run.returncode == 0, run.stderr
    alerts: list[dict[str, object]] = json.loads(run.stdout)
    return alerts


def test_without_a_database_no_alert_is_open(tmp_path: Path) -> None:
    run = run_here("alerts", data_dir=tmp_path)
    assert (run.returncode, run.stdout) == (0, "No alert is open.\n")
    assert list(tmp_path.iterdir()) == []


def test_open_alerts_are_listed_and_those_that_are_over_when_asked_for(tmp_path: Path) -> None:
    with watched(tmp_path, held=True) as bank:
        two_alerts_one_over(bank)
    (alert,) = listed(tmp_path)
    assert alert["condition"] == "source_failing.kraken.ticker"
    assert alert["first_seen_at"] == "2026-11-24T12:06:00+00:00"
    assert (alert["resolved_at"], alert["acknowledged_at"]) == (None, None)
    assert [one["condition"] for one in listed(tmp_path, "--all")] == [
        "source_failing.kraken.ticker",
        "disk_nearly_full",
    ]
    shown = run_here("alerts", data_dir=tmp_path).stdout
    assert str(alert["id"]) in shown
    assert "disk_nearly_full" not in shown


def test_an_alert_that_a_person_knows_of_stays_until_it_is_over_and_nobody_forgets_it(tmp_path: Path) -> None:
    with watched(tmp_path, held=True) as bank:
        two_alerts_one_over(bank)
        (alert,) = listed(tmp_path)
        (acknowledged,) = listed(tmp_path, "--ack", str(alert["id"]))
        assert acknowledged["acknowledged_at"]
        assert listed(tmp_path) == [acknowledged]
        bank.evaluate(minutes(20))
        bank.source(0, minutes(21))
        bank.evaluate(minutes(22))
    over = next(one for one in listed(tmp_path, "--all") if one["id"] == alert["id"])
    assert over["acknowledged_at"] == acknowledged["acknowledged_at"]
    assert over["resolved_at"] == "2026-11-24T12:22:00+00:00"


def test_an_id_that_nobody_knows_is_a_mistake(tmp_path: Path) -> None:
    run = run_here("alerts", "--ack", "nonsense", data_dir=tmp_path)
    assert run.returncode == 2
    assert "There is no alert nonsense" in run.stderr


def test_while_somebody_else_holds_the_database_it_says_who(tmp_path: Path) -> None:
    with watched(tmp_path) as bank:
        two_alerts_one_over(bank)
        with held_by_another_process(bank.settings.database):
            run = run_here("alerts", data_dir=tmp_path, lock_seconds="0.1")
    assert run.returncode == 2
    assert "is open in another program" in run.stderr
