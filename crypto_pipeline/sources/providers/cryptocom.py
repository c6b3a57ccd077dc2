"""Crypto.com Exchange, spot market. https://exchange-docs.crypto.com/exchange/v1/rest-ws/index.html"""

from crypto_pipeline.schema.rows import Candle, Quote
from crypto_pipeline.sources.formats.candles import LARGE_COINS, candle_requests, candles
from crypto_pipeline.sources.kit import Budget, Pages, Payload, Provider, RequestSpec, Rows, each, reject_unless, scaled

cryptocom = Provider(
    "cryptocom",
    "https://api.crypto.com/exchange/v1/public",
    docs="https://exchange-docs.crypto.com/exchange/v1/rest-ws/index.html#public-get-tickers",
    too_often=('"code":10006', '"code":42901'),
    budget=Budget(100, 1),
    aliases={"USD_STABLE_COIN": "USDC"},
)


@cryptocom.endpoint(Quote, "/get-tickers")
def tickers(payload: Payload) -> Rows:
    """{"id": -1, "method": "public/get-tickers", "code": 0, "result": {"data": [{"i": "BTC_USDT", "h": "91000", "l": "89500",
    "a": "90500.1", "v": "1200.5", "vv": "108000000", "c": "0.0056", "b": "90499", "k": "90501", "oi": "0", "t": 1795435199000}]}}

    Instrument, high, low, last, coins, turnover in DOLLARS whatever the quote, change as a fraction, bid, ask. Contracts
    (BTCUSD-PERP, BTCUSD-261225) are in the list and have no underscore.
    """
    reject_unless(payload, "code", 0)
    return each(payload["result"]["data"], _quote)


def _quote(ticker: Payload) -> Quote | None:
    name = ticker["i"]
    if "_" not in name:
        return None
    return Quote(
        name,
        last=ticker["a"],
        volume_base=ticker.get("v"),
        change_percent=scaled(ticker.get("c"), 100),
        high=ticker.get("h"),
        low=ticker.get("l"),
        timestamp=ticker.get("t"),
    )


@cryptocom.endpoint(
    Candle,
    "/get-candlestick",
    name="candles",
    requests=candle_requests(
        lambda coin: f"{coin}_USDT",
        {"1m": "1m", "5m": "5m", "15m": "15m", "30m": "30m", "1h": "1h", "4h": "4h", "1d": "1D"},
        instrument_name="{market}",
        timeframe="{length}",
        kept_up=LARGE_COINS,
    ),
    history=Pages(300, {"start_ts": "{start_ms}", "end_ts": "{end_ms}", "count": "{size}"}, since="2019-11-01"),
    cadence=15,
    docs="https://exchange-docs.crypto.com/exchange/v1/rest-ws/index.html#public-get-candlestick",
    count=100,
)
def candlesticks(payload: Payload, spec: RequestSpec) -> Rows:
    """{"id": -1, "method": "public/get-candlestick", "code": 0, "result": {"instrument_name": "BTC_USDT", "interval": "1h",
    "data": [{"o": "90400", "h": "90600", "l": "90300", "c": "90500.1", "v": "5.5", "t": 1795431600000}]}}

    v is coins.
    """
    reject_unless(payload, "code", 0)
    return candles(payload["result"]["data"], spec, time="t", open="o", high="h", low="l", close="c", volume="v")
