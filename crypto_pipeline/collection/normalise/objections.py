"""What rows that go to their table as they are cannot be: the checks of each table.

Belongs here: why a row is not believed, by what it says itself; rows of gas, of candles, of contracts and the others.
Does not belong here: rows held against each other (collection/normalise/candle_spacing.py, collection/normalise/contract_figures.py),
bounds that several kinds of rows share (collection/normalise/bounds.py).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta

from crypto_pipeline.collection.errors import FutureError
from crypto_pipeline.collection.normalise import bounds, contract_figures
from crypto_pipeline.collection.normalise.context import TableRow
from crypto_pipeline.schema.clock import GENESIS
from crypto_pipeline.schema.gas_ranges import PLAUSIBLE_FEES
from crypto_pipeline.schema.intervals import INTERVAL_SECONDS, opens_at

SMALLEST_RATE, LARGEST_RATE = 1e-9, 1e6
"""Dollars for a unit of a money: a rial costs a millionth, an ounce of gold some thousands."""
LONGEST_FUNDING_HOURS = 24
LONGEST_FUTURE = timedelta(days=3 * 366)
"""Until a dated contract ends; the farthest ones are listed for two years."""
LARGEST_BASIS = 100
"""Percent that a dated contract may lie off its coin."""
FARTHEST_LISTING = timedelta(days=400)
"""Ahead of which an exchange may say that a market opens or closes."""
NO_RANGE = (0.0, math.inf)
"""Of fees of chains and in units about which nothing is known."""
IN_ANOTHER_UNIT = 1_000
"""Times that a fee may lie outside what its chain usually asks; one in wei where gwei should be is off by a billion."""
LARGEST_METRIC = 1e15
"""Of any unit: dollars, members, views in a day."""
LARGEST_OBSERVATION: Mapping[str, float] = {"percent a year": 1_000.0}
"""Of an economic series, by unit: the most that a central bank has ever asked is some hundred percent."""
SHARES = (
    "bullish_messages",
    "chance_",
    "defi_dominance",
    "sentiment_votes_up",
    "thread_share",
    "treasury_supply_share",
)
"""How metrics begin that are a part of a whole, in percent: none is less than nothing or more than all."""
HELD = ("etf_net_assets", "etf_volume", "treasury_", "defi_to_eth_ratio")
"""How metrics begin of which there cannot be less than nothing, whatever their unit."""
NEVER_NOTHING_BY_DAY = frozenset({"hash_rate", "difficulty", "block_size", "price", "market_cap", "realised_cap"})
"""Figures of a chain's day that cannot be 0: sources write 0 for what they do not know."""
FACTS_OF_ALL = (
    "total_market_cap_usd",
    "total_volume_24h_usd",
    "btc_dominance",
    "eth_dominance",
    "active_coins",
    "active_markets",
)
"""Of the whole market; one of them is enough."""
CALMEST = 3.0
"""Percent a year that a volatility index of a coin ever comes to; one below it is a fraction."""
NEVER_NEGATIVE = (
    "index",
    "ratio",
    "count",
    "rank",
    "BTC",
    "USD in an hour",
    "USD in 5 minutes",
    "users",
    "posts",
    "accounts",
    "events",
    "views",
    "per minute",
    "points",
    "annualised volatility",
)
"""How units begin whose values cannot be below zero."""
CURRENCY = re.compile("[A-Z]{3}")


def objection(table: str, row: TableRow) -> str | ValueError | None:
    """What is said against a row first; None where nothing is."""
    return next(iter(_OBJECTIONS.get(table, _none)(row)), None)


def volumes_contradict(candle: TableRow) -> bool:
    """Whether coins and money of a candle cannot both be of its prices: contracts in the place of coins, or the two swapped.

    Honest sources round the coins so far that the money lies a little outside (BingX: 0.59 coins at no more than 29,093.93,
    and a value of 17,221.07), so only what is off by a factor counts.
    """
    low, high, coins, money = (candle[name] for name in ("low", "high", "volume", "volume_quote"))
    if not coins or not money:
        return False
    return not low / bounds.CONTRADICTION <= money / coins <= high * bounds.CONTRADICTION


