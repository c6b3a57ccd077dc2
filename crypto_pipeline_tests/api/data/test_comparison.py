"""Coins beside each other: shares of the price at the start of the window, as SQL counts them too."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from crypto_pipeline.api.data.comparison import MOST_COINS, POINTS, thinned
from crypto_pipeline.schema.intervals import INTERVAL_SECONDS
from crypto_pipeline_tests.api.data.asking import Data
from crypto_pipeline_tests.api.data.rows import candle


def today() -> datetime:
    """Of the moment at which it is asked for: a suite may run through midnight."""
    return datetime.now(timezone.utc).replace(hour=0, minute=0, second=0, microsecond=0)


def days(symbol: str, count: int, provider: str = "kraken", **more: object) -> list[dict[str, object]]:
    """Daily candles of one coin up to today, at prices that go up and down."""
    return [
        candle(provider, today() - timedelta(days=age), 100.0 + (age * 37) % 90, symbol=symbol, interval="1d", **more)
        for age in range(count)
    ]


def test_each_coin_is_a_share_of_its_first_close_in_the_window(data: Data) -> None:
    data.store(cached_ohlc=[*days("BTC", 60), *days("ETH", 500)])
    answer = data.get("comparison?symbol=btc&symbol=Ethereum&span=1y")
    assert [one["symbol"] for one in answer["coins"]] == ["BTC", "ETH"]
    begins = answer["coins"][1]["started_at"]
    for one in answer["coins"]:
        (stored,) = data.sql(
            """
            SELECT arg_min(close, timestamp) AS first, arg_max(close, timestamp) AS last, min(timestamp) AS started_at,
                (last / first - 1) * 100 AS change_percent, min(close) / first * 100 AS lowest, max(close) / first * 100 AS highest
            FROM cached_ohlc WHERE symbol = $symbol AND timestamp >= $begins::TIMESTAMPTZ
            """,
            {"symbol": one["symbol"], "begins": begins},
        )
        for name in ("first", "last", "change_percent", "lowest", "highest"):
            assert one[name] == pytest.approx(stored[name]), name
        assert datetime.fromisoformat(one["started_at"]) == datetime.fromisoformat(stored["started_at"])
        points = [point for point in answer["points"] if point["symbol"] == one["symbol"]]
        assert points[0]["index"] == 100
        assert points[-1]["index"] == pytest.approx(100 + one["change_percent"])
    reach = today() - datetime.fromisoformat(begins)
    assert timedelta(days=364) <= reach <= timedelta(days=366)


@pytest.mark.parametrize(
    ("span", "reach", "interval"),
    [
        ("1d", 1, "1h"),
        ("1w", 7, "1h"),
        ("1m", 30, "1h"),
        ("3m", 91, "1d"),
        ("1y", 365, "1d"),
        ("5y", 1826, "1d"),
        ("all", 7300, "1d"),
    ],
)
def test_a_window_begins_with_the_candle_in_which_it_does(data: Data, span: str, reach: int, interval: str) -> None:
    """Candles of another length, coin or exchange, or without a price, would show another beginning."""
    length = timedelta(seconds=INTERVAL_SECONDS[interval])
    now = datetime.now(timezone.utc)
    opened = today() + (now - today()) // length * length - timedelta(days=reach)
    known = [candle("kraken", opened + number * length, 100.0 + number, interval=interval) for number in (-1, 0, 1)]
    known += [candle("kraken", opened + timedelta(days=reach) - length, 300.0, interval=interval)]
    stray = candle("kraken", opened - length / 2, 7.0, interval="5m")
    others = [{"symbol": "ETH", "interval": interval}, {"provider": "gate", "interval": interval}, {"interval": "4h"}]
    worthless = {**known[1], "timestamp": opened - length / 4, "close": 0.0}
    data.store(cached_ohlc=[*known, stray, worthless, *({**stray, **other} for other in others)])
    answer = data.get(f"comparison?symbol=BTC&span={span}")
    (coin,) = answer["coins"]
    assert (answer["interval"], coin["provider"], coin["last"]) == (interval, "kraken", 300.0)
    assert (datetime.fromisoformat(coin["started_at"]), coin["first"]) == (opened, 100.0)


def test_what_all_exchanges_say_together_is_compared_where_it_is_what_candles_show(data: Data) -> None:
    agreed = [
        {
            **{name: one[name] for name in ("symbol", "interval", "timestamp", "open", "high", "low", "volume")},
            "close": 2 * float(str(one["close"])),
            "providers": 2,
            "collected_at": one["collected_at"],
            "run_id": "run-1",
        }
        for one in days("BTC", 60)
    ]
    data.store(cached_ohlc=days("BTC", 60), consensus_ohlc=agreed)
    shown = data.get("candles?symbol=BTC&interval=1d")
    (coin,) = data.get("comparison?symbol=BTC")["coins"]
    assert (coin["provider"], coin["currency"]) == ("consensus", "USD") == (shown["provider"], shown["currency"])
    assert coin["last"] == shown["candles"][-1]["close"] == 200.0


def test_a_coin_without_candles_is_there_without_numbers(data: Data) -> None:
    data.store(cached_ohlc=days("BTC", 60))
    bitcoin, nothing = data.get("comparison?symbol=BTC&symbol=NOSUCH")["coins"]
    assert bitcoin["change_percent"] is not None
    assert nothing == {**dict.fromkeys(bitcoin), "symbol": "NOSUCH"}


def test_where_no_coin_has_any_that_is_said(data: Data) -> None:
    data.store(cached_ohlc=days("BTC", 60))
    assert data.refusal("comparison?symbol=A&symbol=B", 404) == "There is no candle of A or B in this window."


def test_a_coin_that_is_named_twice_is_one(data: Data) -> None:
    data.store(cached_ohlc=days("BTC", 60))
    assert len(data.get("comparison?symbol=BTC&symbol=bitcoin")["coins"]) == 1


def test_too_many_coins_are_too_many(data: Data) -> None:
    many = "&".join(f"symbol=C{number}" for number in range(MOST_COINS + 1))
    assert "at most 8 coins" in data.refusal(f"comparison?{many}", 422)
    assert "span" in data.refusal("comparison?symbol=BTC&span=2y", 422)


def test_ten_years_are_thinned_out_and_keep_both_ends(data: Data) -> None:
    data.store(cached_ohlc=days("BTC", 3_650))
    answer = data.get("comparison?symbol=BTC&span=all")
    moments = [point["timestamp"] for point in answer["points"]]
    assert 300 < len(moments) <= POINTS
    assert datetime.fromisoformat(moments[0]) == today() - timedelta(days=3_649)
    assert datetime.fromisoformat(moments[-1]) == today()
    assert moments == sorted(set(moments))


@pytest.mark.parametrize("count", [1, 2, 399, 400, 401, 798, 799, 3_650])
def test_thinning_gives_at_most_so_many_with_the_first_and_the_last(count: int) -> None:
    known = [{"day": number} for number in range(count)]
    found = thinned(known)
    assert (found[0], found[-1]) == (known[0], known[-1])
    assert len(found) <= POINTS


@pytest.mark.parametrize(("late", "shown"), [(9, "kraken"), (10, "seoul")])
def test_candles_in_dollars_are_shown_as_long_as_one_of_the_ten_newest_days_has_one(
    late: int, shown: str, data: Data
) -> None:
    data.store(cached_ohlc=[*days("BTC", 20, provider="seoul", currency="KRW"), *days("BTC", 20)[late:]])
    assert data.get("comparison?symbol=BTC&span=1y")["coins"][0]["provider"] == shown
