"""What a warehouse is to those who use it, whichever engine keeps the rows.

Belongs here: the protocols that orchestration, monitoring, the API, the command line and the data bank are written against.
Does not belong here: any engine (warehouse/duckdb.py), which one is taken (warehouse/engines.py), errors (warehouse/errors.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from crypto_pipeline.schema.columns import Columns
from crypto_pipeline.warehouse.batches import Rows
from crypto_pipeline.warehouse.errors import WarehouseError
from crypto_pipeline.warehouse.results import Result, Written

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


class Warehouse(Protocol):
    """Where rows are kept. Holds nothing open between calls; threads may share it.

    Whatever keeps rows from being stored, they are in the spool then, and merged when it is over.
    """

    def exists(self) -> bool:
        """Whether there is anything to read yet."""

    def prepare(self) -> None:
        """Make the place where rows are kept, or bring an older one up to date; cheap when there is nothing to do.

        While another program holds it nothing is done; the next merge does it. Raises DatabaseUnusable, WrongDatabase.
        """

    def require_place(self) -> None:
        """Prepare, and see to it that rows can be kept: in the database or, while it is unusable, in the spool.

        Raises DatabaseUnusable when they could be kept in neither, WrongDatabase when the database is not ours to write.
        """

    def waiting_once(self) -> AbstractContextManager[None]:
        """In the block a database that another program holds is waited for once; after that each attempt is made once."""

    def bounded(self, memory: str) -> AbstractContextManager[None]:
        """In the block DuckDB takes no more memory in this process, such as ``"96MB"``; what needs more spills to disk."""

    def open(self) -> AbstractContextManager[Warehouse]:
        """Hold the database for several merges that are ready together. Make no HTTP request inside. Raises nothing of its own."""

    def merge(self, batches: Mapping[str, Rows]) -> dict[str, Written]:
        """Write the batches, by table, all or none, in one transaction; into the spool when that cannot be done now.

        Rows that their table cannot take are set aside, counted and reported by damaged(); the others are stored.
        Raises NoSuchTable, DemoMismatch, and RowsLost when the spool could not be written either.
        """

    def problem(self) -> WarehouseError | None:
        """What kept this process from storing rows when it last tried; None when they were stored or the file was in use."""

    def read(
        self,
        table: str,
        *,
        columns: Sequence[str] | None = None,
        where: str = "",
        parameters: Sequence[object] = (),
        limit: int | None = None,
    ) -> list[dict[str, Any]]:
        """Rows of one table as dicts; none when there is no database yet.

        Raises DatabaseBusy, DatabaseUnusable, NoSuchTable, InvalidQuery.

        :param where: a condition in SQL, with ``?`` for each of ``parameters``; an ORDER BY may follow it.
        """

    def reading(self) -> AbstractContextManager[Warehouse]:
        """Hold the database for several questions: opening it costs more than most of them. Be brief.

        Raises DatabaseBusy, DatabaseUnusable.
        """

    def query(
        self,
        query: str,
        parameters: Sequence[object] | Mapping[str, object] = (),
        *,
        seconds: float | None = None,
    ) -> Result:
        """The answer to one statement that only reads.

        Raises NoDatabase, DatabaseBusy, DatabaseUnusable, InvalidQuery, and QueryLimitExceeded when it needs more than it was given.

        :param seconds: how long it may run, waiting for the database not counted.
        """

    def columns(self, table: str, query: str, parameters: Mapping[str, object]) -> Columns:
        """The answer to such a statement as rows of a table, for what is computed from rows and stored again.

        Raises NoDatabase, DatabaseBusy, DatabaseUnusable, InvalidQuery.
        """

    def merge_answer(self, table: str, query: str, parameters: Mapping[str, object]) -> int:
        """Merge the answer into the table, without its rows leaving the database where they need not; how many it has.

        Raises NoDatabase, DatabaseBusy, DatabaseUnusable, InvalidQuery, and what merge() does.
        """

    def clock_off_seconds(self) -> float | None:
        """How far this machine's clock was ahead of that of the shared PostgreSQL when they last met; None where there is none."""

    def mark(self) -> str:
        """Another text after each write, found without opening the database; empty when there is none yet."""

    def info(self) -> dict[str, str]:
        """What the database says of itself: schema_version, created_by, created_at, demo; empty when there is none yet.

        Raises DatabaseBusy, DatabaseUnusable.
        """

    def size(self) -> int:
        """Bytes that the database takes on this machine."""

    def spooled(self) -> list[Path]:
        """The batches that wait to be merged, oldest first."""

    def damaged(self) -> list[Path]:
        """Batches, parts of batches and rows that could not be merged and were set aside for a person."""

    def drain(self) -> int:
        """Merge what waits in the spool, for some seconds at most, and say how many batches that were.

        Raises DatabaseBusy, DatabaseUnusable, WrongDatabase.
        """


class FileWarehouse(Warehouse, Protocol):
    """A warehouse that is a DuckDB file on this machine, or has one: what maintenance, people's own assets and the data bank need."""

    @property
    def path(self) -> Path:
        """The file."""

    def merging(self) -> AbstractContextManager[DuckDBPyConnection]:
        """A connection that may write, for our own work: it leaves nothing behind in the DuckDB that has the file open. Be brief.

        Raises DatabaseBusy, DatabaseUnusable, WrongDatabase.
        """

    def connection(self) -> AbstractContextManager[DuckDBPyConnection]:
        """A DuckDB connection that may write, for what merge() does not do. Be brief. Raises DatabaseBusy, DatabaseUnusable."""

    def attached(self, to: DuckDBPyConnection, name: str) -> AbstractContextManager[None]:
        """Another database of this process has the file under ``name`` in the block, for reading. Raises DatabaseBusy, DatabaseUnusable."""

    def closed(self) -> AbstractContextManager[None]:
        """Nobody in this program has the file open in the block: for putting a better copy in its place. Raises DatabaseBusy."""
