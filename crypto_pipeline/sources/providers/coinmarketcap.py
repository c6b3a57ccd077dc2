"""CoinMarketCap without a key: prices, totals, its fear and greed index. https://coinmarketcap.com/api/documentation/"""

from crypto_pipeline.schema.rows import Defi, Metric, Overview, Price
from crypto_pipeline.sources.kit import Payload, Provider, Rows, each, reject_unless

coinmarketcap = Provider(
    "coinmarketcap",
    "https://pro-api.coinmarketcap.com/public-api",
    docs="https://coinmarketcap.com/api/documentation/",
    too_often=(
        '"error_code":1008',
        '"error_code":"1008"',
        '"error_code":1009',
        '"error_code":"1009"',
        '"error_code":1010',
        '"error_code":"1010"',
        '"error_code":1011',
        '"error_code":"1011"',
    ),
    per_minute=10,
    quirks="The keyless limit is not published. Its fear and greed index is another one than alternative.me's.",
)


@coinmarketcap.endpoint(Metric, "/v3/fear-and-greed/latest", cadence=15)
def fear_greed(payload: Payload) -> Rows:
    """{"data": {"value": 40, "value_classification": "Neutral", "update_time": "2026-11-23T11:59:00.000Z"},
    "status": {"timestamp": "2026-11-23T12:00:00.000Z", "error_code": "0", "error_message": "", ...}}
    """
    reject_unless(payload.get("status") or {}, "error_code", 0)
    data = payload["data"]
    return [
        Metric(
            "fear_greed_index",
            data.get("value"),
            "index 0-100",
            data.get("value_classification"),
            data.get("update_time"),
        )
    ]


@coinmarketcap.endpoint(Price, "/v1/cryptocurrency/listings/latest", cadence=15, start=1, limit=100, convert="USD")
def listings(payload: Payload) -> Rows:
    """{"status": {"error_code": 0, "error_message": null, ...}, "data": [{"id": 1, "symbol": "BTC", "cmc_rank": 1,
    "quote": {"USD": {"price": 90500.5, "volume_24h": 4e10, "percent_change_24h": -1.25, "market_cap": 1.8e12,
    "last_updated": "2026-11-23T11:59:00.000Z"}}}]}
    """
    reject_unless(payload.get("status") or {}, "error_code", 0)
    return each(payload["data"], _price)


def _price(listing: Payload) -> Price:
    usd = _dollars(listing.get("quote") or {})
    return Price(
        listing["symbol"],
        price_usd=usd.get("price"),
        market_cap=usd.get("market_cap"),
        volume_24h=usd.get("volume_24h"),
        price_change_24h=usd.get("percent_change_24h"),
        timestamp=usd.get("last_updated"),
        rank=listing.get("cmc_rank"),
    )


@coinmarketcap.endpoint((Overview, Defi), "/v1/global-metrics/quotes/latest", name="global", cadence=15, convert="USD")
def global_(payload: Payload) -> Rows:
    """{"status": {"error_code": 0, ...}, "data": {"active_cryptocurrencies": 9000, "btc_dominance": 57.9,
    "eth_dominance": 9.5, "defi_volume_24h": 5e9, "defi_market_cap": 9e10, "stablecoin_market_cap": 3e11,
    "derivatives_volume_24h": 9e11, "last_updated": "2026-11-23T11:59:00.000Z",
    "quote": {"USD": {"total_market_cap": 3.1e12, "total_volume_24h": 1.1e11, "last_updated": "..."}}}}
    """
    reject_unless(payload.get("status") or {}, "error_code", 0)
    data = payload["data"]
    usd = _dollars(data.get("quote") or {})
    metrics = ("defi_market_cap", "defi_volume_24h", "stablecoin_market_cap", "derivatives_volume_24h")
    return [
        Overview(
            total_market_cap_usd=usd.get("total_market_cap"),
            total_volume_24h_usd=usd.get("total_volume_24h"),
            btc_dominance=data.get("btc_dominance"),
            eth_dominance=data.get("eth_dominance"),
            active_coins=data.get("active_cryptocurrencies"),
            timestamp=usd.get("last_updated"),
        ),
        *(Defi(name, "all", data.get(name), timestamp=data.get("last_updated")) for name in metrics if data.get(name)),
    ]


def _dollars(quote: Payload) -> Payload:
    """{"USD": {...}}, or in the newer family [{"symbol": "USD", ...}]."""
    return (
        {entry["symbol"]: entry for entry in quote}.get("USD", {}) if isinstance(quote, list) else quote.get("USD", {})
    )
