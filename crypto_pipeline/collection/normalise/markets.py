"""Quotes of exchanges and prices of aggregators, made into one dollar row per coin and source.

Belongs here: which market is taken for a coin, conversion into dollars, guards against prices that mean nothing.
Does not belong here: how names are split into coins (sources/symbols.py), the median over sources (collection/normalise/consensus.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import NamedTuple

from crypto_pipeline.collection.normalise.context import NormalisationContext, Normalised, TableRow, time_of_data
from crypto_pipeline.collection.normalise.values import number
from crypto_pipeline.schema.rows import Price, Quote
from crypto_pipeline.sources.kit import Provider
from crypto_pipeline.sources.symbols import DOLLARS, FIAT, coin, is_leveraged, split

MARKET, LATEST = "market_prices", "cached_market_data"
OLDEST = timedelta(days=1)
"""A price that is older than this is of a market where nobody trades any more."""

_BUNDLE = re.compile(r"^(?:1000+|1M)[A-Z]")
"""1000SATS and the like price a bundle of coins."""
_BRIDGES = ("BTC", "ETH")
"""Coins in which others are quoted; worth what the same source says in dollars."""
_DOLLAR_RANK: Mapping[str, int] = {quote: rank for rank, quote in enumerate(DOLLARS)}
_LOCAL_RANK = len(DOLLARS)
_BRIDGE_RANK = _LOCAL_RANK + 1


_LATEST_NAME: Mapping[str, str] = {"price_usd": "price", "price_change_24h": "change_24h", "source": "provider"}
"""Columns of market_prices that cached_market_data calls otherwise."""


class _Market(NamedTuple):
    """A quote whose name was understood."""

    symbol: str
    currency: str
    rank: int
    quote: Quote


def normalise_quotes(quotes: Iterable[Quote], provider: Provider, around: NormalisationContext) -> Normalised:
    """One market_prices row and one cached_market_data row per tracked coin.

    Dollars are preferred, then dollar coins, then local money, then BTC and ETH; among markets of one rank the one with
    the largest turnover. A market that ranks before the one taken and could not be believed is refused with its reason.
    """
    markets = list(_understood(quotes, provider))
    usd_per_unit = _dollars(markets, around.usd_per_unit)
    by_coin: dict[str, list[_Market]] = {}
    for market in markets:
        if market.symbol in around.universe and _is_a_coin(market.symbol):
            by_coin.setdefault(market.symbol, []).append(market)

    normalised = Normalised()
    bridges = {symbol: _usd_price(by_coin.get(symbol, ()), usd_per_unit, provider, around) for symbol in _BRIDGES}
    usd_per_unit |= {symbol: price for symbol, price in bridges.items() if price}
    for candidates in by_coin.values():
        _take_best(candidates, usd_per_unit, provider, around, normalised)
    return normalised


def normalise_prices(prices: Iterable[Price], provider: Provider, around: NormalisationContext) -> Normalised:
    """The same for sources that already speak dollars. Of two coins with one symbol the better ranked is meant."""
    best: dict[str, Price] = {}
    for price in prices:
        symbol = coin(str(price.symbol), provider.aliases)
        if symbol in around.universe and (symbol not in best or _comes_first(price, best[symbol])):
            best[symbol] = price
    normalised = Normalised()
    for symbol, price in best.items():
        try:
            row = {
                "symbol": symbol,
                "price_usd": _positive(price.price_usd, "price"),
                "market_cap": _or_none(price.market_cap, "market capitalisation"),
                "volume_24h": _or_none(price.volume_24h, "volume"),
                "price_change_24h": number(price.price_change_24h),
                "high_24h": _or_none(price.high_24h, "high"),
                "low_24h": _or_none(price.low_24h, "low"),
                "pair": None,
                "quote": "USD",
                "timestamp": time_of_data(price.timestamp, around.fetched_at),
            }
            _add(normalised, row, price, provider, around)
        except ValueError as error:
            normalised.refuse(MARKET, str(error), price, stale=isinstance(error, _TooOld))
    return normalised


def latest_of(row: TableRow) -> TableRow:
    """The cached_market_data row of a market_prices row."""
    return {_LATEST_NAME.get(name, name): value for name, value in row.items()}


def market_of(latest: TableRow) -> TableRow:
    """The market_prices row of a cached_market_data row."""
    back = {theirs: ours for ours, theirs in _LATEST_NAME.items()}
    return {back.get(name, name): value for name, value in latest.items()}


def _understood(quotes: Iterable[Quote], provider: Provider) -> Iterator[_Market]:
    for quote in quotes:
        if quote.base and quote.quote:
            names: tuple[str, str] | None = (quote.base, quote.quote)
        else:
            names = split(str(quote.pair), quote_first=provider.quote_first)
        if names is None:
            continue
        symbol, currency = coin(names[0], provider.aliases), coin(names[1], provider.aliases)
        if currency in _DOLLAR_RANK:
            yield _Market(symbol, currency, _DOLLAR_RANK[currency], quote)
        elif currency in FIAT:
            yield _Market(symbol, currency, _LOCAL_RANK, quote)
        elif currency in _BRIDGES:
            yield _Market(symbol, currency, _BRIDGE_RANK, quote)


def _dollars(markets: Iterable[_Market], known: Mapping[str, float]) -> dict[str, float]:
    """What a unit of each quote currency is worth in dollars, from the same answer where it says so.

    A price in local money over the same source's price of USDT in that money needs no other source, and the local
    premium cancels out.
    """
    usd_per_unit = {**known, **dict.fromkeys(DOLLARS, 1.0)}
    said: dict[str, tuple[int, float]] = {}
    for market in markets:
        dollar_coin = _DOLLAR_RANK.get(market.symbol, _LOCAL_RANK)
        if market.currency in FIAT and market.currency != "USD" and dollar_coin < _LOCAL_RANK:
            currency, rank, inverted = market.currency, dollar_coin, True
        elif market.symbol in FIAT and market.symbol != "USD" and market.currency in _DOLLAR_RANK:
            currency, rank, inverted = market.symbol, market.rank, False
        else:
            continue
        price = _price_or_none(market.quote.last)
        if price and rank < said.get(currency, (_LOCAL_RANK, 0.0))[0]:
            said[currency] = (rank, 1 / price if inverted else price)
    return usd_per_unit | {currency: rate for currency, (_, rate) in said.items()}


def _take_best(
    candidates: list[_Market],
    usd_per_unit: Mapping[str, float],
    provider: Provider,
    around: NormalisationContext,
    normalised: Normalised,
) -> None:
    objections: list[tuple[_Market, ValueError]] = []
    for market in sorted(candidates, key=lambda market: (market.rank, -_turnover(market, usd_per_unit))):
        try:
            _add(normalised, _row(market, usd_per_unit, around), market.quote, provider, around)
        except ValueError as error:
            objections.append((market, error))
        else:
            break
    for market, objection in objections:
        normalised.refuse(MARKET, str(objection), market.quote, stale=isinstance(objection, _TooOld))


class _TooOld(ValueError):
    pass


def _row(market: _Market, usd_per_unit: Mapping[str, float], around: NormalisationContext) -> TableRow:
    quote = market.quote
    rate = usd_per_unit.get(market.currency)
    if rate is None:
        raise ValueError(f"there is no rate at hand to turn {market.currency} into dollars")
    last = _positive(quote.last, "price")
    volume_base, volume_quote = _or_none(quote.volume_base, "volume"), _or_none(quote.volume_quote, "volume")
    if volume_base == 0 or volume_quote == 0:
        raise ValueError("nobody traded there in the last 24 hours")
    if volume_quote is None and volume_base is not None:
        volume_quote = volume_base * last
    change = number(quote.change_percent)
    opened = number(quote.open)
    if change is None and opened is not None and opened > 0:
        change = (last / opened - 1) * 100
    high, low = _or_none(quote.high, "high"), _or_none(quote.low, "low")
    return {
        "symbol": market.symbol,
        "price_usd": last * rate,
        "market_cap": None,
        "volume_24h": None if volume_quote is None else volume_quote * rate,
        "price_change_24h": None if market.rank == _BRIDGE_RANK else change,
        "high_24h": None if high is None or market.rank == _BRIDGE_RANK else high * rate,
        "low_24h": None if low is None or market.rank == _BRIDGE_RANK else low * rate,
        "pair": str(quote.pair),
        "quote": market.currency,
        "timestamp": time_of_data(quote.timestamp, around.fetched_at),
    }


def _add(normalised: Normalised, row: TableRow, said: object, provider: Provider, around: NormalisationContext) -> None:
    """Both rows of one price, unless it is of another day."""
    if not around.any_age and around.fetched_at - row["timestamp"] > OLDEST:
        raise _TooOld(f"its price is of {row['timestamp']:%Y-%m-%d %H:%M} UTC, more than a day old")
    row |= {"source": provider.source, "fetched_at": around.fetched_at}
    normalised.add(MARKET, row)
    normalised.add(LATEST, latest_of(row))


def _usd_price(
    candidates: Iterable[_Market], usd_per_unit: Mapping[str, float], provider: Provider, around: NormalisationContext
) -> float | None:
    """What the same source says a bridge coin is worth; the coin itself is never its own bridge."""
    found = Normalised()
    _take_best([m for m in candidates if m.rank < _BRIDGE_RANK], usd_per_unit, provider, around, found)
    return next((float(row["price_usd"]) for row in found.rows.get(MARKET, ())), None)


def _is_a_coin(symbol: str) -> bool:
    return bool(symbol) and symbol not in FIAT and not is_leveraged(symbol) and not _BUNDLE.match(symbol)


def _turnover(market: _Market, usd_per_unit: Mapping[str, float]) -> float:
    quote = market.quote
    try:
        volume = number(quote.volume_quote)
        if volume is None:
            volume = (number(quote.volume_base) or 0.0) * (number(quote.last) or 0.0)
    except ValueError:
        return 0.0
    return volume * usd_per_unit.get(market.currency, 0.0)


def _comes_first(one: Price, other: Price) -> bool:
    """Whether the first price is of the coin that is meant by a symbol two coins share."""
    try:
        ranks = [number(price.rank) or float("inf") for price in (one, other)]
        caps = [number(price.market_cap) or 0.0 for price in (one, other)]
    except ValueError:
        return False
    return (ranks[0], -caps[0]) < (ranks[1], -caps[1])


def _positive(raw: object, name: str) -> float:
    value = number(raw)
    if value is None:
        raise ValueError(f"it has no {name}")
    if value <= 0:
        raise ValueError(f"its {name} is {raw}")
    return value


def _price_or_none(raw: object) -> float | None:
    try:
        return _positive(raw, "price")
    except ValueError:
        return None


def _or_none(raw: object, name: str) -> float | None:
    """A number that cannot be negative; ValueError when it is, or is none."""
    value = number(raw)
    if value is not None and value < 0:
        raise ValueError(f"its {name} is {raw}")
    return value
