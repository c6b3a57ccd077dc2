"""Keeping the database small, whole and quick: what is done once a day.

Belongs here: what is done, in which order, and what is told of it.
Does not belong here: each part (warehouse/retention.py, warehouse/archive.py, warehouse/compaction.py), when (schedules), how it looks (console).

Everything may be cut off at any point and done again. The file is held for a moment at a time, except while a month moves
and while the file is compacted; batches of a collection that come just then wait in the spool.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from crypto_pipeline.foundation.file_locks import only_one
from crypto_pipeline.schema.tables import TABLES
from crypto_pipeline.warehouse import archive, compaction, future, layout, retention, sql
from crypto_pipeline.warehouse.errors import DatabaseBusy, WarehouseError
from crypto_pipeline.warehouse.files import log_of
from crypto_pipeline.warehouse.interface import FileWarehouse

A_MOMENT = 0.1
"""Seconds after which others get their turn, when what is read at that time is read."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What may go, and where.

    :param keep_days: by table; rows of a table that is not named are kept for ever.
    :param archive: folder of the months that have moved.
    :param archive_months: months older than this move; None leaves everything in the database.
    """

    archive: Path
    keep_days: Mapping[str, int] = field(default_factory=dict)
    archive_months: int | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of one table."""

    table: str
    keep_days: int | None
    removed: int = 0
    """Rows that were too old, those in files of the archive not counted."""
    archived: int = 0
    """Rows that moved to the archive."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """In bytes."""

    database: int
    archive: int


@dataclass(frozen=True, slots=True)
class Maintained:
    """What was done, or in a dry run what would be done."""

    tables: tuple[Kept, ...]
    before: Sizes
    after: Sizes
    compaction: str
    """What became of it, in a sentence."""
    compacted: bool = False
    files_removed: tuple[Path, ...] = ()
    """Files of the archive that were too old."""
    future_rows: Mapping[str, int] = field(default_factory=dict)
    """Rows of each table that a run wrote whose clock was ahead."""
    future_rows_set_right: bool = False


def silent(what: str) -> None:
    """Says nothing."""


def maintain(
    warehouse: FileWarehouse,
    rules: Rules,
    now: datetime,
    *,
    dry_run: bool = False,
    set_future_right: bool = False,
    tell: Callable[[str], None] = silent,
) -> Maintained:
    """Read everything once, remove what is too old, move old months, give back the room. Does nothing where there is no database yet.

    Raises DatabaseBusy when another program holds the file for longer than the warehouse waits, or maintains it at this
    moment; DatabaseDamaged, with nothing removed, when some of it cannot be read any more.

    :param set_future_right: also set rows right that a run wrote whose clock was ahead (warehouse/future.py).
    """
    before = _sizes(warehouse, rules)
    if not warehouse.exists():
        return Maintained((), before, before, "there is no database yet")
    warehouse.prepare()
    if dry_run:
        with warehouse.reading():
            return _foreseen(warehouse, rules, now, before)
    with alone_at(warehouse.path):
        layout.remove_old_drafts(warehouse.path)
        warehouse.drain()
        tell("reading everything once")
        _read_everything(warehouse)
        ahead = future.set_right(warehouse, now) if set_future_right else future.count(warehouse, now)
        removed = dict(_remove_old(warehouse, rules, now, tell))
        files = _remove_old_files(rules, now)
        archive.show(warehouse, rules.archive, every_table=rules.archive_months is not None)
        moved = dict(_move_months(warehouse, rules, now, tell))
        with warehouse.merging() as connection:
            connection.execute("CHECKPOINT")
        compacted, sentence = _compact(warehouse, tell)
    return Maintained(
        _kept(rules, removed, moved),
        before,
        _sizes(warehouse, rules),
        sentence,
        compacted,
        files,
        future_rows=ahead,
        future_rows_set_right=set_future_right,
    )


def _read_everything(warehouse: FileWarehouse) -> None:
    """As many tables at a time as a moment has room for: to open the file costs more than to read most of them."""
    tables = [*TABLES.values()][::-1]
    while tables:
        with warehouse.reading():
            over = time.monotonic() + A_MOMENT
            warehouse.query(sql.read_all(tables.pop()))
            while tables and time.monotonic() < over:
                warehouse.query(sql.read_all(tables.pop()))


def _foreseen(warehouse: FileWarehouse, rules: Rules, now: datetime, sizes: Sizes) -> Maintained:
    removed = {name: retention.count_older(warehouse, name, limit) for name, limit in _limits(rules, now)}
    moved = {name: sum(rows for _, rows in months) for name, months, _ in _months(warehouse, rules, now)}
    files = tuple(file for name, limit in _limits(rules, now) for file in archive.older(rules.archive, name, limit))
    return Maintained(
        _kept(rules, removed, moved),
        sizes,
        sizes,
        f"{compaction.gain(warehouse)} now",
        files_removed=files,
        future_rows=future.count(warehouse, now),
    )


def _remove_old(
    warehouse: FileWarehouse, rules: Rules, now: datetime, tell: Callable[[str], None]
) -> Iterator[tuple[str, int]]:
    with warehouse.reading():  # tables of which nothing is too old need nobody who writes
        old = [(name, limit) for name, limit in _limits(rules, now) if retention.count_older(warehouse, name, limit)]
    for name, limit in old:
        tell(f"removing rows of {name} from before {limit:%Y-%m-%d}")
        yield name, retention.remove_older(warehouse, name, limit)


def _remove_old_files(rules: Rules, now: datetime) -> tuple[Path, ...]:
    files = tuple(file for name, limit in _limits(rules, now) for file in archive.older(rules.archive, name, limit))
    for file in files:
        file.unlink(missing_ok=True)
    return files


def _move_months(
    warehouse: FileWarehouse, rules: Rules, now: datetime, tell: Callable[[str], None]
) -> Iterator[tuple[str, int]]:
    with warehouse.reading():  # to open the file for each table costs more than to ask it
        due = [*_months(warehouse, rules, now)]
    for name, months, limit in due:
        moved = 0
        for month, _ in months:
            tell(f"moving {name} of {month:%Y-%m} to {rules.archive}")
            moved += archive.move(warehouse, name, month, limit, rules.archive)
        yield name, moved


def _compact(warehouse: FileWarehouse, tell: Callable[[str], None]) -> tuple[bool, str]:
    """Not getting the file for it, or no room for the copy, is told but spoils nothing: tomorrow is as good a day."""
    gain = compaction.gain(warehouse)
    if not gain.pays:
        return False, f"not worth it: {gain}"
    tell(f"compacting {warehouse.path}")
    try:
        compaction.compact(warehouse)
    except WarehouseError as obstacle:
        return False, str(obstacle)
    return True, f"done: {gain} before"


def _limits(rules: Rules, now: datetime) -> list[tuple[str, datetime]]:
    return [(name, now - timedelta(days=days)) for name, days in rules.keep_days.items()]


def _months(
    warehouse: FileWarehouse, rules: Rules, now: datetime
) -> Iterator[tuple[str, list[tuple[datetime, int]], datetime]]:
    if rules.archive_months is None:
        return
    limit = archive.before(now, rules.archive_months)
    for name in archive.ARCHIVED:
        yield name, archive.due(warehouse, name, limit), limit


def _kept(rules: Rules, removed: Mapping[str, int], moved: Mapping[str, int]) -> tuple[Kept, ...]:
    return tuple(
        Kept(name, rules.keep_days.get(name), removed.get(name, 0), moved.get(name, 0))
        for name in TABLES
        if name in rules.keep_days or moved.get(name)
    )


def _sizes(warehouse: FileWarehouse, rules: Rules) -> Sizes:
    files = (warehouse.path, log_of(warehouse.path))
    return Sizes(sum(file.stat().st_size for file in files if file.exists()), archive.size(rules.archive))


@contextmanager
def alone_at(database: Path) -> Iterator[None]:
    """Be the only one who moves months and compacts: two compactions at once could take the place of each other's copy, and of what was written between them."""
    file = database.with_name(f".{database.name}.maintenance")
    busy = DatabaseBusy(f"{database} is being maintained at this moment by another process.")
    with only_one(file, timeout_seconds=0, otherwise=busy):
        yield
