"""Zaif (Japan), spot market. https://zaif-api-document.readthedocs.io"""

from crypto_pipeline.schema.rows import Quote
from crypto_pipeline.sources.kit import Budget, Payload, Provider, Rows, product, reject

zaif = Provider(
    "zaif",
    "https://api.zaif.jp/api/1",
    local_money="JPY",
    docs="https://zaif-api-document.readthedocs.io",
    budget=Budget(10, 10),
    quirks="Markets are in yen, and little is traded. Tickers have no times.",
)

PAIR = "btc_jpy"


@zaif.endpoint(Quote, f"/ticker/{PAIR}")
def ticker(payload: Payload) -> Rows:
    """{"last": 14100050.0, "high": 14200000.0, "low": 13900000.0, "vwap": 14050000.0, "volume": 3.5, "bid": 14100000.0,
    "ask": 14100100.0}

    volume is coins, vwap their mean price.
    """
    reject(payload.get("error"))
    return [
        Quote(
            PAIR,
            last=payload.get("last"),
            volume_base=payload.get("volume"),
            volume_quote=product(payload.get("volume"), payload.get("vwap")),
            high=payload.get("high"),
            low=payload.get("low"),
        )
    ]
