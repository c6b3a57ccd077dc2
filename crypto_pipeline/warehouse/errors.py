"""Why the warehouse could not do something, in one sentence for a person: what is wrong, and what to do.

Belongs here: the exceptions, and what DuckDB's messages mean for someone who does not know DuckDB.
Does not belong here: what PostgreSQL's mean (warehouse/hub/failures.py), deciding what happens to the rows then (warehouse/storing.py, warehouse/hub/shared.py).

::

    WarehouseError
    ├── DatabaseBusy            another program holds the file; a moment later the same may succeed
    ├── DatabaseUnusable        the file cannot be read or written until a person, or time, mends it; rows wait in the spool
    │   ├── DiskFull
    │   ├── DatabaseDamaged
    │   ├── NotPermitted
    │   ├── NotADatabase
    │   └── HubAway             the shared PostgreSQL does not answer
    ├── WrongDatabase           a sound file that this program must not write
    │   ├── DemoMismatch
    │   └── HubRefused          the shared PostgreSQL does not let us in, or cannot be used: only a person can mend it
    ├── DriverMissing           a PostgreSQL is set, and what talks to it is not installed
    ├── NoDatabase              there is no file yet
    ├── NoSuchTable
    ├── NoAddressSpace          the process may not have enough of it for DuckDB
    ├── InvalidQuery            a question that cannot be run
    ├── QueryLimitExceeded      a question that took more time or memory than it was given
    └── RowsLost                rows could be kept neither in the file nor in the spool
"""

from __future__ import annotations

import re
import stat
from pathlib import Path

import duckdb

from crypto_pipeline.warehouse.files import size_of


class WarehouseError(Exception):
    """The warehouse could not do what it was asked; the message says what is wrong and what to do."""


class NoAddressSpace(WarehouseError):
    """A limit of the shell leaves DuckDB too little address space; it would end the process without a word."""


class DatabaseBusy(WarehouseError):
    """Another connection holds the file; the same thing may succeed a moment later."""


class DatabaseUnusable(WarehouseError):
    """The file cannot be used as it is. Rows that were to be merged are in the spool, and are merged when it can be."""


class DiskFull(DatabaseUnusable):
    """There is no room; the same thing may succeed when there is."""


class DatabaseDamaged(DatabaseUnusable):
    """The file is not as it was written: cut short, overwritten. A person has to restore it or begin anew."""


class NotPermitted(DatabaseUnusable):
    """This user may not write the file or its folder, or the file system is mounted for reading only."""


class NotADatabase(DatabaseUnusable):
    """A file that DuckDB does not take for one of its own: another kind of file, or one whose beginning is damaged."""


class WrongDatabase(WarehouseError):
    """A sound file that this program must not write: of a newer version, of another make."""


class DemoMismatch(WrongDatabase):
    """Replayed rows were to be written to a file of real ones, or the other way round."""


class HubAway(DatabaseUnusable):
    """The shared PostgreSQL does not answer, or broke off. Whether anything waits for it says whoever wanted to write."""


class HubRefused(WrongDatabase):
    """The shared PostgreSQL does not take our name and password, has no such database, is too old: a person has to mend that."""


class DriverMissing(WarehouseError):
    """A PostgreSQL is set, and what talks to it is not installed."""


class NoDatabase(WarehouseError):
    """There is no file yet."""


class NoSuchTable(WarehouseError):
    """A table that schema/tables/ does not declare."""


class InvalidQuery(WarehouseError):
    """A question that cannot be run; the message has DuckDB's own words."""


class QueryLimitExceeded(WarehouseError):
    """A question took more time or memory than it was given; a narrower one may succeed."""


class RowsLost(WarehouseError):
    """Rows could be kept neither in the file nor in the spool."""


_BUSY = ("could not set lock on file", "different configuration", "conflicting lock", "unique file handle conflict")
_DISK_FULL = ("no space left", "file too large", "disk quota", "not enough space")
_NOT_PERMITTED = ("permission denied", "read-only file system", "operation not permitted")
_DAMAGED = (
    "corrupt",
    "checksum",
    "could not read enough bytes",
    "failure while replaying wal",
    "failed to deserialize",
    "database has been invalidated",
)
_DAMAGE = (duckdb.FatalException, duckdb.InternalException, duckdb.SerializationException)
"""What DuckDB raises when what it reads cannot be what it once wrote."""

_FAULT_OF_THE_QUESTION = (duckdb.ProgrammingError, duckdb.DataError)

_TODAY = "To DuckDB date() is a CAST: write current_date for today, datetime('now', '-7 days', 'start of day') for a day before."


