"""A process beside the one that collects, which is told by a host to pause."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path

from crypto_pipeline.settings import Settings
from crypto_pipeline.warehouse.engines import warehouse_for
from crypto_pipeline_tests.forked import CONTEXT


def another_process_is_told(folder: Path, host: str) -> None:
    """It has noted the pause, and ended."""
    other = CONTEXT.Process(target=_told, args=(folder, host))
    other.start()
    other.join()
    assert other.exitcode == 0


def _told(folder: Path, host: str) -> None:
    now = datetime.now(timezone.utc)
    row = {"host": host, "not_before": now + timedelta(hours=1), "endpoint": "past.tickers", "told_at": now}
    warehouse_for(Settings(data_dir=folder)).merge({"host_pauses": [row]})
