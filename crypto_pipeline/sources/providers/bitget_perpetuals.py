"""Bitget: funding and open interest of its perpetuals. https://www.bitget.com/api-doc/contract/market/Get-All-Symbol-Ticker"""

from crypto_pipeline.schema.rows import Derivative
from crypto_pipeline.sources.formats.contracts import dollar_bundle, per_coin
from crypto_pipeline.sources.kit import Budget, Payload, Provider, Rows, each, reject_unless, scaled

bitget_perpetuals = Provider(
    "bitget_perpetuals",
    "https://api.bitget.com",
    docs="https://www.bitget.com/api-doc/contract/market/Get-All-Symbol-Ticker",
    source="bitget",
    budget=Budget(20, 1),
    aliases={"TONCOIN": "TON"},
    quirks="The answer does not say the funding interval; eight hours are assumed, some contracts pay more often.",
)


@bitget_perpetuals.endpoint(Derivative, "/api/v2/mix/market/tickers", productType="USDT-FUTURES")
def tickers(payload: Payload) -> Rows:
    """{"code": "00000", "msg": "success", "requestTime": 1795435200000, "data": [{"symbol": "BTCUSDT", "lastPr": "90500.5",
    "ts": "1795435199000", "quoteVolume": "6300000000", "usdtVolume": "6300000000", "indexPrice": "90510.1",
    "fundingRate": "0.0001", "holdingAmount": "34278.06", "markPrice": "90501.0", ...}]}

    holdingAmount is coins.
    """
    reject_unless(payload, "code", "00000")
    return each(payload["data"], _contract)


def _contract(ticker: Payload) -> Derivative | None:
    named = dollar_bundle(ticker["symbol"])
    if named is None:
        return None
    symbol, size = named
    return Derivative(
        symbol,
        ticker["symbol"],
        funding_rate=ticker.get("fundingRate"),
        funding_interval_hours=8,
        open_interest=scaled(ticker.get("holdingAmount"), size),
        mark_price=per_coin(ticker.get("markPrice"), size),
        index_price=per_coin(ticker.get("indexPrice"), size),
        volume_24h_usd=ticker.get("usdtVolume"),
        timestamp=ticker.get("ts"),
    )
