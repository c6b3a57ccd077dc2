"""Order books of spot markets: which coins are asked for, and levels as exchanges write them.

Belongs here: the fan-out over coins, shapes of books that several exchanges share.
Does not belong here: what an exchange calls its markets (providers/), what a book says (collection/normalise/books.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from crypto_pipeline.schema.rows import Book, Level, Quote, Row, Time
from crypto_pipeline.sources.kit import (
    Context,
    Payload,
    RequestSpec,
    RequestSpecs,
    as_list,
    is_missing,
    number_or_none,
    present,
    scaled,
)

BOOK_COINS = ("BTC", "ETH", "SOL", "XRP", "DOGE")
"""Coins whose books are asked for one by one: those that every large exchange trades most."""


def book_requests(market_of: Callable[[str], str | None], quote: str, **params: str) -> RequestSpecs:
    """One request for each of these coins that is tracked.

    :param market_of: the exchange's name of the market of a coin, None where it has none. It reaches path and parser as
        ``market``, the coin as ``coin`` and the money as ``quote``.
    :param params: parameters in which ``{market}`` is filled.
    """

    def requests(context: Context) -> Iterator[RequestSpec]:
        for coin in BOOK_COINS:
            market = market_of(coin)
            if coin in context.universe and market is not None:
                yield RequestSpec(
                    coin,
                    values={"coin": coin, "market": market, "quote": quote},
                    params={name: value.format(market=market) for name, value in params.items()},
                )

    return requests


def levels(entries: Iterable[Payload]) -> tuple[Level, ...]:
    """Levels that begin with price and size, whatever follows. IndexError, KeyError or TypeError for those that do not."""
    return tuple((level[0], level[1]) for level in map(as_list, present(as_list(entries))))


def book(
    sides: Mapping[str, Payload], spec: RequestSpec, at: Time = None, *, bids: str = "bids", asks: str = "asks"
) -> Book:
    """The book in an object that has a list for each side. It says nowhere which market it is of: the request does."""
    asked = spec.values
    return Book(
        asked["market"],
        levels(sides[bids]),
        levels(sides[asks]),
        timestamp=at,
        base=asked["coin"],
        quote=asked["quote"],
    )


def best_prices(
    ticker: Mapping[str, Payload], pair: str, bid: str, bid_size: str, ask: str, ask_size: str, at: Time = None
) -> Book:
    """The first level of a book, from one entry of a list of all markets. A price of 0 is a side on which nobody stands.

    KeyError, ValueError or TypeError for an entry that is no such thing.
    """
    return Book(
        ticker[pair],
        _level(ticker[bid], ticker[bid_size]),
        _level(ticker[ask], ticker[ask_size]),
        scope="best",
        timestamp=at,
    )


def with_best_prices(quote: Quote | None, bid: Level, ask: Level) -> list[Row] | None:
    """The quote of a market, and the first level of its book, for a list of tickers that tells both. None for no quote.

    There is no book where a price or a size is not told or is 0: one side alone has no spread. What is odd goes into the book,
    for whoever judges books to reject, and costs the quote nothing.

    :param bid: the highest price that somebody pays, and how many coins are wanted at it.
    :param ask: likewise the lowest price at which somebody sells.
    """
    if quote is None:
        return None
    if any(is_missing(figure) or number_or_none(figure) == 0 for figure in (*bid, *ask)):
        return [quote]
    best = Book(quote.pair, (bid,), (ask,), scope="best", timestamp=quote.timestamp, base=quote.base, quote=quote.quote)
    return [quote, best]


def _level(price: Payload, size: Payload) -> tuple[Level, ...]:
    return ((price, size),) if scaled(price, 1) else ()
