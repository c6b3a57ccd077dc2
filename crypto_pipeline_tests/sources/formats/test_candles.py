"""What candles.py promises: which requests there are for candles, and how rows of any order of columns are read."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest

from crypto_pipeline.replay.market import DOLLAR_PRICES, UNITS_PER_DOLLAR
from crypto_pipeline.schema.rows import Candle
from crypto_pipeline.sources.formats.candles import LARGE_COINS, candle_requests, candles, from_columns
from crypto_pipeline.sources.kit import Context, Endpoint, RequestSpec, Unreadable, discover
from crypto_pipeline.sources.providers.binance import BINANCE
from crypto_pipeline.sources.symbols import Universe
from crypto_pipeline_tests.recorded import expected_rows_of

NOON = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)
MARKETS = {"BTC": "XBTUSD", "ETH": "ETHUSD", "SOL": "SOLUSD"}
PLACES: dict[str, Any] = {"time": 0, "open": 1, "high": 2, "low": 3, "close": 4, "volume": 5}
HOURS_OF_BTC = RequestSpec("BTC 1h", values={"symbol": "BTC", "interval": "1h", "market": "XBTUSD", "length": "60"})


def asks_for(*coins: str, intervals: tuple[str, ...] = ("1h", "1d")) -> list[RequestSpec]:
    requests = candle_requests(MARKETS.get, {"1h": "60", "1d": "1440"}, pair="{market}", interval="{length}")
    return list(requests(Context(Universe(frozenset(coins)), NOON, intervals)))


def test_there_is_one_request_for_each_tracked_coin_and_wanted_interval() -> None:
    assert [ask.label for ask in asks_for("BTC", "ETH")] == ["BTC 1h", "BTC 1d", "ETH 1h", "ETH 1d"]


def test_a_coin_without_a_market_is_not_asked_for() -> None:
    assert [ask.label for ask in asks_for("SOL", "USDT")] == ["SOL 1h", "SOL 1d"]


def test_an_interval_that_the_exchange_does_not_have_is_not_asked_for() -> None:
    assert [ask.label for ask in asks_for("BTC", intervals=("4h", "1d"))] == ["BTC 1d"]


def test_a_request_speaks_the_exchanges_language_and_remembers_ours() -> None:
    (ask,) = asks_for("BTC", intervals=("1h",))
    assert ask.params == {"pair": "XBTUSD", "interval": "60"}
    assert ask.values == {"symbol": "BTC", "interval": "1h", "market": "XBTUSD", "length": "60"}


def test_a_span_of_time_ends_with_the_open_candle_and_stays_the_same_until_the_next_one() -> None:
    requests = candle_requests(MARKETS.get, {"1h": "60"}, since="{start}", until="{end_ms}")
    spans = []
    for minute in (0, 59):
        context = Context(Universe(frozenset({"BTC"})), NOON.replace(minute=minute), ("1h",))
        spans += [ask.params for ask in requests(context)]
    one_o_clock = int(NOON.timestamp()) + 3600
    assert spans == [{"since": f"{one_o_clock - 100 * 3600}", "until": f"{one_o_clock}000"}] * 2


def test_columns_are_read_by_place() -> None:
    low_high_open_close = [[1795431600, 90300, 90600, 90400, 90500, 5.5]]
    assert list(candles(low_high_open_close, HOURS_OF_BTC, time=0, low=1, high=2, open=3, close=4, volume=5)) == [
        Candle("BTC", "1h", 1795431600, open=90400, high=90600, low=90300, close=90500, volume=5.5, pair="XBTUSD")
    ]


def test_columns_are_read_by_name() -> None:
    named = [{"t": 1795431600, "o": "90400", "max": "90600", "min": "90300", "c": "90500", "q": "5.5"}]
    rows = candles(named, HOURS_OF_BTC, time="t", open="o", high="max", low="min", close="c", volume="q")
    assert list(rows) == [Candle("BTC", "1h", 1795431600, "90400", "90600", "90300", "90500", "5.5", "XBTUSD")]


def test_the_traded_value_and_the_number_of_trades_are_read_where_an_exchange_has_them() -> None:
    entries = [[1795431600, 90400, 90600, 90300, 90500, 5.5, 497000.1, 90]]
    row: Any
    (row,) = candles(entries, HOURS_OF_BTC, **PLACES, volume_quote=6, trades=7)
    assert (row.volume_quote, row.trades) == (497000.1, 90)


def test_a_candle_whose_traded_value_and_trades_are_not_told_is_one_all_the_same() -> None:
    short = [[1795431600, 90400, 90600, 90300, 90500, 5.5]]
    named = [dict(zip("tohlcv", short[0], strict=True))]
    names: dict[str, Any] = {"time": "t", "open": "o", "high": "h", "low": "l", "close": "c", "volume": "v"}
    rows: list[Any] = [
        *candles(short, HOURS_OF_BTC, **PLACES),
        *candles(short, HOURS_OF_BTC, **PLACES, volume_quote=6, trades=7),
        *candles(named, HOURS_OF_BTC, **names, volume_quote="q", trades="n"),
    ]
    assert [(row.volume_quote, row.trades, row.close) for row in rows] == [(None, None, 90500)] * 3


def test_a_candle_that_is_cut_short_costs_only_itself() -> None:
    cut_and_whole = [[1795428000, 1], [1795431600, 90400, 90600, 90300, 90500, 5.5]]
    cut, whole = candles(cut_and_whole, HOURS_OF_BTC, time=0, open=1, high=2, low=3, close=4, volume=5)
    assert isinstance(cut, Unreadable)
    assert isinstance(whole, Candle)


def test_an_answer_of_one_list_a_column_is_read_row_by_row() -> None:
    assert from_columns({"t": [1, 2], "c": ["a", "b"], "s": "ok"}, "t", "c") == [[1, "a"], [2, "b"]]


def test_columns_of_different_lengths_are_no_candles() -> None:
    with pytest.raises(ValueError, match="shorter"):
        from_columns({"t": [1, 2], "c": ["a"]}, "t", "c")


def test_an_object_is_no_list_of_candles() -> None:
    with pytest.raises(TypeError, match="no list of candles"):
        candles({"message": "maintenance"}, HOURS_OF_BTC, time=0, open=1, high=2, low=3, close=4, volume=5)


def test_candles_are_in_dollars_unless_their_market_says_otherwise() -> None:
    entries = [[1795431600, 132e6, 134e6, 131e6, 133e6, 5.5]]
    dollars: Any
    (dollars,) = candles(entries, HOURS_OF_BTC, **PLACES)
    won: Any
    (won,) = candles(entries, HOURS_OF_BTC, **PLACES, currency="KRW")
    assert (dollars.currency, won.currency) == ("USD", "KRW")


IN_LOCAL_MONEY = {
    "bitbank.candles": "JPY",
    "bithumb.candles": "KRW",
    "bitkub.candles": "THB",
    "bitvavo.candles": "EUR",
    "btcmarkets.candles": "AUD",
    "foxbit.candles": "BRL",
    "indodax.candles": "IDR",
    "mercado.candles": "BRL",
    "upbit.candles": "KRW",
}


@pytest.mark.parametrize("feed", [one for one in discover() if one.rows == (Candle,)], ids=lambda feed: feed.id)
def test_every_recorded_candle_costs_what_it_does_in_the_money_that_it_names(feed: Endpoint) -> None:
    for row in expected_rows_of(feed):
        assert row["currency"] == IN_LOCAL_MONEY.get(feed.id, "USD")
        dollars = row["close"] / UNITS_PER_DOLLAR[row["currency"]]
        assert dollars == pytest.approx(DOLLAR_PRICES[row["symbol"]], rel=0.1)


def test_binance_is_asked_for_every_coin_that_it_lists_whatever_the_host() -> None:
    everything = Context(Universe(frozenset({"BTC", "PEPE", "USDT", "XMR", "LEO"})), NOON, ("1h",))
    for host in BINANCE:
        (feed,) = (endpoint for endpoint in host.endpoints if endpoint.rows == (Candle,))
        assert [ask.params["symbol"] for ask in feed.requests_in(everything)] == ["BTCUSDT", "PEPEUSDT"]


def test_every_other_exchange_is_asked_for_a_few_large_coins_only() -> None:
    everything = Context(Universe(), NOON)
    hosts = {host.name for host in BINANCE}
    feeds = [feed for feed in discover() if feed.name == "candles" and feed.provider.name not in hosts]
    assert len(feeds) > 20
    for feed in feeds:
        asked = {ask.values["symbol"] for ask in feed.requests_in(everything)}
        assert asked, feed.id
        assert asked <= set(LARGE_COINS), feed.id
