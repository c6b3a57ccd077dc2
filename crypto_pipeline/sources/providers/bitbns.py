"""Bitbns (India), spot market. https://docs.bitbns.com"""

from crypto_pipeline.schema.rows import Quote
from crypto_pipeline.sources.kit import Budget, Payload, Provider, Rows, each

bitbns = Provider(
    "bitbns",
    "https://bitbns.com",
    docs="https://docs.bitbns.com",
    budget=Budget(10, 10),
    quirks="Whether it still trades is not known.",
)


@bitbns.endpoint(Quote, "/order/fetchTickers", on=False)
def tickers(payload: Payload) -> Rows:
    """{"BTC/INR": {"symbol": "BTC/INR", "timestamp": 1795435199000, "high": "8100000", "low": "7900000", "open": 7965000,
    "last": 8005000, "baseVolume": 0.25, "quoteVolume": "", "percentage": 0.5, ...}}

    Numbers that are missing are empty texts. percentage is the change over 24 hours.
    """
    return each(payload.values(), _quote)


def _quote(ticker: Payload) -> Quote:
    return Quote(
        ticker["symbol"],
        last=ticker["last"],
        volume_base=ticker.get("baseVolume"),
        volume_quote=ticker.get("quoteVolume"),
        change_percent=ticker.get("percentage"),
        high=ticker.get("high"),
        low=ticker.get("low"),
        timestamp=ticker.get("timestamp"),
    )
