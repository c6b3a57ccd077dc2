"""BloFin: prices of its perpetuals. https://docs.blofin.com"""

from crypto_pipeline.schema.rows import Quote
from crypto_pipeline.sources.formats.perpetuals import of_one_coin
from crypto_pipeline.sources.kit import Budget, Payload, Provider, Rows, each, reject_unless

blofin_perpetuals = Provider(
    "blofin_perpetuals",
    "https://openapi.blofin.com/api/v1",
    docs="https://docs.blofin.com",
    too_often=('"code":"429"', '"code":429'),
    source="blofin_perpetual",
    budget=Budget(5, 1),
    quirks="Prices are those of perpetual contracts.",
)


@blofin_perpetuals.endpoint(Quote, "/market/tickers")
def tickers(payload: Payload) -> Rows:
    """{"code": "0", "msg": "success", "data": [{"instId": "BTC-USDT", "last": "90500", "high24h": "91000", "open24h": "90000",
    "low24h": "89500", "volCurrency24h": "1200.5", "vol24h": "1200500", "ts": "1795435199000", ...}]}

    vol24h counts contracts, volCurrency24h coins.
    """
    reject_unless(payload, "code", "0")
    return each(payload["data"], _quote)


def _quote(ticker: Payload) -> Quote:
    base, currency = ticker["instId"].split("-")
    return of_one_coin(
        Quote(
            ticker["instId"],
            last=ticker["last"],
            volume_base=ticker.get("volCurrency24h"),
            open=ticker.get("open24h"),
            high=ticker.get("high24h"),
            low=ticker.get("low24h"),
            timestamp=ticker.get("ts"),
            base=base,
            quote=currency,
        )
    )
