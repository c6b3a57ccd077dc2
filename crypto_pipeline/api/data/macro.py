"""Economic series around the market.

Belongs here: /macro.
Does not belong here: what the money of states is worth (the table exchange_rates).
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from pydantic import Field

from crypto_pipeline.api.data.filters import Filters
from crypto_pipeline.api.data.paging import Key, Page
from crypto_pipeline.api.data.query_session import Reading
from crypto_pipeline.api.data.shapes import Moment, Paged, Shape, newest, of

_KEY: Key = {"timestamp": datetime, "source": str, "series": str}


class Observation(Shape):
    """One value of a series, in its own unit."""

    series: str = of("macro_series", "series")
    code: str | None = of("macro_series", "code")
    value: float | None = of("macro_series", "value")
    unit: str | None = of("macro_series", "unit")
    timestamp: Moment = of("macro_series", "timestamp")
    known_at: Moment | None = of("macro_series", "known_at")
    is_revised: bool | None = of("macro_series", "is_revised")
    source: str = of("macro_series", "source")
    licence: str | None = of("macro_series", "licence")


class Observations(Paged):
    """A page of observations."""

    rows: ClassVar[str] = "macro"

    macro: list[Observation] = Field(description="Newest first, then by source and series.")


def macro(
    reading: Reading,
    page: Page,
    *,
    series: str | None = None,
    source: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Observations:
    """The series that were asked for, over any time. Raises InvalidQuery for a time or a cursor that is none."""
    filters = Filters()
    filters.equal(series=series, source=source)
    filters.between(since, until or reading.latest)
    page.goes_on(filters, _KEY)
    rows = reading.rows(
        f"SELECT * FROM macro_series WHERE {filters} ORDER BY timestamp DESC, source, series LIMIT {page.limit + 1}",
        **filters.parameters,
    )
    following = page.next(rows, _KEY)
    return Observations(macro=[Observation.model_validate(row) for row in rows], next=following, as_of=newest(rows))
