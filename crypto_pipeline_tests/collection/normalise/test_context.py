"""The time of a row, where its source has one that can be right."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from crypto_pipeline.collection.normalise.context import time_of_data

NOON = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)


def test_a_row_without_a_time_is_of_the_moment_of_the_answer() -> None:
    assert time_of_data(None, NOON) == NOON


def test_a_clock_that_is_ten_minutes_ahead_is_set_back_and_one_that_is_more_is_not_believed() -> None:
    assert time_of_data((NOON + timedelta(minutes=10)).isoformat(), NOON) == NOON
    with pytest.raises(ValueError, match="its time 2026-11-23 12:11 UTC is in the future"):
        time_of_data((NOON + timedelta(minutes=11)).isoformat(), NOON)


def test_nothing_is_older_than_the_first_block_of_bitcoin() -> None:
    assert time_of_data("2009-01-03T00:00:00Z", NOON) == datetime(2009, 1, 3, tzinfo=timezone.utc)
    with pytest.raises(ValueError, match="its time 2009-01-02 is before the first block of Bitcoin"):
        time_of_data("2009-01-02T23:59:59Z", NOON)
