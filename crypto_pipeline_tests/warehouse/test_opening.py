"""One file open in a DuckDB: what is kept of it afterwards is a DuckDB without a file, as good as new."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from crypto_pipeline.warehouse import opening, spool
from crypto_pipeline.warehouse.batches import batches_of
from crypto_pipeline.warehouse.connection import CONFIGURATION
from crypto_pipeline.warehouse.database import database_at
from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse
from crypto_pipeline.warehouse.files import log_of
from crypto_pipeline.warehouse.opening import OpenFile, open_for_reading, open_for_writing
from crypto_pipeline_tests.program import Program, output
from crypto_pipeline_tests.waiting import until

HOLDS = "import duckdb, sys; held = duckdb.connect(sys.argv[1]); print(flush=True); sys.stdin.read()"
WRITES = "import duckdb, sys; duckdb.connect(sys.argv[1]).execute('CREATE TABLE of_another AS SELECT 1')"


def started(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Each DuckDB that is started from now on."""
    really_connect, found = duckdb.connect, list[object]()

    def connect(*given: object, **more: object) -> object:
        found.append(given)
        return really_connect(*given, **more)  # type: ignore[arg-type]

    opening.end_kept()
    monkeypatch.setattr(duckdb, "connect", connect)
    return found


def setting(file: OpenFile, name: str) -> object:
    ((value,),) = file.cursor().execute("SELECT current_setting(?)", [name]).fetchall()
    return value


