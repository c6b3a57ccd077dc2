"""Greymass, nodes of Vaulta (once EOS) and WAX."""

from crypto_pipeline.schema.rows import ChainStat
from crypto_pipeline.sources.kit import Parser, Payload, Provider, Rows

DOCS = "https://docs.eosnetwork.com/"
CHAINS = {"eos_vaulta": "https://eos.greymass.com", "wax": "https://wax.greymass.com"}
NODES = {chain: Provider(f"greymass_{chain}", url, docs=DOCS) for chain, url in CHAINS.items()}


def info_of(chain: str) -> Parser:
    """The parser of a chain."""

    def info(payload: Payload) -> Rows:
        """{"chain_id": "c", "head_block_num": 400000000, "head_block_time": "2026-01-01T00:00:00.000", "head_block_producer": "p", ...}

        The time is UTC without saying so.
        """
        yield ChainStat(chain, latest_block=payload.get("head_block_num"), timestamp=payload.get("head_block_time"))

    return info


for _chain, _node in NODES.items():
    _node.endpoint(ChainStat, "/v1/chain/get_info", cadence=15)(info_of(_chain))
