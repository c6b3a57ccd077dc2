"""Bithumb (Korea), spot market. https://apidocs.bithumb.com"""

from crypto_pipeline.schema.rows import Candle, Quote
from crypto_pipeline.sources.formats.candles import LARGE_COINS, candle_requests, upbit_candles
from crypto_pipeline.sources.kit import Budget, Payload, Provider, Rows, each, reject_unless, unread

bithumb = Provider(
    "bithumb",
    "https://api.bithumb.com",
    docs="https://apidocs.bithumb.com",
    too_often=("too_many_requests",),
    budget=Budget(150, 1),
    aliases=unread("ALT FTC SOC"),
    quirks="Opening price, high and low are of the Korean day and are not read; volumes and change are of 24 hours.",
)


@bithumb.endpoint(Quote, "/public/ticker/ALL_KRW")
def tickers(payload: Payload) -> Rows:
    """{"status": "0000", "data": {"BTC": {"opening_price": "132000000", "closing_price": "133000000", "max_price": "134000000",
    "units_traded_24H": "1200.5", "acc_trade_value_24H": "159000000000", "fluctate_24H": "1,000,000",
    "fluctate_rate_24H": "0.76", ...}, "date": "1795435199000"}}

    date, among the coins, is the time of the whole list. Prices and acc_trade_value_24H are won; the rate is percent.
    """
    reject_unless(payload, "status", "0000")
    said_at = payload["data"].get("date")

    def quote(name: str, ticker: Payload) -> Quote | None:
        if name == "date":
            return None
        return Quote(
            f"{name}_KRW",
            last=ticker["closing_price"],
            volume_base=ticker.get("units_traded_24H"),
            volume_quote=ticker.get("acc_trade_value_24H"),
            change_percent=ticker.get("fluctate_rate_24H"),
            timestamp=said_at,
        )

    return each(payload["data"].items(), quote)


bithumb.endpoint(
    Candle,
    "/v1/candles/{length}",
    name="candles",
    requests=candle_requests(
        {coin: f"KRW-{coin}" for coin in LARGE_COINS}.get,
        # Its days begin at midnight in Korea, 15:00 UTC, and so do its spans of four hours.
        {"1m": "minutes/1", "5m": "minutes/5", "15m": "minutes/15", "30m": "minutes/30", "1h": "minutes/60"},
        market="{market}",
    ),
    cadence=15,
    count=100,
)(upbit_candles)
