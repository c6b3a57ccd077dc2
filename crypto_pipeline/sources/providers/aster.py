"""Aster, spot market. https://github.com/asterdex/api-docs"""

from crypto_pipeline.schema.rows import Quote
from crypto_pipeline.sources.formats.tickers import like_binance
from crypto_pipeline.sources.kit import Budget, Payload, Provider, Rows, each

aster = Provider(
    "aster",
    "https://sapi.asterdex.com/api/v3",
    docs="https://github.com/asterdex/api-docs",
    too_often=('"code":-1003', '"code":-1015'),
    budget=Budget(3, 1),
)


@aster.endpoint(Quote, "/ticker/24hr")
def tickers(payload: Payload) -> Rows:
    """[{"symbol": "BTCUSDT", "priceChangePercent": "0.556", "lastPrice": "90500.1", "openPrice": "90000",
    "highPrice": "91000", "lowPrice": "89500", "volume": "120.5", "quoteVolume": "10800000.0", "closeTime": 1795435199000,
    "baseAsset": "BTC", "quoteAsset": "USDT", ...}]
    """
    return each(payload, _quote)


def _quote(ticker: Payload) -> Quote:
    return like_binance(ticker)._replace(base=ticker["baseAsset"], quote=ticker["quoteAsset"])
