"""Gaps between candles are found, and named by what rows and ledger tell of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto_pipeline.schema.intervals import INTERVAL_SECONDS
from crypto_pipeline.warehouse import archive
from crypto_pipeline.warehouse import gaps as module
from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse
from crypto_pipeline.warehouse.engines import Storage, file_for
from crypto_pipeline.warehouse.gaps import Gap, find_gaps, repairable_gaps, store_gaps
from crypto_pipeline.warehouse.ledger import stored_days
from crypto_pipeline_tests.held import emptied

START = datetime(2024, 3, 4, tzinfo=timezone.utc)
NOW = datetime(2026, 1, 1, tzinfo=timezone.utc)
HOURS = 48


def candles(
    provider: str,
    symbol: str,
    missing: Iterable[int] = (),
    volume: float = 1.0,
    interval: str = "1h",
    count: int = HOURS,
    **more: object,
) -> list[dict[str, object]]:
    """Candles from START on, but for those with these numbers."""
    gone = set(missing)
    step = timedelta(seconds=INTERVAL_SECONDS[interval])
    return [
        {
            "provider": provider,
            "symbol": symbol,
            "interval": interval,
            "timestamp": START + number * step,
            "open": 1.0,
            "high": 1.0,
            "low": 1.0,
            "close": 1.0,
            "currency": "USD",
            "volume": volume,
            "is_final": True,
            "fetched_at": NOW,
            **more,
        }
        for number in range(count)
        if number not in gone
    ]


def page(
    provider: str,
    symbol: str,
    refused: int = 0,
    hours: int = HOURS,
    times_told: int = 1,
    first: int = 0,
    interval: str = "1h",
) -> dict[str, object]:
    """The ledger's word that the hours from the first after START on were asked for."""
    return {
        "endpoint": f"{provider}.candles",
        "ask": f"{symbol} {interval}",
        "source": provider,
        "symbol": symbol,
        "interval": interval,
        "from_at": START + timedelta(hours=first),
        "to_at": START + timedelta(hours=hours),
        "rows": 40,
        "refused": refused,
        "outcome": "ok",
        "times_told": times_told,
        "fetched_at": NOW,
    }


def gaps(
    bank: DuckDBWarehouse, rows: list[dict[str, object]], pages: list[dict[str, object]], leave_out: Iterable[str] = ()
) -> list[tuple[object, ...]]:
    """Provider, symbol, first missing hour, count and kind of each gap."""
    found = find_gaps(holding(bank, rows, pages), set(leave_out), NOW)
    return [
        (one["provider"], one["symbol"], (one["from_at"] - START) / timedelta(hours=1), one["missing"], one["kind"])
        for one in found
    ]


def holding(bank: DuckDBWarehouse, rows: list[dict[str, object]], pages: list[dict[str, object]]) -> DuckDBWarehouse:
    """The bank with these rows and no others."""
    emptied(bank).merge({"cached_ohlc": rows, "history_pages": pages})
    return bank


@pytest.fixture
def bank(held: DuckDBWarehouse) -> DuckDBWarehouse:
    return held


def test_candles_without_a_hole_have_no_gap(bank: DuckDBWarehouse) -> None:
    assert gaps(bank, candles("a", "BTC"), [page("a", "BTC")]) == []


def test_what_nobody_has_asked_for_is_not_asked(bank: DuckDBWarehouse) -> None:
    assert gaps(bank, candles("a", "BTC", [5, 6]), []) == [("a", "BTC", 5, 2, "not_asked")]
    assert gaps(bank, candles("a", "BTC", [5, 6]), [page("a", "BTC", hours=6)]) == [("a", "BTC", 5, 2, "not_asked")]


def test_what_came_and_was_not_believed_is_refused(bank: DuckDBWarehouse) -> None:
    assert gaps(bank, candles("a", "BTC", [5]), [page("a", "BTC", refused=1)]) == [("a", "BTC", 5, 1, "refused")]


def test_what_half_of_an_exchange_misses_is_a_halt(bank: DuckDBWarehouse) -> None:
    symbols = ("BTC", "ETH", "SOL", "XRP")
    pages = [page("a", symbol) for symbol in symbols]
    half = [row for s in symbols for row in candles("a", s, [5, 6] if s in {"BTC", "ETH"} else [])]
    assert {one[-1] for one in gaps(bank, half, pages)} == {"halt"}
    less = [row for s in symbols for row in candles("a", s, [5, 6] if s == "BTC" else [])]
    assert {one[-1] for one in gaps(bank, less, pages)} == {"unexplained"}


