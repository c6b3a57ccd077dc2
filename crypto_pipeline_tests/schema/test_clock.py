"""A clock may be a little wrong."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from crypto_pipeline.schema.clock import is_ahead

NOON = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("ahead", "is_of_the_future"),
    [
        (timedelta(days=-1), False),
        (timedelta(0), False),
        (timedelta(minutes=10), False),
        (timedelta(minutes=10, seconds=1), True),
    ],
)
def test_clocks_may_differ_by_ten_minutes(ahead: timedelta, is_of_the_future: bool) -> None:
    assert is_ahead(NOON + ahead, NOON) is is_of_the_future


def test_nothing_remembered_is_not_of_the_future() -> None:
    assert not is_ahead(None, NOON)
