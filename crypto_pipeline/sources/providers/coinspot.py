"""CoinSpot (Australia). https://www.coinspot.com.au/v2/api"""

from crypto_pipeline.schema.rows import Quote
from crypto_pipeline.sources.kit import Payload, Provider, Rows, each, reject_unless

coinspot = Provider(
    "coinspot",
    "https://www.coinspot.com.au/pubapi",
    docs="https://www.coinspot.com.au/v2/api",
    per_minute=60,
    aliases={"DRK": "DASH"},
    quirks="Prices in Australian dollars, and nothing else.",
)


@coinspot.endpoint(Quote, "/latest")
def prices(payload: Payload) -> Rows:
    """{"status": "ok", "message": "ok", "prices": {"btc": {"bid": "139000", "ask": "139600", "last": "139300"}}}

    The few names with an underscore (btc_usdt) carry their quote, all others are in Australian dollars.
    """
    reject_unless(payload, "status", "ok")
    return each(payload["prices"].items(), _quote)


def _quote(name: str, price: Payload) -> Quote:
    return Quote(name if "_" in name else f"{name}_aud", last=price["last"])
