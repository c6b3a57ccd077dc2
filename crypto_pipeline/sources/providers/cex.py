"""CEX.IO, spot market. https://trade.cex.io/docs/#rest-public-api-calls-ticker"""

from crypto_pipeline.schema.rows import Quote
from crypto_pipeline.sources.kit import Budget, Payload, Provider, Rows, each, post, reject

cex = Provider(
    "cex",
    "https://trade.cex.io/api/spot/rest-public",
    docs="https://trade.cex.io/docs/#rest-public-api-calls-ticker",
    budget=Budget(3, 1),
    quirks="The price is an indicative one, not the last deal.",
)


@cex.endpoint(Quote, post("/get_ticker", {}))
def tickers(payload: Payload) -> Rows:
    """{"ok": "ok", "data": {"BTC-USD": {"bestBid": "90499", "bestAsk": "90501", "low": "89500", "high": "91000",
    "lastTradeDateISO": "2026-11-23T11:59:58.000Z", "volume": "12.5", "quoteVolume": "1130000", "last": "90500.1",
    "lastTradePrice": "90495", "priceChange": "500", "priceChangePercentage": "0.56", ...}}}

    An empty body asks for all pairs. Pairs that never traded have nulls.
    """
    reject(payload.get("error"))
    return each(payload["data"].items(), _quote)


def _quote(name: str, ticker: Payload) -> Quote | None:
    if ticker["last"] is None:
        return None
    return Quote(
        name,
        last=ticker["last"],
        volume_base=ticker.get("volume"),
        volume_quote=ticker.get("quoteVolume"),
        change_percent=ticker.get("priceChangePercentage"),
        high=ticker.get("high"),
        low=ticker.get("low"),
        timestamp=ticker.get("lastTradeDateISO"),
    )
