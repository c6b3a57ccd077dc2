"""Beefy: value locked in its vaults. https://docs.beefy.finance/developer-documentation/beefy-api"""

from crypto_pipeline.schema.rows import Defi
from crypto_pipeline.sources.kit import Payload, Provider, Rows, present, scaled

beefy = Provider(
    "beefy",
    "https://api.beefy.finance",
    docs="https://docs.beefy.finance/developer-documentation/beefy-api",
    per_minute=10,
)


@beefy.endpoint(Defi, "/tvl", cadence=60)
def tvl(payload: Payload) -> Rows:
    """{"1": {"vault-a": 1234567.8, "vault-b": null}, "56": {"vault-c": 98765.4}}

    Dollars by vault, by number of the chain.
    """
    held = (scaled(value, 1) for chain in present(payload.values()) for value in chain.values())
    vaults = [dollars for dollars in held if dollars is not None]
    return [Defi("tvl", "beefy", sum(vaults))] if vaults else []
