"""CoinGecko's candles are as long as they lie apart; an answer says no length."""

from __future__ import annotations

from typing import Any

import pytest

from crypto_pipeline.schema.rows import Candle
from crypto_pipeline.sources.kit import RequestSpec, discover

(CANDLES,) = (endpoint for endpoint in discover() if endpoint.id == "coingecko.candles")
HOUR_MS = 3_600_000
NOON = 1_795_435_200_000


def read(*ends: int | None) -> list[tuple[str, float]]:
    payload: list[Any] = [[end, 1.0, 2.0, 0.5, 1.5] for end in ends]
    rows = list(CANDLES.parse(payload, RequestSpec(values={"symbol": "BTC"})))
    return [(row.interval, float(row.timestamp or 0)) for row in rows if isinstance(row, Candle)]


@pytest.mark.parametrize(("interval", "length"), [("30m", HOUR_MS // 2), ("4h", 4 * HOUR_MS), ("1d", 24 * HOUR_MS)])
def test_the_ends_of_candles_show_how_long_they_are(interval: str, length: int) -> None:
    assert read(NOON, NOON + length) == [(interval, NOON - length), (interval, NOON)]


def test_one_candle_alone_is_a_half_hour_as_it_was_asked_for() -> None:
    assert read(NOON) == [("30m", NOON - HOUR_MS // 2)]


def test_candles_of_four_days_are_none_of_ours() -> None:
    with pytest.raises(ValueError, match="345600 s apart"):
        read(NOON, NOON + 96 * HOUR_MS)


def test_a_gap_makes_candles_no_longer() -> None:
    assert read(NOON, NOON + HOUR_MS // 2, NOON + 3 * HOUR_MS)[-1] == ("30m", NOON + 3 * HOUR_MS - HOUR_MS // 2)


def test_a_candle_without_a_time_makes_its_neighbours_no_longer_and_costs_none_of_them() -> None:
    assert read(NOON, None, NOON + HOUR_MS) == [("30m", NOON - HOUR_MS // 2), ("30m", NOON + HOUR_MS // 2)]
