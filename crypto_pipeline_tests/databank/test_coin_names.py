"""What people call coins."""

from __future__ import annotations

import pytest

from crypto_pipeline.databank.coin_names import symbol_called, symbols_like
from crypto_pipeline.sources.symbols import COINGECKO_IDS


@pytest.mark.parametrize(
    ("said", "symbol"),
    [
        ("btc", "BTC"),
        ("BTC", "BTC"),
        ("bitcoin", "BTC"),
        ("Bitcoin", "BTC"),
        (" bitcoin cash ", "BCH"),
        ("bitcoin-cash", "BCH"),
        ("بیت‌کوین", "BTC"),
        ("اتريوم", "ETH"),
        ("the open network", "TON"),
        ("toncoin", "TON"),
        ("link", "LINK"),
        ("near", "NEAR"),
        ("brandnew", "BRANDNEW"),
        ("", ""),
    ],
)
def test_a_coin_is_found_by_its_code_and_by_its_names(said: str, symbol: str) -> None:
    assert symbol_called(said) == symbol


@pytest.mark.parametrize("symbol", COINGECKO_IDS)
def test_a_code_means_itself_even_where_it_is_a_word(symbol: str) -> None:
    assert symbol_called(symbol.lower()) == symbol


def test_the_beginning_of_a_name_finds_all_that_begin_so() -> None:
    assert {"BTC", "BCH", "BSV"} <= symbols_like("Bitcoin")
    assert "ETH" not in symbols_like("bit")
    assert symbols_like(" ") == frozenset()
