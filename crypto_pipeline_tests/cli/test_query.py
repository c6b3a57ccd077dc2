"""The query command: ready questions by name, beside SQL."""

from __future__ import annotations

import csv
import json
import os
import signal
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path
from subprocess import CompletedProcess
from unittest.mock import patch

import pytest

from crypto_pipeline.questions import questions
from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse
from crypto_pipeline_tests.command import run_here
from crypto_pipeline_tests.forked import Command
from crypto_pipeline_tests.program import output
from crypto_pipeline_tests.project import environment
from crypto_pipeline_tests.questions.bank import called
from crypto_pipeline_tests.waiting import until

BEFORE_A_PERSON = """
import importlib, json, os, pty, sys
child, screen = pty.fork()
if not child:
    from crypto_pipeline.__main__ import main
    from crypto_pipeline.cli import console
    importlib.reload(console)  # what it writes to is looked at when it is read
    for command in json.loads(sys.argv[1]):
        sys.argv = ["crypto-pipeline", *command]
        main()
    sys.exit()
while True:
    try:
        some = os.read(screen, 65_536)
    except OSError:  # how Linux says that the other side has closed
        some = b""
    if not some:
        break
    os.write(1, some)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
"""Commands one after the other on a terminal, whose content is written to a pipe."""
HOUR = datetime.now(timezone.utc).replace(minute=0, second=0, microsecond=0)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three candles and a consensus of two coins."""
    folder = tmp_path_factory.mktemp("data")
    candles = [
        {
            "provider": "kraken",
            "symbol": "BTC",
            "interval": "1h",
            "currency": "USD",
            "timestamp": HOUR - timedelta(hours=hours),
            "close": 100.0 + hours,
            "is_final": True,
            "fetched_at": HOUR,
            "collected_at": HOUR,
        }
        for hours in (1, 2, 3)
    ]
    now = datetime.now(timezone.utc)
    changes = {"BTC": 2.5, "ETH": -5.0}
    consensus = [
        {"symbol": symbol, "price_usd": 1.0, "price_change_24h": change, "timestamp": now}
        for symbol, change in changes.items()
    ]
    DuckDBWarehouse(folder / "crypto_data.duckdb").merge({"cached_ohlc": candles, "consensus_prices": consensus})
    return folder


@pytest.fixture
def query(folder: Path) -> Callable[..., CompletedProcess[str]]:
    return lambda *arguments, **settings: run_here("query", *arguments, data_dir=folder, **settings)


def on_a_terminal(folder: Path, *commands: Sequence[str], **variables: str) -> str:
    """What the commands write when a person looks, one after the other."""
    env = {**environment(folder), "COLUMNS": "100", "TERM": "xterm-256color", **variables}
    with patch.dict(os.environ, env, clear=True):
        return output(BEFORE_A_PERSON, json.dumps([["query", *command] for command in commands]))


def test_the_questions_are_listed_with_what_they_answer_and_what_may_be_set(tmp_path: Path) -> None:
    run = run_here("query", "--examples", data_dir=tmp_path)
    assert run.returncode == 0
    for question in questions():
        assert question.name in run.stdout
        assert question.title in run.stdout
    assert "symbol=BTC" in run.stdout
    listed = json.loads(run_here("query", "--examples", "--json", data_dir=tmp_path).stdout)
    assert [one["name"] for one in listed] == [question.name for question in questions()]
    assert {"name", "title", "about", "parameters", "sql"} == set(listed[0])


def test_a_question_is_answered_as_csv_json_or_a_table(query: Callable[..., CompletedProcess[str]]) -> None:
    rows = list(csv.DictReader(query("candles", "--csv").stdout.splitlines()))
    assert [(row["timestamp"], row["close"]) for row in rows] == [
        ((HOUR - timedelta(hours=hours)).isoformat(), str(100.0 + hours)) for hours in (3, 2, 1)
    ]
    assert [row["change_24h_percent"] for row in json.loads(query("movers", "--json").stdout)] == [-5.0, 2.5]
    table = query("movers").stdout
    assert "change_24h_percent" in table
    assert "█" not in table


