"""LogicNodes, gas prices by confidence. Off: a small vendor, for whom only its own article vouches."""

from crypto_pipeline.schema.rows import Gas
from crypto_pipeline.sources.kit import Budget, Payload, Provider, Rows, about, present

logicnodes = Provider(
    "logicnodes",
    "https://logicnodes.io",
    docs="https://logicnodes.io",
    budget=Budget(100, 86400),
)


@logicnodes.endpoint(Gas, "/gasprices/blockprices", chainid=1, cadence=15, on=False)
def gas(payload: Payload) -> Rows:
    """{"system": "ethereum", "unit": "gwei", "currentBlockNumber": 21000000, "blockPrices": [{"blockNumber": 21000001,
    "baseFeePerGas": 0.1, "estimatedPrices": [{"confidence": 99, "maxFeePerGas": 0.5, "maxPriorityFeePerGas": 0.2}, ...]}]}"""
    about(payload.get("system"), "ethereum")
    about(payload.get("unit"), "gwei")
    block = payload["blockPrices"][0]
    prices = {price.get("confidence"): price.get("maxFeePerGas") for price in present(block["estimatedPrices"])}
    yield Gas(
        "ethereum",
        gas_price=prices[90],
        slow=prices[70],
        standard=prices[90],
        fast=prices[99],
        base_fee=block.get("baseFeePerGas"),
        block_number=payload.get("currentBlockNumber"),
    )
