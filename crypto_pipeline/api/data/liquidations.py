"""Positions that exchanges closed by force.

Belongs here: /liquidations.
Does not belong here: sums over minutes or hours that some sources tell, which are metrics (api/data/metrics.py).
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Literal

from pydantic import Field

from crypto_pipeline.api.data.filters import Filters
from crypto_pipeline.api.data.paging import Key, Page
from crypto_pipeline.api.data.query_session import Reading
from crypto_pipeline.api.data.shapes import Moment, Paged, Shape, newest, of

_KEY: Key = {"liquidated_at": datetime, "source": str, "liquidation_id": str}

PositionSide = Literal["long", "short"]


class ClosedPosition(Shape):
    """One position, or a part of one, that was closed by force."""

    symbol: str | None = of("liquidations", "symbol")
    source: str = of("liquidations", "source")
    contract: str | None = of("liquidations", "contract")
    side: str | None = of("liquidations", "side")
    liquidated_at: Moment = of("liquidations", "liquidated_at")
    price: float | None = of("liquidations", "price")
    amount: float | None = of("liquidations", "amount")
    value_usd: float | None = of("liquidations", "value_usd")
    liquidation_id: str = of("liquidations", "liquidation_id")


class Liquidations(Paged):
    """A page of liquidations."""

    rows: ClassVar[str] = "liquidations"

    liquidations: list[ClosedPosition] = Field(description="Newest first, then by source and id.")


def liquidations(
    reading: Reading,
    page: Page,
    *,
    symbol: str | None = None,
    source: str | None = None,
    side: PositionSide | None = None,
    min_usd: float | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Liquidations:
    """Liquidations over any time."""
    filters = Filters()
    filters.equal(symbol=symbol, source=source, side=side)
    if min_usd is not None:
        filters.add("value_usd >= $min_usd", min_usd=min_usd)
    filters.between(since, until or reading.latest, "liquidated_at")
    page.goes_on(filters, _KEY)
    rows = reading.rows(
        f"""
        SELECT * FROM liquidations WHERE {filters}
        ORDER BY liquidated_at DESC, source, liquidation_id LIMIT {page.limit + 1}
        """,
        **filters.parameters,
    )
    following = page.next(rows, _KEY)
    return Liquidations(
        liquidations=[ClosedPosition.model_validate(row) for row in rows], next=following, as_of=newest(rows)
    )
