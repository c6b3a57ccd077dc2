"""Which of several exchange rates of a money is used.

Belongs here: the choice among rates of the last days.
Does not belong here: what a rate must be (collection/normalise/objections.py), rates out of markets (collection/normalise/dollars.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

EQUALLY_NEW = timedelta(days=1)
"""Rates within this time of the newest one are held against each other by their precision."""
ENOUGH_DIGITS = 5
"""Beyond this a rate moves more in a minute than its next digit says; NULL counts as enough."""


def best_rates(rows: Iterable[Mapping[str, Any]]) -> dict[str, float]:
    """Dollars for a unit of each money, out of exchange_rates rows: of the last day's rates the most precise, then the newest.

    The Bank of Canada gives rupiahs with two digits, which may be half a percent off.
    """
    return {money: row["usd_per_unit"] for money, row in chosen_rates(rows).items()}


def chosen_rates(rows: Iterable[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """The rows that best_rates() takes its numbers from, by money."""
    of_money: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        of_money.setdefault(row["currency"], []).append(row)
    return {money: _best(rates) for money, rates in of_money.items()}


def _best(rates: list[Mapping[str, Any]]) -> Mapping[str, Any]:
    newest: datetime = max(row["timestamp"] for row in rates)
    recent = [row for row in rates if newest - row["timestamp"] <= EQUALLY_NEW]
    return max(recent, key=lambda row: (_precision(row), row["timestamp"]))


def _precision(row: Mapping[str, Any]) -> int:
    digits: int | None = row.get("digits")
    return ENOUGH_DIGITS if digits is None else min(digits, ENOUGH_DIGITS)
