"""Before a back-fill the lists of markets are asked for that nobody has, and no others."""

from __future__ import annotations

import pytest

from crypto_pipeline.collection.backfill.listing import MarketKey
from crypto_pipeline.orchestration.market_lists import missing_lists
from crypto_pipeline.sources.kit import discover

SPOT: MarketKey = ("okx", "spot", "BTC-USDT")
PERPETUAL: MarketKey = ("okx", "perpetual", "BTC-USDT-SWAP")


@pytest.mark.parametrize(
    ("markets", "there", "asked"),
    [
        ([SPOT], set(), ["okx_listings.perpetuals", "okx_listings.spot"]),
        ([SPOT], {("okx", "spot")}, []),
        ([SPOT, PERPETUAL], {("okx", "spot")}, ["okx_listings.perpetuals", "okx_listings.spot"]),
        ([None, ("bitstamp", "spot", "BTC/USD")], set(), []),
        ([("bybit", "perpetual", "BTCUSDT")], set(), ["bybit_linear.markets"]),
    ],
)
def test_lists_are_missing_of_exchanges_that_have_one_and_were_not_asked(
    markets: list[MarketKey | None], there: set[tuple[str, str]], asked: list[str]
) -> None:
    assert sorted(one.id for one in missing_lists(markets, there, discover())) == asked
