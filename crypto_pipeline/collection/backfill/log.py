"""What a back-fill stores: rows, the ledger of its pages, the requests that went out.

Belongs here: tables made of a batch.
Does not belong here: storing them (the warehouse), the log of collections (collection/log.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from crypto_pipeline.collection.backfill.page import HistoryPage
from crypto_pipeline.collection.backfill.walk import WalkedPages
from crypto_pipeline.collection.log import attempt_row
from crypto_pipeline.collection.normalise.context import TableRow
from crypto_pipeline.collection.normalise.rejections import shown
from crypto_pipeline.schema.columns import Columns, joined

MOST_REJECTED = 200
"""Refused rows of one endpoint that a run keeps: those of many pages look alike."""


class Log:
    """Makes tables of batches, and counts what it has made of one run."""

    def __init__(self, answered: Mapping[tuple[str, str, int], int] | None = None) -> None:
        """:param answered: by endpoint, ask and first moment how often the source has answered for a page before."""
        self._answered = answered or {}
        self._rejected: Counter[str] = Counter()

    def tables(self, batch: WalkedPages) -> dict[str, list[TableRow] | Columns]:
        """The rows of a batch for every table, to be merged together: a page is there with its rows or not at all."""
        tables: dict[str, list[TableRow] | Columns] = {
            "history_pages": [page.ledger_row(self._times_told(page)) for page in batch.pages],
            "connection_attempts": [attempt_row(endpoint, label, one) for endpoint, label, one in batch.attempts],
            "rejected_rows": self._rejections(batch),
            "host_pauses": [
                {"host": host, "not_before": one.not_before, "endpoint": one.endpoint, "told_at": one.told_at}
                for host, one in batch.pauses.items()
            ],
        }
        parts: dict[str, list[Columns]] = {}
        for page in batch.pages:
            for table, rows in page.rows.items():
                parts.setdefault(table, []).append(rows)
        return tables | {table: joined(rows) for table, rows in parts.items()}

    def _times_told(self, page: HistoryPage) -> int:
        series = page.series
        return self._answered.get((series.endpoint.id, series.ask, page.span.start), 0) + 1

    def _rejections(self, batch: WalkedPages) -> list[TableRow]:
        made: list[TableRow] = []
        for page in batch.pages:
            endpoint = page.series.endpoint.id
            for rejected in page.rejected[: MOST_REJECTED - self._rejected[endpoint]]:
                self._rejected[endpoint] += 1
                made.append(
                    {
                        "endpoint": endpoint,
                        "number": self._rejected[endpoint],
                        "table_name": rejected.table,
                        "reason": rejected.reason,
                        "row": shown(rejected.row),
                        "rejected_at": page.at,
                    }
                )
        return made
