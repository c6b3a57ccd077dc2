"""Option contracts, made into one row for each coin and expiry of a source: what all of its contracts say together.

Belongs here: which contracts are believed, what is added up, and the row.
Does not belong here: volatilities between strikes and max pain (collection/normalise/smile.py), names of contracts
(sources/formats/options.py).

A sum is only told where every contract has a number and none was rejected: one that is too small would look like any other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from math import fsum
from statistics import median
from typing import NamedTuple

from crypto_pipeline.collection.normalise import bounds
from crypto_pipeline.collection.normalise.context import NormalisationContext, Normalised, TableRow, time_of_data
from crypto_pipeline.collection.normalise.smile import Smile, max_pain
from crypto_pipeline.collection.normalise.values import moment, number, text
from crypto_pipeline.schema.rows import Option
from crypto_pipeline.sources.kit import Provider
from crypto_pipeline.sources.symbols import coin

TABLE = "option_metrics"
SMALLEST_VOLATILITY, LARGEST_VOLATILITY = 0.1, 5_000.0
"""Percent a year: coins that promise a dollar come to one, contracts in their last minutes to a thousand."""
VOLATILITY_DECIMALS = 6
LONGEST = timedelta(days=5 * 365)
"""Until expiry."""
_YEAR = timedelta(days=365)


class _Contract(NamedTuple):
    """A contract that is believed."""

    strike: float
    is_call: bool
    underlying_price: float | None
    volatility: float | None
    open_interest: float | None
    volume: float | None
    at: datetime


def normalise_options(options: Iterable[Option], provider: Provider, context: NormalisationContext) -> Normalised:
    """One row for each coin and expiry. A contract that cannot be believed is rejected by itself, and the others are counted."""
    normalised = Normalised()
    together: dict[tuple[str, datetime], dict[str, _Contract]] = {}
    rejected: Counter[tuple[str, datetime]] = Counter()
    for option in options:
        symbol = coin(option.symbol, provider.aliases)
        if symbol not in context.universe:
            continue
        expiry = None
        try:
            name, expiry = text(option.contract), moment(option.expiry)
            if name is None or expiry is None:
                raise ValueError("it does not say which contract it is, or when that expires")
            contract = _believed(option, expiry, context)
        except ValueError as error:
            normalised.reject(TABLE, error, option)
            if expiry is not None:
                rejected[symbol, expiry] += 1
        else:
            together.setdefault((symbol, expiry), {})[name] = contract
    for (symbol, expiry), contracts in sorted(together.items()):
        row = _row(list(contracts.values()), expiry, rejected[symbol, expiry])
        normalised.add(TABLE, {"symbol": symbol, **row, "source": provider.source, "fetched_at": context.fetched_at})
    return normalised


def _believed(option: Option, expiry: datetime, context: NormalisationContext) -> _Contract:
    at = time_of_data(option.timestamp, context.fetched_at)
    if not at < expiry <= at + LONGEST:
        raise ValueError(f"a contract of {at:%Y-%m-%d %H:%M} cannot expire at {expiry:%Y-%m-%d %H:%M}")
    if option.side not in {"call", "put"}:
        raise ValueError(f"{option.side!r} is neither call nor put")
    volatility = number(option.mark_iv) or None  # some write 0 where they have none
    if volatility is not None and not SMALLEST_VOLATILITY <= volatility <= LARGEST_VOLATILITY:
        raise ValueError(f"an implied volatility of {volatility:g} percent cannot be")
    contract = _Contract(
        strike=bounds.price(option.strike, "strike"),
        is_call=option.side == "call",
        underlying_price=bounds.price_or_none(option.underlying_price, "underlying price"),
        volatility=volatility,
        open_interest=bounds.amount(option.open_interest, "open interest"),
        volume=bounds.amount(option.volume_24h, "volume"),
        at=at,
    )
    if contract[2:-1] == (None, None, None, None):
        raise ValueError("it says neither a volatility nor what is open or was traded")
    return contract


def _row(contracts: list[_Contract], expiry: datetime, rejected: int) -> TableRow:
    at = max(one.at for one in contracts)
    prices = [one.underlying_price for one in contracts if one.underlying_price is not None]
    underlying = median(prices) if prices else None
    smile = _smile(contracts, underlying, expiry - at)
    call_iv, put_iv = (smile.quarter_delta_call, smile.quarter_delta_put) if smile else (None, None)
    calls = [one for one in contracts if one.is_call]
    puts = [one for one in contracts if not one.is_call]
    call_volume, put_volume = (None if rejected else _sum(one.volume for one in side) for side in (calls, puts))
    open_calls, open_puts = (None if rejected else _sum(one.open_interest for one in side) for side in (calls, puts))
    is_known = open_calls is not None and open_puts is not None
    return {
        "expiry": expiry,
        "days_to_expiry": (expiry - at) / timedelta(days=1),
        "underlying_price": underlying,
        "atm_iv": _rounded(smile.at_the_money if smile else None),
        "iv_25d_call": _rounded(call_iv),
        "iv_25d_put": _rounded(put_iv),
        "skew_25d": _rounded(None if call_iv is None or put_iv is None else put_iv - call_iv),
        "call_volume_24h": call_volume,
        "put_volume_24h": put_volume,
        "put_call_volume": _ratio(put_volume, call_volume),
        "call_open_interest": open_calls,
        "put_open_interest": open_puts,
        "put_call_open_interest": _ratio(open_puts, open_calls),
        "max_pain": max_pain(_open_by_strike(calls), _open_by_strike(puts)) if is_known else None,
        "strikes": len({one.strike for one in contracts}),
        "contracts": len(contracts),
        "contracts_rejected": rejected,
        "timestamp": at,
    }


def _smile(contracts: Iterable[_Contract], underlying: float | None, left: timedelta) -> Smile | None:
    """One volatility a strike: that of the contract out of the money, of the other one only where that has none.

    Where several contracts of a strike are traded (paid in one money and in another) it is their median.
    """
    if underlying is None:
        return None
    said: dict[float, dict[bool, list[float]]] = {}
    for one in contracts:
        if one.volatility is not None:
            is_out_of_the_money = one.is_call == (one.strike >= underlying)
            said.setdefault(one.strike, {}).setdefault(is_out_of_the_money, []).append(one.volatility)
    volatilities = {strike: median(by_side.get(True) or by_side[False]) for strike, by_side in said.items()}
    return Smile(underlying, left / _YEAR, volatilities)


def _rounded(volatility: float | None) -> float | None:
    """What is interpolated has no more digits that mean anything, and the last ones differ from one processor to another."""
    return None if volatility is None else round(volatility, VOLATILITY_DECIMALS)


def _sum(numbers: Iterable[float | None]) -> float | None:
    """None where there is nothing to add up, or where one of them is not known."""
    known = list(numbers)
    return fsum(one for one in known if one is not None) if known and None not in known else None


def _ratio(part: float | None, whole: float | None) -> float | None:
    return part / whole if part is not None and whole else None


def _open_by_strike(contracts: Iterable[_Contract]) -> Mapping[float, float]:
    by_strike: dict[float, list[float]] = {}
    for one in contracts:
        by_strike.setdefault(one.strike, []).append(one.open_interest or 0.0)
    return {strike: fsum(coins) for strike, coins in by_strike.items()}
