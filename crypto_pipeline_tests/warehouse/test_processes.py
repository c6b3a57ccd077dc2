"""Several processes at once, and processes that are killed: no batch is lost, halved or doubled."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse
from crypto_pipeline_tests.program import Program, output_of
from crypto_pipeline_tests.warehouse import writers
from crypto_pipeline_tests.warehouse.conftest import AnotherProgram
from crypto_pipeline_tests.warehouse.facts import counts, price


def run_writers(warehouse: DuckDBWarehouse, *, rounds: Any, batches: Any, kill: Any) -> Any:
    """The batches that writers got an answer for, with the number of their rows that were spooled."""
    said = json.loads(output_of(writers, str(warehouse.path), str(rounds), str(batches), kill))
    assert said["failed"] == 0
    return said["acknowledged"]


@pytest.fixture
def rows_of_runs(warehouse: DuckDBWarehouse) -> Any:
    """Run by run, the number of its rows in the two tables that every batch has."""

    def count() -> Any:
        prices = warehouse.query("SELECT run_id, count(*) FROM market_prices GROUP BY run_id").rows
        logs = warehouse.query("SELECT run_id, count(*) FROM failure_logs GROUP BY run_id").rows
        return dict(prices), dict(logs)

    return count


@pytest.mark.slow
def test_writers_that_are_killed_at_any_moment_leave_whole_batches_and_lose_none_that_they_were_told_of(
    warehouse: DuckDBWarehouse, rows_of_runs: Callable[[], tuple[dict[str, int], dict[str, int]]]
) -> None:
    acknowledged = run_writers(warehouse, rounds=5, batches=1_000, kill="kill")

    patient = DuckDBWarehouse(warehouse.path)
    assert patient.read("market_prices")  # the log of a writer that was killed is no obstacle to a reader
    patient.drain()
    prices, logs = rows_of_runs()

    assert acknowledged.keys() <= prices.keys()
    assert set(prices.values()) == {writers.PRICES}
    assert logs == dict.fromkeys(prices, 1)
    assert patient.spooled() == patient.damaged() == []
    assert len(patient.read("providers")) == 2


def test_writers_at_once_lose_nothing(
    warehouse: DuckDBWarehouse, rows_of_runs: Callable[[], tuple[dict[str, int], dict[str, int]]]
) -> None:
    acknowledged = run_writers(warehouse, rounds=1, batches=4, kill="wait")

    assert len(acknowledged) == 9
    DuckDBWarehouse(warehouse.path).drain()
    prices, logs = rows_of_runs()
    assert prices == dict.fromkeys(acknowledged, writers.PRICES)
    assert logs == dict.fromkeys(acknowledged, 1)


def test_a_reader_that_comes_back_again_and_again_does_not_keep_a_writer_out(warehouse: DuckDBWarehouse) -> None:
    reader = (
        "import sys\nfrom pathlib import Path\nfrom crypto_pipeline.warehouse.duckdb import DuckDBWarehouse\n"
        "warehouse = DuckDBWarehouse(Path(sys.argv[1]), lock_seconds=600)\nprint('reads', flush=True)\n"
        "while True: warehouse.read('market_prices')"
    )
    with Program(reader, str(warehouse.path)) as impatient:
        assert impatient.stdout.readline() == "reads\n"
        patient = DuckDBWarehouse(warehouse.path, lock_seconds=600)
        written = [counts(patient.merge({"market_prices": [price(at=number)]})) for number in range(3)]
        assert impatient.poll() is None, impatient.stderr.read()
    assert written == [(1, 0, 0, 0, 0)] * 3


def test_a_writer_waits_no_longer_than_it_was_told(warehouse: DuckDBWarehouse, another_program: AnotherProgram) -> None:
    with another_program(warehouse, "read"):
        began = time.monotonic()
        warehouse.merge({"market_prices": [price()]})
        assert time.monotonic() - began < 60  # 0.05 s of waiting, and a busy machine
