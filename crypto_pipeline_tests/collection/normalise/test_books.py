"""Order books as rows: in dollars, or not at all."""

from __future__ import annotations

import random
from datetime import datetime, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto_pipeline.collection.normalise.books import normalise_books
from crypto_pipeline.collection.normalise.context import NormalisationContext, Normalised
from crypto_pipeline.schema.rows import Book, Level
from crypto_pipeline.sources.kit import Provider
from crypto_pipeline.sources.symbols import Universe

NOON = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)
provider = Provider("venue", "https://venue.example")
BIDS: tuple[Level, ...] = (("99900", "1"), ("99600", "2"), ("98000", "1"))
ASKS: tuple[Level, ...] = (("100100", "0.5"), ("100900", "1"), ("102000", "1"))


def normalised_books(*books: Book, **context: Any) -> Normalised:
    return normalise_books(books, provider, NormalisationContext(NOON, **context))


def row(book: Book, **context: Any) -> dict[str, Any]:
    [made] = normalised_books(book, **context).rows["book_snapshots"]
    return made


def test_a_book_is_told_in_the_money_of_its_market_and_its_depth_in_dollars() -> None:
    made = row(Book("BTC-USD", BIDS, ASKS, timestamp=1795435190))
    assert {name: value for name, value in made.items() if name not in {"timestamp", "fetched_at"}} == {
        "symbol": "BTC",
        "pair": "BTC-USD",
        "quote": "USD",
        "scope": "book",
        "source": "venue",
        "best_bid": 99_900,
        "best_ask": 100_100,
        "best_bid_size": 1,
        "best_ask_size": 0.5,
        "spread_bps": pytest.approx(20),
        "bid_depth_10bps": 99_900,
        "ask_depth_10bps": 50_050,
        "bid_depth_100bps": 99_900 + 2 * 99_600,
        "ask_depth_100bps": 50_050 + 100_900,
        "bid_depth_200bps": 99_900 + 2 * 99_600 + 98_000,
        "ask_depth_200bps": 50_050 + 100_900 + 102_000,
        "buy_100k_bps": pytest.approx((100_000 / (0.5 + 49_950 / 100_900) / 100_000 - 1) * 10_000),
        "sell_100k_bps": pytest.approx((1 - 100_000 / (1 + 100 / 99_600) / 100_000) * 10_000),
        "usd_per_quote": 1,
        "bid_levels": 3,
        "ask_levels": 3,
    }
    assert made["timestamp"].timestamp() == 1795435190


def test_of_a_book_that_ends_early_nothing_is_told_beyond_its_end() -> None:
    made = row(Book("BTC-USD", BIDS[:1], ASKS[:2]))
    assert (made["bid_depth_10bps"], made["bid_depth_100bps"], made["bid_depth_200bps"]) == (99_900, None, None)
    assert (made["ask_depth_10bps"], made["ask_depth_100bps"], made["ask_depth_200bps"]) == (50_050, None, None)
    assert (made["buy_100k_bps"] is None, made["sell_100k_bps"]) == (False, None)


def test_amounts_in_other_money_become_dollars_by_the_rate_that_is_named() -> None:
    in_euros = row(Book("BTC-EUR", BIDS, ASKS), usd_per_unit={"EUR": 1.25})
    assert (in_euros["usd_per_quote"], in_euros["best_bid"], in_euros["bid_depth_10bps"]) == (1.25, 99_900, 124_875)
    assert in_euros["buy_100k_bps"] < row(Book("BTC-USD", BIDS, ASKS))["buy_100k_bps"]  # for 80,000 euros
    fallen = row(Book("BTCUSDT", BIDS, ASKS), usd_per_unit={"USDT": 0.5})
    assert (fallen["usd_per_quote"], fallen["bid_depth_10bps"]) == (0.5, 49_950)
    assert row(Book("BTCUSDT", BIDS, ASKS))["usd_per_quote"] == 1
    assert row(Book("BTC-USD", BIDS, ASKS), usd_per_unit={"USD": 0.5})["usd_per_quote"] == 1  # whatever anybody says
    in_coins = row(Book("ETH-BTC", (("0.03", "9"),), (("0.031", "9"),)), prices={"BTC": 90_000})
    assert (in_coins["symbol"], in_coins["quote"], in_coins["usd_per_quote"]) == ("ETH", "BTC", 90_000)


def test_levels_of_one_price_are_one_and_of_those_without_size_nothing_is_left() -> None:
    made = row(Book("BTC-USD", (*BIDS, ("99900", 0.5), ("99950", "0")), ASKS))
    assert (made["best_bid"], made["best_bid_size"], made["bid_levels"]) == (99_900, 1.5, 3)


def test_a_side_on_which_nobody_stands_is_null_and_so_is_what_needs_both() -> None:
    made = row(Book("BTC-USD", (), ASKS))
    assert (made["best_bid"], made["best_ask"], made["bid_levels"]) == (None, 100_100, 0)
    needs_both = [made[name] for name in made if name.endswith("bps")]
    assert needs_both == [None] * 9


