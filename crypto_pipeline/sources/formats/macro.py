"""Economic series: what each is, and when an observation of it was public.

Belongs here: facts of the series that several sources tell of, and the row of one observation.
Does not belong here: how a source writes them (providers/).

Days of release are bounds: the latest that a publisher has taken, with weekends and holidays, not the usual ones. Who joins by
them may learn a figure some days late and never too early.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from crypto_pipeline.schema.rows import Observation
from crypto_pipeline.sources.kit import number


@dataclass(frozen=True, slots=True)
class EconomicSeries:
    """A series, whoever tells of it."""

    name: str
    unit: str
    public_after_days: int
    """Counted from the beginning of the day, week or month that an observation is of."""
    is_revised: bool = False
    factor: float = 1
    """By which the figures of the publisher are multiplied."""
    licence: str | None = None

    def observation(self, code: str, day: date, value: str) -> Observation:
        """The row of one observation. Raises ValueError for a value that is no number."""
        public = day + timedelta(days=self.public_after_days)
        return Observation(
            self.name,
            code,
            number(value) * self.factor,
            self.unit,
            day.isoformat(),
            public.isoformat(),
            self.is_revised,
            self.licence,
        )


def us_yield(term: str) -> EconomicSeries:
    """The par yield of Treasury securities of one term: 10y. The Treasury tells it in the evening of the day."""
    return EconomicSeries(f"us_yield_{term}", "percent a year", 1)


FED_FUNDS_RATE = EconomicSeries("fed_funds_rate", "percent a year", 5)
"""The effective rate; that of a Friday is told on the next working day."""
DOLLAR_INDEX = EconomicSeries("dollar_index", "index, January 2006 = 100", 9, is_revised=True)
"""Trade-weighted, broad; the week is told on the Monday after it."""
VIX = EconomicSeries("vix", "percent a year", 1, licence="Copyright Cboe Exchange, Inc.")
SP500 = EconomicSeries("sp500", "index", 1, licence="Copyright S&P Dow Jones Indices LLC: not to be passed on")
FED_BALANCE_SHEET = EconomicSeries("fed_balance_sheet", "USD", 3, factor=1e6)
"""Total assets on a Wednesday, told on Thursday."""
US_M2 = EconomicSeries("us_m2", "USD", 60, is_revised=True, factor=1e9)
"""Seasonally adjusted; the fourth Tuesday of the month after."""
US_CPI = EconomicSeries("us_cpi", "index, 1982-1984 = 100", 60, is_revised=True)
"""All items, seasonally adjusted; the second week of the month after, and in the autumn of 2025 seven weeks and a half."""
