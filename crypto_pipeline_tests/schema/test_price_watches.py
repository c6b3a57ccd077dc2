"""What a person may want to be told of a coin."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto_pipeline.schema.price_watches import PriceWatch, price_watches
from crypto_pipeline.settings import SettingsError, load_settings


def test_wishes_are_separated_by_commas() -> None:
    assert price_watches("BTC > 100000, eth change < -5,, USDT off>0.5") == (
        PriceWatch("BTC", "price", True, 100_000),
        PriceWatch("ETH", "change", False, -5),
        PriceWatch("USDT", "off", True, 0.5),
    )
    assert price_watches("") == price_watches(" , ") == ()


@pytest.mark.parametrize(
    "text",
    ["BTC", "BTC > ", "> 5", "BTC >= 5", "BTC = 5", "BTC height > 5", "BTC > 1.2.3", "BTC > .", "BTC > 1e5", "BTC>5>6"],
)
def test_what_is_no_wish_is_told_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match=r"should look like|has no number"):
        price_watches(text)
    with pytest.raises(SettingsError, match="CRYPTO_PIPELINE_PRICE_ALERTS="):
        load_settings(price_alerts=text)


@given(st.floats(allow_nan=False, allow_infinity=False, width=32), st.booleans())
def test_at_its_limit_a_figure_is_not_beyond_it(limit: float, above: bool) -> None:
    watch = PriceWatch("BTC", "price", above, limit)
    assert not watch.is_beyond(limit)
    assert watch.is_beyond(limit + max(1, abs(limit))) is above
    assert watch.is_beyond(limit - max(1, abs(limit))) is not above


@given(st.text())
def test_any_text_is_wishes_or_a_sentence(text: str) -> None:
    with suppress(ValueError):
        assert all(watch.symbol.isalnum() for watch in price_watches(text))


def test_a_wish_has_a_name_of_its_own() -> None:
    names = {one.name for one in price_watches("BTC > 5, BTC < 5, BTC > 5.5, BTC change > 5")}
    assert names == {"BTC.price_above_5", "BTC.price_below_5", "BTC.price_above_5.5", "BTC.change_above_5"}
