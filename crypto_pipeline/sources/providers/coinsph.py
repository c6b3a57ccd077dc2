"""Coins.ph (Philippines), spot market. https://coins-docs.github.io/rest-api"""

from functools import partial

from crypto_pipeline.schema.rows import Quote
from crypto_pipeline.sources.formats.tickers import like_binance
from crypto_pipeline.sources.kit import Budget, Payload, Provider, Rows, each

coinsph = Provider(
    "coinsph",
    "https://api.pro.coins.ph/openapi/quote/v1",
    docs="https://coins-docs.github.io/rest-api",
    too_often=('"code":-1003', '"code":-1015'),
    budget=Budget(10, 1),
)


@coinsph.endpoint(Quote, "/ticker/24hr")
def tickers(payload: Payload) -> Rows:
    """[{"symbol": "BTCPHP", "priceChange": "1.00", "priceChangePercent": "0.0056", "lastPrice": "5331000",
    "openPrice": "5301000", "highPrice": "5360000", "lowPrice": "5271000", "volume": "12.5", "quoteVolume": "66500000",
    "openTime": "1795348799000", "closeTime": "1795435199000", ...}]

    It looks like Binance's, but priceChangePercent is a fraction.
    """
    return each(payload, partial(like_binance, change_is_fraction=True))
