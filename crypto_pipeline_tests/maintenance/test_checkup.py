"""Each thing that is looked at, by itself; the command that shows them all is in cli/test_doctor.py."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from pathlib import Path

import httpx
import pytest

from crypto_pipeline.maintenance import checkup
from crypto_pipeline.maintenance.checkup import Diagnosis
from crypto_pipeline.replay.server import ServedRequest, ServedResponse, running_server
from crypto_pipeline.schema.clock import utc_now
from crypto_pipeline.schema.declare import Table
from crypto_pipeline.schema.tables import TABLES
from crypto_pipeline.settings import Settings, _dotenv
from crypto_pipeline.warehouse import spool, sql
from crypto_pipeline.warehouse.batches import batches_of
from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse
from crypto_pipeline_tests import templates
from crypto_pipeline_tests.holding import held_by_another_process
from crypto_pipeline_tests.warehouse.facts import price

NOBODY = "http://127.0.0.1:1"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A data bank with nothing in it."""
    settings = Settings(data_dir=tmp_path, lock_seconds=0.05)
    shutil.copy(templates.empty_database(), settings.database)
    return settings


def verdicts(found: Iterator[Diagnosis]) -> list[tuple[str, str]]:
    return [(one.about, one.verdict) for one in found]


@pytest.fixture
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in checkup.PROXIES:
        monkeypatch.delenv(name, raising=False)


