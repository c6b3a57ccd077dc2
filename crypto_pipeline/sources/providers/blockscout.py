"""Explorers that run Blockscout: transactions since the beginning, the coin's price, gas prices of a chain.

The vendor recommends its gateway, which needs a key; the explorers still answer without one. Large transfers of USDT
on Ethereum stand by for nodes that refuse their logs.
"""

from collections.abc import Iterator

from crypto_pipeline.schema.rows import ChainStat, Gas, Number, Transfer
from crypto_pipeline.sources.kit import (
    Budget,
    Context,
    Expected,
    Key,
    Parser,
    Payload,
    PoolMember,
    Provider,
    RequestSpec,
    Rows,
    about,
    each,
    known,
    present,
    scaled,
    whole,
)

DOCS = "https://docs.blockscout.com/devs/apis/rest/stats-api"
QUIRKS = "latest_block counts blocks and may be off by one. Some hosts refuse what is not a browser."

HOSTS = {
    "ethereum": "https://eth.blockscout.com",
    "base": "https://base.blockscout.com",
    "optimism": "https://explorer.optimism.io",
    "arbitrum": "https://arbitrum.blockscout.com",
    "polygon": "https://polygon.blockscout.com",
    "gnosis": "https://gnosis.blockscout.com",
    "celo": "https://celo.blockscout.com",
    "scroll": "https://scroll.blockscout.com",
    "zksync": "https://zksync.blockscout.com",
    "unichain": "https://unichain.blockscout.com",
    "rootstock": "https://rootstock.blockscout.com",
    "ethereum_classic": "https://etc.blockscout.com",
    "soneium": "https://soneium.blockscout.com",
    "ink": "https://explorer.inkonchain.com",
    "lisk": "https://blockscout.lisk.com",
    "filecoin": "https://filecoin.blockscout.com",
    "flare": "https://flare-explorer.flare.network",
    "metis": "https://andromeda-explorer.metis.io",
    "fuse": "https://explorer.fuse.io",
    "hyperevm": "https://www.hyperscan.com",
    "taiko": "https://blockscout.mainnet.taiko.xyz",
    "telos": "https://www.teloscan.io",
}
UNSURE = frozenset({"metis", "taiko", "telos"})
"""Explorers of which only one weak trace says that they still answer."""

CHAIN_IDS = {"ethereum": 1, "optimism": 10, "gnosis": 100, "polygon": 137, "base": 8453, "arbitrum": 42161}
"""Chains that the gateway is asked for."""

NODES = {
    chain: Provider(
        f"blockscout_{chain}", url, docs=DOCS, too_often=("rate limit reached",), budget=Budget(3, 1), quirks=QUIRKS
    )
    for chain, url in HOSTS.items()
}
blockscout_pro = Provider(
    "blockscout_pro",
    "https://api.blockscout.com",
    docs="https://docs.blockscout.com/devs/pro-api",
    too_often=("rate limit reached",),
    budget=Budget(5, 1),
    key=Key("BLOCKSCOUT_API_KEY", param="apikey", required=True),
    quirks=QUIRKS,
)
blockscout_counters = Provider(
    "blockscout_counters",
    "https://stats-gnosis-mainnet.k8s-prod-1.blockscout.com/api/v1",
    docs=DOCS,
    too_often=("rate limit reached",),
    quirks="The host carries the name of a cluster and changes.",
)


def _rows(chain: str, payload: Payload) -> Rows:
    yield ChainStat(
        chain,
        latest_block=payload.get("total_blocks"),
        total_transactions=payload.get("total_transactions"),
        coin_price_usd=payload.get("coin_price"),
        extra=known(transactions_today=scaled(payload.get("transactions_today"), 1)),
    )
    prices = payload.get("gas_prices") or {}
    standard = _gwei(prices.get("average"))
    if standard is not None:
        yield Gas(
            chain,
            gas_price=standard,
            slow=_gwei(prices.get("slow")),
            standard=standard,
            fast=_gwei(prices.get("fast")),
            timestamp=payload.get("gas_price_updated_at"),
        )


