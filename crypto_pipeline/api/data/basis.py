"""How far contracts are from the price of their coin.

Belongs here: /basis.
Does not belong here: funding and open interest (api/data/derivatives.py), the arithmetic (questions/basis.sql, questions/dated-basis.sql).
"""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from crypto_pipeline.api.data.query_session import Reading
from crypto_pipeline.api.data.ready import question_rows
from crypto_pipeline.api.data.shapes import Answer, Moment, Shape, of

_MARKET = "The exchange and its own name of the contract."
_BASIS = "How much dearer the contract is than the coin. [percent]"
_SPOT = "What the coin itself cost at that moment. [USD]"


class PerpetualBasis(Shape):
    """A perpetual contract against the spot markets of the same moment."""

    market: str = Field(description=_MARKET)
    basis_percent: float | None = Field(description=_BASIS)
    mark_price_usd: float | None = of("derivatives_metrics", "mark_price")
    spot_price_usd: float | None = Field(description=_SPOT)
    spot_markets: int = Field(description="Spot markets that it is the median of.")
    timestamp: Moment = of("derivatives_metrics", "timestamp")


class DatedBasis(Shape):
    """A future that ends on a day, against its coin."""

    market: str = Field(description=_MARKET)
    expiry: Moment = of("dated_futures", "expiry")
    days_left: float = Field(description="Until then. [days]")
    basis_percent: float | None = Field(description=_BASIS)
    yearly_percent: float | None = Field(
        description="The same as a simple yearly rate over the days that are left; null on the last day. [percent]"
    )
    mark_price_usd: float | None = of("dated_futures", "mark_price")
    coin_usd: float | None = Field(description=_SPOT)
    against: str | None = Field(description="Whose price of the coin that is: index of the exchange, or spot markets.")
    open_interest_usd: float | None = of("dated_futures", "open_interest_usd")
    timestamp: Moment = of("dated_futures", "timestamp")


class Basis(Answer):
    """Contracts against their coin: perpetual ones and those that end on a day."""

    rows: ClassVar[str] = "dated"

    perpetual: list[PerpetualBasis] = Field(description="The dearest first.")
    dated: list[DatedBasis] = Field(description="By the day on which they end.")


def basis(reading: Reading, *, symbol: str) -> Basis:
    """The newest of each contract on a coin."""
    perpetual_at, dated_at = reading.newest("derivatives_metrics"), reading.newest("dated_futures")
    perpetual = question_rows(reading, "basis", perpetual_at, symbol=symbol) if perpetual_at else []
    dated = question_rows(reading, "dated-basis", dated_at, symbol=symbol) if dated_at else []
    return Basis(
        perpetual=[PerpetualBasis.model_validate(row) for row in perpetual],
        dated=[DatedBasis.model_validate(row) for row in dated],
        as_of=max(
            (reading.newest(table, "collected_at") for table, at in (("derivatives_metrics", perpetual_at), ("dated_futures", dated_at)) if at),
            default=None,
        ),
    )  # fmt: skip
