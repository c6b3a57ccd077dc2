"""Backpack, spot market. https://docs.backpack.exchange/#tag/Markets/operation/get_tickers"""

from crypto_pipeline.schema.rows import Candle, Quote
from crypto_pipeline.sources.formats.candles import candle_requests, candles
from crypto_pipeline.sources.kit import Budget, Pages, Payload, Provider, RequestSpec, Rows, each, scaled

backpack = Provider(
    "backpack",
    "https://api.backpack.exchange/api/v1",
    docs="https://docs.backpack.exchange/#tag/Markets/operation/get_tickers",
    budget=Budget(20, 1),
)


@backpack.endpoint(Quote, "/tickers")
def tickers(payload: Payload) -> Rows:
    """[{"symbol": "BTC_USDC", "firstPrice": "90000", "lastPrice": "90500.1", "priceChange": "500.1",
    "priceChangePercent": "0.005556", "high": "91000", "low": "89500", "volume": "120.5", "quoteVolume": "10880000",
    "trades": "1000"}]

    priceChangePercent is a fraction, or N/A. SOL_USDC_PERP is a contract.
    """
    return each(payload, _quote)


def _quote(ticker: Payload) -> Quote | None:
    if ticker["symbol"].endswith("_PERP"):
        return None
    return Quote(
        ticker["symbol"],
        last=ticker["lastPrice"],
        volume_base=ticker.get("volume"),
        volume_quote=ticker.get("quoteVolume"),
        change_percent=scaled(ticker.get("priceChangePercent"), 100),
        open=ticker.get("firstPrice"),
        high=ticker.get("high"),
        low=ticker.get("low"),
    )


@backpack.endpoint(
    Candle,
    "/klines",
    name="candles",
    requests=candle_requests(
        lambda coin: f"{coin}_USDC",
        {name: name for name in ("1m", "5m", "15m", "30m", "1h", "4h", "1d", "1w")},
        symbol="{market}",
        interval="{length}",
        startTime="{start}",
        endTime="{end}",
        kept_up=("BTC", "ETH", "SOL"),
    ),
    history=Pages(1000, {"startTime": "{start}", "endTime": "{end}"}, since="2023-10-01"),
    cadence=15,
    docs="https://docs.backpack.exchange/#tag/Markets/operation/get_klines",
    quirks="Candles in which nobody traded have null for prices.",
)
def klines(payload: Payload, spec: RequestSpec) -> Rows:
    """[{"start": "2026-11-23 11:00:00", "end": "2026-11-23 12:00:00", "open": "90400", "high": "90600", "low": "90300",
    "close": "90500", "volume": "0.5", "quoteVolume": "45200", "trades": "9"}]

    Oldest first; times are UTC.
    """
    return candles(
        payload,
        spec,
        time="start",
        open="open",
        high="high",
        low="low",
        close="close",
        volume="volume",
        volume_quote="quoteVolume",
        trades="trades",
    )