def _gwei(price: Payload) -> Number:
    """A price is a number, or on newer explorers an object that holds it; either may be null."""
    found: Number = price.get("price") if isinstance(price, dict) else price
    return found


def stats_of(chain: str) -> Parser:
    """The parser of a chain's explorer."""

    def stats(payload: Payload) -> Rows:
        """{"average_block_time": 12000.0, "coin_price": "2500.5", "gas_prices": {"slow": 0.07, "average": 0.17, "fast": 1.6},
        "gas_price_updated_at": "2026-01-01T00:00:00.000000Z", "total_blocks": "21000000", "total_transactions": "2500000000",
        "transactions_today": "1200000", ...}

        Gwei. transactions_today are those of the UTC day so far, so they are no count of 24 hours.
        """
        return _rows(chain, payload)

    return stats


for _chain, _node in NODES.items():
    _node.endpoint((ChainStat, Gas), "/api/v2/stats", cadence=15, on=_chain not in UNSURE)(stats_of(_chain))


def _chains(context: Context) -> Iterator[RequestSpec]:
    for chain, chain_id in CHAIN_IDS.items():
        yield RequestSpec(chain, values={"chain": chain, "chain_id": str(chain_id)})


@blockscout_pro.endpoint((ChainStat, Gas), "/{chain_id}/api/v2/stats", requests=_chains, cadence=15)
def stats(payload: Payload, spec: RequestSpec) -> Rows:
    """{"coin_price": "2500.5", "gas_prices": {"slow": 0.07, "average": 0.17, "fast": 1.6}, "total_blocks": "21000000", ...}

    As the explorers answer.
    """
    return _rows(spec.values["chain"], payload)


@blockscout_counters.endpoint(ChainStat, "/counters", cadence=60, on=False)
def gnosis(payload: Payload) -> Rows:
    """{"counters": [{"id": "totalBlocks", "value": "40000000", "title": "t", "units": ""}, {"id": "totalTxns", ...}, ...]}"""
    values = {counter.get("id"): counter.get("value") for counter in present(payload["counters"])}
    yield ChainStat("gnosis", latest_block=values.get("totalBlocks"), total_transactions=values.get("totalTxns"))


USDT = "0xdAC17F958D2ee523a2206206994597C13D831ec7"
USDT_DECIMALS = 6


@NODES["ethereum"].endpoint(
    Transfer,
    f"/api/v2/tokens/{USDT}/transfers",
    cadence=15,
    pool=PoolMember("transfers_ethereum", 2),
    answer=Expected(may_be_empty=True),
    docs="https://docs.blockscout.com/",
    quirks="The newest 50 transfers of USDT, seconds of traffic: a sample for when no node answers.",
)
def usdt_transfers(payload: Payload) -> Rows:
    """{"items": [{"transaction_hash": "0xaa", "log_index": 5, "from": {"hash": "0xfrom"}, "to": {"hash": "0xto"},
    "total": {"value": "1500000000000", "decimals": "6"}, "token": {"symbol": "USDT", "exchange_rate": "1.0", ...},
    "timestamp": "2026-01-01T00:00:00.000000Z", "block_number": 21000000, ...}], "next_page_params": {...}}

    Older explorers say tx_hash.
    """
    return each(payload["items"], _transfer)


def _transfer(item: Payload) -> Transfer:
    token = item.get("token") or {}
    about(token.get("address_hash") or token.get("address"), USDT)
    about(token.get("symbol"), "USDT")
    about(item["total"].get("decimals"), str(USDT_DECIMALS))
    amount = whole(item["total"]["value"]) / 10**USDT_DECIMALS
    rate = scaled(token.get("exchange_rate"), 1)
    return Transfer(
        "ethereum",
        item.get("transaction_hash") or item["tx_hash"],
        "USDT",
        amount=amount,
        event_index=item.get("log_index", -1),
        from_address=(item.get("from") or {}).get("hash"),
        to_address=(item.get("to") or {}).get("hash"),
        amount_usd=amount * rate if rate else None,
        block_number=item.get("block_number"),
        timestamp=item.get("timestamp"),
    )
