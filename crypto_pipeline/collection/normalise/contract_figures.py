"""Figures of perpetual contracts held against each other: open interest in coins and in dollars, funding of a whole list.

Belongs here: figures that contradict each other or are in another unit; such a one is unknown, and the rest of its row stays.
Does not belong here: what a figure can be by itself (collection/normalise/objections.py), what a contract's name says (sources/formats/contracts.py).

Exchanges count open interest in contracts, coins or dollars, and funding as a fraction or in percent. A figure in the wrong unit is off
by the size of a contract, by the price or by a hundred, and looks like a number.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from statistics import median

from crypto_pipeline.collection.normalise import bounds
from crypto_pipeline.collection.normalise.context import TableRow

LARGEST_OPEN_INTEREST_USD = 1e12
"""Of one contract. The largest of all came to some tens of billions."""
DEAREST_USUAL_FUNDING = 0.003
"""A fraction per interval, above which most contracts of a list never were together: 0.01 is a hundredth of a percent in percent."""
ENOUGH_CONTRACTS = 8
"""In a list before anything is said of all of them."""
ENOUGH_OF_A_COIN = 3
"""Contracts on one coin in a list before one of them can be the odd one."""
OLDEST_PAYMENT = timedelta(minutes=10)
"""How long a payment may be past that is told as the coming one."""


def made_consistent(row: TableRow, *, any_age: bool) -> TableRow:
    """A row of derivatives_metrics or dated_futures without the figures that cannot be what they are called.

    A price of 0 is none, and so is an open interest of 0 in coins or dollars beside one of more in the other. A coming payment
    that is past is none either, but in an answer that is read at any age.
    """
    made = row | {name: row[name] or None for name in ("mark_price", "index_price")}
    if row["open_interest"] or row["open_interest_usd"]:
        made |= {name: row[name] or None for name in ("open_interest", "open_interest_usd")}
    price = made["mark_price"] or made["index_price"]
    coins, dollars = made["open_interest"], made["open_interest_usd"]
    if price and min(coins or 0, dollars or 0) > 0 and not bounds.alike(coins * price, dollars):
        made |= {"open_interest": None, "open_interest_usd": None}
    comes_at = made.get("next_funding_at")
    if comes_at is not None and not any_age and comes_at < made["timestamp"] - OLDEST_PAYMENT:
        made["next_funding_at"] = None
    return made


def objection(row: TableRow) -> str | None:
    """Why the prices or the open interest of a row cannot be; None when they can."""
    mark, index = row["mark_price"], row["index_price"]
    if mark and index and not bounds.alike(mark, index):
        return f"its mark price of {mark:g} and its index price of {index:g} are not of one coin"
    price = mark or index
    worth = row["open_interest_usd"] or (row["open_interest"] or 0) * (price or 0)
    if worth > LARGEST_OPEN_INTEREST_USD:
        return f"an open interest of {worth:g} dollars cannot be: it is in another unit"
    return None


def without_prices_in_other_money(rows: Sequence[TableRow]) -> None:
    """Make the prices unknown that are not those of the same coin's other contracts in a list, where there are some to compare.

    Lists of many exchanges hold contracts that are quoted in another coin: ether costs 0.03 there, and these are no dollars.
    """
    priced: list[tuple[TableRow, float]] = [
        (row, price) for row in rows if (price := row["mark_price"] or row["index_price"])
    ]
    of_coin: dict[str, list[float]] = {}
    for row, price in priced:
        of_coin.setdefault(row["symbol"], []).append(price)
    usual = {symbol: median(prices) for symbol, prices in of_coin.items() if len(prices) >= ENOUGH_OF_A_COIN}
    for row, price in priced:
        if not bounds.alike(price, usual.get(row["symbol"], price)):
            row.update(mark_price=None, index_price=None)


def objection_to_funding(rows: Sequence[TableRow]) -> str | None:
    """Why none of a list's funding rates is believed; None when they can be fractions."""
    rates = [abs(row["funding_rate"]) for row in rows if row["funding_rate"]]
    if len(rates) < ENOUGH_CONTRACTS or median(rates) <= DEAREST_USUAL_FUNDING:
        return None
    return f"most of its {len(rates)} contracts would pay more than {DEAREST_USUAL_FUNDING:.1%} per interval: the rates are in another unit"
