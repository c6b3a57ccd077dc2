"""StockTwits: the mood of messages about coins. https://api.stocktwits.com/developers/docs"""

from crypto_pipeline.schema.rows import Metric
from crypto_pipeline.sources.kit import Budget, Payload, Provider, RequestSpec, Rows, about, get, present

stocktwits = Provider(
    "stocktwits",
    "https://api.stocktwits.com/api/2",
    docs="https://api.stocktwits.com/developers/docs",
    budget=Budget(60, 3600),
    quirks="Only counts are read; what people write is not kept.",
)


@stocktwits.endpoint(
    Metric,
    get("/streams/symbol/{symbol}.json", {"filter": "all"}),
    requests=lambda context: [
        RequestSpec(coin, values={"coin": coin, "symbol": f"{coin}.X"})
        for coin in ("BTC", "ETH")
        if coin in context.universe
    ],
    cadence=15,
    limit=30,
)
def stream(payload: Payload, spec: RequestSpec) -> Rows:
    """{"symbol": {"symbol": "BTC.X", "watchlist_count": 676137}, "messages": [{"created_at": "2026-11-23T11:59:00Z",
    "entities": {"sentiment": {"basic": "Bullish"}}, ...}, {"entities": {"sentiment": null}, ...}], "response": {"status": 200}}

    Of the last 30 messages those count that their authors marked Bullish or Bearish.
    """
    about((payload.get("symbol") or {}).get("symbol"), spec.values["symbol"])
    coin = spec.values["coin"].lower()
    yield Metric(f"watchlist_users_{coin}", (payload.get("symbol") or {}).get("watchlist_count"), "count")
    messages = present(payload.get("messages", []))
    marks = [_mark(message) for message in messages]
    bullish, bearish = marks.count("Bullish"), marks.count("Bearish")
    if bullish or bearish:
        newest = max((at for message in messages if (at := message.get("created_at"))), default=None)
        yield Metric(f"bullish_messages_{coin}", 100 * bullish / (bullish + bearish), "percent", timestamp=newest)


def _mark(message: Payload) -> object:
    return ((message.get("entities") or {}).get("sentiment") or {}).get("basic")
