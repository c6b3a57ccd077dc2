"""Which of several exchange rates of a money is used."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from crypto_pipeline.collection.normalise.rates import best_rates

NOON = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)


def rate(usd: float, digits: int | None, *, hours: float = 0, currency: str = "IDR") -> dict[str, Any]:
    return {"currency": currency, "usd_per_unit": usd, "digits": digits, "timestamp": NOON - timedelta(hours=hours)}


def test_of_the_rates_of_a_day_the_more_precise_one_is_used() -> None:
    assert best_rates([rate(0.0000600, 2), rate(0.0000597, 5, hours=24)]) == {"IDR": 0.0000597}


def test_a_rate_more_than_a_day_before_the_newest_does_not_compete() -> None:
    assert best_rates([rate(0.0000600, 2), rate(0.0000597, 5, hours=24.01)]) == {"IDR": 0.0000600}


def test_of_rates_that_are_precise_enough_the_newest_is_used() -> None:
    assert best_rates([rate(1.0, 9, hours=1), rate(2.0, 5), rate(3.0, 4)]) == {"IDR": 2.0}


def test_an_older_row_that_does_not_say_its_digits_counts_as_precise_enough() -> None:
    assert best_rates([rate(1.0, 4), rate(2.0, None, hours=1)]) == {"IDR": 2.0}
    assert best_rates([rate(1.0, None), rate(2.0, 9, hours=1)]) == {"IDR": 1.0}


def test_each_money_has_a_rate_of_its_own() -> None:
    assert best_rates([rate(1.0, 5), rate(2.0, 5, currency="EUR")]) == {"IDR": 1.0, "EUR": 2.0}
    assert best_rates([]) == {}
