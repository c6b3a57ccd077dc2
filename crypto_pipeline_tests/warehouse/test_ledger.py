"""What the ledger of the past knows: what need not be asked for again, what is there, what went out just now."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from crypto_pipeline.warehouse import Warehouse, ledger
from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse
from crypto_pipeline_tests.warehouse.facts import NOON, minutes

DAY = 86_400
START = int(NOON.timestamp())
WEEK = 7 * 24 * 60
"""Minutes."""


@pytest.fixture
def warehouse(held: DuckDBWarehouse) -> DuckDBWarehouse:
    return held


def page(ask: str = "BTC 1h", outcome: str = "ok", *, day: int = 0, asked: float = 0, **more: Any) -> dict[str, Any]:
    """A day of the past that an endpoint was asked for, so many minutes after noon."""
    return {
        "endpoint": "okx.candles",
        "ask": ask,
        "source": "okx",
        "interval": "1h",
        "from_at": NOON + timedelta(days=day),
        "to_at": NOON + timedelta(days=day + 1),
        "outcome": outcome,
        "fetched_at": minutes(asked),
        **more,
    }


def candle(day: int, *, symbol: str = "BTC", **more: Any) -> dict[str, Any]:
    return {
        "provider": "okx",
        "symbol": symbol,
        "interval": "1d",
        "timestamp": NOON + timedelta(days=day),
        "close": 1.0,
        "is_final": True,
        "fetched_at": NOON,
        **more,
    }


def listing(market: str, *, kind: str = "spot", **dates: datetime) -> dict[str, Any]:
    return {"source": "okx", "kind": kind, "market": market, "symbol": "BTC", "fetched_at": NOON, **dates}


def test_a_page_is_settled_by_an_answer_for_good_and_by_not_being_paged_for_a_week(warehouse: Warehouse) -> None:
    for_good = ("ok", "empty", "unlisted", "end_of_history")
    pages = [page(outcome, outcome, asked=-WEEK * 100) for outcome in (*for_good, "timeout")]
    pages += [page(f"{outcome} late", outcome, asked=-WEEK) for outcome in ("no_market", "not_paged")]
    pages += [page(outcome, outcome, asked=1 - WEEK) for outcome in ("no_market", "not_paged")]
    pages += [page("of another", endpoint="gate.candles")]
    warehouse.merge({"history_pages": pages})
    settled = ledger.settled_stretches(warehouse, ["okx.candles"], NOON)
    assert settled == {("okx.candles", ask): [(START, START + DAY)] for ask in (*for_good, "no_market", "not_paged")}


def test_how_often_a_source_has_answered_is_known_of_each_page_that_says_so(warehouse: Warehouse) -> None:
    pages = [page(times_told=2), page(day=1, times_told=1), page(day=2)]
    warehouse.merge({"history_pages": [*pages, page(endpoint="gate.candles", times_told=9)]})
    assert ledger.times_told(warehouse, ["okx.candles"]) == {
        ("okx.candles", "BTC 1h", START): 2,
        ("okx.candles", "BTC 1h", START + DAY): 1,
    }


def test_days_that_follow_one_another_are_one_stretch_of_their_market(warehouse: Warehouse) -> None:
    rows = [*map(candle, (0, 1, 2, 5)), candle(9, is_final=False), candle(3, interval="1h")]
    rows += [candle(3, provider="gate"), candle(3, symbol="ETH"), candle(7, symbol="ADA"), candle(8, symbol="ADA")]
    warehouse.merge({"cached_ohlc": rows})
    assert ledger.stored_days(warehouse, "okx", ["BTC", "ADA"]) == {
        "BTC": [(START, START + 3 * DAY), (START + 5 * DAY, START + 6 * DAY)],
        "ADA": [(START + 7 * DAY, START + 9 * DAY)],
    }


def test_a_market_that_took_the_place_of_another_begins_a_stretch_of_its_own(warehouse: Warehouse) -> None:
    rows = [candle(day, pair="BTCUSDT" if day < 2 else "XBTUSDT") for day in range(4)]
    warehouse.merge({"cached_ohlc": rows})
    assert ledger.stored_days(warehouse, "okx", ["BTC"]) == {
        "BTC": [(START, START + 2 * DAY), (START + 2 * DAY, START + 4 * DAY)]
    }


def test_a_list_says_when_markets_opened_and_closed_as_far_as_it_does(warehouse: Warehouse) -> None:
    closed = NOON + timedelta(days=1)
    rows = [listing("A", listed_at=NOON, delisted_at=closed), listing("B", listed_at=NOON)]
    rows += [listing("C", delisted_at=closed)]
    warehouse.merge({"listings": [*rows, listing("D", kind="perpetual"), listing("E")]})
    assert ledger.listing_dates(warehouse) == {
        ("okx", "spot", "A"): (START, START + DAY),
        ("okx", "spot", "B"): (START, None),
        ("okx", "spot", "C"): (None, START + DAY),
    }
    assert ledger.listed_kinds(warehouse) == {("okx", "spot"), ("okx", "perpetual")}


def test_the_first_and_the_last_entry_of_a_series_are_those_of_all_its_pages(warehouse: Warehouse) -> None:
    came = [page(day=day, first_at=minutes(day), last_at=minutes(day + 1)) for day in (3, 1, 2)]
    others = [page("ETH 1h", "empty"), page("ADA 1h", endpoint="gate.candles", first_at=NOON, last_at=NOON)]
    warehouse.merge({"history_pages": came + others})
    assert ledger.entries_had(warehouse, ["okx.candles"]) == {("okx.candles", "BTC 1h"): (START + 60, START + 240)}


def test_what_is_there_of_the_past_is_told_by_source_and_length_with_the_newest_reason_why_more_is_not(
    warehouse: Warehouse,
) -> None:
    pages = [
        page(day=1, rows=24, first_at=minutes(5), last_at=minutes(6)),
        page(rows=20, first_at=minutes(1), last_at=minutes(2)),
        page("ETH 1h", rows=4, first_at=minutes(3), last_at=minutes(4)),
        page("ETH 1h", "timeout", day=1, error="slow", asked=1),
        page("ETH 1h", "blocked", day=2, error="refused", asked=2),
        page("ETH 1h", "timeout", day=3, error="slower", asked=0),
        page("", source="fred", endpoint="fred.series", interval=None, rows=7),
    ]
    gap = {"provider": "okx", "interval": "1h", "symbol": "BTC", "to_at": minutes(600), "found_at": NOON}
    kinds = {"halt": 1, "no_trades": 2, "refused": 4, "not_asked": 8, "unexplained": 16}
    gaps = [
        {**gap, "from_at": minutes(n), "kind": kind, "missing": missing}
        for n, (kind, missing) in enumerate(kinds.items())
    ]
    gaps += [{**gap, "interval": "1d", "from_at": NOON, "kind": "halt", "missing": 100}]
    warehouse.merge({"history_pages": pages, "candle_gaps": gaps})
    none = {"halt": 0, "no_trades": 0, "others": 0}
    assert ledger.status(warehouse) == [
        {"source": "fred", "interval": "", "endpoint": "fred.series", "series": 1, "rows": 7}
        | {"first_at": None, "last_at": None, "settled": 1, "unsettled": 0, "why": None, **none},
        {"source": "okx", "interval": "1h", "endpoint": "okx.candles", "series": 2, "rows": 48}
        | {"first_at": minutes(1), "last_at": minutes(6), "settled": 3, "unsettled": 3, "why": "refused"}
        | {"halt": 1, "no_trades": 2, "others": 28},
    ]


def test_what_a_coin_turned_over_at_a_source_is_the_most_that_one_of_its_markets_did(warehouse: Warehouse) -> None:
    row = {"provider": "okx", "symbol": "BTC", "price": 1.0, "fetched_at": NOON}
    markets = [{**row, "volume_24h": 5.0}, {**row, "symbol": "ETH", "volume_24h": 0.0}]
    markets += [{**row, "symbol": "ADA"}, {**row, "provider": "gate", "volume_24h": 7.0}]
    warehouse.merge({"cached_market_data": markets})
    assert ledger.traded_volumes(warehouse) == {("okx", "BTC"): 5.0, ("gate", "BTC"): 7.0}


def test_a_page_counts_against_the_budget_of_its_host_for_as_long_as_that_lasts(warehouse: Warehouse) -> None:
    def asked(endpoint: str, at: float, outcome: str = "ok") -> dict[str, Any]:
        return page(f"{at}", outcome, endpoint=endpoint, asked=at)

    pages = [asked("minute", -1), asked("minute", -0.9), asked("hour", -60), asked("hour", -59), asked("hour", 0)]
    pages += [asked("hour", 1), asked("hour", -2, "unlisted"), asked("hour", -3, "timeout"), asked("no budget", -1)]
    warehouse.merge({"history_pages": pages})
    found = ledger.went_out(warehouse, {"minute": 60, "hour": 3600}, NOON)
    assert sorted((endpoint, (at - NOON).total_seconds()) for endpoint, at in found) == [
        ("hour", -3540),
        ("hour", -180),
        ("hour", 0),
        ("minute", -54),
    ]
    assert ledger.went_out(warehouse, {}, NOON) == []


@pytest.mark.parametrize(
    ("asked", "nothing"),
    [
        (lambda bank: ledger.settled_stretches(bank, ["a"], NOON), {}),
        (lambda bank: ledger.times_told(bank, ["a"]), {}),
        (lambda bank: ledger.stored_days(bank, "okx", ["BTC"]), {}),
        (ledger.listing_dates, {}),
        (ledger.listed_kinds, set()),
        (lambda bank: ledger.entries_had(bank, ["a"]), {}),
        (ledger.status, []),
        (ledger.traded_volumes, {}),
        (lambda bank: ledger.went_out(bank, {"a": 60}, NOON), []),
    ],
)
def test_before_there_is_a_database_the_ledger_is_empty(tmp_path: Path, asked: Any, nothing: object) -> None:
    assert asked(DuckDBWarehouse(tmp_path / "none.duckdb")) == nothing
