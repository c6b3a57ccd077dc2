"""Questions of somebody we do not trust: what they can reach, and what they can take."""

from __future__ import annotations

import json
import os
import shutil
import time
from pathlib import Path

import duckdb
import pytest

from crypto_pipeline.databank import confined, confinement
from crypto_pipeline.databank.confined import Task
from crypto_pipeline.databank.confinement import Bounds, answered
from crypto_pipeline.databank.files import CSV, FORMATS, JSON
from crypto_pipeline.settings import Settings
from crypto_pipeline.warehouse import DatabaseBusy, WarehouseError
from crypto_pipeline.warehouse.errors import InvalidQuery, NoDatabase, QueryLimitExceeded
from crypto_pipeline_tests.holding import held_by_another_process

BOUNDS = Bounds(seconds=60, lock_seconds=5, memory_mb=256, rows=100)


@pytest.fixture(scope="module")
def database(empty_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    settings = Settings(data_dir=tmp_path_factory.mktemp("bank"))
    shutil.copy(empty_database, settings.database)
    (settings.data_dir / "secret.csv").write_text("key\n1234\n")
    duckdb.connect(str(settings.data_dir / "other.duckdb")).close()
    return settings.database


def here(
    database: Path, query: str, folder: Path, form: str = "json", *, seconds: float = 60.0, lock_seconds: float = 5.0
) -> str:
    """What the process would do, done in this one: quicker, and without the bounds that it sets itself."""
    answer = folder / f"answer.{form}"
    task = Task(
        str(database),
        query,
        form,
        "iso",
        answer=str(answer),
        rows=100,
        seconds=seconds,
        lock_seconds=lock_seconds,
        memory_mb=256,
    )
    assert not confined.answer(task).error
    return answer.read_text(errors="replace")


@pytest.mark.parametrize(
    "query",
    [
        "COPY (SELECT 1) TO '{folder}/written'",
        "COPY providers TO '{folder}/written'",
        "ATTACH '{folder}/other.duckdb'",
        "ATTACH ':memory:' AS more",
        "DETACH crypto_data",
        "EXPORT DATABASE '{folder}/written'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SET lock_configuration = false",
        "RESET enable_external_access",
        "PRAGMA enable_external_access = true",
        "PRAGMA memory_limit = '100GB'",
        "CALL pragma_version()",
        "CHECKPOINT",
        "FORCE CHECKPOINT",
        "CREATE TABLE mine AS SELECT 1",
        "CREATE TEMP TABLE mine AS SELECT 1",
        "DROP TABLE providers",
        "DELETE FROM providers",
        "INSERT INTO providers (name) VALUES ('x')",
        "WITH new AS (INSERT INTO providers (name) VALUES ('x') RETURNING *) SELECT * FROM new",
        "WITH gone AS (DELETE FROM providers RETURNING *) FROM gone",
        "UPDATE providers SET name = 'x'",
        "TRUNCATE providers",
        "BEGIN",
        "PREPARE mine AS SELECT 1",
        "EXECUTE mine",
        "USE memory",
        "SELECT 1; SELECT 2",
        "SELECT 1) TO '{folder}/written' --",
        "SELECT 1) LIMIT 1); COPY (SELECT 1) TO '{folder}/written'; --",
        "SELECT 1 /*",
        "FROM '{folder}/secret.csv'",
        "FROM read_csv('{folder}/secret.csv')",
        "FROM read_text('{folder}/secret.csv')",
        "FROM read_blob('/proc/self/environ')",
        "FROM read_json('{folder}/secret.csv')",
        "FROM read_parquet('{folder}/secret.csv')",
        "FROM glob('{folder}/*')",
        "FROM sniff_csv('{folder}/secret.csv')",
        "FROM parquet_metadata('{folder}/secret.csv')",
        "FROM read_csv('http://127.0.0.1:9/')",
        "FROM 's3://bucket/key.parquet'",
        "FROM query('COPY (SELECT 1) TO ''{folder}/written''')",
        "FROM query('FROM read_text(''{folder}/secret.csv'')')",
        "FROM query_table('{folder}/secret.csv')",
        "SELECT getenv('HOME')",
        "SELECT * FROM duckdb_secrets()",
        "FROM task",
        "SELECT $1",
        "",
        "-- nothing",
        "SELEC 1",
    ],
)
def test_what_reaches_beyond_the_database_is_refused(query: str, database: Path, tmp_path: Path) -> None:
    folder = database.parent
    before = sorted(folder.iterdir())
    with pytest.raises(WarehouseError) as refused:
        here(database, query.format(folder=folder), tmp_path)
    assert "1234" not in str(refused.value)
    assert sorted(folder.iterdir()) == before
    assert not (folder / "written").exists()


@pytest.mark.parametrize(
    "query",
    [
        "SELECT count(*) FROM providers",
        "FROM providers -- a comment at the end",
        "FROM providers;",
        "WITH one AS (SELECT 1 AS a) SELECT a, a FROM one",
        "VALUES (1), (2)",
        "DESCRIBE providers",
        "SUMMARIZE providers",
        "PIVOT (SELECT 1 AS a, 2 AS b) ON a IN (1) USING sum(b)",
        "FROM duckdb_columns() LIMIT 3",
        "SELECT name FROM main.providers ORDER BY ALL",
        "WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 50) FROM n",
    ],
)
def test_what_reads_is_answered(query: str, database: Path, tmp_path: Path) -> None:
    assert here(database, query, tmp_path)


@pytest.mark.parametrize("form", FORMATS)
def test_an_answer_comes_in_every_format(form: str, database: Path, tmp_path: Path) -> None:
    """Whatever was asked: a file is made of the table that the answer is by then."""
    assert here(database, "SUMMARIZE providers", tmp_path, form)


def test_an_answer_in_json_names_its_columns_and_lists_its_rows(database: Path, tmp_path: Path) -> None:
    query = "SELECT 1 AS a, TIMESTAMPTZ '2026-11-24 12:00:00+02' AS t, [1, NULL] AS l, 'NaN'::DOUBLE AS n, 1.50 AS d, {'x': 'é'} AS s"
    answer = json.loads(here(database, query, tmp_path))
    assert [column["name"] for column in answer["columns"]] == ["a", "t", "l", "n", "d", "s"]
    assert answer["rows"] == [
        {"a": 1, "t": "2026-11-24T10:00:00+00:00", "l": [1, None], "n": None, "d": "1.50", "s": {"x": "é"}}
    ]


@pytest.mark.parametrize(("rows", "truncated"), [(99, False), (100, False), (101, True)])
def test_an_answer_with_more_rows_than_allowed_is_cut_and_says_so(
    rows: int, truncated: bool, database: Path, tmp_path: Path
) -> None:
    task = Task(str(database), f"FROM range({rows})", "json", "iso", 100, 60, 5, 256, str(tmp_path / "answer.json"))
    assert confined.answer(task).truncated is truncated
    assert len(json.loads((tmp_path / "answer.json").read_text())["rows"]) == min(rows, 100)


def test_a_mistake_is_shown_in_the_line_in_which_it_was_made(database: Path, tmp_path: Path) -> None:
    with pytest.raises(InvalidQuery, match="LINE 2: , nothing"):
        here(database, "SELECT name\n, nothing\nFROM providers", tmp_path)


def test_a_question_without_an_end_is_ended(database: Path, tmp_path: Path) -> None:
    with pytest.raises(QueryLimitExceeded, match=r"took more than 0\.2 s"):
        here(database, "SELECT count(*) FROM range(1_000_000) a, range(1_000_000) b", tmp_path, seconds=0.2)


@pytest.mark.parametrize(
    "query",
    ["SELECT repeat('x', 2_000_000_000)", "SELECT list(range) FROM range(100_000_000)"],
    ids=["one text", "a list"],
)
def test_the_process_cannot_take_more_memory_than_it_was_given(query: str, database: Path) -> None:
    """The first one took 3.9 GB under DuckDB's own limit of 60 MB."""
    with pytest.raises(QueryLimitExceeded, match="more than 128 MB"):
        answered(database, query, JSON, Bounds(120, 5, 128, 100))


def test_a_process_that_does_not_listen_is_ended_and_leaves_nothing(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(confinement, "START_SECONDS", 0.0)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(QueryLimitExceeded, match=r"took more than 0\.01 s"):
        answered(database, "SELECT 1", JSON, Bounds(0.01, 0, 128, 100))
    assert list(tmp_path.iterdir()) == []


def test_the_process_knows_no_keys_and_its_file_is_gone_when_it_is_closed(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CRYPTO_PIPELINE_API_TOKEN", "secret")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    environment = confinement.environment(str(tmp_path))
    assert "secret" not in environment.values()
    found = answered(database, "SELECT 42 AS answer", CSV, BOUNDS)
    assert list(tmp_path.iterdir()) == []
    assert found.file.read() == b"answer\n42\n"
    assert (found.size, found.truncated) == (10, False)
    found.file.close()


def test_a_database_that_another_program_holds_is_waited_for_and_told(database: Path, tmp_path: Path) -> None:
    with held_by_another_process(database), pytest.raises(DatabaseBusy):
        here(database, "SELECT 1", tmp_path, lock_seconds=0.1)


def test_without_a_database_nothing_is_started(tmp_path: Path) -> None:
    began = time.process_time()
    with pytest.raises(NoDatabase):
        answered(tmp_path / "none.duckdb", "SELECT 1", JSON, BOUNDS)
    assert os.listdir(tmp_path) == []
    assert time.process_time() - began < 1
