"""Aptos, from the public node of its developers: gas prices and the state of the ledger. The key is optional."""

from crypto_pipeline.schema.rows import ChainStat, Gas
from crypto_pipeline.sources.kit import Key, Payload, Provider, Rows, about

aptos = Provider(
    "aptos",
    "https://fullnode.mainnet.aptoslabs.com/v1",
    docs="https://aptos.dev/en/build/apis/fullnode-rest-api",
    key=Key("APTOS_API_KEY", header="Authorization", prefix="Bearer "),
)


@aptos.endpoint(Gas, "/estimate_gas_price")
def gas(payload: Payload) -> Rows:
    """{"deprioritized_gas_estimate": 100, "gas_estimate": 100, "prioritized_gas_estimate": 150}

    Octas a unit of gas; a hundred million octas are an APT.
    """
    yield Gas(
        "aptos",
        gas_price=payload.get("gas_estimate"),
        slow=payload.get("deprioritized_gas_estimate"),
        standard=payload.get("gas_estimate"),
        fast=payload.get("prioritized_gas_estimate"),
        unit="octas/gas",
    )


@aptos.endpoint(ChainStat, cadence=15)
def ledger(payload: Payload) -> Rows:
    """{"chain_id": 1, "epoch": "12000", "ledger_version": "3000000000", "ledger_timestamp": "1767225600000000",
    "block_height": "400000000", ...}

    The version counts transactions; the timestamp is microseconds. The chain of number 1 is the main one:
    https://aptos.dev/network/nodes/networks
    """
    about(payload.get("chain_id"), "1")
    yield ChainStat(
        "aptos",
        latest_block=payload.get("block_height"),
        total_transactions=payload.get("ledger_version"),
        epoch=payload.get("epoch"),
        timestamp=payload.get("ledger_timestamp"),
    )
