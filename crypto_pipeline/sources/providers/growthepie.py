"""growthepie, what a transaction costs on the rollups of Ethereum. Off: its shape was read in code, not in an answer."""

from crypto_pipeline.schema.rows import Gas
from crypto_pipeline.sources.kit import Expected, Payload, Provider, Rows, each, present

growthepie = Provider("growthepie", "https://api.growthepie.com/v1", docs="https://docs.growthepie.com/api")


@growthepie.endpoint(
    Gas,
    "/fees/table.json",
    cadence=60,
    on=False,
    answer=Expected(stale_after_minutes=24 * 60),
    quirks="The median cost of a whole transaction in ETH, not a price of gas.",
)
def fees(payload: Payload) -> Rows:
    """{"chain_data": {"base": {"hourly": {"txcosts_median": {"types": ["unix", "value_eth", "value_usd"],
    "data": [[1767225600000, 4e-07, 0.001], ...]}}}, ...}}"""
    return each(payload["chain_data"].items(), _fees)


def _fees(chain: str, entry: Payload) -> Gas:
    series = entry["hourly"]["txcosts_median"]
    points = [dict(zip(series["types"], point, strict=True)) for point in present(series["data"])]
    newest = max(points, key=lambda point: point["unix"])
    return Gas(chain, gas_price=newest["value_eth"], unit="ETH/tx", timestamp=newest["unix"])
