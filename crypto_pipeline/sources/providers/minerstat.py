"""minerstat, mineable coins. Off: that no key is needed is remembered, not read."""

from crypto_pipeline.schema.rows import ChainStat, Number
from crypto_pipeline.sources.kit import Payload, Provider, Rows, each, get, number

minerstat = Provider(
    "minerstat",
    "https://api.minerstat.com/v2",
    docs="https://api.minerstat.com/docs-coins/documentation",
    per_minute=12,
)

CHAINS = {
    "KAS": "kaspa",
    "RVN": "ravencoin",
    "ERG": "ergo",
    "ETC": "ethereum_classic",
    "XMR": "monero",
    "ZEC": "zcash",
}


@minerstat.endpoint(ChainStat, get("/coins", {"list": ",".join(CHAINS)}), cadence=60, on=False)
def coins(payload: Payload) -> Rows:
    """[{"coin": "KAS", "name": "Kaspa", "network_hashrate": 5e+17, "difficulty": 1e+17, "price": 0.1, "updated": 1767225600, ...}, ...]

    H/s and dollars; -1 stands for unknown.
    """
    return each(payload, _coin)


def _coin(entry: Payload) -> ChainStat | None:
    chain = CHAINS.get(entry["coin"])
    if chain is None:
        return None
    return ChainStat(
        chain,
        network_hashrate=_known(entry["network_hashrate"]),
        difficulty=_known(entry["difficulty"]),
        coin_price_usd=_known(entry["price"]),
        timestamp=entry["updated"],
    )


def _known(value: Number) -> float | None:
    return None if value is None or number(value) < 0 else number(value)
