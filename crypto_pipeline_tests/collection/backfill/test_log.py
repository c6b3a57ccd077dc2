"""What a back-fill stores of the pages of a walk."""

from __future__ import annotations

import json

from crypto_pipeline.collection.backfill.log import MOST_REJECTED, Log
from crypto_pipeline.replay.server import ServedRequest, ServedResponse
from crypto_pipeline_tests.collection.backfill.walked import Exchange, exchange, plan, series, unix, walked


def test_pages_full_of_rows_that_cannot_be_believed_keep_some_of_them_and_count_all() -> None:
    """Every candle opens a minute off the grid, page after page."""
    server = Exchange(listed=unix("2025-11-01"))

    def off_the_grid(request: ServedRequest) -> ServedResponse:
        body = server.answer(request).body
        assert isinstance(body, bytes)
        rows = json.loads(body)
        return ServedResponse(
            200, {"content-type": "application/json"}, json.dumps([_moved(row) for row in rows]).encode()
        )

    wanted = series([exchange()], since="2025-11-01", until="2026-03-01", intervals="1h")
    done = walked(plan(wanted), off_the_grid)
    log, kept, refused = Log(), 0, 0
    for batch in done.batches:
        tables = log.tables(batch)
        kept += len(tables["rejected_rows"])
        refused += sum(row["refused"] for row in tables["history_pages"])
    assert kept == MOST_REJECTED
    assert refused > 10 * kept


def _moved(row: list[object]) -> list[object]:
    return [int(str(row[0])) + 60_000, *row[1:]]
