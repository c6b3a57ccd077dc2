"""How a host may be asked: its key and its budget.

Belongs here: the two facts as plain values.
Does not belong here: keeping a budget (collection/http/budgets.py), where keys come from (settings.py).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Key:
    """The key of a source: which environment variable holds it, and where a request carries it."""

    env: str
    param: str | None = None
    header: str | None = None
    prefix: str = ""
    """Goes before the key: "Bearer "."""
    required: bool = False
    """An endpoint without its required key is off; an optional key only raises the source's limits."""


@dataclass(frozen=True, slots=True)
class Budget:
    """At most ``requests`` (weighted) in ``seconds``, shared by all endpoints of a host."""

    requests: int
    seconds: float


USUAL_BUDGET = Budget(60, 60)
"""For hosts that publish no limit: one request a second, in bursts of a minute's worth."""