def no_file(path: Path) -> WarehouseError | None:
    """Why nothing at ``path`` can be opened, or made, before DuckDB is asked: it would wait for a pipe, and replace a link by a file."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        if not path.is_symlink():
            return None
        return DatabaseUnusable(
            f"{path} is a link to {path.readlink()}, which is not there: is its disk away? Bring it back, or remove the link to begin anew."
        )
    except OSError as error:
        return DatabaseUnusable(f"{path} cannot be reached: {error.strerror}.") if path.is_symlink() else None
    if stat.S_ISDIR(mode) or stat.S_ISREG(mode):
        return None
    return WrongDatabase(f"{path} is a pipe or a device; the database must be a file.")


def explained(path: Path, error: duckdb.Error) -> WarehouseError:
    """The error that a person gets when ``path`` could not be opened or written."""
    if _says(error, *_BUSY):
        return DatabaseBusy(_who_holds(path, str(error)))
    if _says(error, *_DISK_FULL):
        return DiskFull(f"The disk that holds {path} is full; make room on it. What is stored stays.")
    if path.is_dir():
        return WrongDatabase(f"{path} is a folder; the database must be a file.")
    if _says(error, *_NOT_PERMITTED):
        return NotPermitted(
            f"{path} cannot be opened: permission denied; this user needs to read and write it and its folder."
        )
    if _says(error, "version number", "serialization version", "storage version"):
        return WrongDatabase(
            f"{path} is in a format that the installed DuckDB {duckdb.__version__} cannot read; "
            "install the DuckDB that wrote it, or a newer one. Nothing was changed."
        )
    if path.exists() and size_of(path) == 0:
        return never_finished(path)
    if _says(error, "not a valid duckdb database", "cannot launch in-memory database"):
        return not_a_database(path)
    if isinstance(error, _DAMAGE) or _is_damage(path, error):
        return damaged(path, first_line(error))
    return DatabaseUnusable(f"{path} could not be used: {first_line(error)}")


def _is_damage(path: Path, error: duckdb.Error) -> bool:
    """Whether the file is to blame, and not the question, which may name damaged files of a person, or speak of corruption."""
    if isinstance(error, _FAULT_OF_THE_QUESTION) or not _says(error, *_DAMAGED):
        return False
    return _says(error, str(path).lower(), "database file", "wal", "database has been invalidated")


def damaged(path: Path, why: str) -> DatabaseDamaged:
    """The file is damaged: what to do."""
    return DatabaseDamaged(
        f"{path} is damaged and was left as it is; restore a copy of it, or move it and its .wal away to begin anew. "
        f"New rows wait in its spool until then. DuckDB says: {why}"
    )


def not_a_database(path: Path) -> NotADatabase:
    """The file is no DuckDB file, or no longer one."""
    return NotADatabase(
        f"{path} is not a DuckDB file; choose another one with CRYPTO_PIPELINE_DATABASE_URL. If it was the database, it is "
        "damaged: restore a copy of it, or move it and its .wal away to begin anew. Nothing was changed."
    )


def never_finished(path: Path) -> NotADatabase:
    """The file was begun, by a copy that did not end, a full disk or another program, and nothing came into it.

    It is not made anew: a copy that is still under way would go on writing where nobody looks.
    """
    return NotADatabase(
        f"{path} is empty: a copy of it has not ended, or was cut off. Copy it again, or remove it to begin anew. "
        "New rows wait in its spool until then. Nothing was changed."
    )


def not_writable(path: Path) -> NotPermitted:
    """This user can read the file, if at all."""
    return NotPermitted(
        f"{path} cannot be written: permission denied; this user needs to read and write it and its folder."
    )


def vanished(path: Path) -> DatabaseUnusable:
    """The file was there a moment ago."""
    return DatabaseUnusable(
        f"{path} was there when this began and is gone: was it moved or deleted meanwhile? What came since then is in a new "
        "file of that name; what was stored before is where the old one is, or in a backup."
    )


def no_database(path: Path) -> NoDatabase:
    """There is no file yet."""
    return NoDatabase(f"There is no database at {path} yet; the first collection makes it.")


def no_driver() -> DriverMissing:
    """The extra was not installed."""
    return DriverMissing(
        "CRYPTO_PIPELINE_DATABASE_URL names a PostgreSQL, and what talks to it is not installed: "
        "pip install 'crypto_pipeline[postgres]'"
    )


def no_table(name: str) -> NoSuchTable:
    """A table that is not declared."""
    return NoSuchTable(f"There is no table {name!r}; the tables are declared in schema/tables/.")


def not_reading() -> InvalidQuery:
    """A statement that does more than read."""
    return InvalidQuery("Only one SELECT at a time can be run here: the database is opened for reading.")


def cannot_be_run(error: duckdb.Error, path: Path | None = None) -> WarehouseError:
    """What a person's query is told: in DuckDB's own words where the query is to blame, else what is wrong with ``path``."""
    if _says(error, "read-only mode", "transaction is read-only"):
        return not_reading()
    if path and _is_damage(path, error):
        return damaged(path, first_line(error))
    hint = f"\n{_TODAY}" if _says(error, 'invalid date field format: "now"', "arguments provided to date") else ""
    return InvalidQuery(f"The query cannot be run: {error}{hint}")


def problem_of(error: BaseException, where: str) -> WarehouseError | None:
    """What is to be remembered of an error that kept rows from being stored in ``where``.

    A database that is in use is no problem; what waits in the spool says so itself. Nor is the end of this process.
    """
    if not isinstance(error, Exception) or isinstance(error, DatabaseBusy):
        return None
    return error if isinstance(error, WarehouseError) else DatabaseUnusable(f"{where}: {first_line(error)}")


def first_line(error: BaseException) -> str:
    """The sentence of an error, without what DuckDB adds for those who debug it."""
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
