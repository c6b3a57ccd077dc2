"""ApeX Omni: prices of its perpetuals. https://api-docs.omni.apex.exchange"""

from crypto_pipeline.schema.rows import Quote
from crypto_pipeline.sources.formats.perpetuals import of_one_coin
from crypto_pipeline.sources.kit import Budget, Payload, Provider, Rows, each, scaled
from crypto_pipeline.sources.symbols import split

apex_perpetuals = Provider(
    "apex_perpetuals",
    "https://omni.apex.exchange/api/v3",
    docs="https://api-docs.omni.apex.exchange",
    source="apex_perpetual",
    budget=Budget(10, 1),
    quirks="Prices are those of perpetual contracts. That the change is a fraction is not documented. No times.",
)


@apex_perpetuals.endpoint(Quote, "/data/all-ticker-info", name="tickers", on=False)
def tickers(payload: Payload) -> Rows:
    """{"data": [{"symbol": "BTCUSDT", "price24hPcnt": "0.0056", "lastPrice": "90500", "highPrice24h": "91000",
    "lowPrice24h": "89500", "markPrice": "90502", "turnover24h": "108000000", "volume24h": "1200.5", ...}]}
    """
    return each(payload["data"], _quote)


def _quote(ticker: Payload) -> Quote | None:
    names = split(ticker["symbol"])
    if names is None:
        return None
    return of_one_coin(
        Quote(
            ticker["symbol"],
            last=ticker["lastPrice"],
            volume_base=ticker.get("volume24h"),
            volume_quote=ticker.get("turnover24h"),
            change_percent=scaled(ticker.get("price24hPcnt"), 100),
            high=ticker.get("highPrice24h"),
            low=ticker.get("lowPrice24h"),
            base=names[0],
            quote=names[1],
        )
    )
