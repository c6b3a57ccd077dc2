"""Bitrue, spot market. https://github.com/Bitrue-exchange/Spot-official-api-docs"""

from crypto_pipeline.schema.rows import Quote
from crypto_pipeline.sources.kit import Budget, Payload, Provider, Rows, each

bitrue = Provider(
    "bitrue",
    "https://www.bitrue.com/api/v1",
    docs="https://github.com/Bitrue-exchange/Spot-official-api-docs",
    too_often=('"code":-1003', '"code":-1015'),
    budget=Budget(10, 1),
    aliases={"MIM": ""},
)


@bitrue.endpoint(Quote, "/ticker/24hr")
def tickers(payload: Payload) -> Rows:
    """[{"symbol": "BTCUSDT", "priceChange": "500.1", "priceChangePercent": "0.5556", "weightedAvgPrice": null,
    "lastPrice": "90500.1", "openPrice": "90000", "highPrice": "91000", "lowPrice": "89500", "volume": "1200.5",
    "quoteVolume": "108000000", "openTime": "0", "closeTime": "0", ...}]

    It looks like Binance's, without its times.
    """
    return each(payload, _quote)


def _quote(ticker: Payload) -> Quote:
    return Quote(
        ticker["symbol"],
        last=ticker["lastPrice"],
        volume_base=ticker.get("volume"),
        volume_quote=ticker.get("quoteVolume"),
        change_percent=ticker.get("priceChangePercent"),
        open=ticker.get("openPrice"),
        high=ticker.get("highPrice"),
        low=ticker.get("lowPrice"),
    )