def test_files_are_open_in_one_duckdb_one_after_the_other(
    warehouse: DuckDBWarehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = DuckDBWarehouse(Path(shutil.copy(warehouse.path, tmp_path / "other.duckdb")))
    seen = started(monkeypatch)
    warehouse.merge({"providers": [{"name": "kraken"}]})
    asked = "SELECT current_database(), (SELECT count(*) FROM providers)"
    for _ in range(3):
        assert warehouse.query(asked).rows == [("crypto", 1)]
        assert other.query(asked).rows == [("other", 0)]
    warehouse.merge({"providers": [{"name": "kraken"}, {"name": "okx"}]})
    assert warehouse.query(asked).rows == [("crypto", 2)]
    assert len(seen) == 1


def test_one_that_nobody_uses_ends_and_one_that_is_used_goes_on(
    warehouse: DuckDBWarehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = started(monkeypatch)
    for _ in range(3):
        assert warehouse.query("SELECT 1").rows == [(1,)]
        assert (len(opening._kept), len(seen)) == (1, 1)
    opening.end_kept()
    monkeypatch.setattr(opening, "_KEPT_SECONDS", 0.001)
    warehouse.query("SELECT 1")
    until(lambda: opening._timer is None)
    assert opening._kept == []
    assert warehouse.query("SELECT 2").rows == [(2,)]
    assert len(seen) == 3


def test_of_files_that_are_open_at_once_two_leave_a_duckdb_behind(warehouse: DuckDBWarehouse, tmp_path: Path) -> None:
    opening.end_kept()
    copies = [Path(shutil.copy(warehouse.path, tmp_path / f"{number}.duckdb")) for number in range(3)]
    for file in [open_for_reading(copy) for copy in copies]:
        file.close()
    assert len(opening._kept) == 2


@pytest.mark.parametrize("opened", [open_for_reading, open_for_writing])
def test_who_waits_for_a_file_tries_in_one_duckdb(
    warehouse: DuckDBWarehouse, monkeypatch: pytest.MonkeyPatch, opened: Callable[[Path], OpenFile]
) -> None:
    with Program(HOLDS, str(warehouse.path)) as holder:
        holder.stdout.readline()
        seen = started(monkeypatch)
        for _ in range(3):
            with pytest.raises(duckdb.IOException, match="lock"):
                opened(warehouse.path)
    opened(warehouse.path).close()
    assert (len(seen), len(opening._kept)) == (1, 1)


@pytest.mark.parametrize("opened", [open_for_reading, open_for_writing])
def test_what_is_no_database_is_refused_and_nothing_of_it_stays(
    warehouse: DuckDBWarehouse, tmp_path: Path, opened: Callable[[Path], OpenFile]
) -> None:
    opening.end_kept()
    file = tmp_path / "notes.duckdb"
    for contents in ("no database " * 1000, "no database"):
        file.write_text(contents)
        with pytest.raises(duckdb.Error):
            opened(file)
    shutil.copy(warehouse.path, file)
    opened(file).close()


def test_a_file_that_is_closed_is_held_by_nobody(warehouse: DuckDBWarehouse) -> None:
    assert warehouse.query("SELECT count(*) FROM providers").rows == [(0,)]
    output(WRITES, str(warehouse.path))
    assert warehouse.query("SELECT * FROM of_another").rows == [(1,)]


@pytest.mark.parametrize("opened", [open_for_reading, open_for_writing])
def test_what_one_was_bounded_to_does_not_bind_the_next(
    warehouse: DuckDBWarehouse, opened: Callable[[Path], OpenFile]
) -> None:
    file = opened(warehouse.path)
    usual = setting(file, "memory_limit"), setting(file, "threads")
    assert usual[1] == CONFIGURATION["threads"]
    cursor = file.cursor()
    cursor.execute("SET memory_limit = '32MB'")
    cursor.execute("SET threads = 1")
    assert (setting(file, "memory_limit"), setting(file, "threads")) != usual
    cursor.close()
    file.close()
    file = opened(warehouse.path)
    assert (setting(file, "memory_limit"), setting(file, "threads")) == usual
    assert setting(file, "temp_directory") == f"{warehouse.path}.tmp"
    file.close()


def test_one_that_has_spilled_beside_a_file_spills_beside_no_other(
    warehouse: DuckDBWarehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = started(monkeypatch)
    bounded = DuckDBWarehouse(warehouse.path, read_memory="32MB")
    sorted_much = "SELECT count(*) FROM (SELECT md5(range::VARCHAR) AS text FROM range(400_000) ORDER BY text)"
    assert bounded.query(sorted_much).rows == [(400_000,)]
    file = open_for_reading(Path(shutil.copy(warehouse.path, tmp_path / "other.duckdb")))
    assert setting(file, "temp_directory") == f"{tmp_path / 'other.duckdb'}.tmp"
    file.close()
    assert len(seen) == 2


def test_what_waits_for_the_file_is_written_in_one_that_is_kept_unless_it_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = started(monkeypatch)
    for name in ("kraken", "okx"):
        spool.write(tmp_path / "spool", batches_of({"providers": [{"name": name}]})[0])
    assert (len(seen), len(opening._kept)) == (1, 1)
    with pytest.raises(duckdb.Error), opening.without_file(tmp_path / "spill") as connection:
        connection.execute("SELECT nope")
    assert (len(seen), opening._kept) == (1, [])


def test_one_in_which_a_person_could_write_ends_with_the_file(warehouse: DuckDBWarehouse, tmp_path: Path) -> None:
    """They may have attached anything, and set anything."""
    opening.end_kept()
    with warehouse.connection() as connection:
        connection.execute(f"ATTACH '{tmp_path / 'of a person.duckdb'}' AS mine")
        warehouse.merge({"providers": [{"name": "kraken"}]})
        assert connection.cursor().execute("SELECT count(*) FROM crypto.providers").fetchall() == [(1,)]
    assert opening._kept == []
    output(WRITES, str(tmp_path / "of a person.duckdb"))


def test_one_that_has_failed_ends_with_the_file(warehouse: DuckDBWarehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = started(monkeypatch)
    with pytest.raises(duckdb.FatalException), database_at(warehouse.path).writing(0):
        raise duckdb.FatalException
    assert opening._kept == []
    warehouse.merge({"providers": [{"name": "kraken"}]})
    assert (len(seen), len(opening._kept)) == (2, 1)


def test_what_was_written_is_in_the_file_and_the_file_held_by_nobody(warehouse: DuckDBWarehouse) -> None:
    warehouse.merge({"providers": [{"name": "kraken"}]})
    assert len(opening._kept) > 0
    assert not log_of(warehouse.path).exists()
    output(WRITES, str(warehouse.path))
    assert warehouse.query("SELECT count(*) FROM providers, of_another").rows == [(1,)]


def test_what_is_closed_cannot_be_written(warehouse: DuckDBWarehouse) -> None:
    file = open_for_writing(warehouse.path)
    file.close()
    with pytest.raises(duckdb.Error):
        file.cursor()


WANTS_DUCKDB_2 = pytest.mark.skipif(duckdb.__version__ < "2", reason="DuckDB 1 takes it for its own temporary database")


@pytest.mark.parametrize(
    "name",
    ["memory.duckdb", pytest.param("Temp.db", marks=WANTS_DUCKDB_2), "system", 'a "quoted" name.duckdb', "it's.duckdb"],
)
def test_a_file_of_any_name_can_be_written_and_read(warehouse: DuckDBWarehouse, tmp_path: Path, name: str) -> None:
    named = DuckDBWarehouse(Path(shutil.copy(warehouse.path, tmp_path / name)))
    named.merge({"providers": [{"name": "kraken"}]})
    assert [row["name"] for row in named.read("providers")] == ["kraken"]


READS = (
    "import os, sys; from pathlib import Path; from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse\n"
    "warehouse = DuckDBWarehouse(Path(sys.argv[1]))\n"
    "print(f'{warehouse.query(\"SELECT 42\").rows}\\n', end='', flush=True)\n"
)
FORKS = READS + (
    "child = os.fork()\n"
    "print(f'{warehouse.query(\"SELECT 43\").rows}\\n', end='', flush=True)\n"
    "if not child: os._exit(0)\n"  # as a fork has to that has used DuckDB
    "assert os.waitpid(child, 0)[1] == 0\n"
)


@pytest.mark.parametrize(("program", "said"), [(READS, ["42"]), (FORKS, ["42", "43", "43"])])
def test_an_interpreter_that_has_read_ends_without_a_word_and_a_child_of_it_reads_too(
    warehouse: DuckDBWarehouse, program: str, said: list[str]
) -> None:
    """The threads of what is kept would not be there in a child, which would wait for them."""
    ran = subprocess.run(
        [sys.executable, "-c", program, str(warehouse.path)], capture_output=True, text=True, timeout=600
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.splitlines() == [f"[({number},)]" for number in said]
