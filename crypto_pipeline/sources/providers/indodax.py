"""Indodax (Indonesia), spot market. https://github.com/btcid/indodax-official-api-docs"""

from crypto_pipeline.sources.kit import Payload, Provider, Rows, each
from crypto_pipeline.sources.rows import Quote

indodax = Provider(
    "indodax",
    "https://indodax.com/api",
    docs="https://github.com/btcid/indodax-official-api-docs/blob/master/Public-RestAPI.md",
    per_minute=180,
    aliases={"STR": "XLM", "DRK": "DASH", "NEM": "XEM"},
)


@indodax.endpoint(Quote, "/summaries")
def tickers(payload: Payload) -> Rows:
    """{"tickers": {"btc_idr": {"high": "1520000000", "low": "1490000000", "vol_btc": "12.5", "vol_idr": "18900000000",
    "last": "1512000000", "buy": "1511000000", "sell": "1512500000", "server_time": 1795435199, "name": "Bitcoin"}},
    "prices_24h": {"btcidr": "1500000000"}, "prices_7d": {...}}

    The names of the volumes are those of the coins. prices_24h are the prices 24 hours ago.
    """
    day_ago = payload["prices_24h"]

    def quote(name: str, ticker: Payload) -> Quote:
        base, currency = name.split("_")
        return Quote(
            name,
            last=ticker["last"],
            volume_base=ticker[f"vol_{base}"],
            volume_quote=ticker[f"vol_{currency}"],
            open=day_ago.get(base + currency),
            high=ticker["high"],
            low=ticker["low"],
            timestamp=ticker["server_time"],
        )

    return each(payload["tickers"].items(), quote)
