"""How asking for a page of the past can end, as the ledger spells it.

Belongs here: the outcomes that only pages have, which of all outcomes settle a page, the kinds of gaps between candles.
Does not belong here: outcomes of any request (schema/outcomes.py), the ledger (schema/tables/history.py).
"""

from __future__ import annotations

from enum import Enum


class PageOutcome(str, Enum):
    """What became of a page of the past, besides what may become of any request."""

    OK = "ok"
    EMPTY = "empty"
    """The source has nothing in this window."""
    UNLISTED = "unlisted"
    """Not asked, for what lies around it says that the market did not exist."""
    END_OF_HISTORY = "end_of_history"
    """The source says that it does not reach back so far."""
    NOT_PAGED = "not_paged"
    """The source answers with other times than it was asked for: it ignores the window."""
    NO_MARKET = "no_market"
    """The source does not know the market."""

    def __str__(self) -> str:
        return self.value


SETTLED = frozenset({"ok", "empty", "unlisted", "end_of_history"})
"""Outcomes after which a page is not asked again: what is there is known."""
SETTLED_FOR_A_WEEK = frozenset({"no_market", "not_paged"})
"""Outcomes that may change when the source does."""
GAP_KINDS = ("halt", "no_trades", "refused", "not_asked", "unexplained")
"""Why candles can be missing between others, as candle_gaps spells it."""
