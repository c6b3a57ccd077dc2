"""Rows that go to their table as they are: each value converted to the type of its column, then checked.

Belongs here: the conversion, which follows from the declaration of the table; what follows from other values of a row.
Does not belong here: what such a row cannot be (collection/normalise/objections.py); fields that have another name than their columns (schema/tables/); rows that need others to be understood (collection/normalise/markets.py, collection/normalise/transfers.py, collection/normalise/news/articles.py).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from inspect import get_annotations
from typing import Any

from crypto_pipeline.collection.normalise import contract_figures
from crypto_pipeline.collection.normalise.candle_spacing import contradiction
from crypto_pipeline.collection.normalise.context import (
    NormalisationContext,
    Normalised,
    TableRow,
    time_of_data,
)
from crypto_pipeline.collection.normalise.objections import NO_RANGE, objection, volumes_contradict
from crypto_pipeline.collection.normalise.values import block_height, integer, moment, number, text
from crypto_pipeline.schema.declare import FLAG, INT, REAL, TEXT, TIME, ColumnType
from crypto_pipeline.schema.gas_ranges import PLAUSIBLE_FEES
from crypto_pipeline.schema.intervals import INTERVAL_SECONDS
from crypto_pipeline.schema.rows import (
    Candle,
    ChainMetric,
    ChainStat,
    DatedFuture,
    Derivative,
    Funding,
    Gas,
    Liquidation,
    Listing,
    Metric,
    Observation,
    Overview,
    Row,
)
from crypto_pipeline.schema.tables import TABLES, TABLES_OF_ROW
from crypto_pipeline.sources.kit import Provider, is_missing
from crypto_pipeline.sources.symbols import coin

_CONVERT: Mapping[ColumnType, Callable[[object], object]] = {
    REAL: number,
    INT: integer,
    TEXT: text,
    TIME: moment,
    FLAG: bool,
}

IN_SERIES = (ChainMetric, ChainStat, Derivative, Metric)
"""Rows of which an answer may hold many of one name, each of another time. Of Defi one holds a value of now beside its days."""
NO_TIME = "it does not say when it was, and others of its series do"
NEVER_NOTHING = (
    "latest_block",
    "total_transactions",
    "network_hashrate",
    "difficulty",
    "circulating_supply",
    "total_supply",
    "coin_price_usd",
)
"""Facts of a chain that cannot be 0 while it runs: explorers write 0 where they have not counted yet."""
COUNTS_OF_ALL = ("active_coins", "active_markets")
NEVER_NOTHING_OF_ALL = (
    "total_market_cap_usd",
    "total_volume_24h_usd",
    "btc_dominance",
    "eth_dominance",
    *COUNTS_OF_ALL,
)
"""Facts of the whole market that cannot be 0."""
FEES = ("gas_price", "slow_gas_price", "standard_gas_price", "fast_gas_price")


def normalise_simple_rows(rows: Iterable[Row], provider: Provider, context: NormalisationContext) -> Normalised:
    """Table rows of simple rows. A row with a value that is none, or that cannot be believed, is rejected by itself.

    Candles that lie otherwise than their interval says are rejected together; of coins with one symbol the largest has the name.
    """
    normalised = Normalised()
    candles: dict[tuple[str, ...], list[tuple[Row, TableRow]]] = {}
    without_time: list[tuple[str, Row, TableRow]] = []
    for row in rows:
        (table,) = TABLES_OF_ROW[type(row)]
        try:
            made = _convert(row, table, provider, context)
        except ValueError as error:
            normalised.reject(table, error, row)
            continue
        if made is None:
            continue
        if isinstance(row, Candle):
            candles.setdefault((made["symbol"], made["interval"], made["currency"]), []).append((row, made))
        elif isinstance(row, IN_SERIES) and is_missing(row.timestamp):
            without_time.append((table, row, made))
        else:
            _take(table, row, made, None, normalised)
    _take_undated(without_time, normalised)
    for series in candles.values():
        _take_candles(series, normalised)
    _compare_contracts(normalised)
    if names := normalised.rows.get("coins"):
        by_rank = sorted(names, key=lambda row: row["rank"], reverse=True)
        normalised.rows["coins"] = list({row["symbol"]: row for row in by_rank}.values())[::-1]
    return normalised


def _take_undated(rows: Sequence[tuple[str, Row, TableRow]], normalised: Normalised) -> None:
    """Rows that do not say when they were: of now, unless others of their series do say it."""
    timed = {_series(table, made) for table, _, _ in rows[:1] for made in normalised.rows.get(table, ())}
    for table, row, made in rows:
        _take(table, row, made, NO_TIME if _series(table, made) in timed else None, normalised)


def _take_candles(series: Sequence[tuple[Row, TableRow]], normalised: Normalised) -> None:
    together = contradiction(made for _, made in series)
    normalised.contradiction = normalised.contradiction or together
    for row, made in series:
        _take("cached_ohlc", row, made, together, normalised)


def _compare_contracts(normalised: Normalised) -> None:
    """Take out of contracts what they cannot all have said, held against each other."""
    contracts = normalised.rows.get("derivatives_metrics", [])
    contract_figures.without_prices_in_other_money(contracts)
    if doubt := contract_figures.objection_to_funding(contracts):
        normalised.reject("derivatives_metrics", doubt, contracts[0])
        for contract in contracts:
            contract |= {"funding_rate": None, "funding_rate_8h": None}


def _series(table: str, made: TableRow) -> tuple[object, ...]:
    """What rows have in common that tell of one thing at different times."""
    return tuple(made[name] for name in TABLES[table].key if name != "timestamp")


def _take(table: str, row: Row, made: TableRow, doubt: str | None, normalised: Normalised) -> None:
    """Add a row, or reject it: for what is said against those that it came with, else against it alone."""
    if why := doubt or objection(table, made):
        normalised.reject(table, why, row)
    else:
        if isinstance(row, Candle) and volumes_contradict(made):
            made |= {"volume": None, "volume_quote": None}
        normalised.add(table, made)


def _convert(row: Row, table: str, provider: Provider, context: NormalisationContext) -> TableRow | None:
    """The table row that a row becomes; None where its coin is not kept. Raises ValueError for what cannot be read."""
    made = _values(row, table)
    if isinstance(row, Listing) and (is_missing(text(row.symbol)) or is_missing(made["market"])):
        raise ValueError("it does not say which market it is")
    if "symbol" in made:
        symbol = str(getattr(row, "symbol", None))
        made["symbol"] = symbol if symbol in context.old_names else coin(symbol, provider.aliases)
        if made["symbol"] not in context.universe and not (isinstance(row, Listing) and made["symbol"]):
            return None
    made |= _COMPLETED.get(type(row), _as_it_is)(row, made)
    made |= _WHEN.get(type(row), _when_it_was)(row, made, context)
    if isinstance(row, Listing):
        made["quote"] = None if is_missing(made["quote"]) else coin(made["quote"], provider.aliases)
    made[_source_column(table)] = provider.source
    made["fetched_at"] = context.fetched_at
    if isinstance(row, Derivative | DatedFuture):
        made = contract_figures.made_consistent(made, any_age=context.any_age)
    return made


def _values(row: Row, table: str) -> TableRow:
    made: TableRow = {}
    for field, name, convert in _conversions(type(row), table):
        try:
            made[name] = convert(getattr(row, field))
        except ValueError as error:
            raise ValueError(f"{name}: {error}") from None
    return made


@cache
def _conversions(kind: type[Row], table: str) -> tuple[tuple[str, str, Callable[[object], object]], ...]:
    """Each field of such rows, the column that it fills, and how. The time of a row depends on its answer's."""
    columns = {column.field or column.name: column for column in TABLES[table].columns}
    return tuple(
        (field, columns[field].name, _as_json if field == "extra" else _CONVERT[columns[field].type])
        for field in get_annotations(kind)
        if field != "timestamp"
    )


