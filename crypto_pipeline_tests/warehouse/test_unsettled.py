"""What lies in the log alone is in the spool when the log is thrown away, and only then."""

from __future__ import annotations

from pathlib import Path

import pytest

from crypto_pipeline.schema.tables import TABLES
from crypto_pipeline.warehouse import spool
from crypto_pipeline.warehouse.batches import Batch, batch_of
from crypto_pipeline.warehouse.unsettled import Unsettled
from crypto_pipeline_tests.warehouse.facts import price


@pytest.fixture
def batch() -> Batch:
    return batch_of(TABLES["market_prices"], [price("BTC")])[0]


def test_what_is_in_the_file_is_not_brought_to_safety_again(tmp_path: Path, batch: Batch) -> None:
    unsettled = Unsettled()
    unsettled.merged(tmp_path, [batch])
    unsettled.settle()
    unsettled.rescue()
    assert spool.waiting(tmp_path) == []


def test_what_is_in_the_log_alone_is_brought_to_safety_once(tmp_path: Path, batch: Batch) -> None:
    unsettled = Unsettled()
    unsettled.merged(tmp_path, [batch])
    unsettled.rescue()
    unsettled.rescue()
    assert len(spool.waiting(tmp_path)) == 1


@pytest.mark.parametrize("is_in_the_file", [True, False])
def test_drained_entries_go_when_they_are_in_the_file_and_stay_when_they_are_not(
    tmp_path: Path, batch: Batch, is_in_the_file: bool
) -> None:
    entry = spool.write(tmp_path, [batch])
    unsettled = Unsettled()
    unsettled.drained([entry])
    if not is_in_the_file:
        unsettled.rescue()
    unsettled.settle()
    assert entry.exists() is not is_in_the_file