def test_one_market_alone_makes_no_halt_even_where_it_is_half_of_them(bank: DuckDBWarehouse) -> None:
    rows = candles("a", "BTC", [5]) + candles("a", "ETH")
    assert gaps(bank, rows, [page("a", "BTC")]) == [("a", "BTC", 5, 1, "unexplained")]


def test_a_halt_is_of_those_that_were_traded_then_and_stood_still_for_all_of_it(bank: DuckDBWarehouse) -> None:
    over = [row for symbol in ("ADA", "DOT", "SOL") for row in candles("a", symbol, count=20)]
    to_come = [row for symbol in ("LTC", "UNI", "XRP") for row in candles("a", symbol, range(40))]
    rows = candles("a", "BTC", [30, 31, 32]) + candles("a", "ETH", [30]) + over + to_come
    rows += candles("b", "BTC", [30, 31]) + candles("b", "ETH", [31, 32])  # the second began to stand still later
    assert gaps(bank, rows, [page(provider, coin) for provider in "ab" for coin in ("BTC", "ETH")]) == [
        ("a", "BTC", 30, 3, "unexplained"),
        ("a", "ETH", 30, 1, "halt"),
        ("b", "BTC", 30, 2, "unexplained"),
        ("b", "ETH", 31, 2, "unexplained"),
    ]


def test_a_market_that_opened_as_the_gap_began_was_not_traded_before_it_and_one_that_closed_as_it_ended_was(
    bank: DuckDBWarehouse,
) -> None:
    """Of the markets that stood still and went on at the exchange three more count, or do not."""
    rows = [
        row for provider in ("opened", "ended", "before") for s in ("BTC", "ETH") for row in candles(provider, s, [30])
    ]
    for symbol in ("ADA", "DOT", "SOL"):
        rows += candles("opened", symbol, range(30)) + candles("ended", symbol, count=32)
        rows += candles("before", symbol, count=31)
    found = gaps(bank, rows, [page(provider, "BTC") for provider in ("opened", "ended", "before")])
    assert {one[0]: one[-1] for one in found if one[1] == "BTC"} == {
        "before": "halt",
        "ended": "unexplained",
        "opened": "halt",
    }


def test_a_market_is_traded_from_its_first_candle_to_its_last_over_many_thousands(bank: DuckDBWarehouse) -> None:
    """Candles are counted by the thousand, of which one ends between these two gaps."""
    rows = [row for symbol in ("BTC", "ETH") for row in candles("a", symbol, [100, 150], count=200)]
    found = gaps(bank, rows, [page("a", symbol, hours=200) for symbol in ("BTC", "ETH")])
    assert [one[2:] for one in found] == [(100, 1, "halt"), (150, 1, "halt")] * 2


def test_the_days_of_an_exchange_say_nothing_of_a_halt_of_its_hours(bank: DuckDBWarehouse) -> None:
    half = [row for s in ("BTC", "ETH", "SOL", "XRP") for row in candles("a", s, [30] if s in {"BTC", "ETH"} else [])]
    half += [row for number in range(8) for row in candles("a", f"C{number}", interval="1d", count=4)]
    alone = candles("b", "BTC", [30]) + candles("b", "ETH") + candles("b", "ETH", [1], interval="1d", count=4)
    found = gaps(bank, half + alone, [page("a", "BTC"), page("b", "BTC")])
    assert {(one[0], one[-1]) for one in found if one[1] == "BTC"} == {("a", "halt"), ("b", "unexplained")}


def test_whatever_a_source_answers_of_a_stretch_it_was_asked_about_it(bank: DuckDBWarehouse) -> None:
    outcomes = ("empty", "end_of_history", "ok", "timeout", "unlisted")
    rows = [row for outcome in outcomes for row in candles(outcome, "BTC", [5])]
    found = gaps(bank, rows, [{**page(outcome, "BTC", hours=6), "outcome": outcome} for outcome in outcomes])
    assert [one[-1] for one in found] == ["unexplained"] * 3 + ["not_asked"] + ["unexplained"]


