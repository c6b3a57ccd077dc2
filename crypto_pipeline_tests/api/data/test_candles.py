"""Candles: whose are shown, which of them, and in which money."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from crypto_pipeline_tests.api.data.asking import Data
from crypto_pipeline_tests.api.data.rows import at, candle, consensus

COMPARED = 200

SEOUL = {"currency": "KRW", "pair": "KRW-BTC"}


def test_candles_are_told_as_they_are_stored_oldest_first(past: Data) -> None:
    answer = past.get("candles?symbol=BTC&interval=1h&limit=20")
    stored = past.sql(
        "SELECT timestamp, open, high, low, close, volume, volume_quote, trades, currency, pair, is_final FROM cached_ohlc "
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


def test_the_lengths_that_a_coin_has_candles_of_are_told_shortest_first(data: Data) -> None:
    now = datetime.now(timezone.utc)
    today, hour = now.replace(hour=0, minute=0, second=0, microsecond=0), now.replace(minute=0, second=0, microsecond=0)
    data.store(
        cached_ohlc=[
            candle("busy", today, interval="1d"),
            candle("busy", hour),
            candle("busy", today - timedelta(days=90), interval="4h"),
            candle("busy", hour, symbol="ETH", interval="1m"),
        ]
    )
    assert data.get("candles?symbol=BTC")["intervals"] == ["1h", "1d"]


def test_a_coin_that_has_prices_but_no_candles_is_no_error(data: Data) -> None:
    data.store(consensus_prices=[consensus("NEW", 1.0)])
    assert data.get("candles?symbol=NEW")["candles"] == []
    assert "NOPE" in data.refusal("candles?symbol=NOPE", 404)


@pytest.mark.parametrize(
    "question", ["interval=2h", "limit=0", "limit=2001", "from=2026-11-25&to=2026-11-24", "provider="]
)
def test_what_cannot_be_meant_is_refused(question: str, data: Data) -> None:
    data.refusal(f"candles?symbol=BTC&{question}", 422)


def test_all_spot_exchanges_together_can_be_asked_for(data: Data) -> None:
    made = {"symbol": "BTC", "interval": "1h", "open": 1.0, "high": 3.0, "low": 0.5, "close": 2.0, "volume": 7.0}
    data.store(
        cached_ohlc=[candle("kraken", at(hours=-1)), candle("kraken", at(hours=-2))],
        consensus_ohlc=[{**made, "timestamp": at(hours=-hours), "providers": 2} for hours in (1, 2)],
    )
    answer = data.get("candles?symbol=BTC&provider=consensus")
    assert answer["provider"] == "consensus"
    assert [(one["close"], one["currency"], one["is_final"]) for one in answer["candles"]] == [(2.0, "USD", True)] * 2
