"""Large coins of the replayed market, by name alone.

Belongs here: their names, for whoever needs no more: this loads nothing.
Does not belong here: when they are traded (replay/trading.py).
"""

from __future__ import annotations

MAJORS = frozenset(
    {"BTC", "ETH", "XRP", "SOL", "BNB", "DOGE", "ADA", "LTC", "TRX", "LINK", "BCH", "XLM", "DOT", "AVAX"}
)
"""Traded at once wherever they are listed, and in every minute."""
