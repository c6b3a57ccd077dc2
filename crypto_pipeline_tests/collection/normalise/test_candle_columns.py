"""Candles read as columns: only those that rows would keep as they are."""

from __future__ import annotations

from datetime import datetime, timezone

from crypto_pipeline.collection.normalise.candle_columns import candle_columns
from crypto_pipeline.collection.normalise.context import NormalisationContext
from crypto_pipeline.schema.rows import Candle
from crypto_pipeline.sources.kit import Provider

NOON = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)
somebody = Provider("somebody", "https://somebody.example")


def candle(hours_ago: int, coins: float | None, money: float | None) -> Candle:
    opened = int(NOON.timestamp()) - hours_ago * 3600
    return Candle("BTC", "1h", opened, 10, 12, 9, 11, coins, "BTC-USD", volume_quote=money)


def test_coins_and_money_that_cannot_both_be_of_the_prices_are_left_to_the_rows() -> None:
    good = [candle(3, 5, 55), candle(2, 0, 0), candle(1, 7, 75)]
    assert candle_columns(good, somebody, NormalisationContext(NOON)) is not None
    assert candle_columns([*good[:2], candle(1, 700, 75)], somebody, NormalisationContext(NOON)) is None
