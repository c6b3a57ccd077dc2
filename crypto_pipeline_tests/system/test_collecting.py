"""A collection in this process, and what its end means."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from crypto_pipeline.collection.normalise import consensus
from crypto_pipeline.collection.results import TableBatch
from crypto_pipeline.replay.app import running_replay
from crypto_pipeline.settings import Settings
from crypto_pipeline.system.collecting import STOPPED, Collected, RecordingReporter, collect
from crypto_pipeline_tests import templates
from crypto_pipeline_tests.few import all_but


def asking(data_dir: Path, gateway: str, asked: Collection[str] = ("kraken",), **others: Any) -> Settings:
    """A data bank in which nothing is, made already, and whom it asks."""
    return Settings(data_dir=templates.data_folder(data_dir), gateway_url=gateway, sources_off=all_but(asked), **others)


def test_sources_that_do_not_answer_are_no_defect_and_a_defect_is_told_as_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running_replay(faults=["api.kraken.com=404"]) as replay:
        settings = asking(tmp_path, replay.base_url)
        silent = collect("ui", settings, RecordingReporter())
        assert (silent.status, silent.broke, silent.exit_code) == ("failure", False, 4)
        replay.clear_faults()

        def breaks(*_: object) -> None:
            raise ZeroDivisionError("a defect of ours")

        monkeypatch.setattr(consensus, "consensus", breaks)
        broken = collect("ui", settings, RecordingReporter())
    assert (broken.status, broken.broke, broken.exit_code) == ("failure", True, 2)
    assert broken.error


def test_a_coin_that_nobody_has_is_no_success_and_says_why(tmp_path: Path) -> None:
    """Kraken and CoinGecko answer, with other coins."""
    with running_replay() as replay:
        settings = asking(tmp_path, replay.base_url, {"kraken", "coingecko"}, symbols="+UNHEARDOF")
        collected = collect("ui", settings, RecordingReporter())
    assert (collected.status, collected.broke, collected.exit_code) == ("failure", False, 3)
    assert collected.error == collected.sentence
    assert collected.sentence == (
        "There is no price at all: of 2 that were asked no source of prices has a coin that is kept"
        " (UNHEARDOF; CRYPTO_PIPELINE_SYMBOLS)."
    )


@pytest.mark.parametrize(
    ("outcomes", "broke", "is_offline"),
    [
        (["unreachable", "timeout", "out_of_time"], False, True),
        (["unreachable", "ok"], False, False),
        (["out_of_time", "out_of_time"], False, False),
        (["unreachable", "out_of_time"], True, False),
        ([], False, False),
    ],
    ids=["nobody answered", "somebody did", "it ended before anybody could", "it was stopped", "nobody was asked"],
)
def test_a_machine_is_offline_when_sources_cannot_be_reached_and_not_when_a_collection_ends_early(
    outcomes: list[str], broke: bool, is_offline: bool
) -> None:
    sources = [{"outcome": outcome, "was_asked": True} for outcome in outcomes]
    collected = Collected(
        "run", "failure", 1.0, [], [*sources, {"outcome": "not_due", "was_asked": False}], broke=broke
    )
    assert collected.nothing_was_reachable is is_offline


def test_a_collection_that_is_interrupted_says_that_it_was_stopped(tmp_path: Path) -> None:
    class Interrupted(RecordingReporter):
        def finished(self, batch: TableBatch) -> None:
            raise dg.DagsterExecutionInterruptedError

    with running_replay() as replay:
        settings = asking(tmp_path, replay.base_url)
        stopped = collect("ui", settings, Interrupted())
    assert (stopped.broke, stopped.stopped, stopped.exit_code, stopped.sentence) == (False, True, 3, STOPPED)
    assert not stopped.nothing_was_reachable
