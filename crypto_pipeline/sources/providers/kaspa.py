"""Kaspa, from the REST server of its developers: fees, the state of the block graph, hash rate, supply."""

from crypto_pipeline.schema.rows import ChainStat, Gas, Number
from crypto_pipeline.sources.kit import Payload, Provider, Rows, SubRequest, known, scaled, together

kaspa = Provider("kaspa", "https://api.kaspa.org/info", docs="https://api.kaspa.org/docs")

SOMPI_PER_KAS = 10**8


@kaspa.endpoint(Gas, "/fee-estimate")
def fees(payload: Payload) -> Rows:
    """{"priorityBucket": {"feerate": 1, "estimatedSeconds": 0.004}, "normalBuckets": [{"feerate": 1, ...}], "lowBuckets": [...]}

    Sompi a gram of transaction mass. The lists may be empty: then the faster bucket counts.
    """
    fast = payload["priorityBucket"]["feerate"]
    standard = _first(payload.get("normalBuckets"), fast)
    yield Gas(
        "kaspa",
        gas_price=standard,
        slow=_first(payload.get("lowBuckets"), standard),
        standard=standard,
        fast=fast,
        unit="sompi/gram",
    )


def _first(buckets: Payload, otherwise: Number) -> Number:
    rate: Number = (buckets[0] or {}).get("feerate") if buckets else None
    return otherwise if rate is None else rate


@kaspa.endpoint(
    ChainStat,
    together(
        SubRequest("blockdag", path="/blockdag"),
        SubRequest("hashrate", path="/hashrate?stringOnly=false", optional=True),
        SubRequest("supply", path="/coinsupply", optional=True),
    ),
    cadence=15,
)
def state(payload: Payload) -> Rows:
    """{"blockdag": {"networkName": "kaspa-mainnet", "blockCount": "1000000", "difficulty": 1.2e+16, "pastMedianTime": "1767225600000",
    "virtualDaaScore": "300000000", ...}, "hashrate": {"hashrate": 350000.5}, "supply": {"circulatingSupply": "2650000000000000000", ...}}

    Blocks are counted by the score of the graph; the server has forgotten old ones, so its block count says less. The hash
    rate is TH/s, supplies are sompi. Also reads a saved answer about the block graph alone.
    """
    graph = payload.get("blockdag", payload)
    hashrate, supply = (payload.get(name) or {} for name in ("hashrate", "supply"))
    yield ChainStat(
        "kaspa",
        latest_block=graph.get("virtualDaaScore"),
        network_hashrate=scaled(hashrate.get("hashrate"), 1e12),
        difficulty=graph.get("difficulty"),
        circulating_supply=scaled(supply.get("circulatingSupply"), 1 / SOMPI_PER_KAS),
        extra=known(max_supply=scaled(supply.get("maxSupply"), 1 / SOMPI_PER_KAS)),
        timestamp=graph.get("pastMedianTime"),
    )
