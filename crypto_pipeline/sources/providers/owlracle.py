"""Owlracle, gas prices of eight chains. The key is optional."""

from crypto_pipeline.schema.rows import Gas
from crypto_pipeline.sources.kit import Budget, Key, Parser, Payload, Provider, Rows

owlracle = Provider(
    "owlracle",
    "https://api.owlracle.info/v4",
    docs="https://owlracle.info/docs",
    budget=Budget(15, 900),
    key=Key("OWLRACLE_API_KEY", param="apikey"),
    quirks="The quota of guests is not published; one request a minute on average is thought to be safe.",
)

CODES = {
    "ethereum": "eth",
    "bsc": "bsc",
    "polygon": "poly",
    "arbitrum": "arb",
    "base": "base",
    "optimism": "opt",
    "avalanche": "avax",
    "fantom": "ftm",
}


def gas_of(chain: str) -> Parser:
    """The parser of a chain."""

    def gas(payload: Payload) -> Rows:
        """{"timestamp": "2026-01-01T00:00:00.000Z", "lastBlock": 21000000, "avgGas": 90000.0, "speeds": [
            {"acceptance": 0.35, "maxFeePerGas": 0.2, "maxPriorityFeePerGas": 0.01, "baseFee": 0.1, "estimatedFee": 0.04},
            {"acceptance": 0.6, ...}, {"acceptance": 0.9, ...}, {"acceptance": 1, ...}]}

        Gwei. A chain without a base fee has gasPrice in the place of maxFeePerGas.
        """
        speeds = payload["speeds"]
        slow, standard, fast = (speed.get("maxFeePerGas", speed.get("gasPrice")) for speed in speeds[:3])
        yield Gas(
            chain,
            gas_price=standard,
            slow=slow,
            standard=standard,
            fast=fast,
            base_fee=speeds[0].get("baseFee"),
            block_number=payload.get("lastBlock"),
            timestamp=payload.get("timestamp"),
        )

    return gas


for _chain, _code in CODES.items():
    owlracle.endpoint(Gas, f"/{_code}/gas", name=f"gas_{_chain}", cadence=15)(gas_of(_chain))
