"""BitoPro (Taiwan), spot market. https://github.com/bitoex/bitopro-offical-api-docs"""

from crypto_pipeline.schema.rows import Quote
from crypto_pipeline.sources.kit import Payload, Provider, Rows, each

bitopro = Provider(
    "bitopro",
    "https://api.bitopro.com/v3",
    docs="https://github.com/bitoex/bitopro-offical-api-docs/blob/master/api/v3/public/get_ticker_data.md",
    per_minute=600,
)


@bitopro.endpoint(Quote, "/tickers")
def tickers(payload: Payload) -> Rows:
    """{"data": [{"pair": "btc_twd", "lastPrice": "2850000", "isBuyer": false, "priceChange24hr": "0.56",
    "volume24hr": "12.5", "high24hr": "2870000", "low24hr": "2820000"}]}

    priceChange24hr is percent, for all its name; volume24hr is coins.
    """
    return each(payload["data"], _quote)


def _quote(ticker: Payload) -> Quote:
    return Quote(
        ticker["pair"],
        last=ticker["lastPrice"],
        volume_base=ticker.get("volume24hr"),
        change_percent=ticker.get("priceChange24hr"),
        high=ticker.get("high24hr"),
        low=ticker.get("low24hr"),
    )
