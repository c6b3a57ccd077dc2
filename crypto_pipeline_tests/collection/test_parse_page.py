"""A page of the past that is read as columns holds what it holds when it is read row by row."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto_pipeline.collection import reading
from crypto_pipeline.collection.errors import SourceError
from crypto_pipeline.collection.normalise.context import NormalisationContext
from crypto_pipeline.sources.kit import Endpoint, RequestSpec, discover
from crypto_pipeline.sources.symbols import Universe

OPENED = int(datetime(2024, 3, 4, tzinfo=timezone.utc).timestamp())
HOUR = 3600
ODD: tuple[Any, ...] = (
    None, "", " ", "n/a", "NaN", "inf", "1_000", "1,000", "-1", "0", "1e400", "1e5", ".5", "5.", "\u0661", 0, -1, 5, 10**400, 1e-30,
    float("nan"), float("inf"), True, [], {}, "2024-03-04T05:00:00Z", "20240304050000", OPENED, OPENED + 1, 1709528400000, 1709528400001,
    1709528400000000, 4102444800000,
)  # fmt: skip


def context(*coins: str, hours: float = 100) -> NormalisationContext:
    """An answer that came some hours after its first candle had opened."""
    at = datetime.fromtimestamp(OPENED + hours * HOUR, timezone.utc)
    return NormalisationContext(at, universe=Universe(frozenset(coins or ("BTC",))), any_age=True)


def endpoint(name: str) -> Endpoint:
    return next(one for one in discover() if one.id == name)


BINANCE, COINBASE = endpoint("binance.candles"), endpoint("coinbase.candles")
ASK = RequestSpec("BTC 1h", values={"symbol": "BTC", "interval": "1h", "market": "BTCUSDT", "length": "1h"})


def kline(number: int) -> list[Any]:
    return [(OPENED + number * HOUR) * 1000, "100.5", "101.0", "99.5", "100.25", "12.5", 0, "1250.75", 42 + number]


def read_by(parse: Any, payload: Any, at: NormalisationContext, one: Endpoint = BINANCE) -> Any:
    """What a way of reading gives: rows and rejections, or how it failed."""
    try:
        read = parse(one.past, payload, ASK, at)
    except SourceError as error:
        return error.outcome, str(error)
    rows = list(read.columns) if read.columns else read.normalised.rows.get("cached_ohlc", [])
    return rows, read.normalised.rejected, read.normalised.rejected_count, read.entries


MANGLED = st.lists(st.tuples(st.integers(0, 11), st.integers(0, 8), st.sampled_from(ODD)), max_size=3)
HOW = st.sampled_from(["as it is", "numbers", "newest first", "twice", "every second", "texts of times"])


@settings(max_examples=300, deadline=None)
@given(MANGLED, HOW, st.sampled_from([100, 11.5, 3]))
def test_whatever_stands_in_a_page_both_ways_say_the_same_of_it(
    changes: list[tuple[int, int, Any]], how: str, hours: float
) -> None:
    page = [kline(number) for number in range(12)]
    if how == "numbers":
        page = [[float(part) if isinstance(part, str) else part for part in entry] for entry in page]
    if how == "texts of times":
        page = [[str(entry[0]), *entry[1:]] for entry in page]
    for entry, part, value in changes:
        page[entry][part] = value
    page = {"newest first": page[::-1], "twice": page * 2, "every second": page[::2]}.get(how, page)
    at = context(hours=hours)
    assert read_by(reading.parse_page, page, at) == read_by(reading.parse, page, at)


@pytest.mark.parametrize(
    "body", ["[]", "{}", '{"code": -1121, "msg": "Invalid symbol."}', "null", '"text"', "[[]]", "[null]"]
)
def test_an_answer_of_another_shape_fails_as_it_does_row_by_row(body: str) -> None:
    payload = json.loads(body)
    assert read_by(reading.parse_page, payload, context()) == read_by(reading.parse, payload, context())


def test_a_coin_that_nobody_asked_for_is_left_out_all_the_same() -> None:
    page = [kline(number) for number in range(12)]
    assert read_by(reading.parse_page, page, context("ETH")) == ([], [], 0, 12)


@pytest.mark.parametrize("numbers", [str, float])
def test_a_page_beyond_doubt_is_read_as_columns(numbers: Any) -> None:
    page = [[one[0], *map(numbers, one[1:6]), 0, numbers(one[7]), one[8]] for one in map(kline, range(12))]
    columns = reading.parse_page(BINANCE.past, page, ASK, context()).columns
    assert columns is not None
    assert len(columns) == 12


def test_a_page_with_a_row_that_cannot_be_believed_names_that_row() -> None:
    page = [kline(number) for number in range(12)]
    page[7][2] = "1.0"
    read = reading.parse_page(BINANCE.past, page, ASK, context())
    assert len(read.normalised.rows["cached_ohlc"]) == 11
    assert ["do not enclose" in one.reason for one in read.normalised.rejected] == [True]
