"""Deepcoin, spot market. https://www.deepcoin.com/docs"""

from crypto_pipeline.schema.rows import Quote
from crypto_pipeline.sources.formats.tickers import like_okx
from crypto_pipeline.sources.kit import Budget, Payload, Provider, Rows, each, reject_unless

deepcoin = Provider(
    "deepcoin",
    "https://api.deepcoin.com/deepcoin",
    docs="https://www.deepcoin.com/docs",
    budget=Budget(5, 1),
)


@deepcoin.endpoint(Quote, "/market/tickers", instType="SPOT")
def tickers(payload: Payload) -> Rows:
    """{"code": "0", "msg": "", "data": [{"instType": "SPOT", "instId": "BTC-USDT", "last": "90500.1", "lastSz": "",
    "open24h": "90000", "high24h": "91000", "low24h": "89500", "volCcy24h": "108000000", "vol24h": "1200.5",
    "ts": "1795435199000", ...}]}

    It looks like OKX's. A ts of "0" is none; vol24h of contracts would count contracts.
    """
    reject_unless(payload, "code", "0")
    return each(payload["data"], like_okx)
