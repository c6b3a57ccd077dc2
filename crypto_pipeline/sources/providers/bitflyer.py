"""bitFlyer (Japan), spot market. https://lightning.bitflyer.com/docs?lang=en"""

from crypto_pipeline.schema.rows import Quote
from crypto_pipeline.sources.kit import Budget, Context, Payload, Provider, RequestSpec, Rows, reject

bitflyer = Provider(
    "bitflyer",
    "https://api.bitflyer.com/v1",
    local_money="JPY",
    docs="https://lightning.bitflyer.com/docs?lang=en",
    too_often=("Over API limit",),
    budget=Budget(500, 300),
    quirks="Markets are in yen. Times have no zone and are UTC.",
)

COINS = ("BTC", "ETH", "XRP", "XLM")


def _markets(context: Context) -> list[RequestSpec]:
    return [RequestSpec(coin, params={"product_code": f"{coin}_JPY"}) for coin in COINS if coin in context.universe]


@bitflyer.endpoint(Quote, "/getticker", name="ticker", requests=_markets)
def getticker(payload: Payload) -> Rows:
    """{"product_code": "BTC_JPY", "state": "RUNNING", "timestamp": "2026-11-23T11:59:58.123", "tick_id": 1,
    "best_bid": 14100000, "best_ask": 14100100, "ltp": 14100050, "volume": 5000.1, "volume_by_product": 1200.5, ...}

    ltp is the last price. volume is that of several products, volume_by_product the coins of this one in 24 hours.
    """
    reject(payload.get("error_message"))
    return [
        Quote(
            payload["product_code"],
            last=payload.get("ltp"),
            volume_base=payload.get("volume_by_product"),
            timestamp=payload.get("timestamp"),
        )
    ]
