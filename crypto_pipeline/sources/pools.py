"""How pools choose the member that is asked.

Belongs here: the strategy of each pool, by its name.
Does not belong here: the members, which are declared with their providers; choosing (collection/rotation.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Strategy = Literal["priority", "round_robin", "least_used"]

_BY_NAME: Mapping[str, Strategy] = {
    "gas_": "round_robin",
    "stats_": "round_robin",
    "transfers_": "least_used",
    "coin_transfers_": "least_used",
    # The last member of this one knows one coin of two.
    "transfers_ethereum": "priority",
}
"""The longest beginning of a pool's name decides.

Public nodes are a gift, and those of a chain say the same: they take turns. Logs of a quarter of an hour are the dearest
thing that they are asked for: that goes to the one with the most of its budget left. Everything else has a best member.
"""


def strategy_of(pool: str) -> Strategy:
    """
    >>> strategy_of("gas_polygon"), strategy_of("binance_tickers")
    ('round_robin', 'priority')
    """
    fitting = [beginning for beginning in _BY_NAME if pool.startswith(beginning)]
    return _BY_NAME[max(fitting, key=len)] if fitting else "priority"
