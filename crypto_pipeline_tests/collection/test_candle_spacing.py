"""An answer of another interval than the one that was asked for is refused as a whole."""

from __future__ import annotations

import json
from datetime import datetime, timezone

import pytest

from crypto_pipeline.collection.candle_spacing import Spacing
from crypto_pipeline.collection.errors import SourceError
from crypto_pipeline.collection.saved import read_saved
from crypto_pipeline.schema.outcomes import Outcome
from crypto_pipeline.schema.rows import Candle
from crypto_pipeline.sources.kit import discover

ENDPOINTS = {endpoint.id: endpoint for endpoint in discover()}
MINUTE, HOUR, DAY = 60, 3600, 86_400
MONDAY = 1_795_392_000
"""23 November 2026, midnight."""


def contradiction(interval: str, *opened: float) -> str | None:
    spacing = Spacing()
    for time in opened:
        spacing.note(Candle("BTC", interval, time, 1, 1, 1, 1))
    return spacing.contradiction()


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
        ("1m", [MONDAY + 5 * MINUTE * number for number in range(5)]),
        ("1m", [MONDAY + 5 * MINUTE * number for number in range(5)] + [MONDAY + HOUR + MINUTE]),
        ("1w", [MONDAY, MONDAY + 7 * DAY]),
    ],
)
def test_candles_of_the_interval_that_was_asked_for_pass_with_their_gaps(interval: str, opened: list[float]) -> None:
    assert contradiction(interval, *opened) is None


@pytest.mark.parametrize(
    ("interval", "opened", "said"),
    [
        ("1d", [MONDAY, MONDAY + HOUR], "lie 1h apart came where 1d"),
        ("1d", [MONDAY + HOUR * number for number in range(30)], "lie 1h apart came where 1d"),
        ("1d", [MONDAY, MONDAY + DAY, MONDAY + DAY + HOUR], "lie 1h apart came where 1d"),
        ("30m", [MONDAY + 4 * HOUR * number for number in range(6)], "lie 4h apart came where 30m"),
        ("1m", [MONDAY + 5 * MINUTE * number for number in range(6)], "lie 5m apart came where 1m"),
        ("4h", [MONDAY, MONDAY + 7200], "lie 7200 s apart came where 4h"),
    ],
)
def test_candles_of_another_interval_are_a_contradiction(interval: str, opened: list[float], said: str) -> None:
    assert said in (contradiction(interval, *opened) or "")


def test_hours_where_days_were_asked_for_are_no_days() -> None:
    hours = [[(MONDAY + HOUR * n) * 1000, "1", "1", "1", "1", "1"] for n in range(48)]
    at = datetime(2026, 11, 26, tzinfo=timezone.utc)
    with pytest.raises(SourceError, match="candles that lie 1h apart came where 1d was asked for") as refused:
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
