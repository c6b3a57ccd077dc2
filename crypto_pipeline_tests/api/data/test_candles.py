"""Candles: whose are shown, which of them, and in which money."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from crypto_pipeline import connect
from crypto_pipeline.questions import question_called
from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse
from crypto_pipeline_tests.api.data.asking import Data, data_in
from crypto_pipeline_tests.api.data.rows import at, candle, consensus

COMPARED = 200

SEOUL = {"currency": "KRW", "pair": "KRW-BTC"}


def test_candles_are_told_as_they_are_stored_oldest_first(past: Data) -> None:
    answer = past.get("candles?symbol=BTC&interval=1h&limit=20")
    stored = past.sql(
        "SELECT timestamp, open, high, low, close, volume, volume_quote, trades, currency, pair, is_final, 1 AS providers, "
        "NULL AS spread_percent, NULL AS outliers FROM cached_ohlc "
        "WHERE symbol = 'BTC' AND interval = '1h' AND provider = $provider ORDER BY timestamp DESC LIMIT 20",
        {"provider": answer["provider"]},
    )
    assert answer["candles"] == stored[::-1]
    assert [one["is_final"] for one in answer["candles"]] == [*[True] * 19, False]
    assert (answer["symbol"], answer["interval"], answer["currency"]) == ("BTC", "1h", "USD")


def test_dollars_come_first_then_the_most_recent_then_the_most_complete_then_the_most_traded(data: Data) -> None:
    data.store(
        cached_ohlc=[
            *(candle("seoul", at(hours=-hours), 9e7, **SEOUL) for hours in range(5)),
            *(candle("full", at(hours=-hours)) for hours in range(5)),
            *(candle("busy", at(hours=-hours), volume=99.0) for hours in range(5)),
            *(candle("short", at(hours=-hours), volume=999.0) for hours in range(2)),
            *(candle("late", at(hours=-hours), volume=999.0) for hours in range(1, 9)),
        ]
    )
    answer = data.get("candles?symbol=BTC")
    assert [one["provider"] for one in answer["providers"]] == ["busy", "full", "short", "late", "seoul"]
    assert answer["provider"] == "busy"
    assert answer["providers"][-1] == {
        "provider": "seoul",
        "currency": "KRW",
        "pair": "KRW-BTC",
        "newest": "2026-11-24T12:00:00+00:00",
        "candles": 5,
    }


def test_spot_comes_before_perpetual_contracts_and_both_before_other_money(data: Data) -> None:
    data.store(
        cached_ohlc=[
            *(candle("a_perpetuals", at(hours=-hours), volume=999.0) for hours in range(5)),
            *(candle("seoul", at(hours=-hours), 9e7, **SEOUL) for hours in range(5)),
            candle("spot", at(hours=-3)),
        ]
    )
    answer = data.get("candles?symbol=BTC")
    assert [one["provider"] for one in answer["providers"]] == ["spot", "a_perpetuals", "seoul"]


def test_another_limit_shows_no_other_exchange(data: Data) -> None:
    """Over two candles they are alike and the name decides; over all that are compared one has more."""
    data.store(
        cached_ohlc=[
            *(candle("all_of_today", at(hours=-hours)) for hours in range(2)),
            *(candle("since_long", at(hours=-hours)) for hours in range(COMPARED)),
            *(candle("since_longer", at(hours=-hours)) for hours in range(COMPARED - 1)),
            *(candle("since_longer", at(hours=-hours)) for hours in range(COMPARED, COMPARED + 300)),
        ]
    )
    for limit in (1, 2, 3, 199, 200, 201, 2000):
        answer = data.get(f"candles?symbol=BTC&limit={limit}")
        assert answer["provider"] == "since_long"
        assert [one["provider"] for one in answer["providers"]] == ["since_long", "since_longer", "all_of_today"]
        assert len(answer["candles"]) == min(limit, COMPARED)


def test_another_beginning_shows_no_other_exchange(data: Data) -> None:
    data.store(
        cached_ohlc=[
            *(candle("all_of_today", at(hours=-hours), volume=999.0) for hours in range(2)),
            *(candle("since_long", at(hours=-hours)) for hours in range(COMPARED + 300)),
            *(candle("long_ago", at(hours=-hours)) for hours in range(COMPARED + 1, COMPARED + 300)),
        ]
    )
    for since in ("2026-11-24T11:00", "2026-11-20", "2026-11-05"):
        answer = data.get(f"candles?symbol=BTC&from={since}")
        assert answer["provider"] == "since_long"
        assert [one["provider"] for one in answer["providers"]][:2] == ["since_long", "all_of_today"]
    assert [(one["provider"], one["candles"]) for one in answer["providers"][2:]] == [("long_ago", 0)]


def test_another_exchange_can_be_asked_for_and_says_its_money(data: Data) -> None:
    data.store(cached_ohlc=[candle("busy", at()), candle("seoul", at(), 9e7, **SEOUL)])
    answer = data.get("candles?symbol=BTC&provider=seoul")
    assert (answer["provider"], answer["currency"]) == ("seoul", "KRW")
    assert [(one["currency"], one["close"]) for one in answer["candles"]] == [("KRW", 9e7)]
    assert "by nobody" in data.refusal("candles?symbol=BTC&provider=nobody", 404)


def test_an_exchange_is_shown_in_the_money_of_its_newest_candle(data: Data) -> None:
    data.store(cached_ohlc=[candle("moved", at(hours=-1), 9e7, **SEOUL), candle("moved", at())])
    (provider,) = data.get("candles?symbol=BTC")["providers"]
    assert (provider["currency"], provider["pair"]) == ("USD", "BTC-USD")


def test_an_exchange_whose_only_candle_is_that_at_the_beginning_of_the_range_is_shown(data: Data) -> None:
    data.store(cached_ohlc=[candle("busy", at()), candle("once", at(hours=-300))])
    answer = data.get(f"candles?symbol=BTC&from={at(hours=-300):%Y-%m-%dT%H:%M}")
    assert [one["provider"] for one in answer["providers"]] == ["busy", "once"]
    assert data.get("candles?symbol=BTC&provider=once&from=2026-11-01")["candles"][0]["close"] == 100.0


def test_where_there_are_no_dollars_the_best_of_the_others_is_shown(data: Data) -> None:
    data.store(cached_ohlc=[candle("seoul", at(), 9e7, **SEOUL)])
    assert data.get("candles?symbol=BTC")["provider"] == "seoul"


def test_of_a_range_the_newest_are_told_and_the_end_does_not_belong_to_it(data: Data) -> None:
    data.store(cached_ohlc=[candle("busy", at(hours=-hours), 100.0 + hours) for hours in range(9)])

    def hours(question: str) -> list[str]:
        return [one["timestamp"][11:13] for one in data.get(f"candles?symbol=BTC&{question}")["candles"]]

    assert hours("limit=3") == ["10", "11", "12"]
    assert hours("limit=3&to=2026-11-24T12:00") == ["09", "10", "11"]
    assert hours("from=2026-11-24T05:00&to=2026-11-24T07:00") == ["05", "06"]
    assert hours("limit=1&from=2026-11-24T05:00") == ["12"]


def test_intervals_are_kept_apart(data: Data) -> None:
    data.store(cached_ohlc=[candle("busy", at(hours=-12), 1.0, interval="1d"), candle("busy", at(hours=-12), 2.0)])
    assert [one["close"] for one in data.get("candles?symbol=btc&interval=1d")["candles"]] == [1.0]
    answer = data.get("candles?symbol=BTC&interval=1w")
    assert (answer["provider"], answer["providers"], answer["candles"], answer["currency"]) == (None, [], [], None)


def test_the_lengths_that_a_coin_has_candles_of_in_the_last_month_are_told_shortest_first(data: Data) -> None:
    now = datetime.now(timezone.utc)
    today, hour = now.replace(hour=0, minute=0, second=0, microsecond=0), now.replace(minute=0, second=0, microsecond=0)
    data.store(
        cached_ohlc=[
            candle("busy", today, interval="1d"),
            candle("busy", hour),
            candle("busy", today - timedelta(days=29), interval="4h"),
            candle("busy", today - timedelta(days=31), interval="15m"),
            candle("busy", hour, symbol="ETH", interval="1m"),
        ]
    )
    assert data.get("candles?symbol=BTC")["intervals"] == ["1h", "4h", "1d"]


def test_a_coin_that_has_prices_but_no_candles_is_no_error(data: Data) -> None:
    data.store(consensus_prices=[consensus("NEW", 1.0)])
    assert data.get("candles?symbol=NEW")["candles"] == []
    assert "NOPE" in data.refusal("candles?symbol=NOPE", 404)


@pytest.mark.parametrize(
    "question", ["interval=2h", "limit=0", "limit=2001", "from=2026-11-25&to=2026-11-24", "provider="]
)
def test_what_cannot_be_meant_is_refused(question: str, data: Data) -> None:
    data.refusal(f"candles?symbol=BTC&{question}", 422)


def agreed(hours: float, close: float = 2.0, **more: Any) -> dict[str, Any]:
    """A candle of the consensus that opened so many hours ago."""
    made = {"symbol": "BTC", "interval": "1h", "open": 1.0, "high": 3.0, "low": 0.5, "close": close, "volume": 7.0}
    return {**made, "timestamp": at(hours=-hours), "providers": 2, "spread_percent": 0.1, **more}


def test_all_spot_exchanges_together_are_shown_when_nobody_is_asked_for_and_are_named(data: Data) -> None:
    data.store(
        cached_ohlc=[
            *(candle(name, at(hours=-hours)) for name in ("kraken", "okx") for hours in range(3)),
            candle("okx_perpetual", at(hours=-1)),
            candle("seoul", at(hours=-1), 9e7, **SEOUL),
        ],
        consensus_ohlc=[agreed(hours, outliers="okx") for hours in (1, 2)],
    )
    answer = data.get("candles?symbol=BTC")
    assert (answer["provider"], answer["currency"], answer["venues"]) == ("consensus", "USD", ["kraken", "okx"])
    assert [one["provider"] for one in answer["providers"]] == ["consensus", "kraken", "okx", "okx_perpetual", "seoul"]
    assert answer == {**data.get("candles?symbol=BTC&provider=consensus"), "as_of": answer["as_of"]}
    assert [
        (one["close"], one["currency"], one["is_final"], one["providers"], one["outliers"]) for one in answer["candles"]
    ] == [(2.0, "USD", True, 2, "okx")] * 2
    one = data.get("candles?symbol=BTC&provider=kraken")
    assert (one["venues"], one["candles"][0]["providers"], one["candles"][0]["spread_percent"]) == (["kraken"], 1, None)


@pytest.mark.parametrize(("newest", "shown"), [(3, "consensus"), (4, "kraken")])
def test_a_consensus_that_nobody_keeps_up_with_is_not_what_is_shown(newest: int, shown: str, data: Data) -> None:
    data.store(
        cached_ohlc=[candle("kraken", at(hours=-hours)) for hours in range(9)],
        consensus_ohlc=[agreed(hours) for hours in range(newest, 9)],
    )
    assert data.get("candles?symbol=BTC")["provider"] == shown


def test_where_there_is_no_consensus_of_a_length_one_exchange_is_shown_and_says_so(data: Data) -> None:
    data.store(
        cached_ohlc=[candle("kraken", at(hours=-1)), candle("kraken", at(days=-1), interval="1d")],
        consensus_ohlc=[agreed(1)],
    )
    days = data.get("candles?symbol=BTC&interval=1d")
    assert (days["provider"], days["venues"]) == ("kraken", ["kraken"])


def test_pages_through_a_long_past_hold_every_candle_once(data: Data) -> None:
    """A hundred days of hours in answers of 500: each ends where the one before began."""
    hours = 100 * 24
    with DuckDBWarehouse(data.settings.database).connection() as bank:
        bank.execute(
            "INSERT INTO consensus_ohlc (symbol, interval, timestamp, open, high, low, close, volume, providers, collected_at, run_id)"
            " SELECT 'BTC', '1h', opened, n, n, n, n, 1, 2, opened, 'run'"
            " FROM (SELECT $newest - n * INTERVAL 1 HOUR AS opened, n FROM range($hours) numbers(n))",
            {"newest": at(hours=-1), "hours": hours},
        )
        bank.execute(
            "INSERT INTO cached_ohlc (provider, symbol, interval, timestamp, open, high, low, close, currency, is_final)"
            " SELECT 'kraken', symbol, interval, timestamp, 0, 0, 0, 0, 'USD', true FROM consensus_ohlc"
        )
    shown: list[tuple[str, float]] = []
    until = at().isoformat().replace("+00:00", "Z")
    while answer := data.get(f"candles?symbol=BTC&limit=500&to={until}")["candles"]:
        assert len(answer) <= 500
        shown = [(one["timestamp"], one["close"]) for one in answer] + shown
        until = answer[0]["timestamp"].replace("+00:00", "Z")
    stored = data.sql("SELECT timestamp, close FROM consensus_ohlc ORDER BY timestamp")
    assert shown == [(one["timestamp"], one["close"]) for one in stored]
    assert len(shown) == hours


def test_the_question_the_python_face_and_http_say_the_same_of_a_coin(tmp_path: Path, empty_database: Path) -> None:
    now = datetime.now(timezone.utc).replace(minute=0, second=0, microsecond=0)
    moments = [now - timedelta(hours=age) for age in range(1, 40)]
    shutil.copy(empty_database, tmp_path)
    with data_in(tmp_path) as data:
        data.store(
            cached_ohlc=[candle(name, one, 100.0 + one.hour) for name in ("kraken", "okx") for one in moments],
            consensus_ohlc=[{**agreed(0, 100.0 + one.hour), "timestamp": one} for one in moments],
        )
        shown = data.get("candles?symbol=BTC&limit=30")["candles"]
        with connect(data.settings.database) as bank:
            asked = bank.candles("BTC", "1h", since=moments[29]).to_dict("records")
            question = question_called("candles")
            assert question
            answered = bank.df(question.sql, question.values({})).tail(30).to_dict("records")
    numbers = [[one[name] for name in ("open", "high", "low", "close", "volume", "providers")] for one in shown]
    for rows in (asked, answered):
        assert [
            [one[name] for name in ("open", "high", "low", "close", "volume", "providers")] for one in rows
        ] == numbers
