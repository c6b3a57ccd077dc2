"""What a failure means for whoever typed the command."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy.exc import OperationalError

from crypto_pipeline.cli import app as commands
from crypto_pipeline.cli.failures import REPORT, sentence
from crypto_pipeline.settings import Settings
from crypto_pipeline_tests.command import run_here

SETTINGS = Settings(data_dir=Path("/bank"))
HOME = SETTINGS.dagster_home


def of_the_system(number: int, name: str | None = "/bank/x") -> OSError:
    return OSError(number, os.strerror(number), name)


@pytest.mark.parametrize(
    ("number", "begins"),
    [
        (errno.ENOSPC, "The disk of /bank/x is full; make room on it."),
        (errno.EDQUOT, "The disk of /bank/x is full; make room on it."),
        (errno.EFBIG, "The disk of /bank/x is full; make room on it."),
        (errno.EACCES, "/bank/x: this user may not do that there;"),
        (errno.EROFS, "/bank/x: this user may not do that there;"),
        (errno.ENOENT, "/bank/x is not there:"),
        (errno.EIO, "/bank/x: the disk reports errors;"),
        (errno.EMFILE, "/bank/x: too many files are open;"),
        (errno.ENOTDIR, "/bank/x: a part of this path is a file"),
        (errno.ENAMETOOLONG, "/bank/x: this path is too long"),
        (errno.ECONNREFUSED, "/bank/x: Connection refused."),
    ],
)
def test_what_the_system_refuses_is_named_with_what_to_do(number: int, begins: str) -> None:
    said = sentence(of_the_system(number), SETTINGS)
    assert said
    assert said.startswith(begins)
    assert "\n" not in said


def test_a_full_disk_without_a_name_is_that_of_the_data_folder() -> None:
    assert (
        sentence(of_the_system(errno.ENOSPC, None), SETTINGS)
        == "The disk of /bank is full; make room on it. What is stored stays."
    )
    assert sentence(OSError("something odd"), None) == "something odd"


@pytest.mark.parametrize(("free", "says"), [(999_999, "The disk of /bank is full"), (1_000_000, "What this command")])
def test_where_the_data_folder_has_room_it_is_the_output_that_has_none(
    free: int, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=free))
    assert str(sentence(of_the_system(errno.ENOSPC, None), SETTINGS)).startswith(says)


@pytest.mark.parametrize(
    ("words", "begins"),
    [
        ("database or disk is full", "The disk of Dagster's history is full;"),
        ("attempt to write a readonly database", f"Dagster's history in {HOME}: this user may not"),
        ("unable to open database file", f"Dagster's history in {HOME}: this user may not"),
        ("disk I/O error", f"Dagster's history in {HOME}: the disk reports errors"),
        ("no such table: runs", f"Dagster's history in {HOME} is not there"),
        ("database disk image is malformed", f"Dagster's history in {HOME} is damaged;"),
        ("file is not a database", f"Dagster's history in {HOME} is damaged;"),
        ("database is locked", f"Dagster's history in {HOME} is held by another program;"),
    ],
)
def test_what_dagsters_storage_says_is_heard_through_what_wraps_it(
    words: str, begins: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "exists", lambda path: True)
    wrapped = OperationalError("SELECT 1", {}, sqlite3.OperationalError(words))
    try:
        raise RuntimeError("a step failed") from wrapped
    except RuntimeError as error:
        said = sentence(error, SETTINGS)
    assert said
    assert said.startswith(begins)


def test_a_folder_that_was_deleted_meanwhile_is_not_forbidden(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "gone")
    said = sentence(sqlite3.OperationalError("unable to open database file"), settings)
    assert said
    assert said.startswith(f"Dagster's history in {settings.dagster_home} is not there: was it moved or deleted")


@pytest.mark.parametrize(
    "error", [ZeroDivisionError("x"), KeyError("x"), sqlite3.OperationalError("near SELECT: syntax error")]
)
def test_a_defect_of_ours_is_none_of_these(error: Exception) -> None:
    assert sentence(error, SETTINGS) is None


@pytest.mark.parametrize(("free", "says"), [(999_999, "is full"), (1_000_000, "the disk reports errors")])
def test_an_io_error_of_sqlite_on_a_full_disk_means_that_it_is_full(
    free: int, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=free))
    said = sentence(sqlite3.OperationalError("disk I/O error"), SETTINGS)
    assert said
    assert says in said


def test_little_memory_is_a_sentence() -> None:
    assert (
        sentence(MemoryError(), None) == "There is not enough memory for this; close other programs, or ask for less."
    )


def test_a_command_that_meets_a_full_disk_ends_with_one_sentence_and_exit_code_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(**options: object) -> None:
        raise of_the_system(errno.ENOSPC, f"{tmp_path}/x")

    monkeypatch.setattr(commands, "app", full)
    run = run_here("status", data_dir=tmp_path)
    assert (run.returncode, run.stderr) == (
        2,
        f"The disk of {tmp_path}/x is full; make room on it. What is stored stays.\n",
    )


def test_a_defect_ends_with_its_traceback_and_whom_to_tell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**options: object) -> None:
        raise ZeroDivisionError("a defect of ours")

    monkeypatch.setattr(commands, "app", broken)
    run = run_here("status", data_dir=tmp_path)
    assert run.returncode == 1
    assert run.stderr.startswith("Traceback (most recent call last):\n")
    assert run.stderr.endswith(f"ZeroDivisionError: a defect of ours\n{REPORT}\n")


@pytest.mark.parametrize("name", ["with a blank", "پوشه", "[bracket]", "semi;colon", "quote'd", "a#b", "a&b"])
def test_a_data_folder_of_any_name_serves(tmp_path: Path, name: str) -> None:
    run = run_here("alerts", data_dir=tmp_path / name)
    assert (run.returncode, run.stderr) == (0, "")
    run = run_here("schedules", data_dir=tmp_path / name)
    assert run.returncode == 2
    assert run.stderr == "Dagster has not run here yet; 'crypto-pipeline up' starts it.\n"


@pytest.mark.parametrize("command", [["status"], ["alerts"], ["query", "SELECT 1"], ["maintain"], ["collect", "ui"]])
def test_a_file_in_the_place_of_the_data_folder_is_named(tmp_path: Path, command: list[str]) -> None:
    (tmp_path / "file").write_text("not a folder")
    run = run_here(*command, data_dir=tmp_path / "file")
    assert run.returncode in {0, 2}
    assert "Traceback" not in run.stderr
