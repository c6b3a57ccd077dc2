"""Indodax (Indonesia), spot market. https://github.com/btcid/indodax-official-api-docs"""

from crypto_pipeline.schema.rows import Candle, Quote
from crypto_pipeline.sources.formats.candles import LARGE_COINS, SIZE_NOT_DOCUMENTED, candle_requests, candles
from crypto_pipeline.sources.kit import Pages, Payload, Provider, RequestSpec, Rows, each

indodax = Provider(
    "indodax",
    "https://indodax.com",
    docs="https://github.com/btcid/indodax-official-api-docs/blob/master/Public-RestAPI.md",
    too_often=("too_many_requests",),
    per_minute=180,
    aliases={"BCHSV": "BSV", "STR": "XLM", "DRK": "DASH", "NEM": "XEM"},
)


@indodax.endpoint(Quote, "/api/summaries")
def tickers(payload: Payload) -> Rows:
    """{"tickers": {"btc_idr": {"high": "1520000000", "low": "1490000000", "vol_btc": "12.5", "vol_idr": "18900000000",
    "last": "1512000000", "buy": "1511000000", "sell": "1512500000", "server_time": 1795435199, "name": "Bitcoin"}},
    "prices_24h": {"btcidr": "1500000000"}, "prices_7d": {...}}

    The names of the volumes are those of the coins. prices_24h are the prices 24 hours ago.
    """
    day_ago = payload.get("prices_24h") or {}

    def quote(name: str, ticker: Payload) -> Quote:
        base, currency = name.split("_")
        return Quote(
            name,
            last=ticker["last"],
            volume_base=ticker.get(f"vol_{base}"),
            volume_quote=ticker.get(f"vol_{currency}"),
            open=day_ago.get(base + currency),
            high=ticker.get("high"),
            low=ticker.get("low"),
            timestamp=ticker.get("server_time"),
        )

    return each(payload["tickers"].items(), quote)


@indodax.endpoint(
    Candle,
    "/tradingview/history_v2",
    name="candles",
    requests=candle_requests(
        lambda coin: f"{coin}IDR",
        {"1m": "1", "15m": "15", "30m": "30", "1h": "60", "4h": "240", "1d": "1D"},
        **{"symbol": "{market}", "tf": "{length}", "from": "{start}", "to": "{end}"},
        kept_up=LARGE_COINS,
    ),
    history=Pages(2000, {"from": "{start}", "to": "{last}"}, since="2018-01-01", doubt=SIZE_NOT_DOCUMENTED),
    cadence=15,
)
def rupiah_candles(payload: Payload, spec: RequestSpec) -> Rows:
    """[{"Time": 1795431600, "Open": 1500000000, "High": 1515000000, "Low": 1498000000, "Close": 1510000000,
    "Volume": "1.25"}]

    Oldest first; Volume is coins. Days begin at midnight UTC.
    """
    return candles(
        payload,
        spec,
        time="Time",
        open="Open",
        high="High",
        low="Low",
        close="Close",
        volume="Volume",
        currency="IDR",
    )
