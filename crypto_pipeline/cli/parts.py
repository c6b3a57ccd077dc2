"""What the commands share.

Belongs here: the mistake that ends any command, exit codes, what a stop means, options that several commands have, finding an endpoint.
Does not belong here: commands (cli/app.py, cli/sources.py).
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from crypto_pipeline.cli import console
from crypto_pipeline.foundation.address_space import too_little_for
from crypto_pipeline.foundation.open_files import allowed_open_files
from crypto_pipeline.settings import Settings

if TYPE_CHECKING:
    from crypto_pipeline.sources.kit import Endpoint

MISTAKE = 2
NOT_ALL_WELL = 3

OPEN_FILES = 256
"""A collection has 128 connections, and files of its database and of Dagster's beside them."""
ADDRESS_SPACE = 2_000_000_000
"""Bytes. With a quarter less a collection loses what it asked for, with half of it the process is aborted."""

AsJson = Annotated[bool, typer.Option("--json", help="For programs: JSON on standard output.")]


class UsageError(Exception):
    """Something asked for that cannot be done; the message says what and what to do."""


class NothingCollected(UsageError):
    """There is nothing yet that could be asked: no database, or no Dagster that ran."""


def require_limits() -> None:
    """For commands that ask sources: open files, of which connections and database take some two hundred, and address space.
    With less DuckDB and others end the process.

    Raises UsageError.
    """
    if sentence := too_little_for(ADDRESS_SPACE):
        raise UsageError(sentence)
    if (allowed := allowed_open_files()) < OPEN_FILES:
        raise UsageError(
            f"This shell allows {allowed} open files, and {OPEN_FILES} are needed; allow more with 'ulimit -n 4096'."
        )


@contextmanager
def kept_when_stopped(sentence: str, code: int = NOT_ALL_WELL) -> Iterator[None]:
    """For commands that keep what has come: Ctrl-C and SIGTERM end the block with the sentence and the exit code.

    Every other command ends as programs do, with 130 and 143 in a shell.
    """
    before = None
    if threading.current_thread() is threading.main_thread():
        before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    except KeyboardInterrupt:
        console.note(sentence)
        raise typer.Exit(code) from None
    finally:
        if before is not None:
            signal.signal(signal.SIGTERM, before)


def no_database_yet(settings: Settings) -> NothingCollected:
    """What to do where nothing was collected yet."""
    first = "run 'crypto-pipeline collect' first"
    if settings.hub_url:
        first = "run 'crypto-pipeline follow --once' first, or 'crypto-pipeline collect'"
    return NothingCollected(f"There is no database at {settings.database} yet; {first}.")


def endpoint_called(source: str) -> Endpoint:
    """The endpoint with this id. Raises UsageError, with the ids that look like it, where there is none."""
    from crypto_pipeline.collection.selection import unknown_source
    from crypto_pipeline.sources.kit import discover

    endpoints = {endpoint.id: endpoint for endpoint in discover()}
    if source not in endpoints:
        raise UsageError(unknown_source(source, endpoints))
    return endpoints[source]
