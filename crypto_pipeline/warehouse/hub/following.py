"""Following: the file takes over the rows of the hub that changed, and the mark from which it will ask next time.

Belongs here: what changed since, one transaction of the file for all of it, a file that begins, a hub that was restored.
Does not belong here: merging into the hub (warehouse/hub/merging.py), when it is followed (warehouse/hub/shared.py, cli/hub.py).

Transactions are not committed in the order in which they began. The mark is the oldest one that was still open when the
hub was asked: whatever it may commit later is asked for next time, with some rows that are known already.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from crypto_pipeline.schema.clock import utc_now
from crypto_pipeline.schema.declare import TIME, Table
from crypto_pipeline.schema.tables import TABLES
from crypto_pipeline.warehouse import connection as duckdb_connection
from crypto_pipeline.warehouse import merge_sql, spool, sql
from crypto_pipeline.warehouse.connection import Connection as FileConnection
from crypto_pipeline.warehouse.errors import NoDatabase, WrongDatabase
from crypto_pipeline.warehouse.hub import layout, statements
from crypto_pipeline.warehouse.hub.connecting import Connection, Hub
from crypto_pipeline.warehouse.hub.merging import SINCE_2000
from crypto_pipeline.warehouse.interface import FileWarehouse
from crypto_pipeline.warehouse.merging import put_staged
from crypto_pipeline.warehouse.staging import stage

log = logging.getLogger(__name__)

ROWS_AT_ONCE = 122_880
"""A row group of DuckDB, full. A file that began with smaller pieces has groups that are not, and the checkpoints of the next
dozen ticks are busy with joining them: 3 to 4 s each where there are 27 million rows."""
BEFORE_ITS_RESTORATION = timedelta(days=1)
"""How far back a file asks where the mark means nothing any more: batches that waited in somebody's spool came late."""
BEFORE_A_DOUBT = timedelta(hours=1)

_HUB, _LIFE, _MARK, _AT, _DOUBT = "hub", "hub_life", "hub_mark", "hub_followed_at", "hub_doubt_since"
_STAND = (_HUB, _LIFE, _MARK, _AT, _DOUBT)

_WHERE_IT_STANDS = """
SELECT (SELECT system_identifier FROM pg_control_system()) || '.' ||
       CASE WHEN pg_is_in_recovery() THEN (SELECT timeline_id FROM pg_control_checkpoint())::text
            ELSE ltrim(substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8), '0') END || '.' ||
       (SELECT oid FROM pg_database WHERE datname = current_database()),
       pg_snapshot_xmin(pg_current_snapshot())::text, pg_snapshot_xmax(pg_current_snapshot())::text, now()::text
"""
"""A hub that was restored from a dump, from a backup of an earlier hour, or lost its server for a standby, has another life:
transactions are numbered anew in it, from where nobody knows."""

Progress = Callable[[str, int, int], None]
"""Hears the table, how many of its rows are done and how many there are."""


def silent(table: str, done: int, total: int) -> None:
    """Says nothing."""


@dataclass(frozen=True, slots=True)
class Followed:
    """What one following took over."""

    rows: Mapping[str, int]
    """Rows of each table that were asked for; tables without any are left out."""
    changed: Mapping[str, int]
    """Rows of each table that were new or other than the file's."""
    began: bool
    """Whether the file had never followed before."""


@dataclass(frozen=True, slots=True)
class HubStand:
    """Where the hub stands at the moment at which it is asked."""

    hub: str
    life: str
    first_open: str
    next: str
    at: str
    columns: Mapping[str, frozenset[str]]


