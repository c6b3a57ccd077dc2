"""Independent Reserve (Australia), spot market. https://www.independentreserve.com/products/api"""

from crypto_pipeline.schema.rows import Quote
from crypto_pipeline.sources.kit import Context, Payload, Provider, RequestSpec, Rows

independentreserve = Provider(
    "independentreserve",
    "https://api.independentreserve.com/Public",
    docs="https://www.independentreserve.com/products/api",
    per_minute=60,
    quirks="Volumes are of the dollar markets alone.",
)

CODES = {"BTC": "xbt", "ETH": "eth", "XRP": "xrp", "SOL": "sol", "LTC": "ltc"}


def _coins(context: Context) -> list[RequestSpec]:
    return [
        RequestSpec(coin, params={"primaryCurrencyCode": code})
        for coin, code in CODES.items()
        if coin in context.universe
    ]


@independentreserve.endpoint(Quote, "/GetMarketSummary", requests=_coins, secondaryCurrencyCode="usd")
def ticker(payload: Payload) -> Rows:
    """{"DayHighestPrice": 91000.0, "DayLowestPrice": 89500.0, "DayAvgPrice": 90250.0, "DayVolumeXbt": 12.5,
    "DayVolumeXbtInSecondaryCurrrency": 3.1, "LastPrice": 90500.1, "PrimaryCurrencyCode": "Xbt",
    "SecondaryCurrencyCode": "Usd", "CreatedTimestampUtc": "2026-11-23T11:59:58.1234567Z", ...}

    Both volumes are coins of any kind, whatever their names: the first over all currencies, the other (written with
    three r) in this one.
    """
    base, quote = payload["PrimaryCurrencyCode"], payload["SecondaryCurrencyCode"]
    return [
        Quote(
            f"{base}-{quote}",
            last=payload.get("LastPrice"),
            volume_base=payload.get("DayVolumeXbtInSecondaryCurrrency"),
            high=payload.get("DayHighestPrice"),
            low=payload.get("DayLowestPrice"),
            timestamp=payload.get("CreatedTimestampUtc"),
        )
    ]