def _candle_objections(row: TableRow) -> Iterator[str | ValueError]:
    """What a candle cannot be."""
    prices = [row[name] for name in ("open", "high", "low", "close")]
    if row["interval"] not in INTERVAL_SECONDS:
        yield f"there is no interval {row['interval']!r}"
    elif None in prices:
        yield "one of its four prices is missing"
    elif min(prices) <= 0:
        yield "one of its four prices is zero or less"
    elif min(prices) < bounds.SMALLEST_PRICE or max(prices) > bounds.LARGEST_PRICE:
        yield "one of its four prices is beyond anything that is traded"
    elif row["low"] > min(prices) or row["high"] < max(prices):
        yield f"low {row['low']} and high {row['high']} do not enclose open {row['open']} and close {row['close']}"
    elif not 0 <= (row["volume"] or 0) <= bounds.LARGEST_AMOUNT:
        yield f"a volume of {row['volume']:g} cannot be"
    elif not 0 <= (row["volume_quote"] or 0) <= bounds.LARGEST_AMOUNT:
        yield f"a traded value of {row['volume_quote']:g} cannot be"
    elif not 0 <= (row["trades"] or 0) <= bounds.LARGEST_TRADES:
        yield f"{row['trades']} trades cannot be"
    elif not CURRENCY.fullmatch(row["currency"] or ""):
        yield f"{row['currency']!r} is not the code of a currency"
    elif not opens_at(row["timestamp"].timestamp(), row["interval"]):
        yield f"a candle of {row['interval']} cannot open at {row['timestamp']:%Y-%m-%d %H:%M:%S}"
    elif row["timestamp"] > row["fetched_at"]:
        said = f"it opens in the future, at {row['timestamp']:%Y-%m-%d %H:%M:%S}"
        yield FutureError(said, row["fetched_at"] - row["timestamp"])


def _gas_objections(row: TableRow) -> Iterator[str]:
    if row["gas_price"] is None:
        yield "it has no price"
    prices = [row[name] for name in ("slow_gas_price", "standard_gas_price", "fast_gas_price")]
    present = [price for price in (*prices, row["gas_price"]) if price is not None]
    if min([*present, row["base_fee"] or 0], default=0) < 0:
        yield "a fee is negative"
    in_order = [price for price in prices if price is not None]
    if in_order != sorted(in_order):
        yield "slow, standard and fast are not in that order: " + ", ".join(map(str, in_order))
    lowest, highest = PLAUSIBLE_FEES.get((str(row["blockchain"]), str(row["unit"])), NO_RANGE)
    for price in present:  # but for the base fee, which quiet chains let fall to nearly nothing
        if price > highest * IN_ANOTHER_UNIT or 0 < price < lowest / IN_ANOTHER_UNIT:
            yield f"a fee of {price:g} {row['unit']} is in another unit"


def _rate_objections(row: TableRow) -> Iterator[str]:
    if row["usd_per_unit"] is None or row["usd_per_unit"] <= 0:
        yield "a rate must be more than zero"
    elif not SMALLEST_RATE <= row["usd_per_unit"] <= LARGEST_RATE:
        yield f"a rate of {row['usd_per_unit']:g} dollars is not that of any money"
    if not (row["currency"] or "").isalpha():
        yield f"{row['currency']!r} is not the code of a currency"


def _value_objections(row: TableRow) -> Iterator[str]:
    value, unit = row["value"], str(row["unit"] or "")
    if value is None:
        yield "it has no value"
    elif abs(value) > LARGEST_METRIC:
        yield f"a value of {value:g} cannot be"
    elif value < 0 and unit.startswith(NEVER_NEGATIVE):
        yield f"{value:g} is less than nothing, and its unit is {unit}"
    elif unit == "index 0-100" and value > 100:
        yield f"{value:g} is beyond an index of 0 to 100"
    elif row["metric_name"].startswith("volatility_index") and value < CALMEST:
        yield f"a volatility of {value:g} percent a year is in another unit"
    elif row["metric_name"].startswith(SHARES) and not 0 <= value <= 100:
        yield f"{value:g} percent is no part of a whole"
    elif row["metric_name"].startswith(HELD) and value < 0:
        yield f"{row['metric_name']} of {value:g} is less than nothing"


