"""Coincheck (Japan), spot market. https://coincheck.com/documents/exchange/api"""

from crypto_pipeline.schema.rows import Quote
from crypto_pipeline.sources.kit import Budget, Payload, Provider, Rows, reject

coincheck = Provider(
    "coincheck",
    "https://coincheck.com/api",
    local_money="JPY",
    docs="https://coincheck.com/documents/exchange/api",
    budget=Budget(10, 10),
    quirks="Markets are in yen.",
)

PAIR = "btc_jpy"


@coincheck.endpoint(Quote, "/ticker", pair=PAIR)
def ticker(payload: Payload) -> Rows:
    """{"last": 14100050.0, "bid": 14100000.0, "ask": 14100100.0, "high": 14200000.0, "low": 13900000.0, "volume": 300.5,
    "timestamp": 1795435199}

    The answer does not name the market. volume is coins.
    """
    reject(payload.get("error"))
    return [
        Quote(
            PAIR,
            last=payload.get("last"),
            volume_base=payload.get("volume"),
            high=payload.get("high"),
            low=payload.get("low"),
            timestamp=payload.get("timestamp"),
        )
    ]
