"""What recorded answers become."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from crypto_pipeline.replay.recorded import Recordings, file_of, filled_rows_of, rows_of
from crypto_pipeline.sources.kit import discover

DECLARED = {endpoint.id: endpoint for endpoint in discover()}


def test_a_recording_becomes_the_rows_of_its_tables_with_all_of_their_columns() -> None:
    rows = rows_of(DECLARED["kraken.ticker"])
    assert {row["table"] for row in rows} == set(DECLARED["kraken.ticker"].tables)
    assert all(row["symbol"] for row in rows)
    assert any(value is None for row in rows for value in row.values())


def test_its_filled_rows_are_the_same_rows_without_what_they_leave_empty() -> None:
    endpoint = DECLARED["kraken.ticker"]
    assert filled_rows_of(endpoint) == [
        {name: value for name, value in row.items() if value is not None} for row in rows_of(endpoint)
    ]


def test_an_endpoint_without_a_recording_has_no_rows(tmp_path: Path) -> None:
    assert rows_of(DECLARED["kraken.ticker"], tmp_path) == []
    assert not file_of(replace(DECLARED["kraken.ticker"], name="nothing")).exists()


def test_of_several_requests_that_are_read_together_each_one_has_its_answer() -> None:
    recordings = Recordings()
    for endpoint in DECLARED.values():
        recording = recordings.of(endpoint)
        assert recording
        asked = {sub_request.name for sub_request in endpoint.request.sub_requests}
        assert asked <= set(recording.payload if asked else ()), endpoint.id
