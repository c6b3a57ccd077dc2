"""Order books over HTTP: of a coin or an exchange, over any time, page by page."""

from __future__ import annotations

from crypto_pipeline_tests.api.data.asking import Data
from crypto_pipeline_tests.api.data.rows import at, order_book


def test_books_are_told_newest_first_page_by_page(data: Data) -> None:
    stored = [
        order_book(coin, source, at(hours=-ago), scope)
        for ago in range(3)
        for coin in ("BTC", "ETH")
        for source in "ab"
        for scope in ("best", "book")
    ]
    data.store(book_snapshots=stored)
    wanted = sorted(
        ((row["timestamp"], row["source"], row["pair"], row["scope"]) for row in stored),
        key=lambda one: (-one[0].timestamp(), *one[1:]),
    )
    seen, path = [], "books?limit=5"
    while path:
        page = data.get(path)
        seen += [(one["timestamp"], one["source"], one["pair"], one["scope"]) for one in page["books"]]
        path = (page["next"] or "").rpartition("/")[2]
    assert seen == [(moment.isoformat(), *rest) for moment, *rest in wanted]


def test_books_are_those_of_what_is_asked_for(data: Data) -> None:
    data.store(
        book_snapshots=[
            order_book("BTC", "kraken", at(days=-400), spread_bps=0.2, bid_depth_100bps=1e6, buy_100k_bps=1.25),
            order_book("BTC", "kraken", scope="best"),
            order_book("BTC", "okx"),
            order_book("ETH", "kraken"),
        ]
    )
    [old] = data.get("books?symbol=btc&source=kraken&to=2026-01-01")["books"]
    assert (old["spread_bps"], old["bid_depth_100bps"], old["ask_depth_100bps"]) == (0.2, 1e6, None)
    assert [one["source"] for one in data.get("books?symbol=BTC&scope=book&from=2026-11-01")["books"]] == ["okx"]
    assert data.ask("books?scope=everything").status_code == 422
