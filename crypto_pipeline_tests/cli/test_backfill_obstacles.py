"""A back-fill whose rows cannot be stored loses none of them, says why in a sentence, and goes on from there."""

from __future__ import annotations

import json
import resource
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

import pytest

from crypto_pipeline.replay.app import Replay, running_replay
from crypto_pipeline.replay.server import ServedRequest, ServedResponse, running_server
from crypto_pipeline.settings import Settings
from crypto_pipeline_tests import templates
from crypto_pipeline_tests.command import run_here
from crypto_pipeline_tests.forked import Limited
from crypto_pipeline_tests.holding import held_by_another_process

CANDLES = "www.okx.com/api/v5/market/history-candles"
BTC = ("candles", "--symbols", "BTC", "--since", "2025-11-01", "--until", "2025-11-06", "--provider", "okx")
"""Pages of a hundred."""
HOURS = ("backfill", *BTC, "--interval", "1h", "--json")
TRUE_LEDGER = """
SELECT count(*) AS pages, count(*) FILTER (rows = (
    SELECT count(*) FROM cached_ohlc AS candle
    WHERE candle.interval = page.interval AND candle.timestamp >= page.from_at AND candle.timestamp < page.to_at
)) AS true_pages, (SELECT count(*) FROM cached_ohlc) AS candles, (SELECT count(*) FROM consensus_ohlc) AS consensus
FROM history_pages AS page
"""


@pytest.fixture(scope="module")
def replay() -> Iterator[Replay]:
    """All sources, well."""
    with running_replay() as running:
        yield running


@pytest.fixture(scope="module")
def days(replay: Replay, tmp_path_factory: pytest.TempPathFactory) -> Path:
    data_dir = templates.data_folder(tmp_path_factory.mktemp("days"))
    assert run_here("backfill", *BTC, data_dir=data_dir, gateway_url=replay.base_url).returncode == 0
    return data_dir


@pytest.fixture
def folder(days: Path, tmp_path: Path) -> Path:
    """A data folder with the days."""
    shutil.copytree(days, tmp_path, dirs_exist_ok=True)
    return tmp_path


def held(folder: Path) -> AbstractContextManager[object]:
    """Another program has the file open in the block."""
    return held_by_another_process(Settings(data_dir=folder).database)


def _is_whole(folder: Path) -> bool:
    """Whether each page of the ledger is there with its candles, and each candle with its consensus."""
    (found,) = json.loads(run_here("query", TRUE_LEDGER, "--json", data_dir=folder).stdout)
    return bool(found["pages"] == found["true_pages"] > 1 and found["candles"] == found["consensus"] > 120)


def test_while_the_file_is_held_nothing_is_asked_and_the_sentence_says_who_holds_it(
    replay: Replay, folder: Path
) -> None:
    before = replay.requests[CANDLES]
    with held(folder):
        ended = run_here(*HOURS, data_dir=folder, gateway_url=replay.base_url)
    assert (ended.returncode, replay.requests[CANDLES]) == (3, before)
    error = json.loads(ended.stdout)["error"]
    assert "is open in another program (python" in error
    assert error.endswith("The same command continues where it was.")


def test_pages_that_come_while_the_file_is_held_wait_and_are_not_asked_for_again(replay: Replay, folder: Path) -> None:
    asked: list[str] = []
    with ExitStack() as holding:

        def held_from_the_first_page_on(request: ServedRequest) -> ServedResponse:
            if not asked:
                holding.enter_context(held(folder))
            asked.append(request.query)
            return replay.answer(request)

        with running_server(held_from_the_first_page_on) as url:
            ended = run_here(*HOURS, data_dir=folder, gateway_url=url)
    assert ended.returncode == 3, ended.stderr
    assert json.loads(ended.stdout)["error"].endswith("The same command continues where it was.")
    before = replay.requests[CANDLES]
    again = run_here(*HOURS, data_dir=folder, gateway_url=replay.base_url)
    assert (again.returncode, json.loads(again.stdout)["pages"], replay.requests[CANDLES]) == (0, 0, before)
    assert _is_whole(folder)


def test_when_the_disk_is_full_pages_wait_and_are_not_asked_for_again(replay: Replay, folder: Path) -> None:
    """The file cannot grow; the smaller ones beside it can be written."""
    most = Settings(data_dir=folder).database.stat().st_size
    ended = Limited({resource.RLIMIT_FSIZE: most}, *HOURS, data_dir=folder, gateway_url=replay.base_url).ended()
    assert ended.returncode == 3, ended.stderr
    error = json.loads(ended.stdout)["error"]
    assert "full" in error
    assert "waits in the spool; the same command goes on from there." in error
    before = replay.requests[CANDLES]
    again = run_here(*HOURS, data_dir=folder, gateway_url=replay.base_url)
    assert (again.returncode, json.loads(again.stdout)["pages"], replay.requests[CANDLES]) == (0, 0, before)
    assert _is_whole(folder)
