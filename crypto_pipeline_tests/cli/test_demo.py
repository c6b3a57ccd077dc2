"""--demo with any command, the version, and completion."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from crypto_pipeline.cli import demo
from crypto_pipeline.settings import Settings
from crypto_pipeline.version import VERSION
from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse
from crypto_pipeline_tests.command import run_here
from crypto_pipeline_tests.project import crypto_pipeline
from crypto_pipeline_tests.warehouse.facts import price

COUNT = "SELECT count(*) AS rows FROM market_prices"


@pytest.fixture(scope="module")
def demos_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("demo") / "demo.duckdb"
    DuckDBWarehouse(file, demo=True).merge({"market_prices": [price()]})
    return file


@pytest.fixture
def folder(demos_database: Path, tmp_path: Path) -> Path:
    """What is there after a demo: its database and nothing else."""
    shutil.copy(demos_database, tmp_path)
    return tmp_path


@pytest.mark.parametrize("arguments", [("query", "--demo", COUNT, "--csv"), ("--demo", "query", COUNT, "--csv")])
def test_the_demos_database_is_asked_wherever_the_option_stands(folder: Path, arguments: tuple[str, ...]) -> None:
    run = run_here(*arguments, data_dir=folder, database_url=str(folder / "another.duckdb"))
    assert (run.returncode, run.stdout) == (0, "rows\n1\n"), run.stderr


def test_without_it_a_hint_says_that_only_the_demo_is_there(folder: Path) -> None:
    run = run_here("query", COUNT, data_dir=folder)
    assert run.returncode == 2
    assert run.stderr.endswith("Only the demo has run here: add --demo to the command to ask its database.\n")


@pytest.mark.parametrize(
    "command", ["parse kraken.ticker /nonexistent", "sources show kraken.tickr", "tables market_pric"]
)
def test_a_mistake_that_has_nothing_to_do_with_the_database_gets_no_such_hint(folder: Path, command: str) -> None:
    run = run_here(*command.split(), data_dir=folder)
    assert (run.returncode, len(run.stderr.splitlines())) == (2, 1), run.stderr


def test_where_there_is_nothing_at_all_there_is_no_hint(tmp_path: Path) -> None:
    assert "--demo" not in run_here("query", COUNT, data_dir=tmp_path).stderr


@pytest.mark.parametrize("command", ["up", "collect", "serve", "backfill candles"])
def test_real_answers_do_not_come_into_the_demos_database(folder: Path, command: str) -> None:
    run = run_here(*command.split(), "--demo", data_dir=folder)
    assert (run.returncode, f"'{command.split()[0]}' asks the world" in run.stderr) == (2, True)


def test_what_the_demo_has_of_the_past_can_be_looked_at(folder: Path) -> None:
    run = run_here("backfill", "status", "--demo", data_dir=folder)
    assert (run.returncode, "Nothing of the past was asked for yet" in run.stdout) == (0, True), run.stderr


def test_after_two_dashes_it_is_a_word_like_any_other() -> None:
    assert demo.chosen(["crypto-pipeline", "query", "--", "--demo"]) == ["crypto-pipeline", "query", "--", "--demo"]


def test_the_demo_has_a_file_of_its_own(tmp_path: Path) -> None:
    assert Settings(data_dir=tmp_path, demo=True).database == tmp_path / "demo.duckdb"
    assert Settings(data_dir=tmp_path).database == tmp_path / "crypto_data.duckdb"


def test_it_says_its_version(tmp_path: Path) -> None:
    run = run_here("--version", data_dir=tmp_path)
    assert (run.returncode, run.stdout) == (0, f"{VERSION}\n")


def test_a_shell_is_told_what_a_command_may_be_completed_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_CRYPTO_PIPELINE_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", "crypto-pipeline do")
    monkeypatch.setenv("COMP_CWORD", "1")
    run = run_here(data_dir=tmp_path)
    assert run.stdout.split() == ["doctor"]
    assert run.stderr == ""


def test_the_command_completes_under_its_own_name(tmp_path: Path) -> None:
    assert crypto_pipeline("--version", data_dir=tmp_path).stdout == f"{VERSION}\n"


def test_a_folder_that_cannot_be_looked_into_gives_no_hint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As another user's folder is; root may look into that, but into no name as long as this one."""
    monkeypatch.setenv("CRYPTO_PIPELINE_DATA_DIR", str(tmp_path / ("x" * 300)))
    assert demo.hint() is None
