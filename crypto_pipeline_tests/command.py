"""The crypto-pipeline command run in the process of the tests: a tenth of the time that a process of its own takes."""

from __future__ import annotations

import io
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from functools import cache
from pathlib import Path
from unittest.mock import patch

import typer.main

from crypto_pipeline.cli.app import main
from crypto_pipeline.logs import log
from crypto_pipeline_tests.project import environment


def run_here(
    *arguments: str, data_dir: Path, stdin: str = "", encoding: str = "utf-8", **settings: str
) -> subprocess.CompletedProcess[str]:
    """Run the command to its end, as ``project.crypto_pipeline`` does. Its streams have ``encoding`` and no mercy."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding, "strict", newline="\n") for _ in range(2))
    code = 0
    with (
        patch.dict(os.environ, environment(data_dir, **settings), clear=True),
        patch.object(sys, "argv", ["crypto-pipeline", *arguments]),
        patch.object(typer.main, "get_command", command_of),
        patch.object(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode("utf-8", "surrogateescape")))),
        redirect_stdout(out),
        redirect_stderr(err),
        _signals_as_they_were(),
        _log_of_its_own(),
    ):
        try:
            main()
        except SystemExit as ended:
            code = int(ended.code or 0)
    return subprocess.CompletedProcess(arguments, code, _written(out), _written(err))


command_of = cache(typer.main.get_command)
"""Made of the functions with all their options, which takes longer than many a command: once."""


@contextmanager
def _signals_as_they_were() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _log_of_its_own() -> Iterator[None]:
    """A process sends its log lines to its standard error, once; here each command has another one."""
    before = log.handlers, log.level, log.propagate
    log.handlers, log.level, log.propagate = [], logging.NOTSET, True
    try:
        yield
    finally:
        log.handlers, log.level, log.propagate = before


def _written(stream: io.TextIOWrapper) -> str:
    stream.flush()
    buffer = stream.buffer
    assert isinstance(buffer, io.BytesIO)
    return buffer.getvalue().decode(stream.encoding)
