"""What the money of states is worth, as it is known now.

Belongs here: /rates.
Does not belong here: which of several rates is used (collection/normalise/rates.py), candles in other money (api/data/candles.py).
"""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from crypto_pipeline.api.data.query_session import Reading
from crypto_pipeline.api.data.shapes import Answer, Moment, Shape, newest, of
from crypto_pipeline.collection.normalise.rates import EQUALLY_NEW, chosen_rates
from crypto_pipeline.warehouse.sql import not_ahead

_RATES = f"""
    SELECT * FROM exchange_rates WHERE {not_ahead("timestamp")}
    QUALIFY timestamp >= max(timestamp) OVER (PARTITION BY currency) - INTERVAL {int(EQUALLY_NEW.total_seconds())} SECOND
"""


class Rate(Shape):
    """What one unit of a money is worth in dollars."""

    currency: str = of("exchange_rates", "currency")
    usd_per_unit: float = of("exchange_rates", "usd_per_unit")
    timestamp: Moment = of("exchange_rates", "timestamp")
    source: str = of("exchange_rates", "source")


class Rates(Answer):
    """The exchange rates that are used now."""

    rows: ClassVar[str] = "rates"

    rates: list[Rate] = Field(
        description="One for each money, however old: of the rates of its last day the most precise, then the newest, as "
        "collections choose it. By code."
    )


def rates(reading: Reading) -> Rates:
    """The rate of each money that is known."""
    chosen = chosen_rates(reading.rows(_RATES))
    return Rates(rates=[Rate.model_validate(chosen[money]) for money in sorted(chosen)], as_of=newest(chosen.values()))
