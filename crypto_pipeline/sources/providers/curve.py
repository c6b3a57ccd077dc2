"""Curve: volume of its pools. https://api.curve.finance/v1/documentation/"""

from crypto_pipeline.sources.kit import Ask, Payload, Provider, Rows, reject
from crypto_pipeline.sources.rows import Defi

curve = Provider(
    "curve",
    "https://api.curve.finance/v1",
    docs="https://api.curve.finance/v1/documentation/",
    per_minute=30,
)


@curve.endpoint(
    Defi,
    "/getVolumes/{chain}",
    asks=lambda context: [Ask("ethereum", values={"chain": "ethereum"})],
    cadence=60,
)
def volumes(payload: Payload, ask: Ask) -> Rows:
    """{"success": true, "data": {"pools": [{"address": "0x1", "volumeUSD": 1234567.8, ...}], "totalVolumes":
    {"totalStableVolume": 90000000.1, "totalCryptoVolume": 60000000.2, "totalVolume": 150000000.3}},
    "generatedTimeMs": 1795435200000}
    """
    reject("" if payload["success"] is True else payload.get("err") or "no success")
    total = payload["data"]["totalVolumes"]["totalVolume"]
    entity = f"curve {ask.values['chain']}"
    return [Defi("dex_volume_24h", entity, total, timestamp=payload["generatedTimeMs"])]