def test_another_exchange_does_not_make_a_halt(bank: DuckDBWarehouse) -> None:
    rows = candles("a", "BTC", [5]) + candles("b", "BTC", [5])
    assert {one[-1] for one in gaps(bank, rows, [page("a", "BTC"), page("b", "BTC")])} == {"unexplained"}


def test_an_exchange_that_leaves_out_quiet_hours_had_no_trades(bank: DuckDBWarehouse) -> None:
    rows, pages = candles("a", "BTC", [5]), [page("a", "BTC")]
    assert gaps(bank, rows, pages, leave_out=["a"]) == [("a", "BTC", 5, 1, "no_trades")]


def test_where_quiet_candles_are_left_out_all_markets_have_to_be_quiet_for_half_an_hour_to_make_a_halt(
    bank: DuckDBWarehouse,
) -> None:
    minutes = [candles("a", symbol, range(20, 26), interval="5m") for symbol in ("BTC", "ETH")]
    shorter = [candles("b", symbol, range(20, 25), interval="5m") for symbol in ("BTC", "ETH")]
    rows = [row for market in minutes + shorter for row in market]
    pages = [page(provider, symbol, interval="5m") for provider in "ab" for symbol in ("BTC", "ETH")]
    found = gaps(bank, rows, pages, leave_out=["a", "b"])
    assert {(one[0], one[-2], one[-1]) for one in found} == {("a", 6, "halt"), ("b", 5, "no_trades")}


def test_an_open_candle_fills_no_gap(bank: DuckDBWarehouse) -> None:
    rows = candles("a", "BTC", [5]) + candles("a", "BTC", set(range(HOURS)) - {5}, is_final=False)
    assert gaps(bank, rows, []) == [("a", "BTC", 5, 1, "not_asked")]


def test_holes_of_hours_and_of_days_are_apart(bank: DuckDBWarehouse) -> None:
    """Also where none of them lies within a thousand candles."""
    hours, days = candles("a", "BTC", count=24), candles("a", "BTC", interval="1d", count=4)
    later = [{**row, "timestamp": START + timedelta(days=60 + n / 24)} for n, row in enumerate(hours)]
    assert [one[2:] for one in gaps(bank, hours + later + days, [])] == [(24, 59 * 24, "not_asked")]


def test_a_page_counts_for_the_market_the_length_and_the_stretch_that_it_was_asked_about(bank: DuckDBWarehouse) -> None:
    rows = [row for provider in "abcd" for row in candles(provider, "BTC", [5, 6])]
    pages = [
        page("a", "ETH"),
        page("b", "BTC", interval="1d"),
        page("c", "BTC", hours=5, refused=1, times_told=9),
        page("c", "BTC", first=5, hours=6, times_told=3),
        page("c", "BTC", first=6, hours=7, times_told=2),
        page("c", "BTC", first=7, refused=1, times_told=9),
        page("d", "BTC", hours=6),
        page("d", "BTC", first=6, refused=1),
    ]
    found = find_gaps(holding(bank, rows, pages), (), NOW)
    assert [(one["provider"], one["kind"], one["times_told"]) for one in found] == [
        ("a", "not_asked", None),
        ("b", "not_asked", None),
        ("c", "unexplained", 3),
        ("d", "refused", 1),
    ]


def test_what_is_missing_because_nobody_asked_is_no_halt_and_what_was_refused_is_not_either(
    bank: DuckDBWarehouse,
) -> None:
    rows = [row for provider in "ab" for symbol in ("BTC", "ETH") for row in candles(provider, symbol, [5])]
    found = gaps(bank, rows, [page("a", "BTC", refused=1), page("a", "ETH"), page("b", "BTC", refused=1, hours=5)])
    assert [one[-1] for one in found] == ["refused", "halt", "not_asked", "not_asked"]


def test_hours_that_add_up_to_their_day_lack_nothing_that_was_traded(bank: DuckDBWarehouse) -> None:
    hours, pages = candles("a", "BTC", [5]), [page("a", "BTC")]
    full = candles("a", "BTC", interval="1d", count=2, volume=23.0)
    assert gaps(bank, hours + full, pages) == [("a", "BTC", 5, 1, "no_trades")]
    more = candles("a", "BTC", interval="1d", count=2, volume=24.0)
    assert gaps(bank, hours + more, pages) == [("a", "BTC", 5, 1, "unexplained")]


