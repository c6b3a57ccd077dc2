"""What other processes were told of pauses while a run is under way.

Belongs here: reading it cheaply, as often as somebody listens.
Does not belong here: listening (collection/hearing.py), what a run knows when it begins (orchestration/planning.py,
orchestration/backfill_planning.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime

from crypto_pipeline.warehouse import Warehouse
from crypto_pipeline.warehouse.errors import WarehouseError
from crypto_pipeline.warehouse.previous_state import told_pauses


class HeardPauses:
    """Until when hosts are left alone that told any process so, as the database has it whenever it is called.

    Costs a look at the file's times while nobody has written to it, and asks nothing while somebody holds it.

    :param warehouse: one that does not wait.
    :param read: what is read of it: what processes told each other, unless given.
    """

    def __init__(self, warehouse: Warehouse, read: Callable[[Warehouse], Mapping[str, datetime]] = told_pauses) -> None:
        self._warehouse = warehouse
        self._read = read
        self._mark: str | None = None
        self._heard: Mapping[str, datetime] = {}

    def __call__(self) -> Mapping[str, datetime]:
        """By host. Raises nothing: what was heard before holds while it cannot be asked, whatever the database or its disk says."""
        with suppress(WarehouseError, OSError):
            mark = self._warehouse.mark()
            if mark != self._mark and self._warehouse.exists():
                self._heard, self._mark = self._read(self._warehouse), mark
        return self._heard
