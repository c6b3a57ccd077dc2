"""Getting data out by command: files of every format, questions from elsewhere, the tables, DuckDB's shell."""

from __future__ import annotations

import csv
import io
import json
import os
import stat
from pathlib import Path

import duckdb
import pytest

from crypto_pipeline.schema.tables import TABLES
from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse
from crypto_pipeline_tests.command import run_here
from crypto_pipeline_tests.project import crypto_pipeline
from crypto_pipeline_tests.warehouse.facts import price


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    DuckDBWarehouse(folder / "crypto_data.duckdb").merge({"market_prices": [price("BTC"), price("ETH")]})
    return folder


QUERY = "SELECT symbol FROM market_prices ORDER BY symbol"


@pytest.mark.parametrize("ending", ["csv", "parquet", "arrows", "xlsx", "CSV"])
def test_an_answer_goes_to_the_file_that_its_ending_describes(ending: str, folder: Path, tmp_path: Path) -> None:
    run = run_here("query", QUERY, "-o", str(tmp_path / f"answer.{ending}"), data_dir=folder)
    assert (run.returncode, run.stdout) == (0, "")
    assert run.stderr == f"2 rows in {tmp_path / f'answer.{ending}'}\n"
    assert (tmp_path / f"answer.{ending}").stat().st_size


def test_an_option_says_the_format_of_a_file_of_any_name(folder: Path, tmp_path: Path) -> None:
    assert run_here("query", QUERY, "--parquet", "-o", str(tmp_path / "data"), data_dir=folder).returncode == 0
    with duckdb.connect() as connection:
        assert connection.execute("FROM read_parquet($p)", {"p": str(tmp_path / "data")}).fetchall() == [
            ("BTC",),
            ("ETH",),
        ]


def test_without_a_file_parquet_goes_into_a_pipe(folder: Path, tmp_path: Path) -> None:
    run = run_here("query", QUERY, "--parquet", data_dir=folder, encoding="latin-1")
    assert run.returncode == 0
    (tmp_path / "piped").write_bytes(run.stdout.encode("latin-1"))
    with duckdb.connect() as connection:
        assert len(connection.execute("FROM read_parquet($p)", {"p": str(tmp_path / "piped")}).fetchall()) == 2


def test_a_question_comes_from_standard_input(folder: Path) -> None:
    run = run_here("query", "-", "--csv", data_dir=folder, stdin=f"\ufeff-- two coins\n{QUERY};\n")
    assert run.stdout == "symbol\nBTC\nETH\n"
    assert run_here("query", "-", data_dir=folder, stdin="").returncode == 2
    assert run_here("query", "-", "--json", data_dir=folder, stdin="runs").returncode == 0


def test_a_ready_question_goes_to_a_file_too(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "runs.csv"
    assert run_here("query", "price-history", "--set", "symbol=ETH", "-o", str(path), data_dir=folder).returncode == 0
    assert list(csv.reader(io.StringIO(path.read_text())))


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["-o", "answer.txt"], "answer.txt says no format: let it end with one of .csv, .parquet, .arrows, .xlsx."),
        (["--parquet", "--xlsx", "-o", "answer"], "--parquet and --xlsx are two formats; choose one."),
        (["--json", "-o", "answer.csv"], "--json goes to standard output; there is no other format beside it."),
        (["--json", "--csv"], "--json goes to standard output; there is no other format beside it."),
        (
            ["-o", "no/such/folder/answer.csv"],
            "no/such/folder/answer.csv cannot be written: No such file or directory.",
        ),
        (["--sql", "-o", "answer.csv"], "--sql prints the SQL and asks nothing: there is no answer for a file."),
    ],
)
def test_what_cannot_be_a_file_is_told_in_a_sentence(
    arguments: list[str], sentence: str, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run = run_here("query", QUERY, *arguments, data_dir=folder)
    assert (run.returncode, run.stderr) == (2, f"{sentence}\n")
    assert os.listdir(tmp_path) == []


def test_a_mistake_in_the_question_leaves_no_file(folder: Path, tmp_path: Path) -> None:
    run = run_here("query", "SELECT nothing", "-o", str(tmp_path / "answer.csv"), data_dir=folder)
    assert run.returncode == 2
    assert "nothing" in run.stderr
    assert os.listdir(tmp_path) == []


def test_standard_input_that_is_no_text_is_told(folder: Path) -> None:
    run = run_here("query", "-", data_dir=folder, stdin="\udcff")
    assert (run.returncode, run.stderr) == (2, "Standard input is no text in UTF-8: invalid start byte at byte 0.\n")


def test_a_table_is_shown_column_by_column_with_its_size_and_age(folder: Path) -> None:
    shown = run_here("tables", "market_prices", data_dir=folder).stdout
    for column in TABLES["market_prices"].columns:
        assert column.name in shown
    assert "2 rows, the newest collected 20" in shown
    facts = json.loads(run_here("tables", "market_prices", "--json", data_dir=folder).stdout)
    assert (facts["name"], facts["rows"]) == ("market_prices", 2)


def test_a_table_is_described_before_there_is_a_database(tmp_path: Path) -> None:
    run = run_here("tables", "news_articles", data_dir=tmp_path)
    assert run.returncode == 0
    assert "There is no database yet" in run.stdout


def test_a_name_that_is_no_table_is_told_with_those_alike(tmp_path: Path) -> None:
    run = run_here("tables", "market_price", data_dir=tmp_path)
    assert run.returncode == 2
    assert run.stderr.startswith("There is no table 'market_price'; did you mean market_prices")


def test_the_shell_is_duckdbs_own_and_only_reads(folder: Path) -> None:
    run = crypto_pipeline("shell", data_dir=folder, stdin=f"{QUERY};\nDELETE FROM market_prices;\n")
    assert "BTC" in run.stdout
    assert "read-only" in run.stderr
    assert run.stderr.startswith("Collections put their rows into the spool while this shell is open")
    assert run_here("query", "SELECT count(*) AS n FROM market_prices", "--csv", data_dir=folder).stdout == "n\n2\n"


def test_without_duckdbs_command_the_shell_says_what_to_install(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    run = run_here("shell", data_dir=folder)
    assert (run.returncode, run.stderr) == (
        2, "The shell is DuckDB's own command, which is not here: pip install duckdb-cli.\n",
    )  # fmt: skip


def test_without_a_database_the_shell_makes_none(tmp_path: Path) -> None:
    run = run_here("shell", data_dir=tmp_path)
    assert run.returncode == 2
    assert run.stderr.startswith("There is no database at")
    assert os.listdir(tmp_path) == []
    assert stat.S_ISDIR(tmp_path.stat().st_mode)
