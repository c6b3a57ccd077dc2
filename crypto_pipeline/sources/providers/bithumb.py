"""Bithumb (Korea), spot market. https://apidocs.bithumb.com"""

from crypto_pipeline.sources.kit import Budget, Payload, Provider, Rows, each, reject
from crypto_pipeline.sources.rows import Quote

bithumb = Provider(
    "bithumb",
    "https://api.bithumb.com/public",
    docs="https://apidocs.bithumb.com",
    budget=Budget(150, 1),
    quirks="Opening price, high and low are of the Korean day and are not read; volumes and change are of 24 hours.",
)


@bithumb.endpoint(Quote, "/ticker/ALL_KRW")
def tickers(payload: Payload) -> Rows:
    """{"status": "0000", "data": {"BTC": {"opening_price": "132000000", "closing_price": "133000000", "max_price": "134000000",
    "units_traded_24H": "1200.5", "acc_trade_value_24H": "159000000000", "fluctate_24H": "1,000,000",
    "fluctate_rate_24H": "0.76", ...}, "date": "1795435199000"}}

    date, among the coins, is the time of the whole list. Prices and acc_trade_value_24H are won; the rate is percent.
    """
    reject(f"{payload['status']} {payload.get('message', '')}" if payload["status"] != "0000" else None)
    said_at = payload["data"]["date"]

    def quote(name: str, ticker: Payload) -> Quote | None:
        if name == "date":
            return None
        return Quote(
            f"{name}_KRW",
            last=ticker["closing_price"],
            volume_base=ticker["units_traded_24H"],
            volume_quote=ticker["acc_trade_value_24H"],
            change_percent=ticker["fluctate_rate_24H"],
            timestamp=said_at,
        )

    return each(payload["data"].items(), quote)