def test_hours_lack_a_hundredth_of_their_day_at_most_and_still_add_up_to_it(bank: DuckDBWarehouse) -> None:
    rows = [row for provider in "ab" for row in candles(provider, "BTC", [5])]
    rows += candles("a", "BTC", interval="1d", count=2, volume=23.2)
    rows += candles("b", "BTC", interval="1d", count=2, volume=23.3)
    found = gaps(bank, rows, [page("a", "BTC"), page("b", "BTC")])
    assert [(one[0], one[-1]) for one in found] == [("a", "no_trades"), ("b", "unexplained")]


def test_hours_are_held_against_the_day_in_which_they_lie(bank: DuckDBWarehouse) -> None:
    """The first and the last hour of a day are of it; over midnight there is no day to hold against."""
    kinds = {"first": [24], "last": [23], "over midnight": [23, 24], "whole day": range(24, 48)}
    rows = [row for provider, missing in kinds.items() for row in candles(provider, "BTC", missing, count=60)]
    for provider in kinds:
        rows += candles(provider, "BTC", interval="1d", count=2, volume=0.0 if provider == "whole day" else 23.0)
    found = gaps(bank, rows, [page(provider, "BTC", hours=60) for provider in kinds])
    assert {one[0]: one[-1] for one in found} == {**dict.fromkeys(kinds, "no_trades"), "over midnight": "unexplained"}


def test_a_day_that_is_open_or_of_another_market_or_exchange_says_nothing_of_the_hours(bank: DuckDBWarehouse) -> None:
    rows = [row for provider in ("open", "other coin", "none") for row in candles(provider, "BTC", [5])]
    rows += candles("open", "BTC", interval="1d", count=2, volume=23.0, is_final=False)
    rows += candles("other coin", "ETH", interval="1d", count=2, volume=23.0)
    rows += candles("day alone", "BTC", interval="1d", count=2, volume=23.0)
    found = gaps(bank, rows, [page(provider, "BTC") for provider in ("open", "other coin", "none")])
    assert [one[-1] for one in found] == ["unexplained"] * 3


def test_hours_of_another_market_or_length_do_not_make_up_for_those_that_are_missing(bank: DuckDBWarehouse) -> None:
    rows = candles("a", "BTC", [5, 6]) + candles("a", "BTC", interval="1d", count=2, volume=24.0)
    rows += candles("a", "ETH", volume=1.0) + candles("b", "BTC", volume=1.0)
    rows += candles("a", "BTC", interval="4h", count=12, volume=4.0)
    assert gaps(bank, rows, [page("a", "BTC")]) == [("a", "BTC", 5, 2, "unexplained")]


def test_a_bank_that_is_not_there_yet_has_no_gaps_and_nothing_to_ask_for_again(tmp_path: Path) -> None:
    store = file_for(Storage(tmp_path / "bank.duckdb", 3.0, False))
    assert len(find_gaps(store, (), NOW)) == 0
    assert repairable_gaps(store) == []


def test_gaps_that_were_mended_are_gone(bank: DuckDBWarehouse) -> None:
    store = holding(bank, candles("a", "BTC", [5]), [page("a", "BTC")])
    store_gaps(store, find_gaps(store, (), NOW))
    assert len(store.read("candle_gaps")) == 1
    store.merge({"cached_ohlc": candles("a", "BTC")})
    store_gaps(store, find_gaps(store, (), NOW))
    assert store.read("candle_gaps") == []


def test_only_what_was_asked_about_is_looked_at_and_what_was_found_elsewhere_stays(bank: DuckDBWarehouse) -> None:
    store = holding(bank, candles("a", "BTC", [5]) + candles("b", "BTC", [7]), [])
    store_gaps(store, find_gaps(store, (), NOW, "first"))
    store.merge({"cached_ohlc": candles("a", "BTC") + candles("a", "ETH", [9]) + candles("b", "ETH", [9])})
    later = NOW + timedelta(days=1)
    store_gaps(store, find_gaps(store, (), later, "second", of=[("a", "1h"), ("a", "1d")]))
    kept = store.read("candle_gaps", where="true ORDER BY provider, symbol")
    assert [(one["provider"], one["symbol"], one["found_at"], one["run_id"]) for one in kept] == [
        ("a", "ETH", later, "second"),
        ("b", "BTC", NOW, "first"),
    ]


