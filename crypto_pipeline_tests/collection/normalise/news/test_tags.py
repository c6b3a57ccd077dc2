"""Coins and topics that a headline names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto_pipeline.collection.normalise.news.tags import tags
from crypto_pipeline.collection.normalise.news.text import folded
from crypto_pipeline.sources.lexicon.coins import AMBIGUOUS_TICKERS, EVERYDAY_NAMES, NAMES, STEMS


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Bitcoin's quiet week", "BTC"),
        ("BTC and ETH little changed", "BTC,ETH"),
        ("Ethereum Classic forks again", "ETC"),
        ("Bitcoin Cash, not Bitcoin SV", "BCH,BSV"),
        ("Solana-based exchange opens", "SOL"),
        ("NEAR price holds", "NEAR"),
        ("LINK jumps 10%", "LINK"),
        ("Whales buy $UNI", "UNI"),
        ("Sandbox (SAND) sells land", "SAND"),
        ("TON/USD at a crossroads", "TON"),
        ("Trump memecoin falls", "TRUMP"),
        ("Stellar network upgrade", "XLM"),
        ("SEC clears spot ETF", "etf,regulation"),
        ("Bridge hacked for $4M", "hack"),
        ("DeFi lender adds USDC", "USDC,defi,stablecoin"),
        ("Fed holds rates", "macro"),
    ],
)
def test_names_and_codes_mean_coins_and_words_mean_topics(title: str, expected: str) -> None:
    assert tags(title) == expected


@pytest.mark.parametrize(
    "title",
    [
        "U.S. jobs report",
        "AI stocks rally",
        "Trump speaks in Ohio",
        "Key Support in sight",
        "Sky is the limit for a new fund",
        "One Core Idea, Just in Time",
        "A stellar quarter near the top",
        "Near the end of an avalanche",
        "IT'S GAS MONEY, ONE WAY OR ANOTHER",
        "Add the MRDN/USDT pair",
        "tethered drones",
        "Price of eggs in weth",
    ],
)
def test_everyday_words_mean_no_coin(title: str) -> None:
    assert tags(title) is None


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("قیمت بیت‌کوین بالا رفت", "BTC"),
        ("قيمت بيت كوين", "BTC"),
        ("بیت‌کوین کش چیست", "BCH"),
        ("اتریوم کلاسیک", "ETC"),
        ("هک صرافی و قانون‌گذاری استیبل‌کوین", "hack,regulation,stablecoin"),
        ("Курс биткоина и эфириума", "BTC,ETH"),
        ("триплекс", None),
        ("比特币现货ETF获批", "BTC,etf"),
        ("ビットコインとXRP", "BTC,XRP"),
        ("비트코인이 올랐다", "BTC"),
        ("트리플 크라운", None),
        ("هکتار", None),
    ],
)
def test_other_languages_have_their_own_names(title: str, expected: str | None) -> None:
    assert tags(title) == expected


def test_a_category_counts_only_as_a_whole() -> None:
    assert tags("A quiet week", ["Bitcoin", "DeFi", "ETH", "Bitcoin News", "Sky", "ONE", "Markets"]) == "BTC,ETH,defi"


def test_the_lists_agree_with_how_they_are_read() -> None:
    assert [name for name in (*NAMES, *STEMS) if folded(name) != name] == []
    assert all(name[0].isupper() for name in EVERYDAY_NAMES)
    assert {*NAMES}.isdisjoint(name.casefold() for name in EVERYDAY_NAMES)
    assert all(ticker.isupper() for ticker in AMBIGUOUS_TICKERS)


@given(st.text())
def test_any_title_has_sorted_tags_or_none(title: str) -> None:
    found = tags(title)
    assert found is None or found.split(",") == sorted(set(found.split(",")))
