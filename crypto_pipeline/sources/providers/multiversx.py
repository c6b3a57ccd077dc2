"""MultiversX: counts of the chain and its economics."""

from crypto_pipeline.schema.rows import ChainStat
from crypto_pipeline.sources.kit import Payload, Provider, Rows, SubRequest, known, scaled, together

multiversx = Provider("multiversx", "https://api.multiversx.com", docs="https://api.multiversx.com/")


@multiversx.endpoint(
    ChainStat,
    together(SubRequest("stats", path="/stats"), SubRequest("economics", path="/economics", optional=True)),
    cadence=15,
)
def state(payload: Payload) -> Rows:
    """{"stats": {"shards": 3, "blocks": 110000000, "accounts": 9000000, "transactions": 600000000, "epoch": 1900, ...},
    "economics": {"totalSupply": 29000000, "circulatingSupply": 29000000, "staked": 14000000, "price": 10.5, "apr": 0.08, ...}}

    Blocks of all shards together; EGLD, dollars, and the yearly yield of staking as a fraction. Also reads saved stats alone.
    """
    stats = payload.get("stats", payload)
    economics = payload.get("economics") or {}
    yield ChainStat(
        "multiversx",
        latest_block=stats.get("blocks"),
        total_transactions=stats.get("transactions"),
        circulating_supply=economics.get("circulatingSupply"),
        total_supply=economics.get("totalSupply"),
        epoch=stats.get("epoch"),
        coin_price_usd=economics.get("price"),
        extra=known(
            accounts=scaled(stats.get("accounts"), 1),
            staked_egld=scaled(economics.get("staked"), 1),
            staking_apr_percent=scaled(economics.get("apr"), 100),
        ),
    )
