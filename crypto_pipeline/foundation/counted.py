"""Numbers with what they count, as English has it: 1 row, 2 rows, 1,234 rows.

Belongs here: sentences of commands, logs and alerts, which are English.
Does not belong here: the dashboard and the documents, which know other languages too (dashboard/words/, docgen/).
"""

from __future__ import annotations


def counted(count: int, one: str, many: str | None = None) -> str:
    """The number and what it counts.

    :param one: what stands behind 1, with its verb where it has one: ``batch waits``.
    :param many: what stands behind every other number; ``one`` with an s unless given.
    """
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"
