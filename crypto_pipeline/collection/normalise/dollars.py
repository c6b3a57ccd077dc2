"""What a unit of each money is worth in dollars: the step between the markets of an answer and their dollar prices.

Belongs here: worth of dollar coins and of local money, out of the same answer where it says so.
Does not belong here: rates that are collected as such (collection/normalise/simple_rows.py), prices of coins (collection/normalise/markets.py).

A dollar coin is worth what the market says. In this order its worth is taken from the same answer (USDC/USD, USDC/USDT), from
the consensus of a moment ago, and only then from its promise, one dollar. Local money is worth what the same answer asks for a
dollar coin, so that the local premium cancels out; only without that an exchange rate of elsewhere is used. A coin that promises
other money than dollars (EURC) is local money whose rate is that of what it promises.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from statistics import median
from typing import Any, NamedTuple

from crypto_pipeline.collection.normalise import bounds
from crypto_pipeline.collection.normalise.named_markets import DOLLAR_RANK, NamedMarket
from crypto_pipeline.collection.normalise.values import number
from crypto_pipeline.schema.dollars import DOLLARS
from crypto_pipeline.sources.symbols import FIAT, FIAT_OF_COIN

NEAR_TIE = 5
"""Of markets that say the same, one with less than a fifth of the largest turnover has no say."""
DEAREST_DOLLAR = 1.5
"""A coin that costs more is no dollar coin, whatever its name."""
THIN_USD = 100_000
"""Turnover in a day below which a market may say anything."""
DOUBTFUL = 0.02
"""How far a thin market may be off what others say of a dollar coin."""
DOUBTFUL_LOCALLY = 0.20
"""How far a thin market may be off the exchange rate of elsewhere: local premiums are real, and large in places."""
BEYOND_PREMIUM = 3.0
"""No premium makes a money worth three times, or a third of, its exchange rate."""
BEYOND_DOUBT = 0.20
"""A word on a dollar coin this far off the consensus is an outlier there too, however much is traded."""
ENOUGH_SOURCES = 5
"""Sources that must price a dollar coin before others are held against them."""


class Worth(NamedTuple):
    """What one unit of a money is worth."""

    usd: float
    rests_on: frozenset[str] = frozenset()
    """Coins whose own worth went into it: a market of such a coin in this money says nothing new of the coin."""


class _Word(NamedTuple):
    """What one market says of a money."""

    worth: Worth | None
    """None where the other side of the market is not known yet."""
    rank: int
    turnover: float | None
    """About dollars; None where the source does not say it."""


def worth_of_monies(markets: Iterable[NamedMarket], elsewhere: Mapping[str, float]) -> dict[str, Worth]:
    """The worth of every money that an answer may use.

    :param elsewhere: dollars for a unit of a money: exchange rates, and the consensus of dollar coins.
    """
    markets = list(markets)
    monetary = [market for market in markets if _is_money(market.symbol) and _is_money(market.currency)]
    dollars = _worth_of_dollars(monetary, elsewhere)
    worth = dict(dollars)
    monies = {
        *elsewhere,
        *(name for m in markets for name in (m.symbol, m.currency) if _is_money(name)),
    } - dollars.keys()
    for money in sorted(monies, key=lambda name: (name in FIAT_OF_COIN, name)):
        word, rate = _best(_words_on(money, monetary, dollars)), elsewhere.get(money)
        if money in FIAT_OF_COIN:
            promised = worth.get(FIAT_OF_COIN[money])
            rate = rate or (promised.usd if promised else None)
            if word and word.worth and not _is_credible_dollar(word.worth, rate, thin=_is_thin(word)):
                word = None
        if word and word.worth and _is_credible_local(word.worth, rate, thin=_is_thin(word)):
            worth[money] = word.worth
        elif rate is not None:
            worth[money] = Worth(rate)
    return worth


def _worth_of_dollars(markets: Sequence[NamedMarket], elsewhere: Mapping[str, float]) -> dict[str, Worth]:
    """Dollar coins by what is known of others, beginning with the dollar; where that ends, the next one is taken at par.

    USDC/USDT says what USDC is worth, and USDT/USDC what USDT is: at par are taken first those that the answer prices in
    no other coin, and at once those that it does not name.
    """
    named = {name for market in markets for name in (market.symbol, market.currency)}
    worth = {"USD": Worth(1.0)}
    worth |= {name: _at_par(name, elsewhere) for name in DOLLARS[1:] if name not in named}
    unknown = [name for name in DOLLARS[1:] if name in named]
    while unknown:
        heard = {name: _best(_words_on(name, markets, worth)) for name in unknown}
        credible = {
            name: word.worth
            for name, word in heard.items()
            if word and word.worth and _is_credible_dollar(word.worth, elsewhere.get(name), thin=_is_thin(word))
        }
        if not credible:
            priced = {market.symbol for market in markets if market.currency in unknown}
            name = next((name for name in unknown if heard[name] or name not in priced), unknown[0])
            credible = {name: _at_par(name, elsewhere)}
        worth |= credible
        unknown = [name for name in unknown if name not in credible]
    return worth


def _at_par(name: str, elsewhere: Mapping[str, float]) -> Worth:
    """A dollar coin of which the answer does not say what it is worth."""
    return Worth(elsewhere.get(name, 1.0), frozenset({name}))


def consensus_on_dollar_coins(latest: Iterable[Mapping[str, Any]]) -> dict[str, float]:
    """What dollar coins are worth by cached_market_data rows of a moment ago: the median, where enough sources speak.

    Rows of markets in local money do not count: the local premium is in them.
    """
    said: dict[str, list[float]] = {}
    for row in latest:
        if row["symbol"] in DOLLAR_RANK and row["quote"] in DOLLAR_RANK:
            said.setdefault(row["symbol"], []).append(row["price"])
    return {symbol: median(prices) for symbol, prices in said.items() if len(prices) >= ENOUGH_SOURCES}


def _words_on(money: str, markets: Iterable[NamedMarket], worth: Mapping[str, Worth]) -> Iterator[_Word]:
    """What markets against dollars say. A market without a price, or where nobody trades, says nothing."""
    for market in markets:
        inverted = market.currency == money
        other = market.symbol if inverted else market.currency
        if money not in (market.symbol, market.currency) or other not in DOLLAR_RANK:
            continue
        if inverted and other not in worth:
            continue
        try:
            last = bounds.price(market.quote.last)
            base, quoted = number(market.quote.volume_base), number(market.quote.volume_quote)
        except ValueError:
            continue
        if base == 0 or quoted == 0:
            continue
        known = worth.get(other, Worth(1.0))
        usd = known.usd / last if inverted else last * known.usd
        in_base, in_quote = (known.usd, usd) if inverted else (usd, known.usd)
        sizes = [volume * unit for volume, unit in ((base, in_base), (quoted, in_quote)) if volume is not None]
        said = Worth(usd, known.rests_on | ({other} - {"USD"})) if other in worth else None
        yield _Word(said, DOLLAR_RANK[other], min(sizes, default=None))


def _best(words: Iterable[_Word]) -> _Word | None:
    """The word of the most preferred money among the markets that trade most; None while that is not known."""
    said = list(words)
    measured = [word for word in said if word.turnover is not None]
    largest = max((word.turnover or 0.0 for word in measured), default=0.0)
    rivals = [word for word in measured if (word.turnover or 0.0) * NEAR_TIE >= largest] or said
    known = [word for word in rivals if word.worth is not None]
    return min(known, key=lambda word: (word.rank, -(word.turnover or 0.0)), default=None)


def _is_credible_dollar(worth: Worth, consensus: float | None, *, thin: bool) -> bool:
    if worth.usd > DEAREST_DOLLAR:
        return False
    return consensus is None or abs(worth.usd / consensus - 1) <= (DOUBTFUL if thin else BEYOND_DOUBT)


def _is_credible_local(worth: Worth, rate: float | None, *, thin: bool) -> bool:
    if rate is None:
        return True
    ratio = worth.usd / rate
    return abs(ratio - 1) <= DOUBTFUL_LOCALLY if thin else 1 / BEYOND_PREMIUM <= ratio <= BEYOND_PREMIUM


def _is_thin(word: _Word) -> bool:
    return word.turnover is not None and word.turnover < THIN_USD


def _is_money(name: str) -> bool:
    return name in DOLLAR_RANK or name in FIAT or name in FIAT_OF_COIN
