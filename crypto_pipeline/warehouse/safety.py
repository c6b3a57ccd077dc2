"""Bringing rows to safety that cannot be stored now, or never: no row is nowhere.

Belongs here: what callers get for rows that went into the spool or were set aside.
Does not belong here: the spool's files (warehouse/spool.py), when it is needed (warehouse/storing.py, warehouse/hub/shared.py).
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import duckdb

from crypto_pipeline.foundation.counted import counted
from crypto_pipeline.warehouse import spool
from crypto_pipeline.warehouse.batches import Batch, Misfit
from crypto_pipeline.warehouse.errors import RowsLost, first_line
from crypto_pipeline.warehouse.results import Written

log = logging.getLogger(__name__)


def into_spool(folder: Path, batches: Sequence[Batch], reason: BaseException) -> None:
    """Write them into the spool. Raises RowsLost when that is not possible either."""
    try:
        entry = spool.write(folder, batches)
    except (OSError, duckdb.Error) as error:
        raise RowsLost(
            f"The {_total(batches, 'is', 'are')} lost: the database could not be written ({first_line(reason)}), "
            f"nor the spool ({first_line(error)})."
        ) from error
    log.warning("The %s in %s: %s", _total(batches, "waits", "wait"), entry, first_line(reason))


def spooled(batches: Sequence[Batch]) -> dict[str, Written]:
    """What callers get for batches that are in the spool."""
    return {batch.table.name: Written(batch.table.name, spooled=len(batch)) for batch in batches}


@contextmanager
def drained_if_possible(folder: Path) -> Iterator[None]:
    """In the block the spool is drained before new rows are merged: files that cannot be listed or moved must not keep these out."""
    try:
        yield
    except OSError as error:
        log.warning("The spool %s could not be emptied: %s", folder, error)


def with_misfits(folder: Path, written: Mapping[str, Written], misfits: Sequence[Misfit]) -> dict[str, Written]:
    """What was written, with the rows that no table can take: they are set aside. Raises RowsLost when they cannot be."""
    try:
        spool.set_rows_aside(folder, misfits)
    except OSError as error:
        raise RowsLost(
            f"{counted(len(misfits), 'row does not fit its table', 'rows do not fit their tables')} "
            f"({misfits[0].reason}) and could not be set aside: {error}."
        ) from error
    counts = Counter(one.table for one in misfits)
    return {name: replace(one, set_aside=counts[name]) for name, one in written.items()}


def _total(batches: Sequence[Batch], one: str, many: str) -> str:
    rows = sum(map(len, batches))
    return f"{counted(rows, 'row')} of {', '.join(batch.table.name for batch in batches)} {one if rows == 1 else many}"
