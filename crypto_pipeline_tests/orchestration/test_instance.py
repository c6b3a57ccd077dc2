"""Dagster's instance as our commands open it: by several at once, and after its files were damaged."""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.run_coordinator import QueuedRunCoordinator

from crypto_pipeline.orchestration.instance import DATABASES, open_instance
from crypto_pipeline.settings import Settings
from crypto_pipeline.system.supervisor import LONGEST_PAUSE
from crypto_pipeline_tests import templates
from crypto_pipeline_tests.orchestration.opening import opened_at_once
from crypto_pipeline_tests.project import PROJECT


def garbage(file: Path) -> None:
    file.write_bytes(os.urandom(4096))


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def noise_in_the_middle(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[4096 : len(content) - 4096] = os.urandom(len(content) - 8192)
    file.write_bytes(content)


def made_twice(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("INSERT INTO alembic_version VALUES ('another')")


@pytest.mark.slow
def test_processes_that_open_a_new_folder_at_once_wait_for_each_other(tmp_path: Path) -> None:
    assert opened_at_once([tmp_path] * 3) == ["0"] * 3
    with open_instance(Settings(data_dir=tmp_path)) as instance:
        assert instance.get_runs() == []
    assert not (tmp_path / "dagster" / "set_aside").exists()


@pytest.mark.parametrize("harm", [garbage, cut, noise_in_the_middle, made_twice])
@pytest.mark.parametrize("file", DATABASES, ids=str)
def test_a_damaged_history_is_set_aside_and_begun_anew(
    file: Path, harm: Callable[[Path], None], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings = Settings(data_dir=tmp_path)
    templates.dagster_home(settings.dagster_home)
    harm(settings.dagster_home / file)
    spoiled = (settings.dagster_home / file).read_bytes()
    with caplog.at_level(logging.WARNING), open_instance(settings) as instance:
        assert instance.get_runs() == []
        assert instance.get_asset_records([dg.AssetKey("market_prices")]) == []
        assert list(instance.all_instigator_state()) == []
    (message,) = caplog.messages
    assert message.startswith(f"Dagster's history in {settings.dagster_home / file} is damaged (")
    assert message.endswith("and begun anew; what was collected is untouched.")
    (kept,) = (settings.dagster_home / "set_aside").rglob(file.name)
    assert kept.read_bytes() == spoiled


def test_a_run_waits_in_the_queue_for_as_long_as_a_code_location_may_be_away(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    templates.dagster_home(settings.dagster_home)
    with open_instance(settings) as instance:
        assert isinstance(instance.run_coordinator, QueuedRunCoordinator)
        queue = instance.run_coordinator.get_run_queue_config()
        assert queue.max_user_code_failure_retries * queue.user_code_failure_retry_delay > 2 * LONGEST_PAUSE
        assert queue.user_code_failure_retry_delay < LONGEST_PAUSE


def test_a_history_that_is_well_stays_where_it_is(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    settings = Settings(data_dir=tmp_path)
    with open_instance(settings) as instance:
        instance.run_storage.set_cursor_values({"mine": "1"})
    with open_instance(settings) as instance:
        assert instance.run_storage.get_cursor_values({"mine"}) == {"mine": "1"}
    assert caplog.messages == []


def test_a_history_that_somebody_is_writing_is_well(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    settings = Settings(data_dir=tmp_path)
    open_instance(settings).dispose()
    with closing(sqlite3.connect(settings.dagster_home / DATABASES[0], isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        with open_instance(settings) as instance:
            assert instance.get_runs() == []
    assert caplog.messages == []


def test_a_dagster_yaml_that_is_no_text_is_written_anew(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    open_instance(settings).dispose()
    (settings.dagster_home / "dagster.yaml").write_bytes(b"\xff\xfe\x00")
    with open_instance(settings) as instance:
        assert instance.get_runs() == []


def test_dagsters_state_is_kept_where_it_was_wished_and_a_dagster_yaml_there_stays(tmp_path: Path) -> None:
    wished = tmp_path / "mine"
    wished.mkdir()
    (wished / "dagster.yaml").write_text("telemetry: {enabled: false}\nnux: {enabled: false}\n", "utf-8")
    settings = Settings(data_dir=tmp_path / "data", dagster_dir=wished)
    with open_instance(settings) as instance:
        instance.run_storage.set_cursor_values({"mine": "1"})
    with dg.DagsterInstance.from_config(str(wished)) as instance:
        assert instance.run_storage.get_cursor_values({"mine"}) == {"mine": "1"}
    assert (wished / "dagster.yaml").read_text("utf-8").startswith("telemetry")
    assert not (tmp_path / "data" / "dagster").exists()


def earlier_dagster(home: Path) -> None:
    """A home as Dagster 1.5 left it: its tables in SQLite, as Dagster's own migrations lead back to them."""
    texts = PROJECT / "crypto_pipeline_tests" / "orchestration" / "earlier_dagster"
    for file in DATABASES:
        (home / file).parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(home / file)) as connection:
            connection.executescript((texts / file.with_suffix(".sql").name).read_text("utf-8"))


def test_the_history_of_an_earlier_dagster_is_kept_and_brought_up_to_date_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(data_dir=tmp_path)
    earlier_dagster(settings.dagster_home)
    check = dg.AssetCheckKey(dg.AssetKey("market_prices"), "in_bounds")
    for said in (1, 0):
        caplog.clear()
        with caplog.at_level(logging.WARNING), open_instance(settings) as instance:
            assert instance.run_storage.get_cursor_values({"mine"}) == {"mine": "1"}
            assert list(instance.event_log_storage.get_asset_check_execution_history(check, 1)) == []
        assert sum("was of an earlier Dagster" in message for message in caplog.messages) == said
    assert capsys.readouterr().out == ""


def test_the_history_of_a_newer_dagster_is_left_alone_and_that_is_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings = Settings(data_dir=tmp_path)
    templates.dagster_home(settings.dagster_home)
    (settings.dagster_home / "dagster_version").unlink(missing_ok=True)
    for file in DATABASES:
        with closing(sqlite3.connect(settings.dagster_home / file)) as connection, connection:
            connection.execute("UPDATE alembic_version SET version_num = 'ffffffffffff'")
    with caplog.at_level(logging.WARNING), open_instance(settings) as instance:
        assert instance.get_runs() == []
    (message,) = caplog.messages
    assert "is of a newer Dagster than" in message
