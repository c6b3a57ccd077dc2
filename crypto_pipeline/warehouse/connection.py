"""DuckDB connections: their settings, transactions, and how long they may work.

Belongs here: what every connection of ours has in common, whatever database it is of.
Does not belong here: who may have the database file open, and when (warehouse/database.py).
"""

from __future__ import annotations

import os
import secrets
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeAlias

import duckdb

from crypto_pipeline.foundation.address_space import too_little_for
from crypto_pipeline.warehouse.errors import NoAddressSpace

Connection: TypeAlias = duckdb.DuckDBPyConnection

CONFIGURATION: dict[str, str | bool | int | float | list[str]] = {
    # The data bank is a guest on its machine, and several of its processes may run at once. A merge of some thousand rows
    # gains nothing from more; a large query of a person spills to disk beside the file instead of failing.
    "threads": 2,
    "memory_limit": "1GB",
    # What is needed (time zones, JSON, Parquet) is linked into DuckDB's wheel; nothing is fetched from the network.
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
"""Not an argument anywhere: two configurations of one file in one process are refused by DuckDB."""

_NEW_FILE: dict[str, str | bool | int | float | list[str]] = {
    **CONFIGURATION,
    # A file in DuckDB 2.0's own format could not be opened by the 1.5 tools that people have.
    "storage_compatibility_version": "v1.5.0",
    # A quarter of what is usual: each column of each group of rows leaves part of a block unused. Smaller ones cannot hold a
    # packed group of times, which then are not packed at all.
    "default_block_size": 65_536,
}
"""A file keeps what it was made with, whoever opens it; a compaction makes a new one."""

ADDRESS_SPACE = 1_500_000_000
"""Bytes that a process must be allowed in which DuckDB runs: with 1 GB it is killed by a signal in the middle of a query."""

_STOPPED_BY_SIGNAL = "Query interrupted"
"""As DuckDB's Python says it; a query that another thread interrupts ends with an error of DuckDB's own."""

UNTIL_BEGUN = 0.05
"""Seconds until a query is interrupted once more: an interruption that comes before DuckDB has begun is forgotten."""


def started(path: Path | str, config: dict[str, str | bool | int | float | list[str]]) -> Connection:
    """A DuckDB with this file, or with none (``:memory:``).

    :raises NoAddressSpace: the process may not have enough of it.
    :raises duckdb.Error: the file cannot be opened.
    """
    if sentence := too_little_for(ADDRESS_SPACE):
        raise NoAddressSpace(sentence)
    return duckdb.connect(path, config=config)


def in_memory() -> Connection:
    """A database in memory, with the same settings."""
    return in_utc(started(":memory:", CONFIGURATION))


def new_file(path: Path) -> Connection:
    """A database in a file that nobody else knows of yet."""
    return in_utc(started(path, _NEW_FILE))


def memory_beside_files() -> Connection:
    """A database in memory to which files are attached; one that does not exist yet is made as new_file() makes it."""
    return in_utc(started(":memory:", _NEW_FILE))


def for_answers() -> Connection:
    """A database in memory for the answers that a person gets: with DuckDB's own limits, for it is the person's program.

    What does not fit into memory spills into the machine's folder for temporary files, not into the person's.
    """
    spill = Path(tempfile.gettempdir()) / f"crypto-pipeline-{os.getpid()}-{secrets.token_hex(4)}"
    offline = {name: value for name, value in CONFIGURATION.items() if name.startswith("auto")}
    return in_utc(started(":memory:", {**offline, "temp_directory": str(spill)}))


def in_utc(connection: Connection) -> Connection:
    """The same connection, which shows times in UTC; a cursor does not inherit that."""
    connection.execute("SET TimeZone = 'UTC'")
    return connection


@contextmanager
def heeding_signals(connection: Connection | None = None) -> Iterator[None]:
    """Whoever is stopped in the block, by Ctrl-C or a service manager, is stopped: KeyboardInterrupt is raised.

    DuckDB looks for signals while it works for the main thread. What their handler raised is lost then, and it says that its query
    was interrupted, as one that has failed.

    :param connection: which works in the block. DuckDB 1.5 leaves such a query begun, and the file held for as long as the
        process lives, until the connection does something else.
    """
    try:
        yield
    except RuntimeError as error:
        if str(error) != _STOPPED_BY_SIGNAL:
            raise
        if connection is not None:
            connection.interrupt()
            with suppress(duckdb.Error):
                connection.execute("SELECT 1")
        raise KeyboardInterrupt from error


@contextmanager
def transaction(connection: Connection) -> Iterator[None]:
    """All of what the block does, or nothing."""
    connection.execute("BEGIN")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # A COMMIT that failed has already ended the transaction; the first error is the one to tell.
        with suppress(duckdb.Error):
            connection.execute("ROLLBACK")
        raise


@contextmanager
def interrupted_after(connection: Connection, seconds: float | None) -> Iterator[None]:
    """Interrupt what the connection does in the block when it takes longer: DuckDB raises InterruptException then."""
    if seconds is None:
        yield
        return
    over = threading.Event()

    def interrupt() -> None:
        late = over.wait(seconds)
        while not late:
            connection.interrupt()
            late = over.wait(UNTIL_BEGUN)

    interrupter = threading.Thread(target=interrupt, name="interrupting")
    interrupter.start()
    try:
        yield
    finally:
        over.set()
        interrupter.join()  # it must not interrupt what comes after the block
