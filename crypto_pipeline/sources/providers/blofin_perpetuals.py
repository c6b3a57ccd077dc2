"""BloFin: prices of its perpetuals. https://docs.blofin.com"""

from crypto_pipeline.schema.rows import Quote
from crypto_pipeline.sources.formats.perpetuals import of_one_coin
from crypto_pipeline.sources.kit import Budget, Payload, Provider, Rows, each, reject

blofin_perpetuals = Provider(
    "blofin_perpetuals",
    "https://openapi.blofin.com/api/v1",
    docs="https://docs.blofin.com",
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
    reject("" if payload["code"] == "0" else f"{payload['code']} {payload['msg']}")
    return each(payload["data"], _quote)


def _quote(ticker: Payload) -> Quote:
    base, currency = ticker["instId"].split("-")
    return of_one_coin(
        Quote(
            ticker["instId"],
            last=ticker["last"],
            volume_base=ticker["volCurrency24h"],
            open=ticker["open24h"],
            high=ticker["high24h"],
            low=ticker["low24h"],
            timestamp=ticker["ts"],
            base=base,
            quote=currency,
        )
    )
