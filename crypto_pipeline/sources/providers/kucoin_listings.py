"""KuCoin: its spot markets. https://www.kucoin.com/docs-new/rest/spot-trading/market-data/get-all-symbols"""

from crypto_pipeline.schema.rows import Listing
from crypto_pipeline.sources.formats.listings import LISTINGS_CADENCE
from crypto_pipeline.sources.kit import Budget, Payload, Provider, Rows, each, get, is_set, reject_unless, unread

kucoin_listings = Provider(
    "kucoin_listings",
    "https://api.kucoin.com/api/v2",
    docs="https://www.kucoin.com/docs-new/rest/spot-trading/market-data/get-all-symbols",
    too_often=('"code":"429000"', '"code":"200002"'),
    source="kucoin",
    budget=Budget(2000, 30),
    aliases={"TRY": "TRIAS", "VAI": "VAIOT", "WAX": "WAXP", **unread("BIFI EDGE HOT")},
    quirks="Only markets that are to open soon have a date. Markets that were given up leave the list.",
)


@kucoin_listings.endpoint(Listing, get("/symbols", weight=4), name="markets", cadence=LISTINGS_CADENCE)
def markets(payload: Payload) -> Rows:
    """{"code": "200000", "data": [{"symbol": "BTC-USDT", "name": "BTC-USDT", "baseCurrency": "BTC", "quoteCurrency": "USDT",
    "enableTrading": true, "tradingStartTime": null, ...}]}
    """
    reject_unless(payload, "code", "200000")
    return each(payload["data"], _listing)


def _listing(one: Payload) -> Listing:
    is_open, opens_at = one.get("enableTrading"), one.get("tradingStartTime")
    return Listing(
        one["baseCurrency"],
        one["symbol"],
        "spot",
        one.get("quoteCurrency"),
        None if is_open is None else "trading" if is_set(is_open) else "announced" if opens_at else "halted",
        opens_at,
    )
