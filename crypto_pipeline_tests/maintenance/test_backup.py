"""A backup while the system works, and what becomes of it elsewhere."""

from __future__ import annotations

import json
import shutil
import sqlite3
import tarfile
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timezone
from io import BytesIO
from pathlib import Path

import pytest

from crypto_pipeline.maintenance.backup import BackupError, Manifest, back_up, put_back
from crypto_pipeline.orchestration.instance import databases_in, open_instance
from crypto_pipeline.replay.app import running_replay
from crypto_pipeline.schema.clock import utc_now
from crypto_pipeline.schema.tables import TABLES
from crypto_pipeline.settings import Settings
from crypto_pipeline.sources.kit import discover
from crypto_pipeline.system.collecting import RecordingReporter, collect
from crypto_pipeline.version import VERSION
from crypto_pipeline.warehouse import DatabaseBusy, archive, spool
from crypto_pipeline.warehouse.batches import batches_of
from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse
from crypto_pipeline.warehouse.maintenance import alone_at
from crypto_pipeline_tests import templates
from crypto_pipeline_tests.command import run_here
from crypto_pipeline_tests.warehouse.facts import price

ASKED = {"kraken", "alternative_me"}
OTHERS = ",".join(sorted({endpoint.provider.name for endpoint in discover()} - ASKED))


