"""Polygon's own gas station."""

from crypto_pipeline.schema.rows import Gas
from crypto_pipeline.sources.kit import Payload, Provider, Rows

polygon_gasstation = Provider(
    "polygon_gasstation",
    "https://gasstation.polygon.technology",
    docs="https://docs.polygon.technology/tools/gas/polygon-gas-station/",
)


@polygon_gasstation.endpoint(Gas, "/v2")
def gas(payload: Payload) -> Rows:
    """{"safeLow": {"maxPriorityFee": 30.0, "maxFee": 60.0}, "standard": {...}, "fast": {...}, "estimatedBaseFee": 30.0,
    "blockTime": 2, "blockNumber": 70000000}

    Gwei; maxFee holds the base fee already.
    """
    yield Gas(
        "polygon",
        gas_price=payload["standard"].get("maxFee"),
        slow=(payload.get("safeLow") or {}).get("maxFee"),
        standard=payload["standard"].get("maxFee"),
        fast=(payload.get("fast") or {}).get("maxFee"),
        base_fee=payload.get("estimatedBaseFee"),
        block_number=payload.get("blockNumber"),
    )