def _defi_objections(row: TableRow) -> Iterator[str]:
    yield from _value_objections(row)
    if row["unit"] == "USD" and (row["value"] or 0) < 0:
        yield f"{row['value']:g} dollars are less than nothing"


def _stat_objections(row: TableRow) -> Iterator[str]:
    facts = set(row) - {"blockchain", "source", "timestamp", "fetched_at"}
    if all(row[name] is None for name in facts):
        yield "it says nothing"
    for name in facts - {"extra"}:
        if (row[name] or 0) < 0:
            yield f"{name} is negative"
        elif (row[name] or 0) > bounds.LARGEST_AMOUNT:
            yield f"{name} of {row[name]:g} cannot be"
    dollars = row["coin_price_usd"]
    if dollars is not None and not bounds.SMALLEST_PRICE <= dollars <= bounds.LARGEST_PRICE:
        yield f"coin_price_usd of {dollars:g} is beyond anything that is traded"


def _chain_metric_objections(row: TableRow) -> Iterator[str]:
    if row["value"] is None:
        yield "it has no value"
    elif row["value"] < 0:
        yield f"{row['metric_name']} is negative"
    elif row["value"] == 0 and row["metric_name"] in NEVER_NOTHING_BY_DAY:
        yield f"{row['metric_name']} is 0, which it cannot be"
    elif row["value"] > bounds.LARGEST_CHAIN_METRIC.get(row["metric_name"], bounds.LARGEST_AMOUNT):
        yield f"{row['metric_name']} of {row['value']:g} {row['unit']} cannot be"


def _observation_objections(row: TableRow) -> Iterator[str]:
    if row["value"] is None:
        yield "it has no value"
    elif abs(row["value"]) > LARGEST_OBSERVATION.get(row["unit"], LARGEST_METRIC):
        yield f"{row['series']} of {row['value']:g} {row['unit']} cannot be"
    elif row["value"] < 0 and row["unit"] != "percent a year":
        yield f"{row['series']} is negative"
    if row["known_at"] is None or row["known_at"] < row["timestamp"]:
        yield "nobody can have known it before the day that it is of"


def _derivative_objections(row: TableRow) -> Iterator[str]:
    if all(row[name] is None for name in ("funding_rate", "open_interest", "open_interest_usd", "mark_price")):
        yield "it says neither funding nor open interest nor a price"
    for name in ("mark_price", "index_price"):
        if row[name] is not None and not bounds.SMALLEST_PRICE <= row[name] <= bounds.LARGEST_PRICE:
            yield f"{name} of {row[name]:g} is beyond anything that is traded"
    for name in ("open_interest", "open_interest_usd", "volume_24h_usd"):
        if (
            not 0
            <= (row[name] or 0)
            <= (bounds.LARGEST_AMOUNT if name == "open_interest" else bounds.LARGEST_VOLUME_USD)
        ):
            yield f"{name} of {row[name]:g} cannot be"
    if too_much := contract_figures.objection(row):
        yield too_much
    if abs(row["funding_rate"] or 0) > 1:
        yield f"a funding rate of {row['funding_rate']} is not a fraction per interval"
    if row["funding_interval_hours"] is not None and not 0 < row["funding_interval_hours"] <= LONGEST_FUNDING_HOURS:
        yield f"funding is not paid every {row['funding_interval_hours']:g} hours"


