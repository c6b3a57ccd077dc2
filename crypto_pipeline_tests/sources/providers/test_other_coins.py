"""Tickers by which a source means another coin than the rest: the source's own aliases say which."""

from __future__ import annotations

import pytest

from crypto_pipeline.sources.kit import discover
from crypto_pipeline.sources.symbols import COINGECKO_IDS, coin

PROVIDERS = {endpoint.provider.name: endpoint.provider for endpoint in discover()}


@pytest.mark.parametrize(
    ("provider", "ticker", "symbol"),
    [
        ("bingx", "TRUMP", "MAGATRUMP"),
        ("bingx", "TRUMPSOL", "TRUMP"),
        ("hitbtc", "STX", "STOX"),
        ("hitbtc", "USD", "USDT"),
        ("mexc", "XBT", ""),
        ("mexc", "GAS", "GASDAO"),
        ("poloniex", "STR", "XLM"),
        ("poloniex", "BCC", ""),
        ("poloniex", "BCHABC", ""),
        ("upbit", "TON", "TOKAMAK"),
        ("bitfinex", "BCHABC", "XEC"),
        ("bitfinex", "UST", "USDT"),
        ("kraken", "UST", "USTC"),
        ("kraken", "XBT", "BTC"),
    ],
)
def test_a_ticker_is_the_coin_that_its_source_means(provider: str, ticker: str, symbol: str) -> None:
    assert coin(ticker, PROVIDERS[provider].aliases) == symbol


def test_what_no_source_means_is_no_tracked_coin() -> None:
    assert {"MAGATRUMP", "STOX", "TOKAMAK", "GASDAO"}.isdisjoint(COINGECKO_IDS)
