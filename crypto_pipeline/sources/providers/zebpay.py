"""ZebPay (India), spot market. https://github.com/zebpay/zebpay-api-references"""

from crypto_pipeline.schema.rows import Quote
from crypto_pipeline.sources.kit import Budget, Payload, Provider, Rows, each, reject_unless

zebpay = Provider(
    "zebpay",
    "https://sapi.zebpay.com/api/v2",
    docs="https://github.com/zebpay/zebpay-api-references",
    budget=Budget(10, 1),
)


@zebpay.endpoint(Quote, "/market/allTickers")
def tickers(payload: Payload) -> Rows:
    """{"statusCode": 200, "statusDescription": "Success", "data": [{"symbol": "BTC-INR", "bestBid": "8000000",
    "bestAsk": "", "priceChange": "40000", "priceChangePercent": "0.50", "high": "8100000", "low": "7900000",
    "vol": "1.25", "volValue": "10000000", "last": "8005000", ...}]}

    Its documentation shows the list alone: https://github.com/zebpay/zebpay-api-references/blob/main/spot/api-reference/public-endpoints.md
    """
    if isinstance(payload, list):
        return each(payload, _quote)
    reject_unless(payload, "statusCode", 200)
    return each(payload["data"], _quote)


def _quote(ticker: Payload) -> Quote:
    return Quote(
        ticker["symbol"],
        last=ticker["last"],
        volume_base=ticker.get("vol"),
        volume_quote=ticker.get("volValue"),
        change_percent=ticker.get("priceChangePercent"),
        high=ticker.get("high"),
        low=ticker.get("low"),
    )
