"""Text of sources through every command that shows some: it comes out as it is and does nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from crypto_pipeline.cli import progress
from crypto_pipeline.foundation.printable import printable
from crypto_pipeline.settings import Settings
from crypto_pipeline.system.collecting import Collected
from crypto_pipeline.warehouse.engines import warehouse_for
from crypto_pipeline_tests import templates
from crypto_pipeline_tests.cli.test_console import obeyed, written
from crypto_pipeline_tests.command import run_here

NOW = datetime(2026, 11, 24, 12, tzinfo=timezone.utc)
STORED = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)
"""What a column can hold."""
NASTY = (
    "no route for [/0/public/Ticker]",
    "[bold]loud[/bold] [link=file:///etc/passwd]here[/link]",
    ":boom: \\[x] [[y]] [/]",
    "\x1b]0;a title of their own\x07\x1b[2J\x1b[1;1H",
    "\x9b31mred\x85\x90",
    "all is well\rno, it is not\x08\x08",
    "a bare \x00 byte",
    "\u202egnp.exe\u2066",
    "خطا در پاسخ می\u200cآید 🙂 ü €",
)
COMMANDS = (
    ("query", "SELECT * FROM failure_logs"),
    ("query", "SELECT * FROM failure_logs", "--csv"),
    ("query", "SELECT * FROM failure_logs", "--json"),
    ("query", "SELECT title, content FROM news_articles"),
    ("query", "failing-sources"),
    ("query", "open-alerts"),
    ("alerts",),
    ("alerts", "--all", "--json"),
    ("status",),
    ("stats",),
    ("stats", "--json"),
    ("sources", "show", "kraken.ticker"),
    ("sources", "show", "kraken.ticker", "--json"),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Every nasty text, wherever a command shows one; status and stats read what Dagster keeps as well. This process has the file
    open all the time: each command opens it otherwise."""
    folder = templates.data_folder(tmp_path_factory.mktemp("data"))
    with warehouse_for(Settings(data_dir=folder)).open():
        store(folder, NASTY)
        yield folder


def store(folder: Path, texts: Iterable[str]) -> None:
    """A row with each of the texts in each table that a command reads it from."""
    batches: dict[str, list[dict[str, Any]]] = {}
    for text in texts:
        for table, row in rows_with(text):
            batches.setdefault(table, []).append(row)
    warehouse_for(Settings(data_dir=folder)).merge(batches)


def rows_with(text: str) -> Iterator[tuple[str, dict[str, Any]]]:
    run: dict[str, Any] = {"run_id": text, "endpoint": "kraken.ticker", "provider": "kraken", "collected_at": NOW}
    error = {"outcome": "error_in_body", "error": text}
    times = {"started_at": NOW, "finished_at": NOW}
    yield "data_collections", {**run, **error, **times, "job": "ui_data_collection", "rows": 0}
    yield "failure_logs", {**run, **error, "ask": text, "failed_at": NOW}
    seen = {"first_seen_at": NOW, "last_seen_at": NOW, "collected_at": NOW}
    yield "alerts", {"condition": f"run_failed.{text}", "severity": "error", "message": text, **seen}
    article = {"title": text, "content": text, "source": text, "url": f"https://news.example/{text.encode().hex()}"}
    yield (
        "news_articles",
        {**article, "published_at": NOW, "fetched_at": NOW, "first_seen_at": NOW, "collected_at": NOW},
    )


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "latin-1"])
def test_no_command_obeys_it_and_none_is_ended_by_it(folder: Path, command: tuple[str, ...], encoding: str) -> None:
    run = run_here(*command, data_dir=folder, encoding=encoding)
    assert run.returncode == 0, run.stderr
    program_reads = "--csv" in command
    assert program_reads or obeyed(run.stdout + run.stderr) == set()
    if "--json" in command:
        json.loads(run.stdout)


@settings(max_examples=1, phases=[Phase.generate])
@given(st.lists(STORED, min_size=60, max_size=120, unique=True))
def test_any_text_in_any_column_comes_out_as_it_is(folder: Path, texts: list[str]) -> None:
    store(folder, texts)
    for command in COMMANDS:
        run = run_here(*command, data_dir=folder)
        assert run.returncode == 0, run.stderr
        assert "--csv" in command or obeyed(run.stdout + run.stderr) == set()
    rows = json.loads(run_here("query", "SELECT error FROM failure_logs", "--json", data_dir=folder).stdout)
    assert set(texts) <= {row["error"] for row in rows}


@pytest.mark.parametrize("text", NASTY)
def test_the_closing_words_of_a_collection_show_why_a_source_failed_to_the_letter(text: str) -> None:
    source = {"id": text, "outcome": "error_in_body", "error": text, "was_asked": True, "milliseconds": 5.0}
    table = {"name": text, "status": "missing", "inserted": 0, "updated": 0, "unchanged": 0, "spooled": 0}
    collected = Collected(text, "failure", 1.0, [table], [source])
    shown = written(lambda: progress.sum_up(collected, demo=True))
    assert obeyed(shown) == set()
    assert shown.count(printable(text)) == 4


@pytest.mark.parametrize("text", NASTY)
def test_a_mistake_that_repeats_what_was_asked_repeats_it_to_the_letter(folder: Path, text: str) -> None:
    run = run_here("sources", "show", text, data_dir=folder)
    assert run.returncode == 2
    assert printable(text) in run.stderr
    assert obeyed(run.stderr) == set()
