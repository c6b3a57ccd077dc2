"""Curve: volume of its pools. https://api.curve.finance/v1/documentation/"""

from crypto_pipeline.schema.rows import Defi
from crypto_pipeline.sources.kit import Payload, Provider, RequestSpec, Rows, reject_unless

curve = Provider(
    "curve",
    "https://api.curve.finance/v1",
    docs="https://api.curve.finance/v1/documentation/",
    per_minute=30,
)


@curve.endpoint(
    Defi,
    "/getVolumes/{chain}",
    requests=lambda context: [RequestSpec("ethereum", values={"chain": "ethereum"})],
    cadence=60,
)
def volumes(payload: Payload, spec: RequestSpec) -> Rows:
    """{"success": true, "data": {"pools": [{"address": "0x1", "volumeUSD": 1234567.8, ...}], "totalVolumes":
    {"totalStableVolume": 90000000.1, "totalCryptoVolume": 60000000.2, "totalVolume": 150000000.3}},
    "generatedTimeMs": 1795435200000}
    """
    reject_unless(payload, "success", True)
    total = payload["data"]["totalVolumes"]["totalVolume"]
    entity = f"curve {spec.values['chain']}"
    return [Defi("dex_volume_24h", entity, total, timestamp=payload.get("generatedTimeMs"))]
