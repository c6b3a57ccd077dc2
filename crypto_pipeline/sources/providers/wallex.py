"""Wallex (Iran), spot market. https://api-docs.wallex.ir"""

from crypto_pipeline.schema.rows import Quote
from crypto_pipeline.sources.kit import Budget, Payload, Provider, Rows, each, reject_unless

wallex = Provider(
    "wallex",
    "https://api.wallex.ir/v1",
    docs="https://api-docs.wallex.ir",
    too_often=('"code":429',),
    budget=Budget(10, 1),
    quirks="Off unless asked for: its answers have not been seen. Markets in tomans (TMN) are passed over.",
)


@wallex.endpoint(Quote, "/markets", on=False)
def tickers(payload: Payload) -> Rows:
    """{"success": true, "message": "ok", "result": {"symbols": {"BTCUSDT": {"symbol": "BTCUSDT", "baseAsset": "BTC",
    "quoteAsset": "USDT", "stats": {"bidPrice": "90490", "24h_ch": 0.56, "24h_volume": "1.25", "24h_quoteVolume": "113000",
    "24h_highPrice": "91000", "24h_lowPrice": "89500", "lastPrice": "90500.1", ...}}}}}

    A dash stands for a number that is missing.
    """
    reject_unless(payload, "success", True)
    return each(payload["result"]["symbols"].values(), _quote)


def _quote(market: Payload) -> Quote:
    stats = market["stats"]
    return Quote(
        market["symbol"],
        last=stats["lastPrice"],
        volume_base=stats.get("24h_volume"),
        volume_quote=stats.get("24h_quoteVolume"),
        change_percent=stats.get("24h_ch"),
        high=stats.get("24h_highPrice"),
        low=stats.get("24h_lowPrice"),
        base=market.get("baseAsset"),
        quote=market.get("quoteAsset"),
    )
