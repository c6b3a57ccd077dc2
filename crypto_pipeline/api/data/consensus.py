"""Every consensus that was taken, as it is stored.

Belongs here: /consensus.
Does not belong here: the newest of each coin (api/data/prices.py), thinned out (api/data/history.py).
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from pydantic import Field

from crypto_pipeline.api.data.filters import Filters
from crypto_pipeline.api.data.history import require_coin
from crypto_pipeline.api.data.paging import Page
from crypto_pipeline.api.data.prices import words
from crypto_pipeline.api.data.query_session import Reading
from crypto_pipeline.api.data.shapes import Median, Paged, newest, of

_KEY = {"timestamp": datetime, "symbol": str}


class Consensus(Median):
    """The price of a coin on which the sources of one run agree, in dollars."""

    run_id: str | None = of("consensus_prices", "run_id")


class ConsensusPage(Paged):
    """A page of consensus prices."""

    rows: ClassVar[str] = "consensus"

    consensus: list[Consensus] = Field(description="Newest first.")


def consensus(
    reading: Reading, page: Page, symbol: str | None, since: datetime | None, until: datetime | None
) -> ConsensusPage:
    """Raises NotFound for a coin that never had a price, InvalidQuery for a cursor that is none."""
    filters = Filters()
    filters.equal(symbol=symbol)
    filters.between(since, until or reading.latest)
    page.goes_on(filters, _KEY)
    rows = reading.rows(
        f"SELECT * FROM consensus_prices WHERE {filters} ORDER BY timestamp DESC, symbol LIMIT {page.limit + 1}",
        **filters.parameters,
    )
    if not rows and symbol:
        require_coin(reading, symbol)
    following = page.next(rows, _KEY)
    found = [Consensus.model_validate({**row, "outliers": words(row["outliers"])}) for row in rows]
    return ConsensusPage(consensus=found, next=following, as_of=newest(rows))