def _as_json(value: object) -> str | None:
    return json.dumps(value, sort_keys=True) if value else None


@cache
def _source_column(table: str) -> str:
    return "provider" if "provider" in TABLES[table].column_names else "source"


def _as_it_is(row: Row, made: TableRow) -> TableRow:
    return {}


def _in_eight_hours(row: Derivative, made: TableRow) -> TableRow:
    return {"funding_rate_8h": _rate_8h(made["funding_rate"], made["funding_interval_hours"])}


def _paid_in_eight_hours(row: Funding, made: TableRow) -> TableRow:
    return {"rate_8h": _rate_8h(made["rate"], made["interval_hours"])}


def _rate_8h(rate: float | None, hours: float | None) -> float | None:
    return rate * 8 / hours if rate is not None and hours else None


def _basis(row: DatedFuture, made: TableRow) -> TableRow:
    mark, index = made["mark_price"], made["index_price"]
    return {"basis_percent": (mark / index - 1) * 100 if mark and index else None}


def _stat(row: ChainStat, made: TableRow) -> TableRow:
    return {name: made[name] or None for name in NEVER_NOTHING}


def _overview(row: Overview, made: TableRow) -> TableRow:
    negative = {name: None for name in COUNTS_OF_ALL if (made[name] or 0) < 0}
    return {name: made[name] or None for name in NEVER_NOTHING_OF_ALL} | negative


