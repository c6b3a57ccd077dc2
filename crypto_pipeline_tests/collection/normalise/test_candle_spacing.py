"""Candles of another interval than the one that was asked for are rejected together; an answer of nothing else is refused."""

from __future__ import annotations

import json
from datetime import datetime, timezone

import pytest

from crypto_pipeline.collection.errors import SourceError
from crypto_pipeline.collection.normalise.candle_spacing import contradiction
from crypto_pipeline.collection.saved import read_saved
from crypto_pipeline.schema.outcomes import Outcome
from crypto_pipeline.sources.kit import discover

ENDPOINTS = {endpoint.id: endpoint for endpoint in discover()}
MINUTE, HOUR, DAY = 60, 3600, 86_400
MONDAY = 1_795_392_000
"""23 November 2026, midnight."""


def why(interval: str, *opened: float) -> str | None:
    return contradiction(
        {"interval": interval, "timestamp": datetime.fromtimestamp(time, timezone.utc)} for time in opened
    )


@pytest.mark.parametrize(
    ("interval", "opened"),
    [
        ("1h", []),
        ("1h", [MONDAY]),
        ("1h", [MONDAY, MONDAY + HOUR]),
        ("1h", [MONDAY + HOUR, MONDAY]),
        ("1h", [MONDAY, MONDAY, MONDAY + HOUR]),
        ("1d", [MONDAY, MONDAY + DAY, MONDAY + 2 * DAY]),
        ("1d", [MONDAY, MONDAY + DAY, MONDAY + 2 * DAY, MONDAY + 2 * DAY + HOUR]),
        ("1d", [MONDAY, MONDAY + HOUR]),  # the open candle under the time of now
        ("1m", [MONDAY + 5 * MINUTE * number for number in range(4)]),
        ("1m", [MONDAY + 5 * MINUTE * number for number in range(5)] + [MONDAY + HOUR + MINUTE]),
        ("1w", [MONDAY, MONDAY + 7 * DAY]),
        ("1m", [MONDAY + MINUTE * number for number in range(5)]),
        ("1m", [MONDAY + 7 * MINUTE * number for number in range(4)]),  # three steps may be gaps
    ],
)
def test_candles_of_the_interval_that_was_asked_for_pass_with_their_gaps(interval: str, opened: list[float]) -> None:
    assert why(interval, *opened) is None


@pytest.mark.parametrize(
    ("interval", "opened", "said"),
    [
        ("1d", [MONDAY + HOUR * number for number in range(30)], "candles of 1d came 1h apart"),
        ("1d", [MONDAY, MONDAY + DAY, MONDAY + DAY + HOUR], "candles of 1d came 1h apart"),
        ("30m", [MONDAY + 4 * HOUR * number for number in range(6)], "candles of 30m came 4h apart"),
        ("1m", [MONDAY + 5 * MINUTE * number for number in range(6)], "candles of 1m came 5m apart"),
        ("1m", [MONDAY + 7 * MINUTE * number for number in range(5)], "candles of 1m came 420 s apart"),
        ("4h", [MONDAY, MONDAY + 7200, MONDAY + 14_400], "candles of 4h came 7200 s apart"),
        ("1h", [MONDAY + DAY * number for number in (0, 1, 3, 4, 6, 7)], "candles of 1h came 1d apart"),
    ],
)
def test_candles_of_another_interval_are_a_contradiction(interval: str, opened: list[float], said: str) -> None:
    assert why(interval, *opened) == said


def test_hours_where_days_were_asked_for_are_no_days() -> None:
    hours = [[(MONDAY + HOUR * n) * 1000, "1", "1", "1", "1", "1"] for n in range(48)]
    at = datetime(2026, 11, 26, tzinfo=timezone.utc)
    with pytest.raises(SourceError, match="candles of 1d came 1h apart") as refused:
        read_saved(ENDPOINTS["binance.candles"], json.dumps(hours).encode(), at, "BTC 1d")
    assert refused.value.outcome == Outcome.UNPARSEABLE
    assert (
        len(
            read_saved(ENDPOINTS["binance.candles"], json.dumps(hours).encode(), at, "BTC 1h").normalised.rows[
                "cached_ohlc"
            ]
        )
        == 48
    )
