"""Log files that others write to are shortened under their hands."""

from __future__ import annotations

from pathlib import Path

import pytest

from crypto_pipeline.maintenance import log_files

KEPT_BYTES = log_files.KEPT_BYTES


def test_ten_megabytes_of_each_log_are_kept() -> None:
    assert KEPT_BYTES == 10 * 2**20


@pytest.fixture(autouse=True)
def _little_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_files, "KEPT_BYTES", 20)


def test_the_newest_lines_are_kept_beside_and_the_writer_goes_on(tmp_path: Path) -> None:
    with (tmp_path / "dagster.log").open("a") as log:
        for number in range(10):
            print(f"line {number}", file=log)
        log.flush()
        assert log_files.shorten(tmp_path) == 50
        print("line 10", file=log)
    assert (tmp_path / "dagster.log").read_text() == "line 10\n"
    assert (tmp_path / "dagster.log.1").read_text() == "line 8\nline 9\n"


def test_what_was_set_aside_before_makes_room(tmp_path: Path) -> None:
    (tmp_path / "api.log").write_text("a\n" * 20)
    (tmp_path / "api.log.1").write_text("older\n")
    assert log_files.shorten(tmp_path) == 20 + 6
    assert (tmp_path / "api.log.1").read_text() == "a\n" * 9


def test_a_short_log_and_a_dry_run_change_nothing(tmp_path: Path) -> None:
    (tmp_path / "api.log").write_text("short\n")
    (tmp_path / "dagster.log").write_text("long\n" * 10)
    assert log_files.shorten(tmp_path, dry_run=True) == 30
    assert sorted(file.name for file in tmp_path.iterdir()) == ["api.log", "dagster.log"]
    assert (tmp_path / "dagster.log").read_text() == "long\n" * 10
