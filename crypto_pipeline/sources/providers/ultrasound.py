"""ultrasound.money, the supply of ETH. Off: its shape is remembered, not read in an answer."""

from crypto_pipeline.schema.rows import ChainStat
from crypto_pipeline.sources.kit import Payload, Provider, Rows, present

ultrasound = Provider("ultrasound", "https://ultrasound.money/api/v2", docs="https://ultrasound.money")


@ultrasound.endpoint(ChainStat, "/fees/supply-over-time", cadence=60, on=False)
def supply(payload: Payload) -> Rows:
    """{"d1": [{"timestamp": "2026-01-01T00:00:00Z", "supply": 120700000.1}, ...], "d7": [], "d30": [], "since_merge": [], ...}"""
    newest = present(payload["d1"])[-1]
    yield ChainStat("ethereum", circulating_supply=newest.get("supply"), timestamp=newest.get("timestamp"))
