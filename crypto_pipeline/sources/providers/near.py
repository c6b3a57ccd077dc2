"""NEAR, from its public nodes: the newest final block, its gas price, the supply. Several hosts are one source."""

from crypto_pipeline.schema.rows import ChainStat, Gas
from crypto_pipeline.sources.formats.json_rpc import TOO_OFTEN, result
from crypto_pipeline.sources.kit import Payload, PoolMember, Provider, Rows, post, scaled

HOSTS = {
    "near_fastnear": "https://free.rpc.fastnear.com",
    "near_lava": "https://near.lava.build",
    "near_drpc": "https://near.drpc.org",
}
NODES = {
    name: Provider(name, url, docs="https://docs.near.org/api/rpc/providers", too_often=TOO_OFTEN, source="near")
    for name, url in HOSTS.items()
}

YOCTO = 10**24


def block(payload: Payload) -> Rows:
    """{"jsonrpc": "2.0", "id": "1", "result": {"author": "a.near", "header": {"height": 150000000,
    "timestamp": 1767225600000000000, "gas_price": "100000000", "total_supply": "1270000000000000000000000000000000", ...}, ...}}

    The timestamp is nanoseconds; price and supply are yoctoNEAR, 10**24 of which are a NEAR.
    """
    header = result(payload)["header"]
    yield ChainStat(
        "near",
        latest_block=header.get("height"),
        total_supply=scaled(header.get("total_supply"), 1 / YOCTO),
        timestamp=header.get("timestamp"),
    )
    price = header.get("gas_price")
    yield Gas(
        "near",
        gas_price=price,
        standard=price,
        unit="yoctoNEAR/gas",
        block_number=header.get("height"),
        timestamp=header.get("timestamp"),
    )


for _priority, _node in enumerate(NODES.values()):
    _node.endpoint(
        (ChainStat, Gas),
        post("", {"jsonrpc": "2.0", "id": "1", "method": "block", "params": {"finality": "final"}}),
        cadence=15,
        pool=PoolMember("stats_near", _priority),
    )(block)
