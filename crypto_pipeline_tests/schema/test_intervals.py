"""The lengths of candles, and where on the clock they open."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from crypto_pipeline.schema.intervals import INTERVAL_SECONDS, opens_at


def at(day: int, hour: int = 0, second: int = 0) -> float:
    """A moment of November 2026; the 23rd is a Monday."""
    return datetime(2026, 11, day, hour, 0, second, tzinfo=timezone.utc).timestamp()


def test_the_lengths_in_seconds_the_shortest_first() -> None:
    assert dict(INTERVAL_SECONDS) == {
        "1m": 60,
        "5m": 300,
        "15m": 900,
        "30m": 1800,
        "1h": 3600,
        "4h": 14_400,
        "1d": 86_400,
        "1w": 604_800,
    }
    assert list(INTERVAL_SECONDS.values()) == sorted(INTERVAL_SECONDS.values())


@pytest.mark.parametrize(
    ("moment", "interval", "opens"),
    [
        (at(23, 4), "4h", True),
        (at(23, 3), "4h", False),
        (at(23), "1d", True),
        (at(23, second=1), "1d", False),
        (at(23), "1w", True),  # a Monday
        (at(26), "1w", False),  # a Thursday, as the unix epoch
        (at(23, 1), "1w", False),
    ],
)
def test_a_candle_opens_at_multiples_of_its_length_and_that_of_a_week_on_monday(
    moment: float, interval: str, opens: bool
) -> None:
    assert opens_at(moment, interval) is opens


def test_nobody_knows_a_candle_of_two_hours() -> None:
    with pytest.raises(KeyError):
        opens_at(0, "2h")
