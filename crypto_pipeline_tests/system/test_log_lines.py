"""What the parts print, in files that rotate, and as JSON where a program reads."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from crypto_pipeline.system import log_lines
from crypto_pipeline.system.log_lines import LogLines
from crypto_pipeline.system.processes import pump


def test_lines_for_people_are_kept_as_they_are(tmp_path: Path) -> None:
    log = LogLines(tmp_path / "dagster.log")
    log.write("code", "Traceback %s (most recent call last):")
    log.close()
    assert (tmp_path / "dagster.log").read_text("utf-8") == "Traceback %s (most recent call last):\n"


def test_lines_for_programs_are_json_whatever_was_printed(tmp_path: Path) -> None:
    heard: list[str] = []
    log = LogLines(tmp_path / "dagster.log", heard.append)
    printed = ['{"message": "well"}', "Traceback (most recent call last):", "{broken", "", "سلام", "[1]"]
    for line in printed:
        log.write("code", line)
    log.close()
    kept = (tmp_path / "dagster.log").read_text("utf-8")
    assert heard == kept.splitlines()
    lines = [json.loads(line) for line in kept.splitlines()]
    assert [line["message"] for line in lines] == ["well", *printed[1:]]
    assert {line["logger"] for line in lines[1:]} == {"code"}


def test_a_file_that_has_grown_makes_room_and_a_few_old_ones_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_lines, "KEPT_BYTES", 100)
    log = LogLines(tmp_path / "dagster.log")
    for number in range(100):
        log.write("code", f"line {number}")
    log.close()
    names = sorted(file.name for file in tmp_path.iterdir())
    assert names == ["dagster.log", "dagster.log.1", "dagster.log.2", "dagster.log.3"]
    assert all(file.stat().st_size <= 100 for file in tmp_path.iterdir())
    assert "line 99" in (tmp_path / "dagster.log").read_text("utf-8")


def test_a_log_that_cannot_be_written_ends_nothing(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    log = LogLines(tmp_path / "no such folder" / "dagster.log")
    log.write("code", "lost")
    log.close()
    assert capfd.readouterr().err == ""


def test_each_line_of_a_child_is_handed_on_until_its_last() -> None:
    said: list[str] = []
    program = "import sys; print('one'); sys.stdout.buffer.write(b'\\xff two')"
    child = subprocess.Popen([sys.executable, "-S", "-c", program], stdout=subprocess.PIPE)
    assert child.stdout
    pump(child.stdout, said.append).join()
    assert child.wait() == 0
    assert said == ["one", "� two"]