def test_what_may_be_set_is_set_and_checked(query: Callable[..., CompletedProcess[str]]) -> None:
    assert json.loads(query("candles", "--set", "symbol=eth", "--json").stdout) == []
    rejected = query("candles", "--set", "interval=2h")
    assert rejected.returncode == 2
    assert rejected.stderr == "interval='2h' cannot be asked for; it should be one of 1m 5m 15m 30m 1h 4h 1d 1w.\n"
    unknown = query("candles", "--set", "coin=ETH")
    assert (unknown.returncode, "candles has nothing called 'coin' to set" in unknown.stderr) == (2, True)


def test_no_rows_are_no_mistake_and_their_reason_is_told(query: Callable[..., CompletedProcess[str]]) -> None:
    run = query("large-transfers")
    assert (run.returncode, run.stdout) == (0, f"No rows. {called('large-transfers').none}\n")
    assert query("large-transfers", "--csv").stdout.startswith("timestamp,blockchain,symbol")


def test_the_sql_can_be_taken_elsewhere(query: Callable[..., CompletedProcess[str]], tmp_path: Path) -> None:
    run = run_here("query", "candles", "--set", "symbol=ETH", "--sql", data_dir=tmp_path)
    assert run.returncode == 0
    assert run.stdout.startswith("/* Candles of a coin")
    assert "symbol = 'ETH'" in run.stdout
    assert query(run.stdout, "--json").stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("cheapest-exchang",), "did you mean cheapest-exchange"),
        (("zzz",), "There is no question 'zzz'; 'crypto-pipeline query --examples' lists them."),
        (("alerts",), "alerts is a table: crypto-pipeline query 'FROM alerts LIMIT 10'."),
        ((), "Say what to ask"),
        (("SELECT 1", "--set", "symbol=ETH"), "belong to a ready question"),
        (("DELETE FROM alerts",), "Only one SELECT"),
        (("movers",), "There is no database at"),
    ],
)
def test_a_mistake_gets_one_sentence(arguments: tuple[str, ...], says: str, tmp_path: Path, folder: Path) -> None:
    run = run_here("query", *arguments, data_dir=folder if arguments == ("DELETE FROM alerts",) else tmp_path)
    assert (run.returncode, run.stdout) == (2, "")
    assert says in run.stderr
    assert run.stderr.count("\n") == 1


def test_sql_is_asked_as_it_is_also_when_it_begins_with_from(query: Callable[..., CompletedProcess[str]]) -> None:
    assert json.loads(query("FROM consensus_prices SELECT count(*) AS n", "--json").stdout) == [{"n": 2}]


def test_a_chart_is_drawn_on_a_terminal_and_where_it_is_wished(
    folder: Path, query: Callable[..., CompletedProcess[str]]
) -> None:
    drawn = query("movers", "--chart").stdout
    assert "percent in 24 hours" in drawn
    assert "█" in drawn
    shown = on_a_terminal(folder, ["movers"], ["movers", "--no-chart"], ["candles"])
    assert shown.count("percent in 24 hours") == 1
    assert "USD; times are UTC" in shown


def test_a_chart_has_no_colour(folder: Path) -> None:
    lines = on_a_terminal(folder, ["movers"], NO_COLOR="1").splitlines()
    assert [line for line in lines if "symbol" in line and "\x1b" in line], "it is no terminal: the head is bold on one"
    assert [line for line in lines if "█" in line and "\x1b" in line] == []


def test_where_a_table_says_it_better_there_is_no_chart(query: Callable[..., CompletedProcess[str]]) -> None:
    run = query("rows-per-day", "--chart")
    assert run.returncode == 0
    assert run.stderr == "rows-per-day has no chart: a table says it better.\n"


def test_ctrl_c_ends_a_long_query(folder: Path) -> None:
    long = "SELECT count(*) FROM range(1000000000000) WHERE hash(range) = 3"
    run = Command("query", long, data_dir=folder)
    database = str(folder / "crypto_data.duckdb")
    until(lambda: run.poll() is not None or database in _open_files(run.pid))
    run.send_signal(signal.SIGINT)
    assert run.ended().returncode == -signal.SIGINT


def _open_files(pid: int) -> set[str]:
    found = set()
    for descriptor in os.scandir(f"/proc/{pid}/fd") if os.path.isdir(f"/proc/{pid}/fd") else ():
        try:
            found.add(os.readlink(descriptor.path))
        except OSError:
            continue
    return found
