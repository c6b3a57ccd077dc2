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
        ("bitfinex", "AMP", "AMPL"),
        ("bitfinex_perpetuals", "AMP", "AMPL"),
        ("bitfinex_perpetuals", "ALG", "ALGO"),
        ("kraken_perpetuals", "LUNA2", "LUNA"),
        ("kraken", "UST", "USTC"),
        ("kraken", "XBT", "BTC"),
        ("bigone", "ONE", ""),
        ("bitget", "GEL", "GELATO"),
        ("bithumb", "ALT", ""),
        ("bitrue", "MIM", ""),
        ("bitstamp", "UST", "USTC"),
        ("coinex", "ACM", ""),
        ("coinspot", "DRK", "DASH"),
        ("cryptocom", "USD_STABLE_COIN", "USDC"),
        ("digifinex", "TEL", ""),
        ("gate", "GTC", ""),
        ("gate", "RAI", ""),
        ("hitbtc", "STEPN", "GMT"),
        ("hitbtc", "GMT", "GMTTOKEN"),
        ("hitbtc", "BIT", ""),
        ("htx", "GET", ""),
        ("indodax", "BCHSV", "BSV"),
        ("kucoin", "TRY", "TRIAS"),
        ("kucoin", "WAX", "WAXP"),
        ("latoken", "MT", ""),
        ("lbank", "PNT", ""),
        ("mexc", "FLUX", "FLUX1"),
        ("mexc", "FLUX1", "FLUX"),
        ("mexc", "DRK", ""),
        ("okx", "WIN", "WINTOKEN"),
        ("poloniex", "MASK", ""),
    ],
)
def test_a_ticker_is_the_coin_that_its_source_means(provider: str, ticker: str, symbol: str) -> None:
    assert coin(ticker, PROVIDERS[provider].aliases) == symbol


def test_what_no_source_means_is_no_tracked_coin() -> None:
    assert {"MAGATRUMP", "STOX", "TOKAMAK", "GASDAO"}.isdisjoint(COINGECKO_IDS)
