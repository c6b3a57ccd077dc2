"""The recordings: one answer of each endpoint in its true shape, beside the rows that it becomes."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from crypto_pipeline.collection.saved import lines, read_saved
from crypto_pipeline.replay.recorded import RECORDED_AT, RECORDED_RATES, file_of
from crypto_pipeline.sources.kit import Endpoint

EXPECTED_ROWS = Path(__file__).parent / "sources" / "expected_rows"


def expected_file_of(endpoint: Endpoint) -> Path:
    return EXPECTED_ROWS / endpoint.provider.name / f"{endpoint.name}.jsonl"


def rows_of(endpoint: Endpoint) -> list[dict[str, Any]]:
    """What the recording becomes, as JSON has it."""
    read = read_saved(endpoint, file_of(endpoint).read_bytes(), RECORDED_AT, usd_per_unit=RECORDED_RATES)
    return [json.loads(json.dumps(line, default=_iso, sort_keys=True)) for line in lines(read)]


def expected_rows_of(endpoint: Endpoint) -> list[dict[str, Any]]:
    return [json.loads(line) for line in expected_file_of(endpoint).read_text("utf-8").splitlines()]


def _iso(value: object) -> str:
    assert isinstance(value, datetime)
    return value.isoformat()
