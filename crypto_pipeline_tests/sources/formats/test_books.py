"""Order books as exchanges write them."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest

from crypto_pipeline.schema.rows import Book, Level, Quote, Row
from crypto_pipeline.sources.formats.books import best_prices, book, book_requests, levels, with_best_prices
from crypto_pipeline.sources.kit import Context, RequestSpec
from crypto_pipeline.sources.symbols import Universe

NOON = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)


def test_there_is_one_request_for_each_tracked_coin_that_has_a_market() -> None:
    requests = book_requests({"BTC": "XBTUSD", "ETH": "ETHUSD"}.get, "USD", pair="{market}", depth="9")
    specs = list(requests(Context(Universe(frozenset({"BTC", "DOGE"})), NOON)))
    assert specs == [
        RequestSpec(
            "BTC",
            values={"coin": "BTC", "market": "XBTUSD", "quote": "USD"},
            params={"pair": "XBTUSD", "depth": "9"},
        )
    ]


def test_a_level_is_price_and_size_and_a_null_among_them_says_nothing() -> None:
    assert levels([["1", "2", 17], None, [3, 4]]) == (("1", "2"), (3, 4))
    with pytest.raises(IndexError):
        levels([["1"]])


def test_a_book_is_of_the_market_that_was_asked_for() -> None:
    spec = RequestSpec("BTC", values={"coin": "BTC", "market": "XBTUSD", "quote": "USD"})
    assert book({"b": [["1", "2"]], "a": []}, spec, 5, bids="b", asks="a") == Book(
        "XBTUSD", (("1", "2"),), (), timestamp=5, base="BTC", quote="USD"
    )


@pytest.mark.parametrize("nobody", ["0", "0.00000000", 0, None, ""])
def test_a_best_price_of_nothing_is_a_side_on_which_nobody_stands(nobody: object) -> None:
    ticker = {"s": "BTCUSDT", "bp": nobody, "bq": nobody, "ap": "90500", "aq": "1"}
    assert best_prices(ticker, "s", "bp", "bq", "ap", "aq") == Book("BTCUSDT", (), (("90500", "1"),), scope="best")


QUOTE = Quote("XXBTZUSD", last="90500", timestamp=5, base="XBT", quote="USD")


def test_the_best_prices_beside_a_quote_are_a_book_of_the_same_market_and_moment() -> None:
    bid: Level = ("90499", "0.5")
    ask: Level = (90501, 1.2)
    best = Book("XXBTZUSD", (bid,), (ask,), scope="best", timestamp=5, base="XBT", quote="USD")
    expected: list[Row] = [QUOTE, best]
    assert with_best_prices(QUOTE, bid, ask) == expected
    assert with_best_prices(None, bid, ask) is None


@pytest.mark.parametrize("place", range(4))
@pytest.mark.parametrize("nothing", [None, "", "0", "0.00000000", 0, 0.0, float("nan"), "--"])
def test_there_is_no_book_where_a_price_or_a_size_is_not_told(place: int, nothing: Any) -> None:
    figures: list[Any] = ["90499", "0.5", "90501", "1.2"]
    figures[place] = nothing
    bid, ask = (figures[0], figures[1]), (figures[2], figures[3])
    assert with_best_prices(QUOTE, bid, ask) == [QUOTE]


@pytest.mark.parametrize("odd", ["busy", True, "-1", {}])
def test_what_is_no_price_is_left_to_whoever_judges_books_and_costs_the_quote_nothing(odd: Any) -> None:
    quote, best = with_best_prices(QUOTE, (odd, "1"), ("90501", "1")) or []
    assert quote == QUOTE
    assert isinstance(best, Book)
    assert best.bids == ((odd, "1"),)
