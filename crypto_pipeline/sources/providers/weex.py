"""WEEX, spot market. https://www.weex.com/api-doc"""

from functools import partial

from crypto_pipeline.schema.rows import Quote
from crypto_pipeline.sources.formats.tickers import like_binance
from crypto_pipeline.sources.kit import Budget, Payload, Provider, Rows, each

weex = Provider(
    "weex",
    "https://api-spot.weex.com/api/v3",
    docs="https://www.weex.com/api-doc",
    budget=Budget(10, 1),
)


@weex.endpoint(Quote, "/market/ticker/24hr")
def tickers(payload: Payload) -> Rows:
    """[{"symbol": "BTCUSDT", "priceChange": "500.1", "priceChangePercent": "0.0056", "lastPrice": "90500.1",
    "openPrice": "90000", "highPrice": "91000", "lowPrice": "89500", "volume": "1200.5", "quoteVolume": "108000000",
    "openTime": 1795348799000, "closeTime": 1795435199000, ...}]

    It looks like Binance's, but priceChangePercent is a fraction.
    """
    return each(payload, partial(like_binance, change_is_fraction=True))
