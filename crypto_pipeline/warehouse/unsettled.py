"""What lies in the file's log alone, from its commit until the log has gone into the file.

Belongs here: keeping hold of it, and bringing it to safety when the log cannot be put into the file.
Does not belong here: when that is (warehouse/database.py). A person who restores a damaged file moves its log away.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

import duckdb

from crypto_pipeline.warehouse import spool
from crypto_pipeline.warehouse.batches import Batch

log = logging.getLogger(__name__)


class Unsettled:
    """Batches that were merged, and entries of the spool whose files must stay until they are in the file."""

    def __init__(self) -> None:
        self._batches: list[tuple[Path, Sequence[Batch]]] = []
        self._entries: list[Path] = []

    def merged(self, folder: Path, batches: Sequence[Batch]) -> None:
        """These were committed; ``folder`` is their spool."""
        self._batches.append((folder, batches))

    def drained(self, entries: Sequence[Path]) -> None:
        """These entries of a spool were committed."""
        self._entries.extend(entries)

    def settle(self) -> None:
        """All of it is in the file: the entries may go."""
        entries, self._entries = self._entries, []
        self._batches.clear()
        spool.remove(entries)

    def rescue(self) -> None:
        """None of it is in the file, and the log may be thrown away: into the spool with it; the entries stay there."""
        batches, self._batches = self._batches, []
        self._entries.clear()
        for folder, some in batches:
            try:
                spool.write(folder, some)
            except (OSError, duckdb.Error) as error:
                log.error("%d rows are in the log of the database alone: %s", sum(map(len, some)), error)
