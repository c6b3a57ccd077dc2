"""Rocket Pool: what staked ether earns. https://docs.rocketpool.net"""

from crypto_pipeline.schema.rows import Defi
from crypto_pipeline.sources.kit import Payload, Provider, Rows

rocketpool = Provider("rocketpool", "https://api.rocketpool.net/api", docs="https://docs.rocketpool.net", per_minute=10)


@rocketpool.endpoint(Defi, "/apr", cadence=360)
def apr(payload: Payload) -> Rows:
    """{"yearlyAPR": "2.45"}"""
    return [Defi("staking_apr", "rocketpool", payload.get("yearlyAPR"), "percent a year")]
