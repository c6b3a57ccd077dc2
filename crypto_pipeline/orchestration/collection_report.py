"""What Dagster shows of a collection: figures of each table, failed sources as a list, the sentences of a failure.

Belongs here: results of a collection as metadata and failures of Dagster.
Does not belong here: when they are shown (orchestration/collection_run.py), why there is no price (orchestration/no_price.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import dagster as dg

if TYPE_CHECKING:
    from crypto_pipeline.collection.results import EndpointResult, TableBatch

SHOWN_FAILURES = 50
WORTH_A_LINE_SECONDS = 1.0
"""Of a collection in which this machine did not run it."""


def metadata_of(batch: TableBatch, lag_seconds: float) -> dict[str, Any]:
    """The figures of a table: rows, sources asked, well and failed, rejected rows, and which sources failed.

    :param lag_seconds: of the collection in which this machine did not run it.
    """
    ok = [result for result in batch.results if result.succeeded]
    asked = [result for result in batch.results if result.was_asked]
    metadata: dict[str, Any] = {
        "rows_given": len(batch.rows),
        "sources_asked": len(asked),
        "sources_ok": len(ok),
        "sources_failed": len(batch.failed),
        "rejected_rows": sum(result.rejected_count for result in batch.results),
    }
    if lag_seconds >= WORTH_A_LINE_SECONDS:
        metadata["machine_lag_seconds"] = round(lag_seconds, 1)
    if batch.failed:
        metadata["failures"] = _failures(batch.failed)
    return metadata


def _failures(failed: list[EndpointResult]) -> dg.MarkdownMetadataValue:
    lines = ["| source | outcome | status | why |", "|---|---|---|---|"]
    for result in failed[:SHOWN_FAILURES]:
        why = (result.error or "").replace("|", "\\|").replace("\n", " ")
        lines.append(f"| {result.endpoint.id} | {result.outcome} | {result.status_code or ''} | {why} |")
    if len(failed) > SHOWN_FAILURES:
        lines.append(f"| and {len(failed) - SHOWN_FAILURES} more | | | see failure_logs |")
    return dg.MetadataValue.md("\n".join(lines))


def failure_of(missing: list[TableBatch], no_price: str | None) -> dg.Failure:
    """How a run ends whose sources left it without a table or without any price: in sentences, and not with a traceback."""
    sentences = [no_price] if no_price else []
    metadata: dict[str, Any] = {"no_price": no_price} if no_price else {}
    if missing:
        sentences.append(_what_is_missing(missing))
        metadata["failures"] = _failures(_of_all(missing))
    return dg.Failure(" ".join(sentences), metadata=metadata)


def _of_all(batches: list[TableBatch]) -> list[EndpointResult]:
    """Each endpoint that gave nothing once, although it may feed several tables."""
    return list({result.endpoint.id: result for batch in batches for result in batch.gave_nothing}.values())


def _what_is_missing(batches: list[TableBatch]) -> str:
    tables = [
        f"{batch.table} ({', '.join(f'{result.endpoint.id}: {result.outcome}' for result in batch.gave_nothing)})"
        for batch in batches
    ]
    return "No source answered for " + "; ".join(tables)
