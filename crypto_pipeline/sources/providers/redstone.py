"""RedStone: prices that oracles sign. https://docs.redstone.finance"""

from statistics import median

from crypto_pipeline.schema.rows import Price
from crypto_pipeline.sources.kit import Payload, Provider, Rows, each, number, present

redstone = Provider(
    "redstone",
    "https://oracle-gateway-1.a.redstone.finance",
    docs="https://docs.redstone.finance",
    per_minute=10,
    quirks="A gateway of the oracle network, not an interface for the public: off by default.",
)


@redstone.endpoint(Price, "/data-packages/latest/redstone-primary-prod", on=False)
def prices(payload: Payload) -> Rows:
    """{"BTC": [{"timestampMilliseconds": 1795435140000, "dataPoints": [{"dataFeedId": "BTC", "value": 90500.5}],
    "signerAddress": "0x1111111111111111111111111111111111111111", "signature": "AA==", ...}, ...]}

    Each feed has a package from every signer; the median counts. STETH/ETH and the like are not in dollars.
    """
    return each(payload.items(), _price)


def _price(feed: str, packages: Payload) -> Price | None:
    if "/" in feed:
        return None
    values = [value for package in present(packages) if (value := number(package["dataPoints"][0]["value"])) > 0]
    return Price(
        feed,
        price_usd=median(values),
        timestamp=max(number(package["timestampMilliseconds"]) for package in present(packages)),
    )
