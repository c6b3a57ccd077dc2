"""A program of ours ends as others do, but for what Python does with its libraries then."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from crypto_pipeline_tests.project import PROJECT

BEGIN = """
import atexit, gc, os, sys, threading, time
from crypto_pipeline.foundation import programs

class Library:
    def __del__(self):
        os.write(1, b", taken apart")

kept = Library()
"""


def ended(program: str) -> tuple[int, str, str]:
    """Its exit code, and what it wrote."""
    begins = "print('done', end=''); atexit.register(print, ', left', end='')"
    text = f"{BEGIN}\ndef program():\n    {begins}\n    {program}\nprograms.run(program)\n"
    environment = {**os.environ, "PYTHONUNBUFFERED": ""}  # what is not written out by hand is lost then
    done = subprocess.run([sys.executable, "-c", text], cwd=PROJECT, env=environment, capture_output=True, text=True)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize(
    ("program", "code", "says"),
    [
        ("pass", 0, ""),
        ("sys.exit()", 0, ""),
        ("sys.exit(3)", 3, ""),
        ("sys.exit('a sentence')", 1, "a sentence\n"),
        ("os.close(2)", 0, ""),
    ],
)
def test_what_it_has_written_is_out_and_what_waits_for_its_end_is_done(program: str, code: int, says: str) -> None:
    assert ended(program) == (code, "done, left", says)


def test_its_threads_come_to_their_end() -> None:
    assert ended("threading.Timer(0.05, print, [', counted'], {'end': ''}).start()")[1] == "done, counted, left"


def test_one_that_fails_ends_as_any_does() -> None:
    code, out, err = ended("raise ValueError('a defect')")
    assert (code, out) == (1, "done, left, taken apart")
    assert err.endswith("ValueError: a defect\n")


def test_one_whose_output_nobody_takes_says_so() -> None:
    nobody_reads = "ours, theirs = os.pipe(); os.close(ours); os.dup2(theirs, 1)"
    assert ended(nobody_reads)[0] == 120


def test_python_searches_for_garbage_when_it_has_read_its_libraries() -> None:
    assert ended("print(gc.get_threshold()[0] > 100_000, end='')")[1] == "doneTrue, left"
