"""Nobitex (Iran), spot market. https://apidocs.nobitex.ir/market_data/"""

from crypto_pipeline.schema.rows import Quote
from crypto_pipeline.sources.kit import Payload, Provider, Rows, each, is_set, reject_unless

nobitex = Provider(
    "nobitex",
    "https://apiv2.nobitex.ir",
    docs="https://apidocs.nobitex.ir/market_data/",
    per_minute=20,
    quirks="Only its USDT markets are read: rls is the rial, and there is no honest dollar rate of it. Often out of reach from abroad.",
)


@nobitex.endpoint(Quote, "/market/stats")
def tickers(payload: Payload) -> Rows:
    """{"status": "ok", "stats": {"btc-usdt": {"bestSell": "90510", "isClosed": false, "dayOpen": "90000", "dayHigh": "91000",
    "bestBuy": "90490", "volumeSrc": "1.25", "dayLow": "89500", "latest": "90500.1", "volumeDst": "113000",
    "dayChange": "0.56", "dayClose": "90500.1"}, "btc-rls": {"isClosed": true, "isClosedReason": "NoData"}}}

    volumeSrc is coins, volumeDst the quote currency; dayChange is percent. A closed market says nothing else.
    """
    reject_unless(payload, "status", "ok")
    return each(payload["stats"].items(), _quote)


def _quote(name: str, stats: Payload) -> Quote | None:
    if is_set(stats.get("isClosed")):
        return None
    return Quote(
        name,
        last=stats["latest"],
        volume_base=stats.get("volumeSrc"),
        volume_quote=stats.get("volumeDst"),
        change_percent=stats.get("dayChange"),
        high=stats.get("dayHigh"),
        low=stats.get("dayLow"),
    )