class Follower:
    """A file and the hub that it follows. It remembers where they were, so that nothing is opened when nothing has changed.

    :param spool_folder: of the batches that are in the file already and not yet in the hub.
    """

    def __init__(self, file: FileWarehouse, hub: Hub, spool_folder: Path, *, demo: bool) -> None:
        self._file = file
        self._hub = hub
        self._spool = spool_folder
        self._demo = demo
        self._last: tuple[Mapping[str, str], Mapping[str, int]] | None = None

    def follow(self, seconds: float, progress: Progress = silent, *, has_news: bool = False) -> Followed:
        """Bring the file to where the hub is now.

        :param has_news: that the hub has changed is known: it need not be asked before the file is opened.

        Raises DatabaseBusy when the file cannot be had, HubAway, HubRefused, NoDatabase when the hub holds no data bank yet,
        WrongDatabase when it is not the one that the file has followed so far.
        """
        if not has_news and self._last and self._file.exists() and self._nothing_new(*self._last, seconds):
            return Followed({}, {}, began=False)
        with self._file.merging() as local, self._snapshot(seconds) as (hub, now):
            in_doubt = bool(spool.waiting(self._spool))
            stand = where_it_stands(local)
            self._require_the_same(stand, now)
            wanted = _wanted(hub, stand, now)
            sizes = _sizes(local, wanted)
            began = _MARK not in stand
            taken = [table for table, one in wanted.items() if one.is_news(sizes.get(table))]
            changed = {}
            # A file that begins takes millions of rows; what has been taken of them stays, whatever happens.
            with nullcontext() if began else duckdb_connection.transaction(local):
                part = duckdb_connection.transaction if began else _no_transaction
                for table in taken:
                    changed[table] = _take(local, hub, TABLES[table], wanted[table], now, part, progress)
                with part(local):
                    _remember(local, now, stand.get(_DOUBT) if in_doubt else None)
            replaced = {table: one.whole for table, one in wanted.items() if one.whole is not None}
        self._last = {_LIFE: now.life, _MARK: now.first_open}, replaced
        return Followed({t: wanted[t].rows for t in taken}, {t: n for t, n in changed.items() if n}, began)

    def behind(self, seconds: float) -> int:
        """Rows of the hub that the next following would ask for. Raises what follow() does, and changes nothing."""
        stand = {name: value for name, value in self._file.info().items() if name in _STAND}
        with self._snapshot(seconds) as (hub, now):
            self._require_the_same(stand, now)
            return sum(one.rows for one in _wanted(hub, stand, now).values())

    def _nothing_new(self, stand: Mapping[str, str], sizes: Mapping[str, int], seconds: float) -> bool:
        """Asked without opening the file: opening it for nothing would make everybody read it anew."""
        if _DOUBT in stand:
            return False
        with self._snapshot(seconds) as (hub, now):
            wanted = _wanted(hub, stand, now)
        return now.life == stand[_LIFE] and not any(one.is_news(sizes.get(table)) for table, one in wanted.items())

    @contextmanager
    def _snapshot(self, seconds: float) -> Iterator[tuple[Connection, HubStand]]:
        """The hub as it is at one moment, for everything that is asked in the block."""
        with self._hub.connected(seconds) as hub, hub.transaction():
            hub.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL TimeZone = 'UTC'")
            self._hub.clock_off_seconds = _clock_off(hub)
            yield hub, ask_where_it_stands(hub, self._hub.name, demo=self._demo)

    def _require_the_same(self, stand: Mapping[str, str], now: HubStand) -> None:
        if stand.get(_HUB, now.hub) != now.hub:
            raise WrongDatabase(
                f"{self._file.path} follows another data bank than the one in {self._hub.name}; choose another data folder, "
                "or move the file away to begin anew. Nothing was changed."
            )
        if _LIFE in stand and stand[_LIFE] != now.life:
            log.warning("%s was restored or has another server; it is followed from a day before.", self._hub.name)


def ask_where_it_stands(hub: Connection, name: str, *, demo: bool) -> HubStand:
    """Where the hub stands. Raises NoDatabase when it holds no data bank yet, WrongDatabase for one that is not ours to read."""
    facts = layout.info(hub)
    if layout.HUB not in facts:
        raise NoDatabase(f"{name} holds no data bank yet; the first collection makes it.")
    layout.require_ours(facts, name, demo=demo)
    ((life, first_open, following, at),) = hub.execute(_WHERE_IT_STANDS).fetchall()
    return HubStand(facts[layout.HUB], life, first_open, following, at, layout.stored_columns(hub, facts))


def stand_behind(local: FileConnection, hub: Connection, transactions: Sequence[str], name: str, *, demo: bool) -> None:
    """After these transactions moved all of the file into the hub: the file has all that the hub has, so it follows from here.

    Where others wrote to the hub meanwhile, or before, it follows from the beginning: the next following copies all of it.
    """
    now = ask_where_it_stands(hub, name, demo=demo)
    stand = where_it_stands(local)
    if _MARK in stand and (stand[_HUB], stand[_LIFE]) == (now.hub, now.life):
        return  # it has followed this hub before
    ((others,),) = hub.execute(statements.changed_by_others(transactions)).fetchall()
    if others:
        forget_hub(local)
    else:
        _remember(local, now, None)


def followed_at(facts: Mapping[str, str]) -> datetime | None:
    """When a file last took over rows, by the hub's clock, from what the file says of itself; None where it never has."""
    if _AT not in facts:
        return None
    return datetime.strptime(facts[_AT][: len("2026-11-23 12:00:00")], "%Y-%m-%d %H:%M:%S").replace(tzinfo=timezone.utc)


def _clock_off(hub: Connection) -> float:
    """Seconds that this machine is ahead, between the two moments at which it asked and heard."""
    asked = utc_now()
    ((there,),) = hub.execute("SELECT clock_timestamp()").fetchall()
    heard = utc_now()
    return float((asked + (heard - asked) / 2 - there).total_seconds())


def where_it_stands(local: FileConnection) -> dict[str, str]:
    """What a file remembers of the hub that it follows; empty where it follows none."""
    rows = local.execute("SELECT name, value FROM meta.warehouse_info WHERE list_contains(?, name)", [list(_STAND)])
    return dict(rows.fetchall())


