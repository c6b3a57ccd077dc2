"""How the worker judges what Dagster and the database say; a running system is asked in test_api.py."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from crypto_pipeline.api import messages
from crypto_pipeline.api.dagster_commands import _last_words
from crypto_pipeline.api.history import EndedRun
from crypto_pipeline.api.numbers import Numbers
from crypto_pipeline.api.worker import (
    _Counted,
    _errors,
    _first_line,
    _is_in_the_way,
    _last_run,
    _problems_of_dagster,
    _problems_of_runs,
    _with_age,
)
from crypto_pipeline.schema.jobs import HISTORICAL_JOB, HISTORICAL_SCHEDULE, UI_JOB, UI_SCHEDULE
from crypto_pipeline.warehouse import DatabaseBusy

NOON = datetime(2026, 11, 24, 12, tzinfo=timezone.utc)


def ended(run_id: str = "0123456789", *, well: bool = True) -> EndedRun:
    return EndedRun(run_id, well, NOON, NOON - timedelta(minutes=1))


def collected(**newest: tuple[int, int]) -> Numbers:
    """Of each job how many sources answered in its newest collection, and how many did not."""
    jobs = {"ui": UI_JOB, "historical": HISTORICAL_JOB}
    return Numbers(
        NOON,
        last_collections={
            jobs[name]: {"run_id": f"run of {name}", "ok": ok, "failed": failed}
            for name, (ok, failed) in newest.items()
        },
    )


def test_a_daemon_that_does_not_tick_and_each_schedule_that_is_off_are_problems() -> None:
    assert list(_problems_of_dagster(True, [True, True])) == []
    assert list(_problems_of_dagster(False, [True, False])) == [
        messages.NOT_TICKING,
        messages.IS_OFF.about(schedule=HISTORICAL_SCHEDULE),
    ]
    assert list(_problems_of_dagster(True, [False, True])) == [messages.IS_OFF.about(schedule=UI_SCHEDULE)]


@pytest.mark.parametrize(
    ("runs", "numbers", "problems"),
    [
        ({UI_JOB: None, HISTORICAL_JOB: None}, collected(), [messages.NOTHING_YET]),
        ({UI_JOB: ended(), HISTORICAL_JOB: None}, collected(ui=(1, 9)), []),
        (
            {UI_JOB: ended(), HISTORICAL_JOB: ended(well=False)},
            collected(ui=(3, 0)),
            [messages.RUN_FAILED.about(job=HISTORICAL_JOB, run="01234567")],
        ),
        (
            {UI_JOB: ended(well=False), HISTORICAL_JOB: ended()},
            collected(ui=(0, 9), historical=(0, 0)),
            [messages.ALL_FAILED.about(job=UI_JOB, run="run of u")],
        ),
    ],
    ids=["nothing yet", "a source that answers is enough", "a run failed", "every source failed"],
)
def test_a_run_that_failed_is_a_problem_and_first_of_all_that_every_source_did(
    runs: dict[str, EndedRun | None], numbers: Numbers, problems: list[messages.Message]
) -> None:
    assert list(_problems_of_runs(runs, numbers)) == problems


@pytest.mark.parametrize(
    ("seconds", "at_work", "is_told"), [(0, False, True), (0, True, False), (30, True, False), (31, True, True)]
)
def test_whoever_holds_the_file_is_told_of_at_once_unless_a_run_of_ours_may_be_storing(
    seconds: int, at_work: bool, is_told: bool
) -> None:
    assert _is_in_the_way(NOON, NOON + timedelta(seconds=seconds), at_work=at_work) is is_told


def test_an_error_names_its_source_its_outcome_and_what_it_said_if_anything_and_the_kind_of_its_collection() -> None:
    def row(job: str | None, error: str | None) -> dict[str, Any]:
        return {"failed_at": NOON, "endpoint": "a.b", "outcome": "timeout", "error": error, "job": job}

    found = _errors(Numbers(NOON, errors=[row(UI_JOB, "slow"), row(HISTORICAL_JOB, None), row(None, None)]))
    assert [(one.type, one.error) for one in found] == [
        ("ui_collection", "a.b: timeout: slow"),
        ("historical_collection", "a.b: timeout"),
        ("collection", "a.b: timeout"),
    ]


def test_numbers_that_are_not_of_now_say_their_age_in_both_languages() -> None:
    now = _with_age(messages.RUNNING, _Counted(Numbers(NOON)))
    old = _with_age(messages.RUNNING, _Counted(Numbers(NOON), 7.6, DatabaseBusy("held")))
    age = messages.AS_THEY_WERE.about(seconds=8)
    assert now == messages.RUNNING
    assert (old.en, old.fa) == (f"{now.en} {age.en}", f"{now.fa} {age.fa}")


def test_the_last_run_is_told_with_how_it_ended() -> None:
    assert _last_run(None) is None
    well, badly = _last_run(ended()), _last_run(ended(well=False))
    assert well
    assert badly
    assert (well.status, badly.status) == ("success", "failure")
    assert (well.started_at, well.ended_at) == (NOON - timedelta(minutes=1), NOON)


def test_of_what_a_storage_says_the_first_line_is_told_and_of_a_traceback_the_last_words() -> None:
    class Wrapped(Exception):
        orig = ValueError("disk full\nLINE 1: SELECT")

    assert _first_line(Wrapped("the statement")) == "disk full"
    assert _first_line(ValueError("locked\nmore")) == "locked"
    assert _last_words("Traceback\n  x = 1\ndagster.Error: no such job\n    ^^^^\n\n") == "dagster.Error: no such job"
    assert _last_words("~~~\n") == ""
