"""What a back-fill is said to cost, per candle; how many candles it needs is in test_listing.py."""

from __future__ import annotations

from statistics import median

import pytest

from crypto_pipeline.collection.backfill.estimate import BYTES_OF_AN_ENTRY, Estimate
from crypto_pipeline.replay.recorded import file_of
from crypto_pipeline.sources.kit import discover
from crypto_pipeline_tests.recorded import rows_of


def test_a_million_candles_are_130_megabytes_of_network_and_20_of_disk() -> None:
    estimate = Estimate("kraken.candles", series=1, pages=1, entries=1_000_000, seconds=1.0)
    assert (estimate.megabytes, estimate.stored_megabytes) == (130.0, 20.0)


def test_a_candle_is_about_as_long_as_exchanges_write_it() -> None:
    lengths = [
        file_of(endpoint).stat().st_size / len(rows_of(endpoint))
        for endpoint in discover()
        if "cached_ohlc" in endpoint.tables
    ]
    assert pytest.approx(median(lengths), rel=0.25) == BYTES_OF_AN_ENTRY
