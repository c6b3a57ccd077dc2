"""Etherscan, gas oracle of Ethereum. https://docs.etherscan.io/api-endpoints/gas-tracker"""

from crypto_pipeline.schema.rows import Gas
from crypto_pipeline.sources.kit import Budget, Key, Payload, Provider, Rows, reject_unless

etherscan = Provider(
    "etherscan",
    "https://api.etherscan.io",
    docs="https://docs.etherscan.io/supported-chains",
    too_often=("rate limit reached",),
    budget=Budget(3, 1),
    key=Key("ETHERSCAN_API_KEY", param="apikey", required=True),
)


@etherscan.endpoint(Gas, "/v2/api", chainid=1, module="gastracker", action="gasoracle")
def gas(payload: Payload) -> Rows:
    """{"status": "1", "message": "OK", "result": {"LastBlock": "21000000", "SafeGasPrice": "0.48",
    "ProposeGasPrice": "0.49", "FastGasPrice": "0.55", "suggestBaseFee": "0.47", "gasUsedRatio": "0.40,0.78"}}

    An error is a 200 whose status is "0" and whose result is a text. Prices are gwei.
    """
    oracle = payload["result"]
    reject_unless(payload, "status", "1")
    yield Gas(
        "ethereum",
        gas_price=oracle.get("ProposeGasPrice"),
        slow=oracle.get("SafeGasPrice"),
        standard=oracle.get("ProposeGasPrice"),
        fast=oracle.get("FastGasPrice"),
        base_fee=oracle.get("suggestBaseFee"),
        block_number=oracle.get("LastBlock"),
    )
