"""Candles that are read as columns are what they are when they are read row by row."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from datetime import datetime, timezone
from functools import cache
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crypto_pipeline.collection import reading
from crypto_pipeline.collection.answered_request import answered_request
from crypto_pipeline.collection.errors import SourceError
from crypto_pipeline.collection.normalise.context import NormalisationContext
from crypto_pipeline.replay.recorded import RECORDED_AT, Recordings
from crypto_pipeline.replay.routes import Target
from crypto_pipeline.replay.world import World
from crypto_pipeline.schema.columns import Columns
from crypto_pipeline.schema.rows import Candle
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


RECORDINGS, WORLD = Recordings(), World()
RECORDED = {one.id: recording for one in discover() if Candle in one.rows and (recording := RECORDINGS.of(one))}
BINANCE = RECORDED["binance.candles"].endpoint
ASK = RequestSpec("BTC 1h", values={"symbol": "BTC", "interval": "1h", "market": "BTCUSDT", "length": "1h"})


def kline(number: int) -> list[Any]:
    return [(OPENED + number * HOUR) * 1000, "100.5", "101.0", "99.5", "100.25", "12.5", 0, "1250.75", 42 + number]


def read(payload: Any, at: NormalisationContext, one: Endpoint = BINANCE, ask: RequestSpec = ASK) -> Any:
    """What an answer gives: rows and rejections, and how it is judged; or how it failed."""
    try:
        made = reading.parse(one, payload, ask, at)
    except SourceError as error:
        return error.outcome, str(error)
    objection = reading.objection_to(one, made, at)
    rows = {table: list(rows) for table, rows in made.normalised.rows.items()}
    return rows, replace(made.normalised, rows={}), made.entries, objection and str(objection)


def read_by_row(payload: Any, at: NormalisationContext, one: Endpoint = BINANCE, ask: RequestSpec = ASK) -> Any:
    """The same where no answer is read as columns."""
    with patch.object(reading, "candle_columns", lambda *_, **__: None):  # a mock would cost as much as the reading
        return read(payload, at, one, ask)


MANGLED = st.lists(st.tuples(st.integers(0, 11), st.integers(0, 8), st.sampled_from(ODD)), max_size=3)
HOW = st.sampled_from(["as it is", "numbers", "newest first", "twice", "every second", "texts of times"])


@settings(max_examples=120)
@example([(0, 0, OPENED * 1000 + 1)], "as it is", 100)
@example([(5, 4, "101.1")], "as it is", 100)
@example([], "as it is", 11)
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
    assert read(page, at) == read_by_row(page, at)


def leaves(payload: Any) -> Iterator[tuple[Any, Any]]:
    """Every value that stands in a list or an object, as what it stands in and its place there."""
    for place, value in list(payload.items() if isinstance(payload, dict) else enumerate(payload)):
        if isinstance(value, dict | list):
            yield from leaves(value)
        else:
            yield payload, place


@cache
def in_full(name: str) -> tuple[Any, RequestSpec]:
    """A recorded answer with as many candles as the exchange would give, and the request that it answers."""
    recording = RECORDED[name]
    ask = answered_request(recording.endpoint, recording.payload, RECORDED_AT).spec
    return WORLD.payload(Target(recording.endpoint, ask), recording, RECORDED_AT), ask


@pytest.mark.parametrize("name", RECORDED)
def test_both_ways_say_the_same_of_every_exchange_whatever_stands_in_its_answer(name: str) -> None:
    recording, at = RECORDED[name], NormalisationContext(RECORDED_AT)
    one = recording.endpoint
    replayed, ask = in_full(name)
    for payload in (recording.payload, replayed):
        assert read(payload, at, one, ask) == read_by_row(payload, at, one, ask)
    payload = deepcopy(recording.payload)
    for inside, place in list(leaves(payload))[-12:]:
        before = inside[place]
        for odd in (None, "", "1_000", -1, 1e-30, True, OPENED + 1):
            inside[place] = odd
            assert read(payload, at, one, ask) == read_by_row(payload, at, one, ask), (place, odd)
        inside[place] = before


def test_most_exchanges_have_their_candles_read_as_columns() -> None:
    at = NormalisationContext(RECORDED_AT)
    by_row = set()
    for name, recording in RECORDED.items():
        payload, ask = in_full(name)
        made = reading.parse(recording.endpoint, payload, ask, at).normalised.rows
        if not isinstance(made.get("cached_ohlc"), Columns):
            by_row.add(name)
    assert len(by_row) <= len(RECORDED) // 5, by_row


@pytest.mark.parametrize(
    "body", ["[]", "{}", '{"code": -1121, "msg": "Invalid symbol."}', "null", '"text"', "[[]]", "[null]"]
)
def test_an_answer_of_another_shape_fails_as_it_does_row_by_row(body: str) -> None:
    payload = json.loads(body)
    assert read(payload, context()) == read_by_row(payload, context())


def test_a_coin_that_nobody_asked_for_is_left_out_all_the_same() -> None:
    page = [kline(number) for number in range(12)]
    made = reading.parse(BINANCE, page, ASK, context("ETH"))
    assert (made.normalised.row_count, made.normalised.rejected_count, made.entries) == (0, 0, 12)


@pytest.mark.parametrize("numbers", [str, float])
def test_a_page_beyond_doubt_is_read_as_columns(numbers: Any) -> None:
    page = [[one[0], *map(numbers, one[1:6]), 0, numbers(one[7]), one[8]] for one in map(kline, range(12))]
    columns = reading.parse(BINANCE, page, ASK, context()).normalised.rows["cached_ohlc"]
    assert isinstance(columns, Columns)
    assert len(columns) == 12


def test_entries_that_cannot_be_read_cost_nothing_but_themselves() -> None:
    page: list[Any] = [kline(number) for number in range(12)]
    page[3] = "odd"
    normalised = reading.parse(BINANCE, page, ASK, context()).normalised
    assert isinstance(normalised.rows["cached_ohlc"], Columns)
    assert (normalised.row_count, normalised.rejected_count) == (11, 1)


def test_a_page_with_a_row_that_cannot_be_believed_names_that_row() -> None:
    page = [kline(number) for number in range(12)]
    page[7][2] = "1.0"
    normalised = reading.parse(BINANCE, page, ASK, context()).normalised
    assert len(normalised.rows["cached_ohlc"]) == 11
    assert ["do not enclose" in one.reason for one in normalised.rejected] == [True]