def _gas(row: Gas, made: TableRow) -> TableRow:
    costs = PLAUSIBLE_FEES.get((row.blockchain, row.unit), NO_RANGE)[0] > 0
    fees = {name: (made[name] or None) if costs else made[name] for name in FEES}
    gwei = fees["gas_price"] if row.unit == "gwei" else None
    return {**fees, "block_number": block_height(row.block_number), "gas_price_gwei": gwei}


_COMPLETED: Mapping[type[Row], Callable[[Any, TableRow], TableRow]] = {
    ChainStat: _stat,
    DatedFuture: _basis,
    Derivative: _in_eight_hours,
    Funding: _paid_in_eight_hours,
    Gas: _gas,
    Overview: _overview,
}
"""What follows from other values of the row."""


def _when_it_was(row: Row, made: TableRow, context: NormalisationContext) -> TableRow:
    return {"timestamp": time_of_data(getattr(row, "timestamp", None), context.fetched_at)}


def _when_it_opened(row: Candle, made: TableRow, context: NormalisationContext) -> TableRow:
    opened = moment(row.timestamp)
    if opened is None:
        raise ValueError("the candle does not say when it opened")
    closes = opened.timestamp() + INTERVAL_SECONDS.get(row.interval, 0)
    return {"timestamp": opened, "is_final": closes <= context.fetched_at.timestamp()}


def _when_it_was_paid(row: Funding, made: TableRow, context: NormalisationContext) -> TableRow:
    return {"funding_at": _to_the_minute(made["funding_at"], context)}


def _when_it_was_listed(row: Listing, made: TableRow, context: NormalisationContext) -> TableRow:
    when = _when_it_was(row, made, context) | {"first_seen_at": context.fetched_at}
    if made["status"] == "trading" and made["delisted_at"] is not None and made["delisted_at"] <= when["timestamp"]:
        when["delisted_at"] = None  # a moment that some fill in for markets that never close
    return when


def _when_it_was_known(row: Observation, made: TableRow, context: NormalisationContext) -> TableRow:
    known = made["known_at"]
    return _when_it_was(row, made, context) | {"known_at": known and min(known, context.fetched_at)}


def _liquidated(row: Liquidation, made: TableRow, context: NormalisationContext) -> TableRow:
    """When it was, what it was worth, and the id by which it is known when it is told again."""
    if made["liquidated_at"] is None or made["price"] is None or made["amount"] is None:
        raise ValueError("it does not say when, at what price or how much")
    at = time_of_data(made["liquidated_at"], context.fetched_at)
    own = made["liquidation_id"] or f"{made['contract']} {made['side']} {made['price']:.12g} {made['amount']:.12g}"
    return {
        "liquidated_at": at,
        "value_usd": made["price"] * made["amount"],
        "liquidation_id": f"{own} {at:%Y-%m-%dT%H:%M:%S.%f}"[:-3],
    }


_WHEN: Mapping[type[Row], Callable[[Any, TableRow, NormalisationContext], TableRow]] = {
    Candle: _when_it_opened,
    Funding: _when_it_was_paid,
    Liquidation: _liquidated,
    Listing: _when_it_was_listed,
    Observation: _when_it_was_known,
}
"""Times of rows that have more of them than one, or another one than ``timestamp``."""


def _to_the_minute(paid_at: datetime | None, context: NormalisationContext) -> datetime:
    """When funding was paid, without the milliseconds that an exchange was late: two that pay together say one time."""
    if paid_at is None:
        raise ValueError("it does not say when it was paid")
    nearest = (paid_at + timedelta(seconds=30)).replace(second=0, microsecond=0)
    return time_of_data(nearest, context.fetched_at)
