"""Bitvavo (Netherlands), spot market. https://docs.bitvavo.com"""

from crypto_pipeline.sources.kit import Payload, Provider, Rows, each
from crypto_pipeline.sources.rows import Quote

bitvavo = Provider(
    "bitvavo",
    "https://api.bitvavo.com/v2",
    docs="https://docs.bitvavo.com",
    per_minute=1000,
    quirks="Nearly all of its markets are in euros.",
)


@bitvavo.endpoint(Quote, "/ticker/24h", weight=25)
def tickers(payload: Payload) -> Rows:
    """[{"market": "BTC-EUR", "startTimestamp": 1795348799000, "timestamp": 1795435199000, "open": "78000", "high": "79000",
    "low": "77500", "last": "78400", "volume": "900.5", "volumeQuote": "70500000", "bid": "78390", ...}]

    Nulls where nobody traded in the 24 hours.
    """
    return each(payload, _quote)


def _quote(ticker: Payload) -> Quote | None:
    if ticker["last"] is None:
        return None
    return Quote(
        ticker["market"],
        last=ticker["last"],
        volume_base=ticker["volume"],
        volume_quote=ticker["volumeQuote"],
        open=ticker["open"],
        high=ticker["high"],
        low=ticker["low"],
        timestamp=ticker["timestamp"],
    )
