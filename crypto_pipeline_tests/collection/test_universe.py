"""Which coins a person means."""

from __future__ import annotations

import pytest

from crypto_pipeline.collection.errors import UnknownCoinError
from crypto_pipeline.collection.universe import universe_of
from crypto_pipeline.settings import Settings
from crypto_pipeline.sources.symbols import COINGECKO_IDS


@pytest.mark.parametrize(
    ("wish", "coins"),
    [
        ("btc, eth", ("BTC", "ETH")),
        ("btc;eth", ("BTC", "ETH")),
        ("BITCOIN", ("BTC",)),
        ("bitcoin-cash dogecoin", ("DOGE", "BCH")),
        ("XBT,XXBT", ("BTC",)),
        ("matic", ("POL",)),
        ("BTC/USDT,ETH-USD", ("BTC", "ETH")),
        ("BTCUSDT", ("BTC",)),
        ("bitcoin/usd", ("BTC",)),
        ("avalanche-2", ("AVAX",)),
        ("BTC,+NEWCOIN", ("BTC", "NEWCOIN")),
        ("usdt", ("USDT",)),
    ],
)
def test_a_coin_is_known_by_its_code_its_names_and_its_markets(wish: str, coins: tuple[str, ...]) -> None:
    assert universe_of(Settings(symbols=wish)).listed == coins


@pytest.mark.parametrize("coin", COINGECKO_IDS)
def test_every_coin_of_the_list_means_itself_by_its_code_and_by_its_id(coin: str) -> None:
    assert universe_of(Settings(symbols=coin)).listed == (coin,)
    assert universe_of(Settings(symbols=COINGECKO_IDS[coin])).listed == (coin,)


def test_all_keeps_everything_and_nothing_keeps_the_hundred() -> None:
    assert "ANYTHING" in universe_of(Settings(symbols="all"))
    assert "ANYTHING" in universe_of(Settings(symbols="BTC, All"))
    assert len(universe_of(Settings()).listed) == 100


@pytest.mark.parametrize(
    ("wish", "says"),
    [
        ("BTC,BITCION", "a coin that nobody knows: BITCION; did you mean BTC"),
        ("DOGEE", "a coin that nobody knows: DOGEE; did you mean DOGE"),
        ("QQQQQQ", r"a coin that nobody knows: QQQQQQ; \+QQQQQQ keeps it all the same\."),
        ("EUR", "a coin that nobody knows: EUR; "),
        ("+", r"a coin that nobody knows: \+; "),
    ],
)
def test_what_nobody_knows_is_refused_with_a_suggestion(wish: str, says: str) -> None:
    with pytest.raises(UnknownCoinError, match=says):
        universe_of(Settings(symbols=wish))
