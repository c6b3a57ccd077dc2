"""Pendle: yields and value locked in its markets. https://api-v2.pendle.finance/core/docs"""

from crypto_pipeline.schema.rows import Defi, Row
from crypto_pipeline.sources.kit import Payload, Provider, RequestSpec, Rows, each, scaled

pendle = Provider(
    "pendle",
    "https://api-v2.pendle.finance/core/v1",
    docs="https://api-v2.pendle.finance/core/docs",
    per_minute=60,
)

CHAINS = {"ethereum": "1", "arbitrum": "42161"}


@pendle.endpoint(
    Defi,
    "/{chain_id}/markets/active",
    requests=lambda context: [
        RequestSpec(chain, values={"chain": chain, "chain_id": chain_id}) for chain, chain_id in CHAINS.items()
    ],
    cadence=360,
)
def markets(payload: Payload, spec: RequestSpec) -> Rows:
    """{"markets": [{"name": "stETH", "address": "0x1", "expiry": "2027-12-30T00:00:00.000Z",
    "details": {"liquidity": 50000000.1, "pendleApy": 0.01, "impliedApy": 0.031, "aggregatedApy": 0.045, "feeRate": 0.0005}}]}

    Yields are fractions. Markets of one name differ by their expiry.
    """

    def market(entry: Payload) -> list[Row]:
        entity = f"pendle {entry['name']} {entry['expiry'][:10]} {spec.values['chain']}"
        details = entry["details"]
        return [
            Defi("tvl", entity, details["liquidity"]),
            Defi("implied_apy", entity, scaled(details["impliedApy"], 100), "percent a year"),
        ]

    return each(payload["markets"], market)
