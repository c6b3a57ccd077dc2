"""Every past that is declared can be had from the replay: any window of any year, entry by entry."""

from __future__ import annotations

from datetime import datetime, timezone
from urllib.parse import urlencode

import pytest

from crypto_pipeline.collection.backfill.page import HistoryPage, page_of
from crypto_pipeline.collection.backfill.series import Series, series_of
from crypto_pipeline.collection.normalise.context import NormalisationContext
from crypto_pipeline.collection.reading import decode, objection_to, parse
from crypto_pipeline.replay.app import replay_app
from crypto_pipeline.replay.market import Market
from crypto_pipeline.schema.rows import Candle
from crypto_pipeline.schema.tables import feed_of
from crypto_pipeline.sources.kit import Context, Endpoint, Pages, Span, Whole, discover, page_request
from crypto_pipeline.sources.symbols import Universe
from crypto_pipeline_tests.replay.test_routes import requests_of, served

NOW = datetime(2026, 11, 29, 12, 30, tzinfo=timezone.utc)
MOST = 300
"""Entries of a page: some sources give ten times as many, all of them by the same rules."""
A_YEAR = Span(int(datetime(2025, 11, 29, tzinfo=timezone.utc).timestamp()), int(NOW.timestamp()))
ANSWER = replay_app(clock=lambda: NOW)
WITH_CANDLES = [one for one in discover() if one.history and Candle in one.rows]
WITH_OTHERS = [one for one in discover() if one.history and Candle not in one.rows]


def is_numbered(endpoint: Endpoint) -> bool:
    """Whether its pages are asked for by their numbers."""
    return isinstance(endpoint.history, Pages) and endpoint.history.is_numbered


def first_series(endpoint: Endpoint) -> Series:
    """The first series of an endpoint that has entries in the last year: the shortest candles of Bitcoin, say."""
    made = series_of([endpoint], wanted=A_YEAR, symbols=["BTC", "ETH"], intervals=["1h", "1d"], now=NOW)
    return made[0]


@pytest.mark.parametrize("endpoint", WITH_CANDLES, ids=lambda one: one.id)
def test_a_page_of_the_past_has_the_candles_of_its_window_and_no_other(endpoint: Endpoint) -> None:
    series = first_series(endpoint)
    page, window = asked(series)
    opened = [int(row["timestamp"].timestamp()) for row in page.rows["cached_ohlc"]]
    source = endpoint.provider.source
    trading = Market().trading
    assert sorted(opened) == [
        at
        for at in range(window.start, window.end, series.seconds)
        if not trading.is_halted(source, at, series.seconds) and at >= (trading.listed_at(source, "BTC") or 0)
    ]


def test_a_market_that_bundles_a_thousand_coins_has_the_past_of_one_coin() -> None:
    [hyperliquid] = [one for one in WITH_CANDLES if one.id == "hyperliquid.candles"]
    page, _ = asked(series_of([hyperliquid], wanted=A_YEAR, symbols=["PEPE"], intervals=["1h"], now=NOW)[0])
    rows = page.rows["cached_ohlc"]
    traded = [Market().candle("PEPE", int(row["timestamp"].timestamp()), 3600, NOW.timestamp()) for row in rows]
    assert len(traded) > 100
    assert {row["pair"] for row in rows} == {"kPEPE"}
    assert [row["close"] for row in rows] == pytest.approx([candle.close for candle in traded], rel=0.01)


@pytest.mark.parametrize("endpoint", WITH_OTHERS, ids=lambda one: one.id)
def test_a_page_of_another_past_has_an_entry_for_each_of_its_times(endpoint: Endpoint) -> None:
    series = first_series(endpoint)
    page, window = asked(series)
    moment = feed_of(endpoint.tables[0]).time_column
    times = {int(row[moment].timestamp()) for row in page.rows[endpoint.tables[0]]}
    first = -(-window.start // series.seconds) * series.seconds
    assert sorted(times) == list(range(first, window.end, series.seconds))


@pytest.mark.parametrize("endpoint", [one for one in WITH_OTHERS if is_numbered(one)], ids=lambda one: one.id)
def test_numbered_pages_follow_one_another_up_to_the_first_and_then_are_empty(endpoint: Endpoint) -> None:
    series = first_series(endpoint)
    history, moment = series.endpoint.history, feed_of(endpoint.tables[0]).time_column
    assert isinstance(history, Pages)
    begins = int(datetime.fromisoformat(f"{history.since}T00:00:00+00:00").timestamp())
    last = series.number_of(begins)
    times: list[int] = []
    for number in (1, 2, last, last + 1):
        page = page_numbered(series, number)
        times += [int(row[moment].timestamp()) for row in page.rows.get(endpoint.tables[0], ())]
    end = int(NOW.timestamp()) // series.seconds * series.seconds
    newest = [end - step * series.seconds for step in range(2 * history.size)]
    assert sorted(times, reverse=True)[: len(newest)] == newest
    assert min(times) == -(-begins // series.seconds) * series.seconds
    assert not page.rows


@pytest.mark.parametrize("hour", [0, 23])
@pytest.mark.parametrize(
    "endpoint", [one for one in WITH_OTHERS if isinstance(one.history, Whole)], ids=lambda one: one.id
)
def test_an_answer_that_is_the_whole_past_is_fresh_at_any_hour(endpoint: Endpoint, hour: int) -> None:
    now = NOW.replace(hour=hour)
    spec = next(iter(endpoint.requests_in(Context(Universe(), now))))
    answer = replay_app(clock=lambda: now)(requests_of(endpoint, spec)[None])
    assert answer.status == 200
    assert isinstance(answer.body, bytes)
    context = NormalisationContext(now, Universe())
    assert (
        objection_to(endpoint, parse(endpoint, decode(answer.body, endpoint.answer.format), spec, context), context)
        is None
    )


def page_numbered(series: Series, number: int) -> HistoryPage:
    """A page of a series as the replay answers it, whatever time it is of."""
    return answered(series, Span(0, int(NOW.timestamp()) + 1), number)


def asked(series: Series) -> tuple[HistoryPage, Span]:
    """A page of a series as the replay answers it, with its window: the second newest where there are two."""
    windows = list(series.missing([]))
    window = windows[min(1, len(windows) - 1)]
    if not is_numbered(series.endpoint):
        window = Span(window.start, min(window.end, window.start + MOST * series.seconds))
    page = answered(series, window, series.number_of(window.start))
    assert page.outcome.value == "ok", page.error
    return page, window


def answered(series: Series, window: Span, number: int) -> HistoryPage:
    """What the replay answers to a request for a page."""
    endpoint, history = series.endpoint, series.endpoint.history
    assert history is not None
    spec = page_request(history, series.spec, window, series.seconds, number)
    past = endpoint.past
    query = urlencode({**past.request.params, **spec.params})
    answer = ANSWER(served(past.request.method, f"{past.url(spec)}?{query}", past.body_of(spec)))
    assert answer.status == 200
    assert isinstance(answer.body, bytes)
    context = NormalisationContext(NOW, Universe(frozenset({"BTC", "ETH", "PEPE"})), any_age=True)
    page = page_of(series, window, parse(past, decode(answer.body, past.answer.format), spec, context), NOW)
    assert page.refused == 0
    return page
