"""Bounds of what a price, a volume and a capitalisation can be: beyond them a number is an accident, not a fact.

Belongs here: the bounds, and numbers held against them.
Does not belong here: reading numbers (collection/normalise/values.py), relations between the values of a row (collection/normalise/objections.py, collection/normalise/market_rows.py).
"""

from __future__ import annotations

from collections.abc import Mapping

from crypto_pipeline.collection.normalise.values import number

SMALLEST_PRICE, LARGEST_PRICE = 1e-18, 1e15
"""In any money. The cheapest tokens cost 1e-13 bitcoins; a bitcoin costs 1e11 rials."""
LARGEST_FALL, LARGEST_RISE = -100.0, 1e6
"""Percent in a day. A price that was nearly nothing makes any rise of what comes after it."""
LARGEST_AMOUNT = 1e24
"""Coins or money, in a day or in all: tokens with supplies of 1e15 and more exist."""
LARGEST_TRADES = 10**10
"""In one market in a candle. The busiest one comes to some ten million a week."""
LARGEST_TURNOVER_USD = 1e11
"""Of one market in a day. The busiest market of all had a quarter of it on its busiest day."""
CONTRADICTION = 10
"""Times that two figures of one turnover, in coins and in money, may differ: the price of a day moves, but not by that."""
LARGEST_VOLUME_USD = 1e13
"""Of a coin at all exchanges in a day; the whole market comes to 1e11 or a few times that."""
LARGEST_CAP_USD = 1e15
"""All the money and shares of the world are worth less."""
LARGEST_CHAIN_METRIC: Mapping[str, float] = {
    "active_addresses": 1e9,
    "transactions": 1e10,
    "blocks": 1e6,
    "block_size": 1e10,
    "transfer_value": LARGEST_VOLUME_USD,
    "fees": 1e12,
    "fees_usd": LARGEST_TURNOVER_USD,
    "fee_rate_median": 1e8,
    "fee_rate_high": 1e8,
    "miners_revenue": LARGEST_TURNOVER_USD,
    "issuance": 1e12,
    "supply": 1e15,
    "price": 1e9,
    "market_cap": LARGEST_CAP_USD,
    "realised_cap": LARGEST_CAP_USD,
    "mvrv": 1e5,
    "nvt": 1e9,
    "hash_rate": 1e25,
    "difficulty": 1e18,
}
"""Of a day of one chain, by metric, each some hundred times the most that there was: a figure in another unit is beyond it. The
busiest chains make some hundred million transactions a day, all miners of Bitcoin together 1.1e21 hashes a second, and supplies go to
1.5e11. Ratios of a chain's first days, when hardly anything moved, are large. Of other metrics it is LARGEST_AMOUNT."""


def price(raw: object, name: str = "price") -> float:
    """A price; ValueError when there is none, or when it can be none."""
    value = number(raw)
    if value is None:
        raise ValueError(f"it has no {name}")
    if value <= 0:
        raise ValueError(f"its {name} is {raw}")
    if not SMALLEST_PRICE <= value <= LARGEST_PRICE:
        raise ValueError(f"its {name} of {value:g} is beyond anything that is traded")
    return value


def price_or_none(raw: object, name: str) -> float | None:
    """A high or a low, None where there is none. Zero is none: nothing was ever traded for it.

    ValueError for what no price can be.
    """
    value = number(raw)
    if value is None or value == 0:
        return None
    return price(value, name)


def change(raw: object) -> float | None:
    """A change in percent, None where there is none or where it can be none: then the price beside it is still one. What has a
    price has not fallen by all of it.

    ValueError for what is no number.
    """
    value = number(raw)
    return value if value is not None and LARGEST_FALL < value <= LARGEST_RISE else None


def amount(raw: object, name: str, largest: float = LARGEST_AMOUNT) -> float | None:
    """A number that cannot be negative, or None; ValueError when it is negative or beyond ``largest``."""
    value = number(raw)
    if value is not None and value < 0:
        raise ValueError(f"its {name} is {raw}")
    if value is not None and value > largest:
        raise ValueError(f"its {name} of {value:g} is more than {largest:g}, which cannot be")
    return value


def alike(one: float, other: float) -> bool:
    """Whether two figures of one thing, both more than zero, do not contradict each other."""
    return max(one, other) <= CONTRADICTION * min(one, other)
