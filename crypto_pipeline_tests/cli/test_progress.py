"""The closing words of what a command did: how much of it is shown, and that nothing is left out in silence."""

from __future__ import annotations

import pytest

from crypto_pipeline.cli import backfill, progress
from crypto_pipeline.system.backfilling import Filled
from crypto_pipeline.system.collecting import Collected


@pytest.mark.parametrize(("failed", "cut"), [(15, False), (16, True)])
def test_of_the_sources_that_failed_fifteen_are_shown_and_the_others_counted(
    failed: int, cut: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    source = {"outcome": "timeout", "error": "it was silent", "was_asked": True, "milliseconds": None}
    sources = [{**source, "id": f"n{number}.ticker"} for number in range(failed)]
    progress.sum_up(Collected("run-1", "failure", 1.0, [], sources), demo=False)
    said = capsys.readouterr().out
    assert said.count("it was silent") == 15
    assert ("and 1 more: see failure_logs" in said.splitlines()) is cut


@pytest.mark.parametrize(("stopped", "cut"), [(15, False), (16, True)])
def test_of_the_reasons_why_no_more_came_of_the_past_fifteen_are_shown_and_the_others_counted(
    stopped: int, cut: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    reasons = {f"kraken.candles C{number} 1h": "it was silent" for number in range(stopped)}
    backfill._sum_up(Filled("run-1", "success", 1.0, pages=1, rows=1, left=9, stopped=reasons), quiet=False)
    said = capsys.readouterr().out
    assert said.count("it was silent") == 15
    assert ("and 1 more: see history_pages" in said.splitlines()) is cut
