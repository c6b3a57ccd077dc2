"""CoinEx, spot market. https://docs.coinex.com/api/v2/spot/market/http/list-market-ticker"""

from crypto_pipeline.schema.rows import Quote
from crypto_pipeline.sources.kit import Budget, Payload, Provider, Rows, each, reject_unless

coinex = Provider(
    "coinex",
    "https://api.coinex.com/v2",
    docs="https://docs.coinex.com/api/v2/spot/market/http/list-market-ticker",
    too_often=('"code":4213',),
    budget=Budget(20, 1),
    aliases={"ACM": ""},
    quirks="Off unless asked for: it may be closing.",
)


@coinex.endpoint(Quote, "/spot/ticker", on=False)
def tickers(payload: Payload) -> Rows:
    """{"code": 0, "data": [{"market": "BTCUSDT", "last": "90500.1", "open": "90000", "close": "90500.1", "high": "91000",
    "low": "89500", "volume": "1200.5", "volume_sell": "500", "volume_buy": "600", "value": "108000000",
    "period": 86400}], "message": "OK"}

    volume is coins, value the quote currency, both over the 24 hours of period.
    """
    reject_unless(payload, "code", 0)
    return each(payload["data"], _quote)


def _quote(ticker: Payload) -> Quote:
    return Quote(
        ticker["market"],
        last=ticker["last"],
        volume_base=ticker.get("volume"),
        volume_quote=ticker.get("value"),
        open=ticker.get("open"),
        high=ticker.get("high"),
        low=ticker.get("low"),
    )
