"""Chains of the Cosmos SDK, from public REST nodes: the newest block, and fees where a chain has a market for them.

The fee steps of the chain registry are fixed texts in a file, not facts of a moment, and are not told as such.
"""

from crypto_pipeline.schema.rows import ChainStat, Gas
from crypto_pipeline.sources.kit import Parser, Payload, Provider, Rows, how_many, present, whole

HOSTS = {
    "cosmoshub": "https://cosmos-rest.publicnode.com",
    "osmosis": "https://lcd.osmosis.zone",
    "celestia": "https://celestia-rest.publicnode.com",
    "injective": "https://injective-rest.publicnode.com",
    "dydx": "https://dydx-rest.publicnode.com",
    "akash": "https://akash-rest.publicnode.com",
}
NODES = {
    chain: Provider(f"{chain}_lcd", url, docs="https://docs.cosmos.network/", quirks="A volunteer's host.")
    for chain, url in HOSTS.items()
}


def block_of(chain: str) -> Parser:
    """The parser of a chain."""

    def block(payload: Payload) -> Rows:
        """{"block_id": {...}, "block": {"header": {"chain_id": "c", "height": "30000000", "time": "2026-01-01T00:00:00.123456789Z"},
        "data": {"txs": ["Cg==", ...]}}, "sdk_block": {...}}"""
        newest = payload["block"]
        named = newest["header"].get("chain_id")
        if named is not None and not str(named).startswith(chain):  # akashnet-2, dydx-mainnet-1
            raise ValueError(f"a block of {str(named)[:60]} came")
        yield ChainStat(
            chain,
            latest_block=whole(newest["header"]["height"]),
            block_transactions=how_many((newest.get("data") or {}).get("txs")),
            timestamp=newest["header"].get("time"),
        )

    return block


for _chain, _node in NODES.items():
    _node.endpoint(ChainStat, "/cosmos/base/tendermint/v1beta1/blocks/latest", cadence=15)(block_of(_chain))


@NODES["osmosis"].endpoint(Gas, "/osmosis/txfees/v1beta1/cur_eip_base_fee", docs="https://docs.osmosis.zone/")
def gas(payload: Payload) -> Rows:
    """{"base_fee": "0.030000000000000000"}

    uosmo a unit of gas; a million uosmo are an OSMO.
    """
    price = payload["base_fee"]
    yield Gas("osmosis", gas_price=price, standard=price, unit="uosmo/gas", base_fee=price)


@NODES["cosmoshub"].endpoint(Gas, "/feemarket/v1/gas_prices", name="gas", on=False, docs="https://docs.skip.build/")
def cosmoshub_gas(payload: Payload) -> Rows:
    """{"prices": [{"denom": "uatom", "amount": "0.005000000000000000"}, ...]}

    uatom a unit of gas; a million uatom are an ATOM.
    """
    price = {entry.get("denom"): entry.get("amount") for entry in present(payload["prices"])}["uatom"]
    yield Gas("cosmoshub", gas_price=price, standard=price, unit="uatom/gas")