@settings(max_examples=6)
@given(st.sets(st.integers(1, 2098)), st.integers(0, 700))
def test_every_hole_of_a_long_series_is_found_wherever_it_lies(
    bank: DuckDBWarehouse, missing: set[int], shift: int
) -> None:
    """Candles are counted by the thousand first: a hole may lie inside of a thousand, between two of them, or take one."""
    gone = {number + shift for number in missing}
    store = holding(bank, candles("a", "BTC", gone, count=2100 + shift), [])
    found = find_gaps(store, (), NOW)
    hours = {
        round((one["from_at"] - START) / timedelta(hours=1)) + place for one in found for place in range(one["missing"])
    }
    assert hours == {number for number in gone if 0 < number < 2099 + shift}
    assert sum(one["missing"] for one in found) == len(hours)


def collected(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    """The rows as a back-fill of the year after wrote them: only what was stored long ago moves."""
    return [{**row, "collected_at": START + timedelta(days=400)} for row in rows]


def test_months_that_have_moved_to_the_archive_are_no_gap_and_their_days_are_known(
    own_file: DuckDBWarehouse, tmp_path: Path
) -> None:
    """Five months of days, of which two between the first and the last have moved."""
    days = collected(candles("a", "BTC", interval="1d", count=130))
    store = holding(own_file, [*days, *candles("a", "BTC", count=24)], [])
    middle = [month for month, _ in archive.due(store, "cached_ohlc", NOW)][1:-2]
    assert sum(archive.move(store, "cached_ohlc", month, NOW, tmp_path / "archive") for month in middle) == 30 + 31
    archive.show(store, tmp_path / "archive")
    assert len(store.read("cached_ohlc", where="interval = '1d'")) == 130 - 61
    assert list(find_gaps(store, (), NOW)) == []
    first = int(START.timestamp())
    assert stored_days(store, "a", ["BTC"]) == {"BTC": [(first, first + 130 * 86_400)]}


def test_a_month_that_is_asked_for_again_after_it_has_moved_is_shown_once(
    own_file: DuckDBWarehouse, tmp_path: Path
) -> None:
    days = collected(candles("a", "BTC", interval="1d", count=40))
    store = holding(own_file, days, [])
    for month, _ in archive.due(store, "cached_ohlc", NOW):
        archive.move(store, "cached_ohlc", month, NOW, tmp_path / "archive")
    archive.show(store, tmp_path / "archive")
    store.merge({"cached_ohlc": days})
    ((rows, moments),) = store.query("SELECT count(*), count(DISTINCT timestamp) FROM cached_ohlc_all").rows
    assert (rows, moments) == (40, 40)


def test_asked_again_is_what_nobody_asked_for_and_what_was_explained_only_once_the_newest_first(
    bank: DuckDBWarehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = bank
    found = [
        ("not_asked", None),
        ("not_asked", 9),
        ("unexplained", None),
        ("unexplained", 0),
        ("unexplained", 1),
        ("unexplained", 2),
        ("halt", 0),
        ("no_trades", 1),
        ("refused", None),
    ]
    store.merge(
        {
            "candle_gaps": [
                {
                    "provider": "a",
                    "symbol": f"{kind} {times}",
                    "interval": "1h",
                    "from_at": START + timedelta(hours=hour),
                    "to_at": START + timedelta(hours=hour + 1),
                    "missing": 1,
                    "kind": kind,
                    "times_told": times,
                    "found_at": NOW,
                }
                for hour, (kind, times) in enumerate(found)
            ]
        }
    )
    assert [gap.symbol for gap in repairable_gaps(store)] == [
        "unexplained 1",
        "unexplained 0",
        "unexplained None",
        "not_asked 9",
        "not_asked None",
    ]
    monkeypatch.setattr(module, "MOST_REPAIRED", 1)
    last = int(START.timestamp()) + 4 * 3600
    assert repairable_gaps(store) == [Gap("a", "unexplained 1", "1h", last, last + 3600, "unexplained")]