def forget_hub(local: FileConnection) -> None:
    """The file follows nobody from here on."""
    local.execute("DELETE FROM meta.warehouse_info WHERE list_contains(?, name)", [list(_STAND)])


def doubt(local: FileConnection) -> None:
    """From now on the file may have rows that the hub does not have yet: the next following looks at them again."""
    local.execute(
        "INSERT INTO meta.warehouse_info SELECT ?, CAST(now() AS VARCHAR) "
        "WHERE ? NOT IN (SELECT name FROM meta.warehouse_info)",
        [_DOUBT, _DOUBT],
    )


class _Wanted(NamedTuple):
    """What the file lacks of a table."""

    condition: str
    """Which rows."""
    rows: int
    """How many they are."""
    whole: int | None
    """How many rows the table has in the hub, where those are the whole truth."""

    def is_news(self, size: int | None) -> bool:
        """Whether there is anything to take, for a file that has so many rows of a table that is the whole truth."""
        return bool(self.rows) or (self.whole is not None and self.whole != size)


def _wanted(hub: Connection, stand: Mapping[str, str], now: HubStand) -> dict[str, _Wanted]:
    """By table."""
    tables = [TABLES[name] for name in TABLES if name in now.columns]
    conditions = {table.name: _condition(table, stand, now) for table in tables}
    asked = " UNION ALL ".join(statements.count(table, conditions[table.name]) for table in tables)
    return {name: _Wanted(conditions[name], rows, whole) for name, rows, whole in hub.execute(asked).fetchall()}


def _condition(table: Table, stand: Mapping[str, str], now: HubStand) -> str:
    if _MARK not in stand:
        return "true"
    restored = stand.get(_LIFE) != now.life
    if table.write == "replace" and (restored or _DOUBT in stand):
        return "true"
    parts = [] if restored else [statements.changed(stand[_MARK], now.next)]
    if restored:
        parts.append(statements.collected_since(stand[_AT], BEFORE_ITS_RESTORATION))
    if _DOUBT in stand:
        parts.append(statements.collected_since(stand[_DOUBT], BEFORE_A_DOUBT))
    return " OR ".join(parts)


def _sizes(local: FileConnection, wanted: Mapping[str, _Wanted]) -> dict[str, int]:
    """How many rows the file has of each table that is the whole truth."""
    sizes = {}
    for table, one in wanted.items():
        if one.whole is not None:
            ((sizes[table],),) = local.execute(f"SELECT count(*) FROM {sql.qualified(TABLES[table])}").fetchall()
    return sizes


def _take(
    local: FileConnection,
    hub: Connection,
    table: Table,
    wanted: _Wanted,
    now: HubStand,
    part: Callable[[FileConnection], AbstractContextManager[None]],
    progress: Progress,
) -> int:
    """Make the rows of a table what the hub says; how many were other."""
    condition, total, at_once = wanted.condition, wanted.rows, ROWS_AT_ONCE
    if wanted.whole is not None:  # of the whole truth all of it, in one piece: what it lacks goes
        condition, total, at_once = "true", wanted.whole, wanted.whole
    done = changed = 0
    for rows in _pieces(hub, table, condition, now.columns[table.name], at_once):
        with part(local):
            changed += _mirror(local, table, rows)
        done += len(rows)
        progress(table.name, done, total)
    return changed


def _pieces(
    hub: Connection, table: Table, condition: str, present: frozenset[str], at_once: int
) -> Iterator[Sequence[tuple[Any, ...]]]:
    with hub.cursor() as cursor, cursor.copy(statements.copy_out(table, condition, present)) as copy:
        copy.set_types(statements.wire_types(table))
        rows = copy.rows()
        piece = list(islice(rows, max(1, at_once)))
        yield piece
        while piece := list(islice(rows, ROWS_AT_ONCE)):
            yield piece


def _mirror(local: FileConnection, table: Table, rows: Sequence[tuple[Any, ...]]) -> int:
    columns: Sequence[Sequence[Any]] = list(zip(*rows, strict=True)) or [()] * len(table.columns)
    values = {
        column.name: [None if value is None else value + SINCE_2000 for value in column_values]
        if column.type == TIME
        else column_values
        for column, column_values in zip(table.columns, columns, strict=True)
    }
    stage(local, table, values)
    written = put_staged(local, table, len(rows), merge_sql.mirror, is_sparing=True)
    return written.inserted + written.updated + written.removed


def _remember(local: FileConnection, now: HubStand, doubt_since: str | None) -> None:
    facts = {_HUB: now.hub, _LIFE: now.life, _MARK: now.first_open, _AT: now.at, _DOUBT: doubt_since}
    forget_hub(local)
    local.executemany(
        "INSERT INTO meta.warehouse_info VALUES (?, ?)", [(name, value) for name, value in facts.items() if value]
    )


@contextmanager
def _no_transaction(_: FileConnection) -> Iterator[None]:
    yield
