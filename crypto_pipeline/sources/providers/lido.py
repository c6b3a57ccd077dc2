"""Lido: what staked ether earns. https://docs.lido.fi/integrations/api/"""

from crypto_pipeline.schema.rows import Defi
from crypto_pipeline.sources.kit import Payload, Provider, Rows, about

lido = Provider("lido", "https://eth-api.lido.fi/v1", docs="https://docs.lido.fi/integrations/api/", per_minute=10)


@lido.endpoint(Defi, "/protocol/steth/apr/last", cadence=360)
def apr(payload: Payload) -> Rows:
    """{"data": {"timeUnix": 1795392000, "apr": 2.65}, "meta": {"symbol": "stETH", "address": "0xae7a...fE84", "chainId": 1}}"""
    about((payload.get("meta") or {}).get("symbol"), "stETH")
    data = payload["data"]
    return [Defi("staking_apr", "lido", data.get("apr"), "percent a year", data.get("timeUnix"))]
