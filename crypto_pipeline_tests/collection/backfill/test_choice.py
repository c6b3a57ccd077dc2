"""Which source is asked for a coin's past when any will do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone

from crypto_pipeline.collection.backfill.choice import best_of
from crypto_pipeline.collection.backfill.series import series_of
from crypto_pipeline.sources.kit import Span, discover

NOW = datetime(2026, 11, 29, tzinfo=timezone.utc)
SPAN = Span(*(int(datetime(year, 1, 1, tzinfo=timezone.utc).timestamp()) for year in (2024, 2025)))


def chosen(*names: str, volumes: Mapping[tuple[str, str], float]) -> set[str]:
    endpoints = [one for one in discover() if one.id in {f"{name}.candles" for name in names}]
    assert len(endpoints) == len(names)
    listed = series_of(endpoints, wanted=SPAN, symbols=("ETH",), intervals=("1d",), now=NOW)
    return {one.source for one in best_of(listed, volumes)}


def test_a_spot_market_comes_before_a_perpetual_contract_that_trades_far_more() -> None:
    volumes = {("kraken_perpetual", "ETH"): 1.5e9, ("bitstamp", "ETH"): 6e7}
    assert chosen("kraken_perpetuals", "bitstamp", volumes=volumes) == {"bitstamp"}


def test_a_contract_is_asked_where_there_is_no_spot_market() -> None:
    assert chosen("kraken_perpetuals", volumes={("kraken_perpetual", "ETH"): 1.5e9}) == {"kraken_perpetual"}


def test_who_trades_less_than_a_tenth_of_the_largest_market_is_passed_over_however_far_it_reaches_back() -> None:
    assert chosen("bitstamp", "binance", volumes={("bitstamp", "ETH"): 9.9, ("binance", "ETH"): 100.0}) == {"binance"}
    assert chosen("bitstamp", "binance", volumes={("bitstamp", "ETH"): 10.0, ("binance", "ETH"): 100.0}) == {"bitstamp"}
