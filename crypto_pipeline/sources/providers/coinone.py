"""Coinone (Korea), spot market. https://docs.coinone.co.kr/reference/tickers"""

from crypto_pipeline.schema.rows import Quote
from crypto_pipeline.sources.kit import Payload, Provider, Rows, each, reject_unless

coinone = Provider(
    "coinone",
    "https://api.coinone.co.kr/public/v2",
    docs="https://docs.coinone.co.kr/reference/tickers",
    per_minute=1200,
)


@coinone.endpoint(Quote, "/ticker_new/KRW")
def tickers(payload: Payload) -> Rows:
    """{"result": "success", "error_code": "0", "server_time": 1795435199900, "tickers": [{"quote_currency": "krw",
    "target_currency": "btc", "timestamp": 1795435199000, "high": "134000000", "low": "131000000", "first": "132000000",
    "last": "133000000", "quote_volume": "159000000000", "target_volume": "1200.5", "best_asks": [], "best_bids": [], ...}]}

    first is the price 24 hours ago.
    """
    reject_unless(payload, "result", "success")
    return each(payload["tickers"], _quote)


def _quote(ticker: Payload) -> Quote:
    return Quote(
        f"{ticker['target_currency']}-{ticker['quote_currency']}",
        last=ticker["last"],
        volume_base=ticker.get("target_volume"),
        volume_quote=ticker.get("quote_volume"),
        open=ticker.get("first"),
        high=ticker.get("high"),
        low=ticker.get("low"),
        timestamp=ticker.get("timestamp"),
    )
