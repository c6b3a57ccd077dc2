"""HollaEx Pro, spot market. https://apidocs.hollaex.com"""

from crypto_pipeline.schema.rows import Quote
from crypto_pipeline.sources.kit import Budget, Payload, Provider, Rows, each

hollaex = Provider(
    "hollaex",
    "https://api.hollaex.com/v2",
    docs="https://apidocs.hollaex.com",
    budget=Budget(4, 1),
    quirks="Hardly anybody trades there.",
)


@hollaex.endpoint(Quote, "/tickers")
def tickers(payload: Payload) -> Rows:
    """{"btc-usdt": {"time": "2026-11-23T11:59:58.000Z", "open": 90000, "close": 90500.1, "high": 91000, "low": 89500,
    "last": 90500.1, "volume": 1.25, "symbol": "btc-usdt"}}
    """
    return each(payload.items(), _quote)


def _quote(name: str, ticker: Payload) -> Quote:
    return Quote(
        name,
        last=ticker["last"],
        volume_base=ticker.get("volume"),
        open=ticker.get("open"),
        high=ticker.get("high"),
        low=ticker.get("low"),
        timestamp=ticker.get("time"),
    )
