"""WOO X: prices of its perpetuals. https://developer.woox.io"""

from crypto_pipeline.schema.rows import Quote
from crypto_pipeline.sources.formats.perpetuals import of_one_coin
from crypto_pipeline.sources.kit import Budget, Payload, Provider, Rows, each, reject_unless

woo_perpetuals = Provider(
    "woo_perpetuals",
    "https://api.woox.io/v3/public",
    docs="https://developer.woox.io",
    too_often=('"code":-1003',),
    source="woo_perpetual",
    budget=Budget(10, 1),
    quirks="Prices are those of perpetual contracts; its spot markets cannot be asked for all at once.",
)


@woo_perpetuals.endpoint(Quote, "/futures", name="tickers")
def futures(payload: Payload) -> Rows:
    """{"success": true, "data": {"rows": [{"symbol": "PERP_BTC_USDT", "indexPrice": "90510", "markPrice": "90502",
    "openInterest": "221.3", "24hOpen": "90000", "24hClose": "90500", "24hHigh": "91000", "24hLow": "89500",
    "24hVolume": "1200.5", "24hAmount": "108000000", ...}]}, "timestamp": 1795435199000}

    24hVolume is coins and 24hAmount dollars. timestamp is that of the whole list.
    """
    reject_unless(payload, "success", True)
    said_at = payload.get("timestamp")

    def quote(contract: Payload) -> Quote:
        _, base, currency = contract["symbol"].split("_")
        return of_one_coin(
            Quote(
                contract["symbol"],
                last=contract["24hClose"],
                volume_base=contract.get("24hVolume"),
                volume_quote=contract.get("24hAmount"),
                open=contract.get("24hOpen"),
                high=contract.get("24hHigh"),
                low=contract.get("24hLow"),
                timestamp=said_at,
                base=base,
                quote=currency,
            )
        )

    return each(payload["data"]["rows"], quote)
