"""The shared PostgreSQL as a person at a terminal meets it: collecting into it, following it, moving there and back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from crypto_pipeline.foundation.postgres_address import shown
from crypto_pipeline.replay.app import running_replay
from crypto_pipeline.schema.clock import utc_now
from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse
from crypto_pipeline_tests import templates
from crypto_pipeline_tests.command import run_here
from crypto_pipeline_tests.few import all_but
from crypto_pipeline_tests.postgres import PASSWORD, Server, new_database
from crypto_pipeline_tests.project import free_port
from crypto_pipeline_tests.warehouse.facts import price, provider
from crypto_pipeline_tests.warehouse.hub.machines import different, files_kept_open, machine, plain, rows_of


@pytest.fixture(scope="module")
def gateway() -> Iterator[str]:
    with running_replay(latency=0.0) as replay:
        yield replay.base_url


@pytest.fixture
def _files_are_open() -> Iterator[None]:
    with files_kept_open():
        yield


def test_two_machines_collect_into_one_hub_and_a_third_reads(tmp_path: Path, postgres: Server, gateway: str) -> None:
    with new_database(postgres, "template0") as hub:  # as a person makes it: with nothing in it
        for name in ("one", "two"):
            run = run_here(
                "collect",
                "ui",
                "--json",
                data_dir=templates.data_folder(tmp_path / name),
                database_url=hub,
                gateway_url=gateway,
                sources_off=all_but({"coinbase_exchange", "frankfurter"}),
                symbols="BTC",
            )
            assert run.returncode == 0, run.stderr
            assert not any(table["spooled"] for table in json.loads(run.stdout)["tables"])
            assert PASSWORD not in run.stdout + run.stderr
        follow = run_here("follow", "--once", data_dir=tmp_path / "three", database_url=hub)
        assert follow.returncode == 0, follow.stderr
        assert "tables were new or other; the file had never followed before" in follow.stdout
        files = [tmp_path / name / "crypto_data" for name in ("one", "two", "three")]
        for file in files[:2]:
            machine(file.parent, hub, file.name).follow()
        assert different(hub, *(DuckDBWarehouse(file.with_suffix(".duckdb")) for file in files)) == []
        assert rows_of(hub, "consensus_prices")


@pytest.mark.usefixtures("_files_are_open")
def test_everything_is_moved_there_and_back_with_counts(tmp_path: Path, hub: str) -> None:
    (tmp_path / "here").mkdir()
    here = plain(tmp_path / "here", "crypto_data")
    here.merge({"market_prices": [price(at=n) for n in range(5)], "providers": [provider("a"), provider("b")]})
    moved = run_here("move-to", hub, data_dir=tmp_path / "here")
    assert moved.returncode == 0, moved.stderr
    assert "7 rows were moved to postgresql://crypto@127.0.0.1:" in moved.stdout
    assert PASSWORD not in moved.stdout + moved.stderr
    assert different(hub, here) == []

    again = run_here("move-to", hub, data_dir=tmp_path / "here")
    assert "0 rows were moved" in again.stdout

    shared = machine(tmp_path / "here", hub, "crypto_data")
    followed = shared.follow()
    assert (followed.began, followed.changed) == (False, {})  # what was moved is not copied back

    machine(tmp_path, hub, "other").merge({"market_prices": [price("ETH")]})
    back = run_here("move-to", str(tmp_path / "back.duckdb"), data_dir=tmp_path / "here", database_url=hub)
    assert back.returncode == 0, back.stderr
    assert "8 rows were moved to" in back.stdout
    alone = DuckDBWarehouse(tmp_path / "back.duckdb")
    assert different(hub, alone) == []
    assert not [name for name in alone.info() if name.startswith("hub")]


def test_a_machine_that_only_reads_says_whom_it_follows(tmp_path: Path, hub: str) -> None:
    machine(tmp_path, hub, "other").merge({"market_prices": [price()]})
    reader = tmp_path / "reader"
    assert run_here("follow", "--once", data_dir=reader, database_url=hub).returncode == 0
    said = run_here("status", data_dir=reader, database_url=hub)
    assert (said.returncode, said.stderr) == (0, "")
    assert "This machine collects nothing; it reads what others collect." in said.stdout
    assert f"Shared PostgreSQL: {shown(hub)}; the file of this machine took rows from it last at" in said.stdout
    assert "0 batches wait beside the file for PostgreSQL" in said.stdout
    as_json = json.loads(run_here("status", "--json", data_dir=reader, database_url=hub).stdout)
    assert as_json["worker_status"]["is_running"] is False
    assert as_json["worker_status"]["scheduler_jobs"] == []


def test_a_postgresql_that_is_away_is_not_said_to_keep_rows_waiting_where_none_are_written(tmp_path: Path) -> None:
    nowhere = f"postgresql://crypto:{PASSWORD}@127.0.0.1:{free_port()}/x"
    plain(tmp_path, "crypto_data")
    for arguments in (("follow", "--once"), ("move-to", nowhere)):
        run = run_here(*arguments, data_dir=tmp_path, database_url=nowhere, lock_seconds="1")
        assert run.returncode == 2
        assert "does not answer" in run.stderr
        assert "spool" not in run.stderr


def test_a_mistake_is_one_sentence(tmp_path: Path, hub: str, postgres: Server) -> None:
    nowhere = f"postgresql://crypto:{PASSWORD}@127.0.0.1:{free_port()}/x"
    (tmp_path / "data").mkdir()
    plain(tmp_path / "data", "crypto_data")
    wrong = postgres.address("postgres", password="wrong")
    for arguments, database_url, says in (
        (("collect", "ui"), wrong, "does not take this user and password"),
        (("follow", "--once"), nowhere, "does not answer"),
        (("follow", "--once"), "", "names no PostgreSQL"),
        (("move-to", nowhere), "", "does not answer"),
        (("move-to", "postgresql://u:p@h"), "", "should look like postgresql://"),
        (("move-to", "somewhere.duckdb"), "", "a file is moved by copying it"),
    ):
        run = run_here(*arguments, data_dir=tmp_path / "data", database_url=database_url, lock_seconds="1")
        assert run.returncode == 2, arguments
        assert says in run.stderr
        assert len(run.stderr.splitlines()) == 1
        assert PASSWORD not in run.stderr
        assert "Traceback" not in run.stderr
    nothing = run_here("move-to", hub, data_dir=tmp_path / "empty")
    assert (nothing.returncode, "there is nothing to move" in nothing.stderr) == (2, True)


def test_whoever_has_one_file_loads_nothing_of_it(tmp_path: Path) -> None:
    import subprocess
    import sys

    code = "import crypto_pipeline, sys; from crypto_pipeline.warehouse import engines; "
    code += "engines.warehouse_for(engines.Storage(__import__('pathlib').Path('x'))); print('psycopg' in sys.modules)"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path).stdout == "False\n"
    )


def test_the_hub_keeps_rows_for_as_long_as_it_is_told_and_the_file_keeps_its_own(tmp_path: Path, hub: str) -> None:
    there = machine(tmp_path, hub, "crypto_data")
    there.merge(
        {
            "market_prices": [price(at=-60 * 24 * 40, fetched=-60 * 24 * 40)],
            "providers": [provider("a", collected=-99_999)],
        }
    )
    for dry in (("--dry-run",), ()):
        run = run_here("maintain", "--json", *dry, data_dir=tmp_path, database_url=hub, hub_days="1")
        assert json.loads(run.stdout)["hub_rows"] == {"market_prices": 1}, run.stderr
    assert rows_of(hub, "market_prices") == []
    assert len(rows_of(hub, "providers")) == 1  # a state is no history
    there.follow()
    assert len(there.read("market_prices")) == 1


def doctor(folder: Path, hub: str, *options: str) -> list[tuple[str, str]]:
    """Verdict and sentence, or what was mended, of everything that is said of the hub."""
    run = run_here("doctor", "--json", *options, data_dir=folder, database_url=hub, gateway_url="http://127.0.0.1:1")
    assert PASSWORD not in run.stdout + run.stderr
    found = [row for row in json.loads(run.stdout) if row["about"] == "PostgreSQL"]
    return [(row["verdict"], row.get("repaired") or row["said"]) for row in found]


@pytest.mark.usefixtures("_files_are_open")
def test_who_looks_is_told_which_hub_how_far_behind_the_file_is_and_what_waits(tmp_path: Path, hub: str) -> None:
    templates.data_folder(tmp_path)
    here, there = machine(tmp_path, hub, "crypto_data"), machine(tmp_path, hub, "there")
    here.merge({"market_prices": [price()]})

    status = run_here("status", data_dir=tmp_path, database_url=hub)
    assert f"Shared PostgreSQL: {shown(hub)}; the file of this machine took rows from it last at 2" in status.stdout
    assert "0 batches wait beside the file for PostgreSQL" in status.stdout
    assert PASSWORD not in status.stdout + status.stderr
    assert doctor(tmp_path, hub) == [("well", f"{shown(hub)} answers, and the file is where it is")]

    there.merge({"market_prices": [price("ETH"), price("SOL")]})
    behind = f"{shown(hub)} has 2 rows that the file does not have yet, or might have otherwise"
    assert doctor(tmp_path, hub) == [("warning", behind)]
    assert doctor(tmp_path, hub, "--repair") == [("warning", "0 batches were merged, and the file took over 2 rows.")]

    away = f"postgresql://crypto:{PASSWORD}@127.0.0.1:{free_port()}/x"
    machine(tmp_path, away, "crypto_data", lock_seconds=0).merge({"market_prices": [price("XRP")]})
    ((verdict, said),) = doctor(tmp_path, away)
    assert (verdict, "does not answer" in said) == ("wrong", True)
    assert ("warning", f"1 batch waits for {shown(hub)}, which answers") in doctor(tmp_path, hub)
    assert doctor(tmp_path, hub, "--repair")[0][1].startswith("1 batch was merged")
    assert doctor(tmp_path, hub) == [("well", f"{shown(hub)} answers, and the file is where it is")]
    assert different(hub, here) == []


def test_what_waits_for_the_hub_is_in_a_backup_and_reaches_it_from_where_that_is_put_back(
    tmp_path: Path, hub: str
) -> None:
    (tmp_path / "old").mkdir()
    away = f"postgresql://crypto:{PASSWORD}@127.0.0.1:{free_port()}/x"
    machine(tmp_path / "old", hub, "crypto_data").merge({"market_prices": [price("ETH")]})
    machine(tmp_path / "old", away, "crypto_data", lock_seconds=0).merge({"market_prices": [price()]})
    file = str(tmp_path / "backup.tar")
    assert run_here("backup", file, data_dir=tmp_path / "old").returncode == 0
    assert run_here("restore", file, data_dir=tmp_path / "new").returncode == 0
    restored = machine(tmp_path / "new", hub, "crypto_data")
    assert restored.drain() == 1
    assert len(rows_of(hub, "market_prices")) == 2
    assert different(hub, restored) == []


@pytest.mark.usefixtures("_files_are_open")
def test_who_looks_is_told_which_region_asks_what(tmp_path: Path, hub: str) -> None:
    templates.data_folder(tmp_path)
    here = {"database_url": hub, "region": "eu", "regions": "asia,eu"}
    shared = machine(tmp_path, hub, "crypto_data", region="eu")
    now = utc_now()
    ticks = [{"region": "asia", "began_at": now - timedelta(minutes=at), "hosts": 213} for at in (40, 25)]
    refused = {"host": "api.kraken.com", "refused_at": now, "not_before": now + timedelta(hours=20)}
    alert = {"condition": "disk_nearly_full", "severity": "error", "first_seen_at": now, "region": "asia"}
    shared.merge(
        {
            "region_ticks": [*ticks, {"began_at": now - timedelta(minutes=6), "hosts": 427}],
            "region_refusals": [refused, {**refused, "region": "asia", "host": "api.binance.com"}],
            "alerts": [alert],
        }
    )
    status = run_here("status", data_dir=tmp_path, **here).stdout
    (asia,) = [line for line in status.splitlines() if "asia" in line]
    assert "taken over" in asia
    assert "api.binance.com" in asia
    (eu,) = [line for line in status.splitlines() if "this machine, leads" in line]
    assert "427" in eu

    listed = {
        one["id"]: one["region"] for one in json.loads(run_here("sources", "--json", data_dir=tmp_path, **here).stdout)
    }
    assert set(listed.values()) == {"eu"}  # asia was taken over, and a host that refuses all is asked by who is there
    assert "region" in run_here("sources", "--host", "kraken", data_dir=tmp_path, **here).stdout
    assert "asia" in run_here("alerts", data_dir=tmp_path, **here).stdout
    assert "region" not in json.loads(run_here("sources", "--json", data_dir=tmp_path / "alone").stdout)[0]
