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
        ("TRUMP memecoin jumps", "TRUMP"),
        ("TON blockchain stalls", "TON"),
        ("Matic holders migrate", "POL"),
        ("World Liberty Financial unlocks WLFI", "WLFI"),
        ("Stellar network upgrade", "XLM"),
        ("SEC clears spot ETF", "etf,regulation"),
        ("Bridge hacked for $4M", "hack"),
        ("DeFi lender adds USDC", "USDC,defi,stablecoin"),
        ("Fed holds rates", "macro"),
    ],
)
def test_names_and_codes_mean_coins_and_words_mean_topics(title: str, expected: str) -> None:
    assert tags(title) == expected


BY_PRICE = {
    "Avalanche": "AVAX", "Compound": "COMP", "Cosmos": "ATOM", "Curve": "CRV", "Dash": "DASH", "Flare": "FLR", "Flow": "FLOW",
    "Gala": "GALA", "Gram": "TON", "Immutable": "IMX", "Jupiter": "JUP", "Link": "LINK", "Maker": "MKR", "Mantle": "MNT",
    "Near": "NEAR", "Neo": "NEO", "Optimism": "OP", "Pepe": "PEPE", "Quant": "QNT", "Render": "RENDER", "Safe": "SAFE",
    "Sand": "SAND", "Sei": "SEI", "Sky": "SKY", "Stacks": "STX", "Stellar": "XLM", "Story": "IP", "Sun": "SUN",
    "The Graph": "GRT", "Theta": "THETA",
}  # fmt: skip
ONLY_BY_THEIR_TOKEN = {"Core": "CORE", "Gas": "GAS", "Just": "JST", "Trump": "TRUMP"}


@pytest.mark.parametrize(("name", "code"), BY_PRICE.items())
def test_an_everyday_name_means_the_coin_where_its_price_moves_by_a_figure(name: str, code: str) -> None:
    for title in (
        f"{name} gains 12%",
        f"{name} slides below $3",
        f"{name} drops nearly 6% in a day",
        f"Why {name} Jumps 8%",
        f"Quiet week: {name} climbs 9%",
    ):
        assert tags(title) == code


@pytest.mark.parametrize("name", BY_PRICE)
def test_an_everyday_name_in_another_sense_means_none(name: str) -> None:
    for title in (
        f"{name} of things to come",
        f"{name.lower()} gains 12%",
        f"{name} was 12% of it",
        f"Justin {name} gains 12%",
        f"Fund of {name} Street",
    ):
        assert tags(title) is None


@pytest.mark.parametrize(("name", "code"), ONLY_BY_THEIR_TOKEN.items())
def test_some_names_mean_the_coin_only_beside_its_token(name: str, code: str) -> None:
    assert (tags(f"{name} gains 12%"), tags(f"{name} token gains 12%")) == (None, code)


@pytest.mark.parametrize(("name", "code"), {**BY_PRICE, **ONLY_BY_THEIR_TOKEN}.items())
def test_an_everyday_name_means_the_coin_beside_its_network_and_in_a_list_of_coins(name: str, code: str) -> None:
    assert tags(f"The {name} network halts") == code
    assert tags(f"Solana, {name} lead") == ",".join(sorted({"SOL", code}))
    assert tags(f"{name} and Solana lead") == ",".join(sorted({"SOL", code}))
    assert tags(f"ETH and {name} lead") == ",".join(sorted({"ETH", code}))


@pytest.mark.parametrize(
    ("title", "expected"), [("Near surges", "NEAR"), ("Optimism surges", None), ("Stellar gains", None)]
)
def test_without_a_figure_a_move_means_the_coin_only_for_seldom_words(title: str, expected: str | None) -> None:
    assert tags(title) == expected


def test_the_figure_stands_within_four_words() -> None:
    assert tags("Flow gains one two three 12%") == "FLOW"
    assert tags("Flow gains one two three four 12%") is None


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("GRAM jumps after rename", "TON"),
        ("Gram price holds", "TON"),
        ("Toncoin becomes Gram", "TON"),
        ("MATIC holders move on", "POL"),
        ("Polygon halts", "POL"),
        ("Ripple and XRP", "XRP"),
        ("Sui, Injective and Celestia", "INJ,SUI,TIA"),
        ("Chainlink adds bank", "LINK"),
        ("The Sandbox sells land", "SAND"),
        ("Near Intents adds a chain", "NEAR"),
        ("TON treasury buys more", "TON"),
        ("STRK holders vote", "STRK"),
        ("Chainlink, Sui and Avalanche", "AVAX,LINK,SUI"),
    ],
)
def test_coins_have_more_names_than_one(title: str, expected: str) -> None:
    assert tags(title) == expected


@pytest.mark.parametrize(
    "title",
    [
        "Cash Flow Rises 8%",
        "Yield curve falls 12 basis points",
        "Market Maker Gains 5%",
        "Gold gains 2% a gram",
        "Hopes and Optimism fade",
        "Link in bio",
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
        "STRK and STRF dividends",
        "A TON of work",
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
