"""minerstat, mineable coins. Off: that no key is needed is remembered, not read."""

from crypto_pipeline.schema.rows import ChainStat, Number
from crypto_pipeline.sources.kit import Payload, Provider, Rows, each, get, scaled

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
        network_hashrate=_known(entry.get("network_hashrate")),
        difficulty=_known(entry.get("difficulty")),
        coin_price_usd=_known(entry.get("price")),
        timestamp=entry.get("updated"),
    )


def _known(value: Number) -> float | None:
    read = scaled(value, 1)
    return None if read is None or read < 0 else read
