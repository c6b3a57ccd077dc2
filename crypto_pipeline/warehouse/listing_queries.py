"""Coins that are new at the exchanges, as the lists of markets tell them.

Belongs here: the question, over that of questions/new-listings.sql, which says when a coin counts as new.
Does not belong here: at how many exchanges that is worth an alert (settings.py), the alert (monitoring/conditions.py).
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from crypto_pipeline.questions import question_called
from crypto_pipeline.warehouse.interface import Warehouse

AT_MOST = 20
"""Coins that are told of at once, the newest first: after a month without a collection nobody reads a hundred alerts."""

_NEW_COINS = """
SELECT symbol, max(opened_at) AS opened_at, list(DISTINCT source ORDER BY source) AS sources
FROM ({question})
WHERE coin_is_new AND symbol IS NOT NULL AND opened_at <= $asked_at::TIMESTAMPTZ + INTERVAL 1 DAY
GROUP BY symbol
HAVING count(DISTINCT source) >= $exchanges
ORDER BY opened_at DESC, symbol
LIMIT {at_most}
"""


class NewCoin(NamedTuple):
    """A coin that no exchange had until a day ago, or that opens within a day."""

    symbol: str
    opened_at: datetime
    """At the last of them; where that is ahead, it opens then."""
    sources: tuple[str, ...]
    """The exchanges that have it."""


def new_coins(warehouse: Warehouse, exchanges: int, now: datetime) -> tuple[NewCoin, ...]:
    """Those of which at least so many exchanges have a market."""
    question = question_called("new-listings")
    assert question is not None
    asked = question.sql.replace("now()", "$asked_at::TIMESTAMPTZ")
    sql = _NEW_COINS.format(question=asked, at_most=AT_MOST)
    rows = warehouse.query(sql, {"asked_at": now, "days": 1, "exchanges": exchanges}).rows
    return tuple(NewCoin(symbol, opened_at, tuple(sources)) for symbol, opened_at, sources in rows)
