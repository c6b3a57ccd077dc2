"""Raydium: value locked and volume. https://docs.raydium.io"""

from crypto_pipeline.schema.rows import Defi
from crypto_pipeline.sources.kit import Payload, Provider, Rows, reject_unless

raydium = Provider(
    "raydium",
    "https://api-v3.raydium.io",
    docs="https://docs.raydium.io",
    per_minute=30,
    quirks="Off by default: DefiLlama gives the same of all protocols.",
)


@raydium.endpoint(Defi, "/main/info", cadence=60, on=False)
def info(payload: Payload) -> Rows:
    """{"id": "00000000-0000-4000-8000-000000000000", "success": true, "data": {"volume24": 900000000.1, "tvl": 1500000000.2}}"""
    reject_unless(payload, "success", True)
    data = payload["data"]
    return [Defi("tvl", "Raydium", data.get("tvl")), Defi("dex_volume_24h", "Raydium", data.get("volume24"))]
