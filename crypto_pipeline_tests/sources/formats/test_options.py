"""Names of option contracts."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from crypto_pipeline.sources.formats.options import named_option

MORNING = datetime(2026, 12, 5, 8, tzinfo=timezone.utc)


@pytest.mark.parametrize("name", ["BTC-5DEC26-90000-P", "BTC-USD-261205-90000-P", "BTC-05DEC26-90000-P-USDT"])
def test_the_exchanges_write_the_same_contract_in_three_ways(name: str) -> None:
    assert named_option(name) == ("BTC", MORNING, 90_000, "put")


def test_a_strike_may_have_a_fraction() -> None:
    named = named_option("XRP-5DEC26-2.5-C")
    assert named
    assert named[2:] == (2.5, "call")


@pytest.mark.parametrize(
    "name",
    ["BTC-PERPETUAL", "BTC-25DEC26", "BTC-5DEC26-90000-X", "BTC_USDC-5DEC26-90000-C", "", "BTC-USD-2612-90000-C"],
)
def test_a_name_of_another_form_is_no_option_s(name: str) -> None:
    assert named_option(name) is None


@pytest.mark.parametrize("name", ["BTC-31NOV26-90000-C", "BTC-USD-261340-90000-C", "BTC-5DEZ26-90000-C"])
def test_a_day_that_is_in_no_calendar_is_an_error(name: str) -> None:
    with pytest.raises(ValueError, match=r"day|month|in tuple"):
        named_option(name)
