"""Positions that venues closed by force, which they list one by one.

Belongs here: how one is called, and adding up those of one moment.
Does not belong here: which side a venue's words mean, what a contract holds (providers/).
"""

from __future__ import annotations

from crypto_pipeline.schema.rows import Metric, Number, Time
from crypto_pipeline.sources.kit import Rows, number


def liquidation(side: str, symbol: str, usd: Number, at: Time) -> Metric:
    """A position, "long" or "short", in dollars, closed at this moment."""
    return Metric(f"liquidations_{side}_{symbol.lower()}", usd, "USD", timestamp=at)


def added_up(rows: Rows) -> Rows:
    """One row for what was closed at one moment: a metric has one value at a time. ValueError or TypeError for no numbers."""
    sums: dict[tuple[str, Time], Metric] = {}
    for row in rows:
        if not isinstance(row, Metric):
            yield row
            continue
        moment = (row.name, row.timestamp)
        before = sums.get(moment)
        sums[moment] = row._replace(value=number(before.value) + number(row.value)) if before else row
    yield from sums.values()
