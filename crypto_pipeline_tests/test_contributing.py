"""The walk through CONTRIBUTING.md leads where it says."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer

from crypto_pipeline.cli.app import app
from crypto_pipeline.collection.errors import SourceError
from crypto_pipeline.collection.saved import lines, read_saved
from crypto_pipeline.replay.recorded import RECORDED_AT, file_of
from crypto_pipeline_tests.project import PROJECT

PAGE = (PROJECT / "CONTRIBUTING.md").read_text("utf-8")


def block(language: str) -> str:
    text: str
    (text,) = re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    return text


@pytest.fixture(scope="module")
def endpoint() -> Any:
    module: dict[str, Any] = {"__name__": "crypto_pipeline.sources.providers.examplex"}
    exec(block("python"), module)
    (endpoint,) = module["examplex"].endpoints
    return endpoint


def test_the_example_is_what_its_commands_call_it(endpoint: Any) -> None:
    assert f"crypto-pipeline parse {endpoint.id} " in PAGE
    assert f"crypto_pipeline_tests.record {endpoint.id}\n" in PAGE
    assert f"'{endpoint.url()}?type={endpoint.request.params['type']}'" in PAGE
    assert f"`{file_of(endpoint).relative_to(PROJECT)}`" in PAGE


def test_the_answer_of_the_example_becomes_the_rows_that_are_shown(endpoint: Any) -> None:
    read = read_saved(endpoint, block("json").encode(), RECORDED_AT)
    made = [json.loads(json.dumps(row, default=lambda time: time.isoformat())) for row in lines(read)]
    shown = [json.loads(line) for line in block("jsonl").splitlines()]
    assert [row["symbol"] for row in made if row["table"] == "market_prices"] == [row["symbol"] for row in shown]
    for one in shown:
        (row,) = (row for row in made if (row["table"], row["symbol"]) == (one["table"], one["symbol"]))
        assert {name: row[name] for name in one} == {**one, "volume_24h": pytest.approx(one["volume_24h"])}
    assert [rejected.reason for rejected in read.normalised.rejected] == ["its price is 0"]


@pytest.mark.parametrize("body", ["null", "{}", "[]", '{"error": "busy", "data": []}', '{"error": null, "data": null}'])
def test_the_example_keeps_the_contract_that_the_page_speaks_of(endpoint: Any, body: Any) -> None:
    with pytest.raises(SourceError):
        read_saved(endpoint, body.encode(), RECORDED_AT)


def test_the_example_is_no_source_of_ours(endpoint: Any) -> None:
    assert not file_of(endpoint).exists()


def test_every_command_on_the_page_exists() -> None:
    command: Any = typer.main.get_command(app)
    commands = command.commands
    assert set(re.findall(r"(?<!/)\bcrypto-pipeline (\w+)", PAGE)) <= set(commands)
    targets = re.findall(r"^(\w+):", (PROJECT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert set(re.findall(r"^make (\w+)", PAGE, re.MULTILINE)) <= set(targets)


def test_every_file_on_the_page_exists() -> None:
    named = set(re.findall(r"`((?:crypto_pipeline|providers)[\w/]*/(?:\w+\.py)?)`", PAGE))
    assert named
    for name in named - {"crypto_pipeline/sources/providers/examplex.py"}:
        path = name if name.startswith("crypto_pipeline") else f"crypto_pipeline/sources/{name}"
        assert (PROJECT / path).exists(), name


@pytest.mark.parametrize(
    "bench",
    [
        file.name
        for file in sorted((PROJECT / "bench").glob("*.py"))
        if "crypto_pipeline_tests" in file.read_text("utf-8")
    ],
)
def test_a_benchmark_finds_what_it_borrows_from_the_tests(bench: str, tmp_path: Path) -> None:
    """They are in no environment: a fresh checkout has only the package installed."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    code = f"import runpy; runpy.run_path({str(PROJECT / 'bench' / bench)!r}, run_name='read')"
    ran = subprocess.run(
        [sys.executable, "-c", code], env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=600
    )
    assert ran.returncode == 0, ran.stderr
