"""Order books, made into one row each: the spread, how much stands near the middle, what a large order would cost.

Belongs here: which books are believed, and the row in dollars.
Does not belong here: arithmetic on levels (collection/normalise/depth.py), names of markets (collection/normalise/named_markets.py).

A book is worth what its money is worth: prices stay in the money of the market, amounts become dollars by the rate that the row
names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from crypto_pipeline.collection.normalise import bounds
from crypto_pipeline.collection.normalise.context import NormalisationContext, Normalised, TableRow, time_of_data
from crypto_pipeline.collection.normalise.depth import Side, cost_of, middle_of, within
from crypto_pipeline.collection.normalise.named_markets import DOLLAR_RANK, NamedMarket, is_a_coin, named_market
from crypto_pipeline.collection.normalise.values import number, text
from crypto_pipeline.schema.rows import Book, Level, Quote
from crypto_pipeline.sources.kit import Provider

TABLE = "book_snapshots"
ORDER_USD = 100_000.0
"""The order whose cost is told."""
DEPTHS: Mapping[str, float] = {"10bps": 0.001, "100bps": 0.01, "200bps": 0.02}
"""How far from the middle depth is told, as the columns name it and as a fraction."""


def normalise_books(books: Iterable[Book], provider: Provider, context: NormalisationContext) -> Normalised:
    """One row for each market of a tracked coin. A book that cannot be believed is rejected by itself."""
    normalised = Normalised()
    for book in books:
        try:
            market = named_market(Quote(book.pair, None, base=book.base, quote=book.quote), provider)
            if market is None or market.symbol not in context.universe or not is_a_coin(market.symbol):
                continue
            if book.scope == "best" and market.currency not in DOLLAR_RANK:
                continue  # of all markets of an exchange those that compare
            if book.scope == "best" and not book.bids and not book.asks:
                continue  # one that is halted: such lists are full of them
            normalised.add(TABLE, _row(book, market, provider, context))
        except ValueError as error:
            normalised.reject(TABLE, error, book._replace(bids=book.bids[:3], asks=book.asks[:3]))
    return normalised


def _row(book: Book, market: NamedMarket, provider: Provider, context: NormalisationContext) -> TableRow:
    bids, asks = _side(book.bids, is_bid=True), _side(book.asks, is_bid=False)
    if not bids and not asks:
        raise ValueError("its book is empty")
    if bids and asks and bids[0][0] > asks[0][0]:
        raise ValueError(f"its book is crossed: somebody bids {bids[0][0]:g}, and asks {asks[0][0]:g}")
    rate = _dollars_for(market.currency, context)
    middle = middle_of(bids, asks)
    row: TableRow = {
        "symbol": market.symbol,
        "pair": text(book.pair),
        "quote": market.currency,
        "scope": book.scope,
        "best_bid": bids[0][0] if bids else None,
        "best_ask": asks[0][0] if asks else None,
        "best_bid_size": bids[0][1] if bids else None,
        "best_ask_size": asks[0][1] if asks else None,
        "spread_bps": None if middle is None else (asks[0][0] - bids[0][0]) / middle * 10_000,
        "usd_per_quote": rate,
        "bid_levels": len(bids),
        "ask_levels": len(asks),
        "timestamp": time_of_data(book.timestamp, context.fetched_at),
        "source": provider.source,
        "fetched_at": context.fetched_at,
    }
    for name, distance in DEPTHS.items():
        for side, levels in (("bid", bids), ("ask", asks)):
            depth = None if middle is None else within(levels, middle, distance)
            row[f"{side}_depth_{name}"] = None if depth is None else depth * rate
    row["buy_100k_bps"] = None if middle is None else cost_of(asks, middle, ORDER_USD / rate)
    row["sell_100k_bps"] = None if middle is None else cost_of(bids, middle, ORDER_USD / rate)
    return row


def _side(levels: Sequence[Level], *, is_bid: bool) -> Side:
    """Levels in order, best price first, each price once; those of which nothing is left are passed over.

    ValueError for a level that is no price and size: without it the others would look like all there is.
    """
    by_price: dict[float, float] = {}
    for raw_price, raw_size in levels:
        try:
            price, coins = number(raw_price), number(raw_size)
        except ValueError:
            price = coins = None
        if price is None or coins is None:
            raise ValueError(f"({raw_price!r:.40}, {raw_size!r:.40}) is no level of a book")
        if not (bounds.SMALLEST_PRICE <= price <= bounds.LARGEST_PRICE and 0 <= coins <= bounds.LARGEST_AMOUNT):
            raise ValueError(f"a level of its book has a price of {price:g} and a size of {coins:g}")
        if coins:
            by_price[price] = by_price.get(price, 0.0) + coins
    return sorted(by_price.items(), reverse=is_bid)


def _dollars_for(money: str, context: NormalisationContext) -> float:
    """Dollars for a unit of the money of a market: as the market says, else as its promise does.

    ValueError where nobody knows.
    """
    rate = context.usd_per_unit.get(money) or context.prices.get(money)
    if money == "USD":
        return 1.0
    if rate is None and money in DOLLAR_RANK:
        return 1.0
    if rate is None:
        raise ValueError(f"there is no rate at hand to turn {money} into dollars")
    return rate
