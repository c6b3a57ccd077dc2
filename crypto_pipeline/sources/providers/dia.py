"""DIA: prices from trades on many venues. https://docs.diadata.org"""

from crypto_pipeline.schema.rows import Price
from crypto_pipeline.sources.kit import Payload, Provider, RequestSpec, Rows, quotient, reject

dia = Provider(
    "dia",
    "https://api.diadata.org",
    docs="https://docs.diadata.org",
    per_minute=30,
    quirks="Volumes are yesterday's, of the venues that DIA reads, and are not taken.",
)

NATIVE = "0x0000000000000000000000000000000000000000"


@dia.endpoint(
    Price,
    "/v1/assetQuotation/{blockchain}/{address}",
    requests=lambda context: [
        RequestSpec(symbol, values={"blockchain": blockchain, "address": NATIVE})
        for symbol, blockchain in (("BTC", "Bitcoin"), ("ETH", "Ethereum"))
        if symbol in context.universe
    ],
)
def quotation(payload: Payload) -> Rows:
    """{"Symbol": "BTC", "Name": "Bitcoin", "Address": "0x00...", "Blockchain": "Bitcoin", "Price": 90500.5,
    "PriceYesterday": 91646.1, "VolumeYesterdayUSD": 30000000.1, "Time": "2026-11-23T11:59:00Z", "Source": "diadata.org"}

    PriceYesterday is the price 24 hours ago.
    """
    reject(payload.get("errormessage"))
    ratio = quotient(payload["Price"], payload.get("PriceYesterday"))
    return [
        Price(
            payload["Symbol"],
            price_usd=payload["Price"],
            price_change_24h=None if ratio is None else (ratio - 1) * 100,
            timestamp=payload.get("Time"),
        )
    ]
