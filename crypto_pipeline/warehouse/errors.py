"""Why the warehouse could not do something, in one sentence for a person.

Belongs here: WarehouseError, and what DuckDB's messages mean for someone who does not know DuckDB.
Does not belong here: deciding what happens to the rows then (warehouse/duckdb.py, warehouse/spool.py).
"""

from __future__ import annotations

import re
from pathlib import Path

import duckdb


class WarehouseError(Exception):
    """The warehouse could not do what it was asked; the message says what is wrong and what to do."""


class DatabaseBusy(WarehouseError):
    """Another connection holds the file; the same thing may succeed a moment later."""


class QueryLimitExceeded(WarehouseError):
    """A question took more time or memory than it was given; a narrower one may succeed."""


class DiskFull(WarehouseError):
    """There is no room; the same thing may succeed when there is."""


class DemoMismatch(WarehouseError):
    """Replayed rows were to be written to a file of real ones, or the other way round."""


_BUSY = ("could not set lock on file", "different configuration", "conflicting lock", "unique file handle conflict")
_DISK_FULL = ("no space left", "file too large", "disk quota", "not enough space")


_TODAY = "To DuckDB date() is a CAST: write current_date for today, datetime('now', '-7 days', 'start of day') for a day before."


def explained(path: Path, error: duckdb.Error) -> WarehouseError:
    """The error that a person gets when ``path`` could not be opened or written."""
    if _says(error, *_BUSY):
        return DatabaseBusy(_who_holds(path, str(error)))
    if _says(error, *_DISK_FULL):
        return DiskFull(f"The disk that holds {path} is full; make room on it.")
    if path.is_dir():
        return WarehouseError(f"{path} is a folder; the database must be a file.")
    if _says(error, "permission denied", "read-only file system", "operation not permitted"):
        return WarehouseError(
            f"{path} cannot be opened: permission denied; this user needs to read and write it and its folder."
        )
    if _says(error, "version number", "serialization version", "storage version"):
        return WarehouseError(
            f"{path} is in a format that the installed DuckDB {duckdb.__version__} cannot read; "
            "install the DuckDB that wrote it, or a newer one. Nothing was changed."
        )
    if _says(error, "not a valid duckdb database", "cannot launch in-memory database"):
        return not_a_database(path)
    if _says(error, "corrupt", "checksum", "failure while replaying wal"):
        return WarehouseError(
            f"{path} is damaged and was left as it is; restore a copy of it, or move it and its .wal away to begin anew. "
            f"DuckDB says: {first_line(error)}"
        )
    return WarehouseError(f"{path} could not be used: {first_line(error)}")


def not_a_database(path: Path) -> WarehouseError:
    return WarehouseError(
        f"{path} is not a DuckDB file; choose another one with CRYPTO_PIPELINE_DATABASE_URL. Nothing was changed."
    )


def no_database(path: Path) -> WarehouseError:
    return WarehouseError(f"There is no database at {path} yet; the first collection makes it.")


def not_reading() -> WarehouseError:
    return WarehouseError("Only one SELECT at a time can be run here: the database is opened for reading.")


def cannot_be_run(error: duckdb.Error) -> WarehouseError:
    """What a person's query is told, in DuckDB's own words."""
    if _says(error, "read-only mode", "transaction is read-only"):
        return not_reading()
    hint = f"\n{_TODAY}" if _says(error, 'invalid date field format: "now"', "arguments provided to date") else ""
    return WarehouseError(f"The query cannot be run: {error}{hint}")


def first_line(error: BaseException) -> str:
    return (str(error) or type(error).__name__).splitlines()[0]


def _who_holds(path: Path, message: str) -> str:
    if "different configuration" in message or "Unique file handle conflict" in message:
        return f"{path} is already open in this program with other settings; close that connection."
    holder = re.search(r"held in (?P<program>.+?) \(PID (?P<pid>\d+)\)", message)
    who = f"{Path(holder['program']).name}, PID {holder['pid']}" if holder else "which one is not known"
    return f"{path} is open in another program ({who}); close it there, or try again in a moment."


def _says(error: duckdb.Error, *words: str) -> bool:
    message = str(error).lower()
    return any(word in message for word in words)
