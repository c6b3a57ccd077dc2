"""What sources call coins and markets."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto_pipeline.schema.dollars import DOLLARS
from crypto_pipeline.sources.symbols import COINGECKO_IDS, FIAT, GONE, QUOTES, coin, is_leveraged, odd_character, split

AMBIGUOUS = {"ARBUSD": ("ARB", "USD"), "ARBIDR": ("ARB", "IDR"), "USDGUSD": ("USDG", "USD"), "USDTUSD": ("USDT", "USD")}
"""Names that are two markets of known coins: also AR/BUSD, AR/BIDR, USD/GUSD, USD/TUSD."""
AMBIGUOUS_QUOTE_FIRST: dict[str, tuple[str, str]] = {}
SEPARATORS = ("/", "-", "_", ":", "~", ".", "|", " ", " / ", ", ", "\u2013")

bases = st.sampled_from(sorted({*COINGECKO_IDS, *DOLLARS[1:]}))
quotes = st.sampled_from(sorted(QUOTES))


@given(bases, quotes, st.sampled_from(SEPARATORS), st.booleans(), st.booleans())
def test_a_name_with_a_separator_is_split_there(
    base: str, quote: str, separator: str, quote_first: bool, lower: bool
) -> None:
    name = f"{quote}{separator}{base}" if quote_first else f"{base}{separator}{quote}"
    assert split(name.lower() if lower else name, quote_first=quote_first) == (base, quote)


@pytest.mark.parametrize("quote", sorted(QUOTES))
def test_a_name_without_a_separator_is_split_into_its_coin_and_its_money(quote: str) -> None:
    for base in {*COINGECKO_IDS, *DOLLARS[1:]} - {quote}:
        assert split(base + quote) == AMBIGUOUS.get(base + quote, (base, quote))
        assert split(quote + base, quote_first=True) == AMBIGUOUS_QUOTE_FIRST.get(quote + base, (base, quote))


@pytest.mark.parametrize("name", sorted(AMBIGUOUS))
def test_the_monies_that_a_source_trades_in_decide_what_an_ambiguous_name_means(name: str) -> None:
    base, quote = AMBIGUOUS[name]
    assert split(name, quotes=(quote,)) == (base, quote)
    (other,) = {money for money in QUOTES if name.endswith(money) and money != quote}
    if name[: -len(other)] in COINGECKO_IDS:
        assert split(name, quotes=(other,)) == (name[: -len(other)], other)


def test_monies_that_were_given_up_still_end_the_names_of_unknown_coins() -> None:
    assert [split(f"UNHEARD{money}") for money in sorted(GONE)] == [("UNHEARD", money) for money in sorted(GONE)]


@pytest.mark.parametrize("name", ["\u0412TCUSDT", "BTC\u0397", "\uff22\uff34\uff23USD", "SAT\u0661"])
def test_what_only_looks_like_latin_letters_is_no_ticker_s(name: str) -> None:
    assert odd_character(name)
    assert split(name) is None


def test_tickers_in_chinese_letters_are_tickers() -> None:
    assert odd_character("币安人生USDT") is None
    assert split("币安人生USDT") == ("币安人生", "USDT")


def test_money_against_money_is_split_as_well() -> None:
    assert (split("EURUSD"), split("USDJPY"), split("USDCUSDT")) == (("EUR", "USD"), ("USD", "JPY"), ("USDC", "USDT"))
    assert all(split(f"{money}/USD") == (money, "USD") for money in FIAT - {"USD"})


@pytest.mark.parametrize(
    "name", ["$BTCUSD", "BTC$-USD", "USD\u20ae/USDT", "BTC#USD", "<b>BTC/USD", "BTC\u200bUSD", "BTC'USD"]
)
def test_a_name_with_a_character_that_no_ticker_has_is_none(name: str) -> None:
    assert split(name) is None
    assert odd_character(name)


@pytest.mark.parametrize(
    "name", ["", " ", "-", "BTC-", "-BTC-USD", ".BXBT", "BTC/USD:USD", "USDT", "NOTHING", "123456"]
)
def test_what_is_no_pair_is_none(name: str) -> None:
    assert split(name) is None


@given(st.text(alphabet=string.printable + "\u20ae$", max_size=12), st.booleans())
def test_a_split_never_holds_anything_but_letters_and_digits(name: str, quote_first: bool) -> None:
    parts = split(name, quote_first=quote_first)
    assert parts is None or all(part.isalnum() for part in parts)


def test_a_coin_has_one_symbol_and_the_source_s_own_aliases_come_first() -> None:
    assert [coin(name) for name in ("XBT", " btc ", "MATIC", "GRAM")] == ["BTC", "BTC", "POL", "TON"]
    assert coin("XBT", {"XBT": "OTHER"}) == "OTHER"


def test_leveraged_tokens_are_no_coins() -> None:
    assert [is_leveraged(name) for name in ("BTC3L", "ETHDOWN", "JUP", "SYRUP")] == [True, True, False, False]
