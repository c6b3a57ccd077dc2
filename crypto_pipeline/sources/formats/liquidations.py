"""Positions that exchanges closed by force, which they list one by one.

Belongs here: which coins are asked for, which side the order was on that closed a position.
Does not belong here: what a contract holds (providers/), how one that is told twice is known again
(collection/normalise/simple_rows.py).
"""

from __future__ import annotations

from typing import Literal

LIQUIDATION_COINS = ("BTC", "ETH", "SOL", "XRP", "DOGE")
"""Coins that are asked for one by one where an exchange has no list of all contracts."""


def side_of_order(order: str) -> Literal["long", "short"]:
    """Of the position that an order closes: who was long is closed by selling. ValueError for anything but buy and sell.

    >>> side_of_order("sell"), side_of_order("buy")
    ('long', 'short')
    """
    if order not in {"sell", "buy"}:
        raise ValueError(f"{order!r} is neither buying nor selling")
    return "long" if order == "sell" else "short"
