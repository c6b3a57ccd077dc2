"""What options say, expiry by expiry.

Belongs here: /options.
Does not belong here: perpetual contracts (api/data/derivatives.py), Deribit's volatility index, which is a metric
(api/data/metrics.py).
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from pydantic import Field

from crypto_pipeline.api.data.filters import Filters
from crypto_pipeline.api.data.paging import Key, Page
from crypto_pipeline.api.data.query_session import Reading
from crypto_pipeline.api.data.shapes import Moment, Paged, Shape, newest, of

_KEY: Key = {"timestamp": datetime, "source": str, "symbol": str, "expiry": datetime}


class Expiry(Shape):
    """What the options on a coin that expire at one moment said together, at one exchange at one moment."""

    symbol: str = of("option_metrics", "symbol")
    source: str = of("option_metrics", "source")
    expiry: Moment = of("option_metrics", "expiry")
    days_to_expiry: float | None = of("option_metrics", "days_to_expiry")
    underlying_price: float | None = of("option_metrics", "underlying_price")
    atm_iv: float | None = of("option_metrics", "atm_iv")
    iv_25d_call: float | None = of("option_metrics", "iv_25d_call")
    iv_25d_put: float | None = of("option_metrics", "iv_25d_put")
    skew_25d: float | None = of("option_metrics", "skew_25d")
    call_volume_24h: float | None = of("option_metrics", "call_volume_24h")
    put_volume_24h: float | None = of("option_metrics", "put_volume_24h")
    put_call_volume: float | None = of("option_metrics", "put_call_volume")
    call_open_interest: float | None = of("option_metrics", "call_open_interest")
    put_open_interest: float | None = of("option_metrics", "put_open_interest")
    put_call_open_interest: float | None = of("option_metrics", "put_call_open_interest")
    max_pain: float | None = of("option_metrics", "max_pain")
    strikes: int | None = of("option_metrics", "strikes")
    contracts: int | None = of("option_metrics", "contracts")
    contracts_rejected: int | None = of("option_metrics", "contracts_rejected")
    timestamp: Moment = of("option_metrics", "timestamp")


class OptionMetrics(Paged):
    """A page of expiries."""

    rows: ClassVar[str] = "options"

    options: list[Expiry] = Field(description="Newest first, then by source, coin and expiry.")


def options(
    reading: Reading,
    page: Page,
    *,
    symbol: str | None = None,
    source: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> OptionMetrics:
    """Expiries as they were told over any time."""
    filters = Filters()
    filters.equal(symbol=symbol, source=source)
    filters.between(since, until or reading.latest, "timestamp")
    page.goes_on(filters, _KEY)
    rows = reading.rows(
        f"""
        SELECT * FROM option_metrics WHERE {filters}
        ORDER BY timestamp DESC, source, symbol, expiry LIMIT {page.limit + 1}
        """,
        **filters.parameters,
    )
    following = page.next(rows, _KEY)
    return OptionMetrics(options=[Expiry.model_validate(row) for row in rows], next=following, as_of=newest(rows))
