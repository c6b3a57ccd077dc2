"""Batches that wait because the database could not be written: a folder of Parquet files beside it.

Belongs here: writing a batch so that a crash leaves all of it or nothing, listing, in which order they are merged and that each
is once, setting aside, removing.
Does not belong here: merging one (warehouse/merging.py, warehouse/hub/merging.py), deciding when to spool (warehouse/storing.py, warehouse/hub/shared.py).

::

    crypto_data.duckdb.spool/
        20261124T071500_123456Z-4711-1f2e3d4c/     one batch, merged in one transaction; names sort by time
            market_prices.parquet
            data_collections.parquet
        damaged/                                   what could not be merged; kept for a person to look at
"""

from __future__ import annotations

import json
import logging
import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from crypto_pipeline.schema.clock import utc_now
from crypto_pipeline.warehouse import merge_sql, sql
from crypto_pipeline.warehouse.batches import Batch, Misfit
from crypto_pipeline.warehouse.files import flush
from crypto_pipeline.warehouse.opening import without_file
from crypto_pipeline.warehouse.staging import stage

log = logging.getLogger(__name__)

DRAINS_BEFORE_A_MERGE = 2.0
"""Seconds of a merge that go to what waits in the spool. A collection merges some seven times."""
DRAINS_BY_ITSELF = 10.0
"""Seconds that a drain on its own takes at most."""

_UNFINISHED = ".writing-"
_DAMAGED = "damaged"
_DAY = 86_400
_ROOM = 1 << 18
"""Bytes: what the batches of a small table take."""


def folder_of(database: Path, *, demo: bool = False, hub: bool = False) -> Path:
    """Replayed answers wait in a place of their own, so that none can ever be merged into real data.

    So does what waits for a shared PostgreSQL: it must not be merged into the file that follows it alone.
    """
    return database.with_name(f"{database.name}.{'demo-' if demo else ''}{'hub-' if hub else ''}spool")


def write(folder: Path, batches: Sequence[Batch]) -> Path:
    """Store the batches as one entry that survives a crash of this process or of the machine."""
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        flush(folder.parent)
    name = _new_name()
    draft, entry = folder / f"{_UNFINISHED}{name}", folder / name
    draft.mkdir()
    try:
        with without_file(spill=folder / f"{draft.name}.tmp") as connection:
            for batch in batches:
                file = draft / f"{batch.table.name}.parquet"
                stage(connection, batch.table, batch.columns)
                connection.execute(f"COPY {merge_sql.staged(batch.table)} TO {sql.literal(str(file))} (FORMAT parquet)")
                flush(file)
        flush(draft)
        draft.rename(entry)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    flush(folder)
    return entry


def waiting(folder: Path) -> list[Path]:
    """The entries that wait, oldest first."""
    if not folder.is_dir():
        return []
    return sorted(
        entry
        for entry in folder.iterdir()
        if entry.is_dir() and entry.name != _DAMAGED and not entry.name.startswith(_UNFINISHED)
    )


def merge_waiting(
    folder: Path,
    seconds: float,
    merged_before: Callable[[list[str]], Collection[str]],
    merge: Callable[[Path], str | None],
) -> list[Path]:
    """Merge what waits, oldest first, each entry in its own transaction and exactly once; what is done with.

    That an entry is merged is written in the same transaction as its rows. So a process that dies before it has removed
    the files leaves an entry that the next one recognises; merging it again could bring old states back. The files are for
    the caller to remove, when the rows are there for good.

    :param seconds: after this long the rest is left to the next one: a long spool must not keep new rows waiting.
    :param merged_before: which of these entries are merged already.
    :param merge: merges an entry and notes that it has, or says why that will never be possible.
    """
    deadline = time.monotonic() + seconds
    entries = waiting(folder)
    if not entries:
        return []
    merged = merged_before([entry.name for entry in entries])
    done = []
    for entry in entries:
        if entry.name not in merged and (reason := merge(entry)):
            set_aside(entry, reason)
        done.append(entry)
        if time.monotonic() >= deadline:
            break
    sweep(folder)
    return done


def damaged(folder: Path) -> list[Path]:
    """What was set aside because it could not be merged."""
    aside = folder / _DAMAGED
    return sorted(aside.iterdir()) if aside.is_dir() else []


def set_aside(part: Path, reason: str) -> None:
    """Move a file of an entry, or a whole entry, out of the way of the others. Nothing is deleted."""
    folder = part.parent if part.is_dir() else part.parent.parent
    target = folder / _DAMAGED / (part.name if part.is_dir() else f"{part.parent.name}.{part.name}")
    target.parent.mkdir(exist_ok=True)
    part.rename(target)
    log.error("A spooled batch could not be merged and was set aside as %s: %s", target, reason)


def set_rows_aside(folder: Path, rows: Iterable[Misfit]) -> None:
    """Keep rows that no table can take, one JSON object a line with the reason. Raises OSError."""
    by_table: dict[str, list[Misfit]] = {}
    for row in rows:
        by_table.setdefault(row.table, []).append(row)
    target = folder / _DAMAGED
    for table, misfits in by_table.items():
        target.mkdir(parents=True, exist_ok=True)
        file = target / f"{_new_name()}.{table}.rows.jsonl"
        lines = (json.dumps({"reason": one.reason, "row": one.row}, default=repr) for one in misfits)
        file.write_text("".join(f"{line}\n" for line in lines), "utf-8")
        flush(file)
        log.error("%d rows that %s cannot take were set aside as %s: %s", len(misfits), table, file, misfits[0].reason)


def remove(entries: Sequence[Path]) -> None:
    """Forget entries that are merged. One that cannot be removed now is recognised, and removed, by the next drain."""
    for entry in entries:
        shutil.rmtree(entry, ignore_errors=True)
    for folder in {entry.parent for entry in entries}:
        with suppress(OSError):
            flush(folder)


def can_be_written(folder: Path) -> bool:
    """Whether a batch of some size would find room here. Tried, because permissions and quotas have many ways to say no."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, prefix=_UNFINISHED) as file:
            file.write(bytes(_ROOM))
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        return False
    return True


def _new_name() -> str:
    """Names sort by the time at which they were made."""
    return f"{utc_now():%Y%m%dT%H%M%S_%fZ}-{os.getpid()}-{secrets.token_hex(4)}"


def sweep(folder: Path) -> None:
    """Remove what processes that died while writing left behind; nobody was told that it is stored."""
    for draft in folder.glob(f"{_UNFINISHED}*"):
        if time.time() - draft.stat().st_mtime > _DAY:
            shutil.rmtree(draft, ignore_errors=True)
