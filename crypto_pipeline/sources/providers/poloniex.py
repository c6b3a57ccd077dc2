"""Poloniex, spot market. https://api-docs.poloniex.com/spot/"""

from crypto_pipeline.schema.rows import Candle, Quote
from crypto_pipeline.sources.formats.candles import LARGE_COINS, candle_requests, candles
from crypto_pipeline.sources.kit import (
    Budget,
    Pages,
    Payload,
    Provider,
    RequestSpec,
    Rows,
    each,
    scaled,
    unread,
)

poloniex = Provider(
    "poloniex",
    "https://api.poloniex.com",
    docs="https://api-docs.poloniex.com/spot/api/public/market-data",
    too_often=('"code":429',),
    budget=Budget(10, 1),
    aliases={
        "REPV2": "REP",
        "STR": "XLM",
        **unread("AIR APH BCC BCHABC BDG BTM CON ETHTRON GOLD GPUC HOT ITC KEY MASK MEME PLX SOC TRADE TRXETH XAP"),
    },  # wrapped coins, and forks that bear old names
)


@poloniex.endpoint(Quote, "/markets/ticker24h")
def tickers(payload: Payload) -> Rows:
    """[{"symbol": "BTC_USDT", "open": "90000", "low": "89500", "high": "91000", "close": "90500.1", "quantity": "1200.5",
    "amount": "108000000", "tradeCount": 1000, "dailyChange": "0.0056", "ts": 1795435199001, ...}]

    quantity is coins and amount the quote currency; dailyChange is a fraction. Dead markets keep their last price.
    """
    return each(payload, _quote)


def _quote(ticker: Payload) -> Quote | None:
    if scaled(ticker.get("tradeCount"), 1) == 0:
        return None
    return Quote(
        ticker["symbol"],
        last=ticker["close"],
        volume_base=ticker.get("quantity"),
        volume_quote=ticker.get("amount"),
        change_percent=scaled(ticker.get("dailyChange"), 100),
        open=ticker.get("open"),
        high=ticker.get("high"),
        low=ticker.get("low"),
        timestamp=ticker.get("ts"),
    )


@poloniex.endpoint(
    Candle,
    "/markets/{market}/candles",
    name="candles",
    requests=candle_requests(
        lambda coin: f"{coin}_USDT",
        {
            "1m": "MINUTE_1",
            "5m": "MINUTE_5",
            "15m": "MINUTE_15",
            "30m": "MINUTE_30",
            "1h": "HOUR_1",
            "4h": "HOUR_4",
            "1d": "DAY_1",
        },
        interval="{length}",
        kept_up=LARGE_COINS,
    ),
    history=Pages(500, {"startTime": "{start_ms}", "endTime": "{last_ms}", "limit": "{size}"}, since="2022-08-01"),
    cadence=15,
    docs="https://api-docs.poloniex.com/spot/api/public/market-data#candles",
    limit=100,
)
def market_candles(payload: Payload, spec: RequestSpec) -> Rows:
    """[["90300", "90600", "90400", "90500.1", "497000", "5.5", "200000", "2.2", 90, 1795435190000, "90450", "HOUR_1",
    1795431600000, 1795435199999]]

    LOW, HIGH, OPEN, CLOSE, turnover, coins, both as bought, trades; the time of opening is the twelfth after the first.
    """
    return candles(payload, spec, low=0, high=1, open=2, close=3, volume_quote=4, volume=5, trades=8, time=12)
