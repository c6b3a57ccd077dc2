"""Polkadot, the newest block header from its public nodes."""

from crypto_pipeline.schema.rows import ChainStat
from crypto_pipeline.sources.formats.json_rpc import TOO_OFTEN, quantity, result
from crypto_pipeline.sources.kit import Payload, PoolMember, Provider, Rows, post

DOCS = "https://wiki.polkadot.network/docs/maintain-endpoints"

polkadot = Provider("polkadot", "https://rpc.polkadot.io", docs=DOCS, too_often=TOO_OFTEN)
publicnode_polkadot = Provider(
    "publicnode_polkadot", "https://polkadot-rpc.publicnode.com", docs=DOCS, too_often=TOO_OFTEN, source="polkadot"
)


def header(payload: Payload) -> Rows:
    """{"jsonrpc": "2.0", "id": 1, "result": {"number": "0x1a2b3c4", "parentHash": "0x00", "digest": {"logs": []}, ...}}"""
    yield ChainStat("polkadot", latest_block=quantity(result(payload)["number"]))


for _priority, _node in enumerate((polkadot, publicnode_polkadot)):
    _node.endpoint(
        ChainStat,
        post("", {"jsonrpc": "2.0", "id": 1, "method": "chain_getHeader", "params": []}),
        cadence=15,
        pool=PoolMember("stats_polkadot", _priority),
    )(header)