@pytest.mark.usefixtures("_no_proxy")
def test_one_server_that_answers_whatever_it_is_tells_that_there_is_a_network_and_what_time_it_is(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def answer(request: ServedRequest) -> ServedResponse:
        asked.append(request.path)
        return ServedResponse(403, {"Date": format_datetime(utc_now() - timedelta(hours=1))})

    with running_server(answer) as server:
        monkeypatch.setattr(checkup, "ASKED", (NOBODY, f"{server}/first", f"{server}/second"))
        network, clock = checkup.network(settings)
    assert (network.verdict, network.said) == ("well", f"{server}/first answers (HTTP 403)")
    assert (clock.verdict, clock.said.endswith(" s ahead")) == ("wrong", True)
    assert asked == ["/first"]


@pytest.mark.usefixtures("_no_proxy")
def test_where_nobody_answers_all_that_were_asked_are_named(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkup, "ASKED", (NOBODY, "https://no-such-host.invalid"))
    (found,) = checkup.network(settings)
    assert (found.about, found.verdict) == ("network", "wrong")
    first, second = found.said.split("; ", 1)
    assert first.startswith(f"{NOBODY}: ")
    assert second.startswith("the name of https://no-such-host.invalid is not found")


@pytest.mark.usefixtures("_no_proxy")
def test_a_proxy_is_named_and_what_stands_in_the_place_of_the_internet(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", NOBODY)
    proxy, network = checkup.network(settings.model_copy(update={"gateway_url": "http://127.0.0.1:2"}))
    assert (proxy.about, proxy.said) == ("proxy", "HTTPS_PROXY is set: requests to sources go through it")
    assert network.said == "http://127.0.0.1:2 stands in the place of the internet"


def test_a_clock_that_is_behind_is_said_to_be_and_without_a_date_nothing_is() -> None:
    now = datetime(2026, 11, 24, 12, tzinfo=timezone.utc)
    late = httpx.Response(200, headers={"Date": format_datetime(now + timedelta(minutes=1))})
    (found,) = checkup._clock(late, now)
    assert found.said == "this machine's clock is 60 s behind"
    assert [*checkup._clock(httpx.Response(200), now)] == []
    assert [*checkup._clock(httpx.Response(200, headers={"Date": "noon"}), now)] == []


def test_what_waits_beside_the_database_is_told_and_can_be_merged_and_what_was_set_aside_is_told(
    settings: Settings,
) -> None:
    assert verdicts(checkup.spool(settings)) == [("spool", "well")]
    folder = spool.folder_of(settings.database)
    batches, misfits = batches_of({"market_prices": [price(), price("ETH", nonsense=1)]})
    spool.write(folder, batches)
    spool.set_rows_aside(folder, misfits)
    waits, aside = checkup.spool(settings)
    assert (waits.verdict, waits.said) == ("warning", "1 batch waits for the database")
    assert (aside.verdict, aside.said.split(" ", 1)[0], aside.repair) == ("warning", "1", None)
    assert waits.repair
    assert waits.repair() == "1 batch was merged"
    assert [row["symbol"] for row in DuckDBWarehouse(settings.database).read("market_prices")] == ["BTC"]
    assert verdicts(checkup.spool(settings)) == [("spool", "warning")]


@pytest.mark.parametrize("together", [0, 1, 100_000])
def test_every_table_is_read_small_ones_while_the_file_is_held_once_and_large_ones_by_themselves(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, together: int
) -> None:
    warehouse = DuckDBWarehouse(settings.database)
    warehouse.merge({"market_prices": [price(), price("ETH")], "providers": [{"name": "kraken"}]})
    monkeypatch.setattr(checkup, "READ_TOGETHER", together)
    read: list[str] = []

    def read_all(table: Table) -> str:
        read.append(table.name)
        return "SELECT 1"

    monkeypatch.setattr(sql, "read_all", read_all)
    (found,) = checkup.database(settings)
    assert sorted(read) == sorted(TABLES)
    large = {0: ["market_prices", "providers"], 1: ["market_prices"], 100_000: []}[together]
    assert sorted(read[len(read) - len(large) :]) == large
    assert found.said.startswith("3 rows in ")


def test_rows_of_a_clock_that_was_ahead_are_told_with_what_sets_them_right(settings: Settings) -> None:
    ahead = utc_now() + timedelta(hours=1)
    DuckDBWarehouse(settings.database).merge({"market_prices": [{**price(), "collected_at": ahead}]})
    well, future = checkup.database(settings)
    assert (well.verdict, future.verdict) == ("well", "warning")
    assert future.said.startswith("1 row says that it was ")
    assert future.advice == "crypto-pipeline maintain --set-future-right"


def test_a_database_that_is_in_use_or_not_there_yet_is_no_fault(settings: Settings) -> None:
    with held_by_another_process(settings.database):
        (held,) = checkup.database(settings)
    assert (held.verdict, "is open in another program" in held.said) == ("warning", True)
    settings.database.unlink()
    (none,) = checkup.database(settings)
    assert (none.verdict, none.advice) == ("warning", "'crypto-pipeline collect' makes it.")


@pytest.fixture
def dotenv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The file of settings in the folder where the program runs; a process reads it once."""
    monkeypatch.chdir(tmp_path)
    _dotenv.cache_clear()
    yield tmp_path / ".env"
    _dotenv.cache_clear()


@pytest.mark.parametrize(("mode", "findings"), [(0o640, 1), (0o604, 1), (0o600, 0), (0o620, 0)])
def test_keys_that_others_may_read_are_told(dotenv: Path, mode: int, findings: int) -> None:
    dotenv.write_text("ETHERSCAN_API_KEY=abc\n")
    dotenv.chmod(mode)
    found = list(checkup.secrets(Settings(data_dir=dotenv.parent)))
    assert [(one.verdict, one.advice) for one in found] == [("warning", f"chmod 600 {dotenv}")] * findings


def test_a_file_of_settings_that_says_nothing_may_be_read_by_anybody(dotenv: Path) -> None:
    dotenv.touch(0o644)
    assert list(checkup.secrets(Settings(data_dir=dotenv.parent))) == []


def test_files_of_another_user_in_the_data_folder_are_told_to_whoever_is_not_root(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "dagster").mkdir()
    (tmp_path / "dagster" / "theirs").touch()
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert verdicts(checkup.folder(Settings(data_dir=tmp_path))) == [("disk", "well")]
    monkeypatch.setattr(os, "geteuid", lambda: 12_345)
    strangers, disk = checkup.folder(Settings(data_dir=tmp_path))
    assert (strangers.verdict, disk.verdict) == ("warning", "well")
    assert disk.advice == ""
    assert strangers.said == f"2 files in it belong to another user: {tmp_path / 'dagster'}"
