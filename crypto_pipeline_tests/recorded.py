"""The recordings: one answer of each endpoint in its true shape, beside the rows that it becomes."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from crypto_pipeline.replay import recorded
from crypto_pipeline.sources.kit import Endpoint

EXPECTED_ROWS = Path(__file__).parent / "sources" / "expected_rows"


def expected_file_of(endpoint: Endpoint) -> Path:
    return EXPECTED_ROWS / endpoint.provider.name / f"{endpoint.name}.jsonl"


def rows_of(endpoint: Endpoint) -> list[dict[str, Any]]:
    """What the recording becomes, as JSON has it."""
    return [json.loads(json.dumps(row, default=_iso, sort_keys=True)) for row in recorded.rows_of(endpoint)]


def expected_rows_of(endpoint: Endpoint) -> list[dict[str, Any]]:
    return [json.loads(line) for line in expected_file_of(endpoint).read_text("utf-8").splitlines()]


def _iso(value: object) -> str:
    assert isinstance(value, datetime)
    return value.isoformat()
