"""What perpetual contracts have paid.

Belongs here: /funding.
Does not belong here: the rate that is still running (api/data/derivatives.py).
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from pydantic import Field

from crypto_pipeline.api.data.filters import Filters
from crypto_pipeline.api.data.paging import Key, Page
from crypto_pipeline.api.data.query_session import Reading
from crypto_pipeline.api.data.shapes import Moment, Paged, Shape, newest, of

_KEY: Key = {"funding_at": datetime, "source": str, "contract": str}


class Payment(Shape):
    """What one contract paid at one moment, as a fraction."""

    symbol: str | None = of("funding_rates", "symbol")
    source: str = of("funding_rates", "source")
    contract: str = of("funding_rates", "contract")
    funding_at: Moment = of("funding_rates", "funding_at")
    rate: float | None = of("funding_rates", "rate")
    interval_hours: float | None = of("funding_rates", "interval_hours")
    rate_8h: float | None = of("funding_rates", "rate_8h")
    mark_price: float | None = of("funding_rates", "mark_price")


class FundingPayments(Paged):
    """A page of payments."""

    rows: ClassVar[str] = "funding"

    funding: list[Payment] = Field(description="Newest first, then by source and contract.")


def funding(
    reading: Reading,
    page: Page,
    *,
    symbol: str | None = None,
    source: str | None = None,
    contract: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> FundingPayments:
    """Settled funding of the contracts that were asked for, over any time."""
    filters = Filters()
    filters.equal(symbol=symbol, source=source, contract=contract)
    filters.between(since, until or reading.latest, "funding_at")
    page.goes_on(filters, _KEY)
    rows = reading.rows(
        f"SELECT * FROM funding_rates WHERE {filters} ORDER BY funding_at DESC, source, contract LIMIT {page.limit + 1}",
        **filters.parameters,
    )
    following = page.next(rows, _KEY)
    return FundingPayments(funding=[Payment.model_validate(row) for row in rows], next=following, as_of=newest(rows))
