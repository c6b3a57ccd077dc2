"""The warehouse of a machine that shares a PostgreSQL with others: rows go to the hub, and are read from the file that follows it.

Belongs here: what callers do, and what happens to rows when the hub is away.
Does not belong here: merging into the hub (warehouse/hub/merging.py), following it (warehouse/hub/following.py), the file
(warehouse/duckdb.py).

While the hub is away rows wait in a spool of its own, and are in the file of this machine at once: what is asked and
remembered here stays complete. When it is back they are merged, exactly once, and the file takes over what the hub made of
them.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from crypto_pipeline.schema.clock import CLOCK_TOLERANCE
from crypto_pipeline.schema.columns import Columns
from crypto_pipeline.schema.tables import TABLES
from crypto_pipeline.warehouse import future, merging, safety, spool
from crypto_pipeline.warehouse.batches import Batch, Rows, batches_of
from crypto_pipeline.warehouse.errors import (
    DatabaseBusy,
    DatabaseUnusable,
    DemoMismatch,
    WarehouseError,
    first_line,
    problem_of,
)
from crypto_pipeline.warehouse.hub import layout, retention
from crypto_pipeline.warehouse.hub import merging as hub_merging
from crypto_pipeline.warehouse.hub.connecting import Connection, Hub, transaction
from crypto_pipeline.warehouse.hub.following import Followed, Follower, Progress, doubt, silent
from crypto_pipeline.warehouse.hub.statements import as_psycopg
from crypto_pipeline.warehouse.interface import FileWarehouse
from crypto_pipeline.warehouse.results import Result, Written

log = logging.getLogger(__name__)


class SharedWarehouse:
    """A hub, and the file of this machine that follows it: a Warehouse (warehouse/interface.py says what its methods promise).

    :param lock_seconds: how long a write waits for the hub to answer, or for rows that another transaction holds there.
    :param demo: written into a new hub. Replayed and real answers never share one: the other kind is refused.
    :param region: of rows that do not say theirs.
    """

    def __init__(
        self, file: FileWarehouse, hub: Hub, *, lock_seconds: float = 3.0, demo: bool = False, region: str = ""
    ) -> None:
        self._file = file
        self._hub = hub
        self._seconds = lock_seconds
        self._demo = demo
        self._region = region
        self._spool = spool.folder_of(file.path, demo=demo, hub=True)
        self._follower = Follower(file, hub, self._spool, demo=demo)

    def exists(self) -> bool:
        """Whether the file is there yet."""
        return self._file.exists()

    def prepare(self) -> None:
        """Lay out the hub, or bring an older one up to date, and bring the file to where it is.

        Raises HubAway, HubRefused, WrongDatabase, DatabaseUnusable.
        """
        self._file.prepare()
        with self._hub.held():
            with self._prepared():
                pass
            self._follow_if_possible()

    def require_place(self) -> None:
        """Prepare, and see to it that rows can be kept: in the hub or, while it is away, in the spool and the file.

        Raises HubRefused and WrongDatabase, which only a person can mend, and DatabaseUnusable when they could be kept nowhere.
        """
        try:
            self.prepare()
        except DatabaseUnusable as problem:
            if not spool.can_be_written(self._spool):
                raise
            _problems[self._hub.name] = problem
            log.warning("%s", problem)

    @contextmanager
    def waiting_once(self) -> Iterator[None]:
        """In the block a hub or a file that cannot be had is waited for once; after that each attempt is made once."""
        with self._hub.waiting_once(), self._file.waiting_once():
            yield

    def bounded(self, memory: str) -> AbstractContextManager[None]:
        """In the block DuckDB takes no more memory in this process for the file."""
        return self._file.bounded(memory)

    @contextmanager
    def open(self) -> Iterator[SharedWarehouse]:
        """Hold the connection and the file for several merges that are ready together. Make no HTTP request inside."""
        with self.waiting_once(), self._hub.held(), self._file.open():
            yield self

    def merge(self, batches: Mapping[str, Rows]) -> dict[str, Written]:
        """Write the batches into the hub, all or none, in one transaction, and bring the file to where it is then.

        When the hub cannot be written the rows go into the spool and into the file.
        Raises NoSuchTable, DemoMismatch, and RowsLost when the spool could not be written either.
        """
        fitting, misfits = batches_of(batches, self._region)
        ready, long = hub_merging.without_long_keys(fitting)
        misfits += long
        written = {name: Written(name) for name in batches}
        if ready:
            written |= self._merge(ready)
        return safety.with_misfits(self._spool, written, misfits) if misfits else written

    def follow(self, progress: Progress = silent) -> Followed:
        """Bring the file to where the hub is now. Raises what Follower.follow() does."""
        return self._follower.follow(self._seconds, progress)

    def behind(self) -> int:
        """Rows of the hub that the file does not have yet, or has and would ask for again. Raises what follow() does."""
        return self._follower.behind(self._seconds)

    def problem(self) -> WarehouseError | None:
        """What kept this process from storing rows when it last tried; None when they were stored."""
        return _problems.get(self._hub.name) or self._file.problem()

    def read(
        self,
        table: str,
        *,
        columns: Sequence[str] | None = None,
        where: str = "",
        parameters: Sequence[object] = (),
        limit: int | None = None,
    ) -> list[dict[str, Any]]:
        """Rows of one table of the file as dicts; none when there is no file yet."""
        return self._file.read(table, columns=columns, where=where, parameters=parameters, limit=limit)

    def reading(self) -> AbstractContextManager[Any]:
        """Hold the file for several questions."""
        return self._file.reading()

    def query(
        self,
        query: str,
        parameters: Sequence[object] | Mapping[str, object] = (),
        *,
        seconds: float | None = None,
    ) -> Result:
        """The file's answer to one statement that only reads."""
        return self._file.query(query, parameters, seconds=seconds)

    def columns(self, table: str, query: str, parameters: Mapping[str, object]) -> Columns:
        """The file's answer to such a statement as rows of a table."""
        return self._file.columns(table, query, parameters)

    def merge_answer(self, table: str, query: str, parameters: Mapping[str, object]) -> int:
        """The file's answer, merged into the hub."""
        rows = self.columns(table, query, parameters)
        self.merge({table: rows})
        return len(rows)

    def clock_off_seconds(self) -> float | None:
        """How far this machine's clock was ahead of the hub's when they last met in this process; None when they have not."""
        return self._hub.clock_off_seconds

    def mark(self) -> str:
        """Another one after each write to the file."""
        return self._file.mark()

    def info(self) -> dict[str, str]:
        """What the file says of itself, and where it stands with the hub that it follows."""
        return self._file.info()

    def size(self) -> int:
        """Bytes of the file."""
        return self._file.size()

    def spooled(self) -> list[Path]:
        """The batches that wait for the hub, oldest first."""
        return spool.waiting(self._spool)

    def damaged(self) -> list[Path]:
        """Batches and rows that could not be merged and were set aside for a person."""
        return [*spool.damaged(self._spool), *self._file.damaged()]

    def drain(self) -> int:
        """Merge what waits in the spool into the hub, for some seconds at most, and say how many batches that were.

        Raises HubAway, HubRefused, DatabaseBusy, DatabaseUnusable, WrongDatabase.
        """
        done = self._drain() if self.spooled() else 0
        if done:
            self._follow_if_possible()
        return done

    def empty_spool(self) -> None:
        """Merge all that waits, however long it takes; the file is not followed. Raises what drain() does."""
        while self.spooled():
            self._drain()

    def _drain(self) -> int:
        try:
            with self._prepared() as connection:
                done = self._drained(connection, spool.DRAINS_BY_ITSELF)
        except WarehouseError as error:
            self._note(error)
            raise
        _problems.pop(self._hub.name, None)
        return len(done)

    def remove_older(
        self, before: Mapping[str, datetime], *, dry_run: bool, tell: Callable[[str], None]
    ) -> dict[str, int]:
        """Remove rows of the hub that were collected before, by table, and say how many. Raises HubAway, HubRefused, DatabaseBusy."""
        with self._prepared():
            return retention.remove_older(self._hub, before, self._seconds, dry_run=dry_run, tell=tell)

    def set_future_right(self, now: datetime) -> dict[str, int]:
        """Set rows of the hub right that a run wrote whose clock was ahead (warehouse/future.py), and say how many.

        What goes is to be removed from each file as well. Raises HubAway, HubRefused, DatabaseBusy.
        """
        limit = now + CLOCK_TOLERANCE
        with self._prepared() as connection, transaction(connection, self._seconds):
            done = {
                name: sum(
                    connection.execute(as_psycopg(repair), {"limit": limit, "now": now}).rowcount
                    for repair in future.repairs(table)
                )
                for name, table in TABLES.items()
            }
        return {name: rows for name, rows in done.items() if rows}

    @contextmanager
    def _prepared(self) -> Iterator[Connection]:
        with self._hub.connected(self._seconds) as connection:
            layout.bring_up_to_date(connection, self._hub.name, demo=self._demo)
            yield connection

    def _merge(self, ready: Sequence[Batch]) -> dict[str, Written]:
        try:
            with self._prepared() as connection:
                with safety.drained_if_possible(self._spool):
                    self._drained(connection, spool.DRAINS_BEFORE_A_MERGE)
                written = hub_merging.merge(connection, ready, self._seconds)
        except DemoMismatch:
            raise
        except BaseException as error:
            # Whatever it is: no batch is nowhere.
            self._note(error)
            safety.into_spool(self._spool, ready, error)
            if not isinstance(error, Exception):
                raise
            self._into_file(ready)
            return safety.spooled(ready)
        _problems.pop(self._hub.name, None)
        self._follow_if_possible(has_news=any(one.inserted or one.updated or one.removed for one in written.values()))
        return written

    def _drained(self, connection: Connection, limit_seconds: float) -> list[Path]:
        done = hub_merging.drain(connection, self._spool, limit_seconds, self._seconds)
        spool.remove(done)
        hub_merging.forget(connection, [entry for entry in done if not entry.exists()])
        return done

    def _into_file(self, batches: Sequence[Batch]) -> None:
        """They are in safety already: where the file cannot be had either, they come with the next following."""
        try:
            with self._file.merging() as connection:
                doubt(connection)
                merging.merge(connection, batches)
        except Exception as error:
            log.info("The file does not show these rows yet: %s", first_line(error))

    def _follow_if_possible(self, *, has_news: bool = False) -> None:
        """A file that somebody reads at this moment, or a hub that is gone again, is followed next time."""
        try:
            self._follower.follow(self._seconds, has_news=has_news)
        except (DatabaseBusy, DatabaseUnusable) as obstacle:
            log.info("The file is brought to where %s is by the next merge: %s", self._hub.name, obstacle)

    def _note(self, error: BaseException) -> None:
        if problem := problem_of(error, self._hub.name):
            _problems[self._hub.name] = problem


_problems: dict[str, WarehouseError] = {}
"""What kept this process from storing rows in a hub when it last tried, by the hub's name."""
