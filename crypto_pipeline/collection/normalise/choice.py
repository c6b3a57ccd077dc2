"""Which of a source's markets of a coin is the coin's price there.

Belongs here: the choice among markets that could all be believed, and which of them stand apart from their siblings.
Does not belong here: whether a market can be believed by itself, and what it is worth in dollars (collection/normalise/markets.py).

Turnover decides (docs/decisions/market-choice.md): a market with less than a fifth of the largest turnover is not the coin's price.
Among those with more, dollars come before dollar coins, these before local money, and that before bitcoin and ether.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from statistics import median
from typing import NamedTuple

from crypto_pipeline.collection.normalise.context import TableRow
from crypto_pipeline.collection.normalise.dollars import NEAR_TIE
from crypto_pipeline.collection.normalise.named_markets import NamedMarket

APART = 0.10
"""A market this far off siblings that agree is not believed, however much it says is traded there."""
AGREED = 0.02
"""Siblings this close to their median agree."""
WEIGHTY = 0.01
"""Share of a market's turnover that its siblings must have together before they can contradict it."""
BEHIND = timedelta(hours=1)
"""A last trade this long before a sibling's is of another moment."""


class PricedMarket(NamedTuple):
    """A market with the row that it would become."""

    market: NamedMarket
    row: TableRow
    turnover: float | None
    """Traded value of the last 24 hours in dollars; None where the source does not say it."""

    @property
    def price(self) -> float:
        """Dollars for one coin."""
        usd: float = self.row["price_usd"]
        return usd


def choose(markets: Sequence[PricedMarket]) -> PricedMarket | None:
    """The market that is the coin's price; None when there is no market."""
    believed = [market for market in markets if not _stands_apart(market, markets)]
    believed = believed or list(markets)  # two camps of equal size: nobody can say which is wrong
    traded = [market for market in believed if market.turnover is not None]
    largest = max((market.turnover or 0.0 for market in traded), default=0.0)
    rivals = [market for market in traded if (market.turnover or 0.0) * NEAR_TIE >= largest] or believed
    newest = max((market.row["timestamp"] for market in rivals), default=None)

    def order(priced: PricedMarket) -> tuple[bool, int, float]:
        behind = newest is not None and newest - priced.row["timestamp"] > BEHIND
        return (behind, priced.market.rank, -(priced.turnover or 0.0))

    return min(rivals, key=order, default=None)


def without_namesakes(markets: Sequence[PricedMarket]) -> tuple[list[PricedMarket], list[PricedMarket]]:
    """The markets of a coin, and those that only bear an older name of it.

    GRAM is the newer name of Toncoin, and the name of another coin that was there before: where a source has markets under
    the coin's own name as well, one under another name must not be more than a tenth off.
    """
    own = choose([market for market in markets if not market.market.by_old_name])
    if own is None:
        return list(markets), []
    namesakes = [one for one in markets if one.market.by_old_name and abs(one.price / own.price - 1) > APART]
    return [one for one in markets if one not in namesakes], namesakes


def _stands_apart(one: PricedMarket, markets: Sequence[PricedMarket]) -> bool:
    """Whether most of its siblings, two at least, agree on a price that is far from its own."""
    siblings = [market for market in markets if market is not one and market.turnover is not None]
    if len(siblings) < 2:
        return False
    middle = median(market.price for market in siblings)
    agreed = [market for market in siblings if abs(market.price / middle - 1) <= AGREED]
    weight = sum(market.turnover or 0.0 for market in agreed)
    return (
        len(agreed) >= 2
        and len(agreed) * 2 > len(siblings)
        and weight >= (one.turnover or 0.0) * WEIGHTY
        and abs(one.price / middle - 1) > APART
    )
