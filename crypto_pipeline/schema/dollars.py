"""Money that is meant where something is said to cost dollars.

Belongs here: the dollar and the coins that promise one.
Does not belong here: other monies and coins (sources/symbols.py), what each is worth just now (collection/normalise/dollars.py).
"""

from __future__ import annotations

DOLLARS: tuple[str, ...] = (
    "USD",
    "USDT",
    "USDC",
    "FDUSD",
    "USD1",
    "PYUSD",
    "TUSD",
    "USDP",
    "GUSD",
    "BUSD",
    "DAI",
    "RLUSD",
    "USDG",
    "USDD",
    "USDE",
)
"""Dollar and dollar coins in the order of preference."""
