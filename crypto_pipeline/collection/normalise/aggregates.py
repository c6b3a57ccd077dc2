"""Prices of sources that already speak dollars, aggregators mostly, made into one row per coin and source.

Belongs here: which of two coins with one symbol is meant.
Does not belong here: markets of exchanges (collection/normalise/markets.py), what a price can be (collection/normalise/bounds.py).
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from crypto_pipeline.collection.normalise import bounds, day_figures
from crypto_pipeline.collection.normalise.context import NormalisationContext, Normalised, TableRow, time_of_data
from crypto_pipeline.collection.normalise.market_rows import MARKET, add_price, check_age
from crypto_pipeline.collection.normalise.values import number
from crypto_pipeline.schema.rows import Price
from crypto_pipeline.sources.kit import Provider
from crypto_pipeline.sources.symbols import coin


def normalise_prices(prices: Iterable[Price], provider: Provider, context: NormalisationContext) -> Normalised:
    """Rows of market_prices and cached_market_data. Of two coins with one symbol the better ranked is meant."""
    best: dict[str, Price] = {}
    for price in prices:
        symbol = coin(str(price.symbol), provider.aliases)
        if symbol in context.universe and (symbol not in best or _comes_first(price, best[symbol])):
            best[symbol] = price
    normalised = Normalised()
    if doubt := day_figures.objection_to_changes(price.price_change_24h for price in best.values()):
        normalised.reject(MARKET, doubt, next(iter(best.values())))
        best = {symbol: price._replace(price_change_24h=None) for symbol, price in best.items()}
    for symbol, price in best.items():
        try:
            row = _row(symbol, price, context)
            check_age(row, context)
        except ValueError as error:
            normalised.reject(MARKET, error, price)
        else:
            add_price(normalised, row, provider, context)
    return normalised


def _row(symbol: str, price: Price, context: NormalisationContext) -> TableRow:
    last = bounds.price(price.price_usd)
    high, low = day_figures.high_and_low(price.high_24h, price.low_24h, last)
    return {
        "symbol": symbol,
        "price_usd": last,
        # Of a coin whose supply nobody knows the capitalisation is told as 0.
        "market_cap": bounds.amount(price.market_cap, "market capitalisation", bounds.LARGEST_CAP_USD) or None,
        "volume_24h": bounds.amount(price.volume_24h, "volume", bounds.LARGEST_VOLUME_USD),
        "price_change_24h": day_figures.change(price.price_change_24h, None, last, high, low),
        "high_24h": high,
        "low_24h": low,
        "pair": None,
        "quote": "USD",
        "timestamp": time_of_data(price.timestamp, context.fetched_at),
    }


def _comes_first(one: Price, other: Price) -> bool:
    """Whether the first price is of the coin that is meant by a symbol two coins share.

    By rank where both have one; else by capitalisation, for a rank that is missing says nothing of the coin; else the one with a rank.
    """
    try:
        (rank, cap), (other_rank, other_cap) = _standing(one), _standing(other)
    except ValueError:
        return False
    if (rank is None) != (other_rank is None) and cap and other_cap and cap != other_cap:
        return cap > other_cap
    return (math.inf if rank is None else rank, -cap) < (math.inf if other_rank is None else other_rank, -other_cap)


def _standing(price: Price) -> tuple[float | None, float]:
    return number(price.rank) or None, number(price.market_cap) or 0.0
