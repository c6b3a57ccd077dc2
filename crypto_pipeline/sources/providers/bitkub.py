"""Bitkub (Thailand), spot market. https://github.com/bitkub/bitkub-official-api-docs"""

from crypto_pipeline.sources.kit import Budget, Payload, Provider, Rows, each
from crypto_pipeline.sources.rows import Quote

bitkub = Provider(
    "bitkub",
    "https://api.bitkub.com/api/v3",
    docs="https://github.com/bitkub/bitkub-official-api-docs/blob/master/restful-api.md",
    budget=Budget(100, 1),
)


@bitkub.endpoint(Quote, "/market/ticker")
def tickers(payload: Payload) -> Rows:
    """[{"symbol": "BTC_THB", "base_volume": "40.5", "quote_volume": "118000000", "last": "2935000", "percent_change": "0.56",
    "high_24_hr": "2960000", "low_24_hr": "2900000", "highest_bid": "2930000", "lowest_ask": "2936000"}]
    """
    return each(payload, _quote)


def _quote(ticker: Payload) -> Quote:
    return Quote(
        ticker["symbol"],
        last=ticker["last"],
        volume_base=ticker["base_volume"],
        volume_quote=ticker["quote_volume"],
        change_percent=ticker["percent_change"],
        high=ticker["high_24_hr"],
        low=ticker["low_24_hr"],
    )
