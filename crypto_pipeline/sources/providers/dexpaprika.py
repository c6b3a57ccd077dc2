"""DexPaprika: prices on decentralised exchanges. https://docs.dexpaprika.com"""

from crypto_pipeline.schema.rows import Price
from crypto_pipeline.sources.kit import Payload, Provider, RequestSpec, Rows, about

dexpaprika = Provider(
    "dexpaprika",
    "https://api.dexpaprika.com",
    docs="https://docs.dexpaprika.com",
    per_minute=60,
    aliases={"WETH": "ETH"},
    quirks="Wrapped ether is redeemed one to one and counts as ETH. Its fully diluted value is not the coin's market capitalisation.",
)


@dexpaprika.endpoint(
    Price,
    "/networks/{network}/tokens/{address}",
    requests=lambda context: [
        RequestSpec("ETH", values={"network": "ethereum", "address": "0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2"})
    ],
)
def token(payload: Payload, spec: RequestSpec) -> Rows:
    """{"id": "0xc02a...6cc2", "name": "Wrapped Ether", "symbol": "WETH", "chain": "ethereum", "summary": {"price_usd": 3050.1,
    "fdv": 7000000000.0, "24h": {"volume_usd": 250000000.0, "last_price_usd_change": 0.83, ...}},
    "last_updated": "2026-11-23T11:59:00Z"}
    """
    about(payload.get("chain"), spec.values["network"])
    about(payload.get("id"), spec.values["address"])
    summary = payload["summary"]
    return [
        Price(
            payload["symbol"],
            price_usd=summary.get("price_usd"),
            volume_24h=summary["24h"].get("volume_usd"),
            price_change_24h=summary["24h"].get("last_price_usd_change"),
            timestamp=payload.get("last_updated"),
        )
    ]
