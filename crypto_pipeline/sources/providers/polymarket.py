"""Polymarket: what people bet on coins. https://docs.polymarket.com"""

import json

from crypto_pipeline.schema.rows import Metric
from crypto_pipeline.sources.kit import Expected, Payload, Provider, Rows, as_list, each, scaled

polymarket = Provider(
    "polymarket",
    "https://gamma-api.polymarket.com",
    docs="https://docs.polymarket.com",
    per_minute=30,
    quirks="Its guard refuses some programs, and which number the tag of crypto has is not certain: off by default.",
)


@polymarket.endpoint(
    Metric,
    "/markets",
    cadence=60,
    on=False,
    answer=Expected(may_be_empty=True),
    closed="false",
    order="volume24hr",
    ascending="false",
    limit=50,
    tag_id=21,
)
def markets(payload: Payload) -> Rows:
    """[{"id": "1", "question": "Will Bitcoin be above 100,000 USD on 31 December?", "slug": "btc-above-100k",
    "outcomes": "[\\"Yes\\", \\"No\\"]", "outcomePrices": "[\\"0.41\\", \\"0.59\\"]", "volume24hr": 12345.6,
    "endDate": "2026-12-31T23:59:00Z", "updatedAt": "2026-11-23T11:59:00Z", "active": true, "closed": false, ...}]

    outcomes and outcomePrices are JSON in a text. The price of the first outcome is what the market thinks of its chance.
    """
    if not isinstance(payload, list):
        raise TypeError("no list of markets came")
    return each(payload, _chance)


def _chance(market: Payload) -> Metric | None:
    if market["closed"] or not market.get("outcomePrices"):
        return None
    outcome, price = (as_list(json.loads(market[named]))[0] for named in ("outcomes", "outcomePrices"))
    said = market["question"] if outcome == "Yes" else f"{market['question']} {outcome}"
    return Metric(f"chance_{market['slug']}", scaled(price, 100), "percent", said, market.get("updatedAt"))
