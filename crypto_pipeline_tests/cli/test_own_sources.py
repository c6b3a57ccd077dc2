"""Sources of one's own: in a folder, beside ours, under the same contract."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from crypto_pipeline.replay.app import running_replay
from crypto_pipeline.sources.kit import discovery
from crypto_pipeline.sources.kit.discovery import own_sources
from crypto_pipeline_tests import templates
from crypto_pipeline_tests.command import run_here
from crypto_pipeline_tests.few import all_but
from crypto_pipeline_tests.project import PROJECT

ALL_BUT_KRAKEN = all_but({"kraken"})
PAGE = (PROJECT / "CONTRIBUTING.md").read_text("utf-8")


def block(language: str) -> str:
    (text,) = re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    return str(text)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The example of CONTRIBUTING.md, with its recorded answer."""
    folder = tmp_path / "sources"
    (folder / "recordings" / "examplex").mkdir(parents=True)
    (folder / "examplex.py").write_text(block("python"), "utf-8")
    (folder / "recordings" / "examplex" / "tickers.json").write_text(block("json"), "utf-8")
    return folder


def test_the_example_keeps_the_contract_and_shows_its_rows(folder: Path, tmp_path: Path) -> None:
    run = run_here("sources", "test", str(folder / "examplex.py"), data_dir=tmp_path)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "examplex.tickers: keeps the contract; its recording becomes 4 rows" in run.stdout


def test_a_parser_that_believes_a_broken_answer_is_told_what_it_does_not_keep(folder: Path, tmp_path: Path) -> None:
    file = folder / "examplex.py"
    worse = file.read_text("utf-8").replace('payload["data"], _quote', '[{"market": "BTC_USDT", "last": 1}], _quote')
    file.write_text(worse.replace('    reject(payload.get("error"))\n', ""), "utf-8")
    run = run_here("sources", "test", str(file), "--json", data_dir=tmp_path)
    assert run.returncode == 3
    broken = json.loads(run.stdout)["examplex.tickers"]["broken"]
    assert any(sentence.startswith("the broken answer") for sentence in broken)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("def broken(:", "SyntaxError"),
        ("import nothing_like_this", "ModuleNotFoundError"),
        ("x = 1", "has no Provider with an endpoint"),
    ],
)
def test_a_module_that_cannot_be_used_gets_one_sentence(folder: Path, tmp_path: Path, change: str, said: str) -> None:
    (folder / "examplex.py").write_text(change)
    run = run_here("sources", "test", str(folder / "examplex.py"), data_dir=tmp_path)
    assert (run.returncode, said in run.stderr) == (2, True), run.stderr
    assert "Traceback" not in run.stderr


def test_without_a_recorded_answer_it_says_where_one_belongs(folder: Path, tmp_path: Path) -> None:
    (folder / "recordings" / "examplex" / "tickers.json").unlink()
    run = run_here("sources", "test", str(folder / "examplex.py"), data_dir=tmp_path)
    assert run.returncode == 3
    assert str(folder / "recordings" / "examplex" / "tickers.json") in run.stdout


def test_in_the_folder_it_is_one_of_the_sources(folder: Path, tmp_path: Path) -> None:
    ours = {"sources_dir": str(folder)}
    listed = run_here("sources", "--json", data_dir=tmp_path, **ours)
    assert "examplex.tickers" in {one["id"] for one in json.loads(listed.stdout)}
    parsed = run_here(
        "parse", "examplex.tickers", str(folder / "recordings/examplex/tickers.json"), data_dir=tmp_path, **ours
    )
    assert parsed.returncode == 0, parsed.stderr
    without = run_here("sources", "--json", data_dir=tmp_path)
    assert "examplex.tickers" not in {one["id"] for one in json.loads(without.stdout)}


def test_a_collection_asks_it_beside_ours(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRYPTO_PIPELINE_SOURCES_DIR", str(folder))
    recordings = tmp_path / "recordings"
    recordings.symlink_to(folder / "recordings")
    with running_replay(latency=0.0, recordings=recordings) as replay:
        settings = {
            "gateway_url": replay.base_url,
            "sources_dir": str(folder),
            "symbols": "BTC",
            "sources_off": ALL_BUT_KRAKEN,
        }
        run = run_here("collect", "ui", "--json", data_dir=templates.data_folder(tmp_path / "data"), **settings)
    outcomes = {one["id"]: one["outcome"] for one in json.loads(run.stdout)["sources"]}
    assert outcomes["examplex.tickers"] == "ok"


def test_a_broken_module_is_left_out_and_named_and_the_others_stay(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "ill.py").write_text("raise ZeroDivisionError('a defect of theirs')")
    (folder / "taken.py").write_text(block("python").replace('"examplex"', '"kraken"'))
    (folder / "_draft.py").write_text("nonsense")
    monkeypatch.setenv("CRYPTO_PIPELINE_SOURCES_DIR", str(folder))
    own = own_sources()
    assert list(own.endpoints) == ["examplex.tickers"]
    ill, taken = own.problems
    assert "ill.py cannot be used: ZeroDivisionError: a defect of theirs" in ill
    assert "a source of this package is called 'kraken' already" in taken
    assert len(discovery.discover()) == len(discovery._ours()) + 1


def test_the_system_does_not_start_with_a_broken_module(folder: Path, tmp_path: Path) -> None:
    (folder / "ill.py").write_text("raise ZeroDivisionError('a defect of theirs')")
    run = run_here("prepare", data_dir=tmp_path, sources_dir=str(folder))
    assert (run.returncode, "ill.py cannot be used" in run.stderr) == (2, True)
