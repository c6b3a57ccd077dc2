"""bitbank (Japan), spot market. https://github.com/bitbankinc/bitbank-api-docs"""

from crypto_pipeline.sources.kit import Budget, Payload, Provider, Rows, each, reject
from crypto_pipeline.sources.rows import Quote

bitbank = Provider(
    "bitbank",
    "https://public.bitbank.cc",
    local_money="JPY",
    docs="https://github.com/bitbankinc/bitbank-api-docs/blob/master/public-api.md",
    budget=Budget(10, 1),
    quirks="Nearly all of its markets are in yen.",
)


@bitbank.endpoint(Quote, "/tickers")
def tickers(payload: Payload) -> Rows:
    """{"success": 1, "data": [{"pair": "btc_jpy", "sell": "14100100", "buy": "14100000", "high": "14200000",
    "low": "13900000", "open": "14000000", "last": "14100050", "vol": "300.5", "timestamp": 1795435199000}]}

    vol is coins, open is the price 24 hours ago. A market that rests has null for a price. An error is
    {"success": 0, "data": {"code": 10000}}.
    """
    reject("" if payload["success"] == 1 else f"error {payload['data']['code']}")
    return each(payload["data"], _quote)


def _quote(ticker: Payload) -> Quote | None:
    if ticker["last"] is None:
        return None
    return Quote(
        ticker["pair"],
        last=ticker["last"],
        volume_base=ticker["vol"],
        open=ticker["open"],
        high=ticker["high"],
        low=ticker["low"],
        timestamp=ticker["timestamp"],
    )
