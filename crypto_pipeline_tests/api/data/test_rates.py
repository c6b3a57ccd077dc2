"""Exchange rates: one of each money, the one that collections would use."""

from __future__ import annotations

from typing import Any

import pytest

from crypto_pipeline.collection.normalise.rates import best_rates
from crypto_pipeline_tests.api.data.asking import Data
from crypto_pipeline_tests.api.data.rows import at, stamped


def rate(currency: str, usd: float, source: str, digits: int | None, *, days: float = 0) -> dict[str, Any]:
    moment = at(days=-days)
    row = {"currency": currency, "usd_per_unit": usd, "source": source, "digits": digits, "timestamp": moment}
    return stamped({**row, "fetched_at": moment}, moment)


def test_each_money_has_the_rate_that_collections_use(data: Data) -> None:
    stored = [
        rate("EUR", 1.08, "floatrates", 3),
        rate("EUR", 1.0834, "ecb", 5, days=0.5),
        rate("EUR", 1.2, "ecb", 5, days=40),
        rate("IDR", 0.00006, "bank_of_canada", 2),
    ]
    data.store(exchange_rates=stored)
    answer = data.get("rates")["rates"]
    assert {one["currency"]: one["usd_per_unit"] for one in answer} == best_rates(stored)
    assert [(one["currency"], one["source"]) for one in answer] == [("EUR", "ecb"), ("IDR", "bank_of_canada")]


def test_a_rate_that_is_old_is_there_with_its_time(data: Data) -> None:
    data.store(exchange_rates=[rate("EUR", 1.08, "ecb", 5), rate("TRY", 0.03, "tcmb", 5, days=400)])
    (old,) = [one for one in data.get("rates")["rates"] if one["currency"] == "TRY"]
    assert old["timestamp"].startswith("2025-10-20")
    assert old["usd_per_unit"] == pytest.approx(0.03)
