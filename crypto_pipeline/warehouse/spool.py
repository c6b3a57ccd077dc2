"""Batches that wait because somebody else held the database: a folder of Parquet files beside it.

Belongs here: writing a batch so that a crash leaves all of it or nothing, listing, setting aside, removing.
Does not belong here: merging it (warehouse/merging.py), deciding when to spool (warehouse/duckdb.py).

::

    crypto_data.duckdb.spool/
        20261124T071500_123456Z-4711-1f2e3d4c/     one batch, merged in one transaction; names sort by time
            market_prices.parquet
            data_collections.parquet
        damaged/                                   what could not be read; kept for a person to look at
"""

from __future__ import annotations

import logging
import os
import secrets
import shutil
import time
from collections.abc import Sequence
from datetime import datetime, timezone
from pathlib import Path

from crypto_pipeline.warehouse import sql
from crypto_pipeline.warehouse.batches import Batch
from crypto_pipeline.warehouse.connection import memory
from crypto_pipeline.warehouse.files import flush

log = logging.getLogger(__name__)

_UNFINISHED = ".writing-"
_DAMAGED = "damaged"
_DAY = 86_400


def folder_of(database: Path, *, demo: bool = False) -> Path:
    """Replayed answers wait in a place of their own, so that none can ever be merged into real data."""
    return database.with_name(f"{database.name}.{'demo-' if demo else ''}spool")


def write(folder: Path, batches: Sequence[Batch]) -> Path:
    """Store the batches as one entry that survives a crash of this process or of the machine."""
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        flush(folder.parent)
    name = f"{datetime.now(timezone.utc):%Y%m%dT%H%M%S_%fZ}-{os.getpid()}-{secrets.token_hex(4)}"
    draft, entry = folder / f"{_UNFINISHED}{name}", folder / name
    draft.mkdir()
    try:
        with memory() as connection:
            for batch in batches:
                file = draft / f"{batch.table.name}.parquet"
                connection.execute(sql.stage(batch.table), list(batch.columns.values()))
                connection.execute(f"COPY {sql.staged(batch.table)} TO {sql.literal(str(file))} (FORMAT parquet)")
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


def remove(entry: Path) -> None:
    """Forget an entry that is merged."""
    shutil.rmtree(entry, ignore_errors=True)
    flush(entry.parent)


def sweep(folder: Path) -> None:
    """Remove what processes that died while writing left behind; nobody was told that it is stored."""
    for draft in folder.glob(f"{_UNFINISHED}*"):
        if time.time() - draft.stat().st_mtime > _DAY:
            shutil.rmtree(draft, ignore_errors=True)