@pytest.mark.parametrize(
    ("book", "reason"),
    [
        (Book("BTC-USD", (("100200", 1), *BIDS), ASKS), "crossed: somebody bids 100200, and asks 100100"),
        (Book("BTC-USD", (), ()), "its book is empty"),
        (Book("BTC-USD", (("99900", "0"),), ()), "its book is empty"),
        (Book("BTC-USD", (*BIDS, ("n/a", "1")), ASKS), "('n/a', '1') is no level of a book"),
        (Book("BTC-USD", (*BIDS, (None, "1")), ASKS), "(None, '1') is no level of a book"),
        (Book("BTC-USD", (*BIDS, ("0", "1")), ASKS), "a price of 0 and a size of 1"),
        (Book("BTC-USD", (*BIDS, ("99800", True)), ASKS), "True) is no level of a book"),
        (Book("BTC-USD", (*BIDS, ("99_800", "1")), ASKS), "('99_800', '1') is no level of a book"),
        (Book("BTC-USD", BIDS, (*ASKS, ("100500", "-1"))), "a size of -1"),
        (Book("BTC-USD", BIDS, (*ASKS, ("nan", "1"))), "('nan', '1') is no level of a book"),
        (Book("BTC-USD", BIDS, (*ASKS, ("1.1e15", "1"))), "a price of 1.1e+15 and a size of 1"),
        (Book("BTC-USD", BIDS, (*ASKS, ("100500", "1.1e24"))), "a size of 1.1e+24"),
        (Book("BTC-KRW", BIDS, ASKS), "no rate at hand to turn KRW into dollars"),
    ],
)
def test_a_book_that_cannot_be_believed_is_rejected_by_itself(book: Book, reason: str) -> None:
    normalised = normalised_books(book, Book("ETH-USD", BIDS, ASKS))
    [rejected] = normalised.rejected
    assert (rejected.table, reason in rejected.reason) == ("book_snapshots", True), rejected.reason
    assert [made["symbol"] for made in normalised.rows["book_snapshots"]] == ["ETH"]


def test_equal_best_prices_are_a_spread_of_nothing() -> None:
    made = row(Book("BTC-USD", ((100, 1),), ((100, 1),)))
    assert (made["spread_bps"], made["best_bid"]) == (0, 100)


def test_of_all_markets_of_an_exchange_those_in_dollars_of_tracked_coins_are_kept() -> None:
    names = ("BTCUSDT", "ETHBTC", "UNHEARDOFUSDT", "SOLUSDC", "BTC3LUSDT", "ETHEUR")
    normalised = normalised_books(*(Book(name, BIDS, ASKS, scope="best") for name in names), usd_per_unit={"EUR": 1.1})
    assert [made["pair"] for made in normalised.rows["book_snapshots"]] == ["BTCUSDT", "SOLUSDC"]
    assert normalised.rejected == []


@pytest.mark.parametrize("name", ["EURUSDT", "BTC3LUSDT", "1000SATSUSDT"])
def test_money_leverage_and_bundles_are_no_coins_where_every_coin_is_kept(name: str) -> None:
    made = normalised_books(Book("RAREUSDT", BIDS, ASKS), Book(name, BIDS, ASKS), universe=Universe(None))
    assert [one["symbol"] for one in made.rows["book_snapshots"]] == ["RARE"]


@pytest.mark.parametrize(
    ("column", "inside", "outside"), [("10bps", 10, 11), ("100bps", 100, 101), ("200bps", 200, 201)]
)
def test_depth_is_what_stands_within_so_many_basis_points_of_the_middle(column: str, inside: int, outside: int) -> None:
    middle = 1_000_000.0
    levels = [middle * points / 10_000 for points in (5, inside - 0.5, outside, 300)]
    bids, asks = (tuple((middle + side * points, 1) for points in levels) for side in (-1, 1))
    made = row(Book("BTC-USD", bids, asks))
    assert made[f"ask_depth_{column}"] == pytest.approx(2 * middle + sum(levels[:2]))
    assert made[f"bid_depth_{column}"] == pytest.approx(2 * middle - sum(levels[:2]))


def test_a_halted_market_among_all_of_them_is_passed_over() -> None:
    normalised = normalised_books(Book("BTCUSDT", (), (), scope="best"))
    assert (normalised.rows, normalised.rejected) == ({}, [])


LEVELS = st.lists(st.tuples(st.integers(1, 50), st.floats(0, 1e6)), max_size=15)


@given(LEVELS, LEVELS, st.randoms(use_true_random=False))
def test_the_order_of_the_levels_changes_nothing(
    bids: list[tuple[int, float]], asks: list[tuple[int, float]], shuffle: random.Random
) -> None:
    """Each price once: added up in another order the sizes of one price may differ in their last digit."""
    one = [*dict(bids).items()]
    other = [(price + 51, size) for price, size in dict(asks).items()]
    before = normalised_books(Book("BTC-USD", tuple(one), tuple(other)))
    shuffle.shuffle(one)
    shuffle.shuffle(other)
    assert normalised_books(Book("BTC-USD", tuple(one), tuple(other))).rows == before.rows
