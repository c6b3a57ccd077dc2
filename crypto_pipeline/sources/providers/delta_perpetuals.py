"""Delta Exchange: prices of its perpetuals. https://docs.delta.exchange"""

from crypto_pipeline.schema.dollars import DOLLARS
from crypto_pipeline.schema.rows import Quote
from crypto_pipeline.sources.formats.perpetuals import of_one_coin
from crypto_pipeline.sources.kit import Budget, Payload, Provider, Rows, each, reject_unless
from crypto_pipeline.sources.symbols import split

delta_perpetuals = Provider(
    "delta_perpetuals",
    "https://api.delta.exchange/v2",
    docs="https://docs.delta.exchange",
    source="delta_perpetual",
    budget=Budget(3, 1),
    quirks="Prices are those of perpetual contracts; the few spot markets in the list are passed over. India has a host of its own.",
)


@delta_perpetuals.endpoint(Quote, "/tickers", contract_types="perpetual_futures,spot")
def tickers(payload: Payload) -> Rows:
    """{"success": true, "result": [{"symbol": "BTCUSDT", "contract_type": "perpetual_futures", "close": 90500, "open": 90000,
    "high": 91000, "low": 89500, "volume": 1200.5, "turnover": 108000000, "turnover_symbol": "USDT",
    "turnover_usd": 108000000, "timestamp": 1795435199000000, ...}]}

    turnover can be in coins, turnover_usd never is: contracts in bitcoins (XRPBTC) are passed over. open is the price 24 hours ago. Times are microseconds.
    Older answers have neither contract_type nor turnover_usd: there the name says what it is (BTCUSD_26Jun is dated, MV-BTC-D-020520
    an option), and turnover is the quote currency, but for contracts in USD, which were paid in coins.
    """
    reject_unless(payload, "success", True)
    return each(payload["result"], _quote)


def _quote(ticker: Payload) -> Quote | None:
    name = ticker["symbol"]
    names = split(name) if name.isalnum() else None
    if (
        (ticker.get("contract_type") or "perpetual_futures") != "perpetual_futures"
        or names is None
        or names[1] not in DOLLARS
    ):
        return None
    turnover = ticker.get("turnover_usd")
    if turnover is None and ticker.get("turnover_symbol", names[1]) == names[1] != "USD":
        turnover = ticker.get("turnover")
    return of_one_coin(
        Quote(
            name,
            last=ticker["close"],
            volume_quote=turnover,
            open=ticker.get("open"),
            high=ticker.get("high"),
            low=ticker.get("low"),
            timestamp=ticker.get("timestamp"),
            base=names[0],
            quote=names[1],
        )
    )
