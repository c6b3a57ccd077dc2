"""Extended: prices of its perpetuals. https://api.docs.extended.exchange"""

from crypto_pipeline.schema.rows import Quote
from crypto_pipeline.sources.formats.perpetuals import of_one_coin
from crypto_pipeline.sources.kit import Budget, Payload, Provider, Rows, difference, each, is_set, reject_unless, scaled

extended_perpetuals = Provider(
    "extended_perpetuals",
    "https://api.starknet.extended.exchange/api/v1",
    docs="https://api.docs.extended.exchange",
    source="extended_perpetual",
    budget=Budget(10, 10),
    quirks="Prices are those of perpetual contracts; money, metals and indices are in the same list as coins. No times.",
)


@extended_perpetuals.endpoint(Quote, "/info/markets", name="tickers")
def markets(payload: Payload) -> Rows:
    """{"status": "OK", "data": [{"name": "BTC-USD", "assetName": "BTC", "collateralAssetName": "USD", "active": true,
    "status": "ACTIVE", "marketStats": {"dailyVolume": "108000000", "dailyVolumeBase": "1200.5", "dailyPriceChange": "500",
    "dailyPriceChangePercentage": "0.0056", "dailyLow": "89500", "dailyHigh": "91000", "lastPrice": "90500", ...}}]}

    dailyVolume is dollars; dailyPriceChangePercentage is a fraction, whatever its name, and may have two digits (0.02 for 1.53
    percent): it counts where dailyPriceChange, the difference, is missing.
    """
    reject_unless(payload, "status", "OK")
    return each(payload["data"], _quote)


def _quote(market: Payload) -> Quote | None:
    if not is_set(market.get("active")):
        return None
    stats = market["marketStats"]
    base, currency = market["name"].split("-")
    opened = difference(stats["lastPrice"], stats.get("dailyPriceChange"))
    return of_one_coin(
        Quote(
            market["name"],
            last=stats["lastPrice"],
            volume_base=stats.get("dailyVolumeBase"),
            volume_quote=stats.get("dailyVolume"),
            change_percent=scaled(stats.get("dailyPriceChangePercentage"), 100) if opened is None else None,
            open=opened,
            high=stats.get("dailyHigh"),
            low=stats.get("dailyLow"),
            base=base,
            quote=currency,
        )
    )
