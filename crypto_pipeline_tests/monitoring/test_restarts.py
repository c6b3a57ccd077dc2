"""The ends of processes, as the supervisor notes them and whoever watches reads them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from crypto_pipeline.monitoring import restarts
from crypto_pipeline.monitoring.facts import Restart
from crypto_pipeline_tests.monitoring.moments import minutes

KILLED = Restart("api", minutes(-3), "SIGKILL, as when memory runs out", 1)


def test_the_newest_end_of_each_part_is_kept(tmp_path: Path) -> None:
    assert restarts.noted(tmp_path) == ()
    again = replace(KILLED, ended_at=minutes(-1), times=2)
    for one in (KILLED, Restart("ui", minutes(-2), "exit code 1"), again):
        restarts.note(tmp_path, one)
    assert restarts.noted(tmp_path) == (again, Restart("ui", minutes(-2), "exit code 1"))
    restarts.forget(tmp_path)
    assert restarts.noted(tmp_path) == ()


@pytest.mark.parametrize("text", ["", "{", "[[1]]", "null", '[["api", "no time", "", 1]]'])
def test_what_cannot_be_read_says_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / restarts.FILE).write_text(text)
    assert restarts.noted(tmp_path) == ()
    restarts.note(tmp_path, KILLED)
    assert restarts.noted(tmp_path) == (KILLED,)


def test_where_nothing_can_be_written_nothing_breaks(tmp_path: Path) -> None:
    restarts.note(tmp_path / "no such folder", KILLED)
