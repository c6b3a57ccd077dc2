"""The files below a folder, while others remove some."""

from __future__ import annotations

import shutil
from pathlib import Path

from crypto_pipeline.foundation.walking import files_below


def test_files_are_found_at_every_depth_and_folders_are_none(tmp_path: Path) -> None:
    wanted = {tmp_path / "a", tmp_path / "batch" / "b", tmp_path / "batch" / ".writing" / "c"}
    for file in wanted:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    (tmp_path / "empty").mkdir()
    assert {*files_below(tmp_path)} == wanted


def test_below_what_is_not_there_or_a_file_there_is_none(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert [*files_below(tmp_path / "nowhere"), *files_below(tmp_path / "file")] == []


def test_a_folder_that_is_removed_meanwhile_is_no_failure(tmp_path: Path) -> None:
    for batch in ("one", "two", "three"):
        (tmp_path / batch / "deep").mkdir(parents=True)
        (tmp_path / batch / "rows").touch()
    found = []
    for file in files_below(tmp_path):
        found.append(file)
        for batch in ("one", "two", "three"):
            if batch != file.parent.name:
                shutil.rmtree(tmp_path / batch, ignore_errors=True)
    assert len(found) == 1
