"""Economic series: an observation says in dollars and percent what it is, and when it was public at the latest."""

from __future__ import annotations

from datetime import date

import pytest

from crypto_pipeline.sources.formats.macro import FED_BALANCE_SHEET, SP500, US_CPI, US_M2, EconomicSeries, us_yield


def test_an_observation_of_a_month_is_public_two_months_after_it_began() -> None:
    assert US_M2.observation("M2SL", date(2026, 10, 1), "22820.4")._asdict() == {
        "series": "us_m2",
        "code": "M2SL",
        "value": pytest.approx(22_820.4e9),
        "unit": "USD",
        "timestamp": "2026-10-01",
        "known_at": "2026-11-30",
        "is_revised": True,
        "licence": None,
    }


@pytest.mark.parametrize(
    ("series", "of", "published"),
    [
        (US_CPI, date(2025, 9, 1), date(2025, 10, 24)),
        (US_M2, date(2026, 1, 1), date(2026, 2, 24)),
        (FED_BALANCE_SHEET, date(2025, 12, 31), date(2026, 1, 2)),
        (us_yield("10y"), date(2026, 11, 20), date(2026, 11, 20)),
    ],
    ids=["prices after the offices were closed", "money on the fourth Tuesday", "a balance at New Year", "a yield"],
)
def test_no_observation_counts_as_public_before_it_was_told(series: EconomicSeries, of: date, published: date) -> None:
    assert date.fromisoformat(str(series.observation("", of, "1").known_at)) > published


def test_what_belongs_to_somebody_says_so() -> None:
    assert "S&P" in str(SP500.observation("SP500", date(2026, 11, 20), "6820.44").licence)


def test_a_value_that_is_no_number_is_none() -> None:
    with pytest.raises(ValueError, match="could not convert"):
        SP500.observation("SP500", date(2026, 11, 20), "n/a")
