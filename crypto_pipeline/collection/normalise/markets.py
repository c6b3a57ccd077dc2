"""Quotes of exchanges, made into one dollar row per coin and source: name, convert, choose.

Belongs here: the three steps, and the row of a market in dollars.
Does not belong here: names of markets (collection/normalise/named_markets.py), worth of monies (collection/normalise/dollars.py), the choice itself (collection/normalise/choice.py), the median over sources (collection/normalise/consensus.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from crypto_pipeline.collection.normalise import bounds, day_figures
from crypto_pipeline.collection.normalise.choice import PricedMarket, choose, without_namesakes
from crypto_pipeline.collection.normalise.context import NormalisationContext, Normalised, TableRow, time_of_data
from crypto_pipeline.collection.normalise.dollars import DEAREST_DOLLAR, Worth, worth_of_monies
from crypto_pipeline.collection.normalise.market_rows import MARKET, add_price, check_age
from crypto_pipeline.collection.normalise.named_markets import (
    BRIDGE_RANK,
    BRIDGES,
    DOLLAR_RANK,
    NamedMarket,
    is_a_coin,
    named_market,
)
from crypto_pipeline.schema.rows import Quote
from crypto_pipeline.sources.kit import Provider
from crypto_pipeline.sources.symbols import FIAT

MOST_MARKETS = 100
"""Of one coin in one answer, each of which is held against all others: an answer that repeats one of them would take hours.
The largest exchanges have some thirty of bitcoin."""


def normalise_quotes(quotes: Iterable[Quote], provider: Provider, context: NormalisationContext) -> Normalised:
    """One market_prices row and one cached_market_data row per tracked coin, from one of its markets.

    A market whose money is preferred to that of the one taken, and that could not be believed, is rejected with its reason.
    """
    normalised = Normalised()
    markets: list[NamedMarket] = []
    counts: Counter[str] = Counter()
    for quote in quotes:
        try:
            market = named_market(quote, provider)
            if market and counts[market.symbol] == MOST_MARKETS:
                raise ValueError(f"there are more than {MOST_MARKETS} markets of {market.symbol}")
        except ValueError as error:
            normalised.reject(MARKET, error, quote)
            continue
        if market:
            counts[market.symbol] += 1
            markets.append(market)
    if doubt := day_figures.objection_to_changes(market.quote.change_percent for market in markets):
        normalised.reject(MARKET, doubt, markets[0].quote)
        markets = [market._replace(quote=market.quote._replace(change_percent=None)) for market in markets]
    worth = worth_of_monies(markets, context.usd_per_unit)
    of_coin: dict[str, list[NamedMarket]] = {}
    for market in markets:
        if is_a_coin(market.symbol):
            of_coin.setdefault(market.symbol, []).append(market)
    worth |= _worth_of_bridges(of_coin, worth, context)
    for symbol, candidates in of_coin.items():
        if symbol not in context.universe:
            continue
        priced, objections = _convert(candidates, worth, context)
        priced, namesakes = without_namesakes(priced)
        objections += [
            (one.market, ValueError(f"{one.market.quote.pair} is another coin than {symbol} there"))
            for one in namesakes
        ]
        chosen = choose(priced)
        if chosen:
            add_price(normalised, chosen.row, provider, context)
        for market, objection in objections:
            if not chosen or market.rank <= chosen.market.rank:
                normalised.reject(MARKET, objection, market.quote)
    return normalised


def _worth_of_bridges(
    of_coin: Mapping[str, list[NamedMarket]], worth: Mapping[str, Worth], context: NormalisationContext
) -> dict[str, Worth]:
    """What the same source says bitcoin and ether are worth; neither is ever its own bridge."""
    found: dict[str, Worth] = {}
    for bridge in BRIDGES:
        direct = [market for market in of_coin.get(bridge, ()) if market.rank < BRIDGE_RANK]
        chosen = choose(_convert(direct, worth, context)[0])
        if chosen:
            money = chosen.market.currency
            found[bridge] = Worth(chosen.price, worth[money].rests_on | {money})
    return found


def _convert(
    markets: Iterable[NamedMarket], worth: Mapping[str, Worth], context: NormalisationContext
) -> tuple[list[PricedMarket], list[tuple[NamedMarket, ValueError]]]:
    """Markets with their price in dollars, and those that could not be believed with the reason.

    USDT/KRW says what a won is worth, and then nothing of USDT. Where the worth of its money rests on a coin, the coin takes the
    exchange rate of elsewhere, and its price has the local premium in it; without such a rate the market is passed over.
    """
    priced: list[PricedMarket] = []
    objections: list[tuple[NamedMarket, ValueError]] = []
    for market in markets:
        money = worth.get(market.currency)
        rate = money.usd if money else None
        if money and market.symbol in money.rests_on:
            rate = context.usd_per_unit.get(market.currency) if market.currency in FIAT else None
            if rate is None:
                continue
        try:
            if rate is None:
                raise ValueError(f"there is no rate at hand to turn {market.currency} into dollars")
            priced.append(_priced(market, rate, context))
        except ValueError as objection:
            objections.append((market, objection))
    return priced, objections


def _priced(market: NamedMarket, rate: float, context: NormalisationContext) -> PricedMarket:
    quote, bridged = market.quote, market.rank == BRIDGE_RANK
    last = bounds.price(quote.last)
    turnover, volume = _turnover(quote, last, rate)
    high, low = day_figures.high_and_low(quote.high, quote.low, last)
    change = day_figures.change(quote.change_percent, quote.open, last, high, low)
    row: TableRow = {
        "symbol": market.symbol,
        "price_usd": bounds.price(last * rate, "price in dollars"),
        "market_cap": None,
        "volume_24h": volume,
        "price_change_24h": None if bridged else change,
        "high_24h": None if high is None or bridged else high * rate,
        "low_24h": None if low is None or bridged else low * rate,
        "pair": str(quote.pair),
        "quote": market.currency,
        "timestamp": time_of_data(quote.timestamp, context.fetched_at),
    }
    if market.symbol in DOLLAR_RANK and row["price_usd"] > DEAREST_DOLLAR:
        raise ValueError(f"a dollar coin does not cost {row['price_usd']:.4g} dollars")
    check_age(row, context)
    return PricedMarket(market, row, turnover)


def _turnover(quote: Quote, last: float, rate: float) -> tuple[float | None, float | None]:
    """The turnover in dollars by which a market is judged, and the one that is stored.

    Of two figures that contradict each other the smaller is what a market can be sure of, and neither is stored.
    """
    coins, money = bounds.amount(quote.volume_base, "volume"), bounds.amount(quote.volume_quote, "volume")
    if coins == 0 or money == 0:
        raise ValueError("nobody traded there in the last 24 hours")
    figures = [size * rate for size in (money, None if coins is None else coins * last) if size is not None]
    if not figures:
        return None, None
    smaller = bounds.amount(min(figures), "turnover in dollars", bounds.LARGEST_TURNOVER_USD)
    return smaller, None if max(figures) > bounds.CONTRADICTION * min(figures) else figures[0]
