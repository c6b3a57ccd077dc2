"""NDAX (Canada), spot market. https://apidoc.ndax.io"""

from crypto_pipeline.schema.rows import Quote
from crypto_pipeline.sources.kit import Payload, Provider, Rows, each

ndax = Provider(
    "ndax",
    "https://api.ndax.io:8443/AP",
    docs="https://apidoc.ndax.io",
    per_minute=60,
    quirks="Off unless asked for: its answers have not been seen. It mixes up its two volumes, so neither is read.",
)


@ndax.endpoint(Quote, "/summary", on=False)
def tickers(payload: Payload) -> Rows:
    """[{"trading_pairs": "BTC_CAD", "last_price": 127500.0, "lowest_ask": 127600.0, "highest_bid": 127400.0,
    "base_volume": 20.5, "quote_volume": 2610000.0, "price_change_percent_24h": 0.56, "highest_price_24h": 128000.0,
    "lowest_price_24h": 126000.0}]
    """
    return each(payload, _quote)


def _quote(ticker: Payload) -> Quote:
    return Quote(
        ticker["trading_pairs"],
        last=ticker["last_price"],
        change_percent=ticker.get("price_change_percent_24h"),
        high=ticker.get("highest_price_24h"),
        low=ticker.get("lowest_price_24h"),
    )
