"""Starknet, the newest block and its price of gas from a public node."""

from crypto_pipeline.schema.rows import ChainStat, Gas
from crypto_pipeline.sources.formats.json_rpc import TOO_OFTEN, quantity_or_none, result
from crypto_pipeline.sources.kit import Payload, Provider, Rows, how_many, post, whole

starknet = Provider(
    "starknet",
    "https://rpc.starknet.lava.build/",
    docs="https://github.com/starkware-libs/starknet-specs",
    too_often=TOO_OFTEN,
)

NEWEST_BLOCK = {"jsonrpc": "2.0", "id": 1, "method": "starknet_getBlockWithTxHashes", "params": ["latest"]}
FRI_PER_GFRI = 10**9


@starknet.endpoint((ChainStat, Gas), post("", NEWEST_BLOCK), cadence=15)
def block(payload: Payload) -> Rows:
    """{"jsonrpc": "2.0", "id": 1, "result": {"block_number": 2000000, "timestamp": 1767225600,
    "l2_gas_price": {"price_in_wei": "0x1", "price_in_fri": "0xb2d05e00"}, "transactions": ["0x1"], ...}}

    10**18 fri are a STRK, so a gfri is to it what a gwei is to an ETH.
    """
    newest = result(payload)
    yield ChainStat(
        "starknet",
        latest_block=whole(newest["block_number"]),
        block_transactions=how_many(newest.get("transactions")),
        timestamp=newest.get("timestamp"),
    )
    fri = quantity_or_none((newest.get("l2_gas_price") or {}).get("price_in_fri"))
    price = None if fri is None else fri / FRI_PER_GFRI
    yield Gas(
        "starknet",
        gas_price=price,
        standard=price,
        unit="gfri",
        block_number=newest.get("block_number"),
        timestamp=newest.get("timestamp"),
    )
