"""Dated futures on another day than that of the recording."""

from __future__ import annotations

import pytest

from crypto_pipeline.replay.future_names import ending_later
from crypto_pipeline.sources.formats.futures import named_future


@pytest.mark.parametrize(
    ("name", "later"),
    [
        ("BTC-25DEC26", "BTC-4JAN27"),
        ("BTCUSDT-25DEC26", "BTCUSDT-4JAN27"),
        ("BTCUSDT_261225", "BTCUSDT_270104"),
        ("BTC-USD-261225", "BTC-USD-270104"),
        ("FF_XBTUSD_261225", "FF_XBTUSD_270104"),
    ],
)
def test_a_contract_ends_as_much_later_in_the_form_of_its_exchange(name: str, later: str) -> None:
    assert ending_later([{"symbol": name, "last": 1}], 10) == [{"symbol": later, "last": 1}]
    assert named_future(later)


@pytest.mark.parametrize("name", ["BTC-PERPETUAL", "BTC-25DEC26-90000-C", "BTCUSDT", "2026-12-25", "in_xbtusd"])
def test_what_is_no_dated_future_stays(name: str) -> None:
    assert ending_later({"a": name}, 10) == {"a": name}