def silent(line: str) -> None:
    pass


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A data bank after a collection."""
    folder = tmp_path_factory.mktemp("bank") / "data"
    with running_replay(latency=0.0) as replay:
        settings = Settings(data_dir=folder, gateway_url=replay.base_url, sources_off=OTHERS)
        templates.dagster_home(settings.dagster_home)
        shutil.copy(templates.empty_database(), settings.database)
        collect("ui", settings, RecordingReporter())
    return settings


@pytest.fixture(scope="module")
def saved(collected: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("backups") / "bank.tar"
    back_up(collected, target, databases_in(collected.dagster_home), silent)
    return target


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A data bank with a row, a month in the archive, a batch that waits for the file, one for the hub, and a history."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("small") / "data", lock_seconds=0.05)
    settings.data_dir.mkdir()
    shutil.copy(templates.empty_database(), settings.database)
    warehouse = DuckDBWarehouse(settings.database)
    old = datetime(2025, 3, 4, tzinfo=timezone.utc)
    archived = {**price("OLD"), "timestamp": old, "collected_at": old}
    warehouse.merge({"market_prices": [price(), archived]})
    archive.move(warehouse, "market_prices", old.replace(day=1), old.replace(month=5), settings.archive)
    for symbol, hub in (("WAITS", False), ("FOR THE HUB", True)):
        batches, _ = batches_of({"market_prices": [price(symbol)]})
        spool.write(spool.folder_of(settings.database, hub=hub), batches)
    history = settings.dagster_home / "history" / "runs.db"
    history.parent.mkdir(parents=True)
    with closing(sqlite3.connect(history)) as runs, runs:
        runs.execute("PRAGMA journal_mode = WAL")
        runs.execute("CREATE TABLE runs (id TEXT)")
    return settings


@pytest.fixture(scope="module")
def small_backup(small: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("small backup") / "new folder" / "bank.tar"
    back_up(small, target, [Path("history/runs.db"), Path("history/none.db")], silent)
    return target


def test_every_part_is_in_a_backup_and_the_manifest_last_which_names_the_others_with_their_sizes(
    small_backup: Path,
) -> None:
    assert list(small_backup.parent.iterdir()) == [small_backup]
    with tarfile.open(small_backup) as tar:
        members = tar.getmembers()
        content = tar.extractfile("manifest.json")
        assert content
        manifest = Manifest.from_json(content.read().decode())
    names = [member.name for member in members]
    assert [name.split("/")[0] for name in names] == [
        "spool",
        "hub-spool",
        "database.duckdb",
        "archive",
        "dagster",
        "manifest.json",
    ]
    assert {name: size for name, (size, _) in manifest.files.items()} == {
        member.name: member.size for member in members[:-1]
    }
    assert manifest.bytes == sum(member.size for member in members[:-1])
    assert {(member.uid, member.gid, member.uname, member.gname) for member in members[:-1]} == {(0, 0, "", "")}
    assert {name: rows for name, rows in manifest.rows.items() if rows} == {"market_prices": 1}
    assert (manifest.demo, manifest.version) == (False, VERSION)


def test_every_part_comes_back_to_its_place_and_what_was_there_is_kept_aside(
    small: Settings, small_backup: Path, tmp_path: Path
) -> None:
    there = elsewhere(tmp_path)
    there.data_dir.mkdir()
    log = there.database.with_name(f"{there.database.name}.wal")
    log.write_text("of another database")
    with pytest.raises(BackupError, match="is there already"):
        put_back(there, small_backup, aside=None, tell=silent)
    assert [file.name for file in there.data_dir.iterdir()] == [log.name]
    put_back(there, small_backup, aside=tmp_path / "aside", tell=silent)
    assert (tmp_path / "aside" / log.name).read_text() == "of another database"
    warehouse = DuckDBWarehouse(there.database)
    assert {row["symbol"] for row in warehouse.read("market_prices")} == {"BTC"}
    shown = "SELECT symbol FROM market_prices_all ORDER BY ALL"
    assert warehouse.query(shown).rows == [("BTC",), ("OLD",)]
    assert warehouse.drain() == 1
    assert warehouse.query(shown).rows == [("BTC",), ("OLD",), ("WAITS",)]
    waits_for_the_hub = spool.waiting(spool.folder_of(there.database, hub=True))
    assert [file.name for file in waits_for_the_hub] == [
        file.name for file in spool.waiting(spool.folder_of(small.database, hub=True))
    ]
    assert (there.dagster_home / "history" / "runs.db").is_file()
    assert not list((there.dagster_home / "history").glob("*-wal"))


@pytest.mark.parametrize(("short", "fits"), [(1, False), (0, True)])
def test_a_backup_needs_room_for_two_copies_and_the_archive(
    small: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, short: int, fits: bool
) -> None:
    needed = 2 * DuckDBWarehouse(small.database).size() + archive.size(small.archive)
    room = shutil.disk_usage(tmp_path)._replace(free=needed - short)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: room)
    if fits:
        back_up(small, tmp_path / "bank.tar", [], silent)
    else:
        with pytest.raises(BackupError, match=r"The backup needs .* MB are free"):
            back_up(small, tmp_path / "bank.tar", [], silent)
        assert list(tmp_path.iterdir()) == []


def test_while_the_bank_is_maintained_there_is_no_backup_and_nothing_of_one_is_left(
    small: Settings, tmp_path: Path
) -> None:
    with alone_at(small.database), pytest.raises(DatabaseBusy, match="being maintained"):
        back_up(small, tmp_path / "bank.tar", [], silent)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("no json", "cannot be read"),
        ("[]", "cannot be read"),
        ("{}", "cannot be read: KeyError"),
        ('{"format": 0, "version": "0.1"}', "made by version 0.1, which is newer"),
    ],
)
def test_a_manifest_that_cannot_be_read_is_told(text: str, says: str) -> None:
    with pytest.raises(BackupError, match=says):
        Manifest.from_json(text)


def test_a_backup_without_a_manifest_or_with_a_file_that_is_not_in_it_is_refused(
    small_backup: Path, tmp_path: Path
) -> None:
    def without(left_out: str) -> Path:
        target = tmp_path / f"without {left_out}.tar"
        with tarfile.open(small_backup) as whole, tarfile.open(target, "w") as part:
            for member in whole.getmembers():
                if member.name != left_out:
                    part.addfile(member, whole.extractfile(member))
        return target

    for left_out, says in (("manifest.json", "it has no manifest"), ("database.duckdb", "database.duckdb is not as")):
        with pytest.raises(BackupError, match=says):
            put_back(elsewhere(tmp_path), without(left_out), aside=None, tell=silent)


def elsewhere(folder: Path) -> Settings:
    return Settings(data_dir=folder / "data")


def rows(settings: Settings) -> dict[str, list[tuple[object, ...]]]:
    with DuckDBWarehouse(settings.database).reading() as held:
        return {name: held.query(f"SELECT * FROM {name} ORDER BY ALL").rows for name in TABLES}


def prices(settings: Settings) -> int:
    ((count,),) = DuckDBWarehouse(settings.database).query("SELECT count(*) FROM market_prices").rows
    return int(count)


def test_each_step_is_told_as_it_begins(small: Settings, tmp_path: Path) -> None:
    steps: list[str] = []
    back_up(small, tmp_path / "bank.tar", (), steps.append)
    put_back(elsewhere(tmp_path), tmp_path / "bank.tar", aside=None, tell=steps.append)
    assert steps == [
        "copying what waits for the database",
        "copying and checking the database",
        "copying the archive and Dagster's history",
        "reading the backup once",
        "unpacking and checking",
        "putting everything in its place",
    ]


def test_everything_is_the_same_elsewhere(collected: Settings, saved: Path, tmp_path: Path) -> None:
    there = elsewhere(tmp_path)
    manifest = put_back(there, saved, aside=None, tell=silent)
    restored = rows(there)
    assert restored == rows(collected)
    assert manifest.rows["market_prices"] == len(restored["market_prices"]) > 0
    with open_instance(collected) as before, open_instance(there) as after:
        assert [run.run_id for run in after.get_runs()] == [run.run_id for run in before.get_runs()] != []
        run_id = before.get_runs()[0].run_id
        assert len(after.all_logs(run_id)) == len(before.all_logs(run_id))


def test_a_backup_made_while_others_write_holds_whole_batches_and_all_that_was_there(
    collected: Settings, tmp_path: Path
) -> None:
    """A batch is two rows: one of them alone would be half a batch."""
    warehouse = DuckDBWarehouse(collected.database, lock_seconds=0.1)
    stop = threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            batch = [
                {
                    "metric_name": f"half_{half}",
                    "source": "test",
                    "value": number,
                    "timestamp": utc_now(),
                    "run_id": str(number),
                }
                for half in (1, 2)
            ]
            warehouse.merge({"sentiment_metrics": [{**row, "collected_at": utc_now()} for row in batch]})

    writer = threading.Thread(target=write)
    writer.start()
    try:
        before = prices(collected)
        back_up(collected, tmp_path / "bank.tar", databases_in(collected.dagster_home), silent)
    finally:
        stop.set()
        writer.join()
    there = elsewhere(tmp_path)
    put_back(there, tmp_path / "bank.tar", aside=None, tell=silent)
    restored = DuckDBWarehouse(there.database)
    restored.drain()
    counts = restored.query("SELECT run_id, count(*) FROM sentiment_metrics WHERE source = 'test' GROUP BY run_id").rows
    assert {count for _, count in counts} <= {2}
    assert prices(there) == before


def test_what_is_there_is_not_touched_unless_it_may_be_moved_aside(saved: Path, tmp_path: Path) -> None:
    there = elsewhere(tmp_path)
    put_back(there, saved, aside=None, tell=silent)
    before = there.database.stat().st_mtime_ns
    with pytest.raises(BackupError, match="is there already; --force moves"):
        put_back(there, saved, aside=None, tell=silent)
    assert there.database.stat().st_mtime_ns == before
    aside = there.data_dir / "aside"
    put_back(there, saved, aside=aside, tell=silent)
    assert (aside / there.database.name).exists()
    assert there.database.exists()
    assert sorted(file.name for file in there.data_dir.iterdir() if file.name.startswith(".rest")) == []


def spoiled(saved: Path, target: Path, at: int) -> Path:
    content = bytearray(saved.read_bytes())
    content[at] ^= 1
    target.write_bytes(content)
    return target


@pytest.mark.parametrize("part", ["cut", "flipped", "no tar", "empty"])
def test_a_damaged_backup_is_refused_and_nothing_changes(saved: Path, tmp_path: Path, part: str) -> None:
    target = tmp_path / "bad.tar"
    content = saved.read_bytes()
    match part:
        case "cut":
            target.write_bytes(content[: len(content) // 2])
        case "flipped":
            spoiled(saved, target, len(content) // 2)
        case "no tar":
            target.write_bytes(b"a,b\n1,2\n")
        case _:
            target.write_bytes(b"")
    there = elsewhere(tmp_path)
    with pytest.raises(BackupError, match=r"is no backup, or is cut short|is damaged"):
        put_back(there, target, aside=None, tell=silent)
    assert list(there.data_dir.iterdir()) == []


@pytest.mark.parametrize("name", ["../outside", "/outside", "dagster/../../outside"])
def test_a_member_that_would_leave_its_folder_is_refused(tmp_path: Path, name: str) -> None:
    file = tmp_path / "evil.tar"
    with tarfile.open(file, "w") as tar:
        member = tarfile.TarInfo(name)
        member.size = 1
        tar.addfile(member, BytesIO(b"x"))
    with pytest.raises(BackupError, match="does not belong into a backup"):
        put_back(elsewhere(tmp_path), file, aside=None, tell=silent)
    assert not (tmp_path / "outside").exists()


def test_replayed_answers_do_not_come_into_the_place_of_real_ones(saved: Path, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="holds real answers, and these settings are for replayed ones"):
        put_back(Settings(data_dir=tmp_path / "data", demo=True), saved, aside=None, tell=silent)


def test_a_backup_of_a_newer_version_is_refused(saved: Path) -> None:
    manifest = Manifest("9.9", utc_now(), False, {}, {}, format=2)
    with pytest.raises(BackupError, match=r"made by version 9\.9, which is newer"):
        Manifest.from_json(manifest.as_json())


@pytest.fixture
def _nothing_is_left(tmp_path: Path) -> Iterator[None]:
    yield
    assert [file for file in tmp_path.rglob("*") if "draft" in file.name] == []


@pytest.mark.usefixtures("_nothing_is_left")
def test_the_commands_say_what_they_did(collected: Settings, tmp_path: Path) -> None:
    file = tmp_path / "bank.tar"
    made = run_here("backup", str(file), "--json", data_dir=collected.data_dir)
    assert made.returncode == 0, made.stderr
    assert json.loads(made.stdout)["bytes"] == file.stat().st_size
    again = run_here("backup", str(file), data_dir=collected.data_dir)
    assert (again.returncode, "--force replaces it" in again.stderr) == (2, True)
    restored = run_here("restore", str(file), data_dir=tmp_path / "there")
    assert restored.returncode == 0, restored.stderr
    assert "restored" in restored.stdout
    refused = run_here("restore", str(file), data_dir=tmp_path / "there")
    assert (refused.returncode, "--force moves what is there aside" in refused.stderr) == (2, True)
    nothing = run_here("backup", str(tmp_path / "x.tar"), data_dir=tmp_path / "empty")
    assert (nothing.returncode, "There is no database" in nothing.stderr) == (2, True)
    with closing(sqlite3.connect(tmp_path / "there" / "dagster" / "history" / "runs.db")) as runs:
        assert runs.execute("SELECT count(*) FROM runs").fetchone() == (1,)
