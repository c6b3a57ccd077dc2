"""CoinPaprika: prices, totals, the candle of the running day. https://api.coinpaprika.com"""

from crypto_pipeline.schema.rows import Candle, Overview, Price
from crypto_pipeline.sources.kit import Budget, Payload, Provider, RequestSpec, Rows, each, reject, scaled

MONTH = 30 * 24 * 3600

coinpaprika = Provider(
    "coinpaprika",
    "https://api.coinpaprika.com/v1",
    docs="https://api.coinpaprika.com",
    budget=Budget(20_000, MONTH),
    quirks="20,000 calls a month and address, then 402. The free plan's quotes are a few minutes old.",
)

COINPAPRIKA_IDS = {"BTC": "btc-bitcoin", "ETH": "eth-ethereum"}


@coinpaprika.endpoint(Price, "/tickers", cadence=15, quotes="USD")
def tickers(payload: Payload) -> Rows:
    """[{"id": "btc-bitcoin", "name": "Bitcoin", "symbol": "BTC", "rank": 1, "last_updated": "2026-11-23T11:58:00Z",
    "quotes": {"USD": {"price": 90500.5, "volume_24h": 4e10, "market_cap": 1.8e12, "percent_change_24h": -1.25, ...}}}]

    Some 2,000 coins; rank 0 is a coin that is no longer followed. Symbols are not unique.
    """
    reject(_error(payload))
    return each(payload, _price)


def _price(ticker: Payload) -> Price | None:
    if scaled(ticker.get("rank"), 1) == 0:
        return None
    usd = (ticker.get("quotes") or {}).get("USD") or {}
    return Price(
        ticker["symbol"],
        price_usd=usd.get("price"),
        market_cap=usd.get("market_cap"),
        volume_24h=usd.get("volume_24h"),
        price_change_24h=usd.get("percent_change_24h"),
        timestamp=ticker.get("last_updated"),
        rank=ticker.get("rank"),
    )


@coinpaprika.endpoint(
    Price,
    "/tickers/{coin_id}",
    requests=lambda context: [
        RequestSpec(symbol, values={"coin_id": coin_id})
        for symbol, coin_id in COINPAPRIKA_IDS.items()
        if symbol in context.universe
    ],
    cadence=60,
    quirks="The same prices as in the list; one request for each coin of the month's 20,000.",
    quotes="USD",
)
def ticker(payload: Payload) -> Rows:
    """{"id": "btc-bitcoin", "name": "Bitcoin", "symbol": "BTC", "rank": 1, "last_updated": "2026-11-23T11:58:00Z",
    "quotes": {"USD": {"price": 90500.5, "volume_24h": 4e10, "market_cap": 1.8e12, "percent_change_24h": -1.25, ...}}}
    """
    reject(_error(payload))
    return each([payload], _price)


@coinpaprika.endpoint(Overview, "/global", name="global", cadence=15)
def global_(payload: Payload) -> Rows:
    """{"market_cap_usd": 3.1e12, "volume_24h_usd": 1.1e11, "bitcoin_dominance_percentage": 57.9,
    "cryptocurrencies_number": 9000, "market_cap_change_24h": -1.6, "last_updated": 1795435140}
    """
    reject(_error(payload))
    return [
        Overview(
            total_market_cap_usd=payload.get("market_cap_usd"),
            total_volume_24h_usd=payload.get("volume_24h_usd"),
            market_cap_change_24h=payload.get("market_cap_change_24h"),
            btc_dominance=payload.get("bitcoin_dominance_percentage"),
            active_coins=payload.get("cryptocurrencies_number"),
            timestamp=payload.get("last_updated"),
        )
    ]


@coinpaprika.endpoint(
    Candle,
    "/coins/{coin_id}/ohlcv/today",
    requests=lambda context: [
        RequestSpec(f"{symbol} 1d", values={"symbol": symbol, "interval": "1d", "coin_id": coin_id})
        for symbol, coin_id in COINPAPRIKA_IDS.items()
        if symbol in context.universe and "1d" in context.intervals
    ],
    cadence=60,
)
def candles(payload: Payload, spec: RequestSpec) -> Rows:
    """[{"time_open": "2026-11-23T00:00:00Z", "time_close": "2026-11-23T11:55:00Z", "open": 91000.1, "high": 91700.2,
    "low": 89350.3, "close": 90500.5, "volume": 40000000000, "market_cap": 1805485000000}]

    volume is dollars of the last 24 hours.
    """
    reject(_error(payload))

    def candle(day: Payload) -> Candle:
        return Candle(spec.values["symbol"], "1d", day["time_open"], day["open"], day["high"], day["low"], day["close"])

    return each(payload, candle)


def _error(payload: Payload) -> object:
    """{"error": "..."}"""
    return payload.get("error") if isinstance(payload, dict) else None