def _future_objections(row: TableRow) -> Iterator[str]:
    if row["mark_price"] is None or row["expiry"] is None:
        yield "it does not say what it costs or when it ends"
    elif not row["timestamp"] < row["expiry"] <= row["timestamp"] + LONGEST_FUTURE:
        yield f"a contract of {row['timestamp']:%Y-%m-%d %H:%M} cannot end at {row['expiry']:%Y-%m-%d %H:%M}"
    for name in ("mark_price", "index_price"):
        if row[name] is not None and not bounds.SMALLEST_PRICE <= row[name] <= bounds.LARGEST_PRICE:
            yield f"{name} of {row[name]:g} is beyond anything that is traded"
    if abs(row["basis_percent"] or 0) > LARGEST_BASIS:
        yield f"{row['mark_price']:g} and {row['index_price']:g} are not prices of one coin"
    for name, most in (
        ("open_interest", bounds.LARGEST_AMOUNT),
        ("open_interest_usd", bounds.LARGEST_VOLUME_USD),
        ("volume_24h_usd", bounds.LARGEST_VOLUME_USD),
    ):
        if not 0 <= (row[name] or 0) <= most:
            yield f"{name} of {row[name]:g} cannot be"


def _liquidation_objections(row: TableRow) -> Iterator[str]:
    if row["side"] not in {"long", "short"}:
        yield f"{row['side']!r} is neither a long position nor a short one"
    if not bounds.SMALLEST_PRICE <= row["price"] <= bounds.LARGEST_PRICE:
        yield f"price of {row['price']:g} is beyond anything that is traded"
    if not 0 < row["amount"] <= bounds.LARGEST_AMOUNT:
        yield f"an amount of {row['amount']:g} cannot be"
    elif row["value_usd"] > bounds.LARGEST_TURNOVER_USD:
        yield f"a position of {row['value_usd']:g} dollars cannot be"


def _funding_objections(row: TableRow) -> Iterator[str]:
    if row["rate"] is None:
        yield "it does not say what was paid"
    elif abs(row["rate"]) > 1:
        yield f"a funding rate of {row['rate']:g} is not a fraction per interval"
    if row["interval_hours"] is not None and not 0 < row["interval_hours"] <= LONGEST_FUNDING_HOURS:
        yield f"funding is not paid every {row['interval_hours']:g} hours"
    if row["mark_price"] is not None and not bounds.SMALLEST_PRICE <= row["mark_price"] <= bounds.LARGEST_PRICE:
        yield f"mark_price of {row['mark_price']:g} is beyond anything that is traded"


def _overview_objections(row: TableRow) -> Iterator[str]:
    if all(row[name] is None for name in FACTS_OF_ALL):
        yield "it says nothing of the whole market"
    elif not 0 <= (row["total_market_cap_usd"] or 0) <= bounds.LARGEST_CAP_USD:
        yield f"a total market capitalisation of {row['total_market_cap_usd']:g} cannot be"
    if not 0 <= (row["total_volume_24h_usd"] or 0) <= bounds.LARGEST_VOLUME_USD:
        yield f"a total volume of {row['total_volume_24h_usd']:g} cannot be"
    for name in ("btc_dominance", "eth_dominance"):
        if not 0 <= (row[name] or 0) <= 100:
            yield f"{name} of {row[name]} is not a percentage"


def _listing_objections(row: TableRow) -> Iterator[str]:
    for name in ("listed_at", "delisted_at"):
        if row[name] is not None and not GENESIS <= row[name] <= row["fetched_at"] + FARTHEST_LISTING:
            yield f"{name} of {row[name]:%Y-%m-%d} cannot be"


def _coin_objections(row: TableRow) -> Iterator[str]:
    if not row["name"]:
        yield "it has no name"
    elif not row["rank"] or row["rank"] < 1:
        yield "it has no rank: of several coins with one symbol nobody could say which is meant"


def _none(row: TableRow) -> Iterator[str]:
    return iter(())


_OBJECTIONS: Mapping[str, Callable[[TableRow], Iterator[str] | Iterator[str | ValueError]]] = {
    "cached_ohlc": _candle_objections,
    "coins": _coin_objections,
    "listings": _listing_objections,
    "gas_prices": _gas_objections,
    "exchange_rates": _rate_objections,
    "sentiment_metrics": _value_objections,
    "defi_metrics": _defi_objections,
    "blockchain_stats": _stat_objections,
    "chain_metrics": _chain_metric_objections,
    "derivatives_metrics": _derivative_objections,
    "dated_futures": _future_objections,
    "funding_rates": _funding_objections,
    "macro_series": _observation_objections,
    "liquidations": _liquidation_objections,
    "market_overview": _overview_objections,
}
