"""Which request a saved answer answers: what it says of that, and what is guessed and told."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from crypto_pipeline.collection.answered_request import answered_request
from crypto_pipeline.collection.errors import SourceError
from crypto_pipeline.collection.saved import TimeRange, parse_saved
from crypto_pipeline.schema.intervals import INTERVAL_SECONDS
from crypto_pipeline.sources.kit import Context, discover
from crypto_pipeline.sources.symbols import Universe

NOON = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)
CONTEXT = Context(Universe(), NOON, tuple(INTERVAL_SECONDS))
ENDPOINTS = {endpoint.id: endpoint for endpoint in discover()}
PRICES = {"open": 1, "high": 2, "low": 1, "close": 2, "volume": 5}


def klines(*opened: datetime, step: int = 60) -> list[list[object]]:
    times = [int(at.timestamp() * 1000) for at in opened]
    return [[time, "1", "2", "1", "2", "5", time + step * 1000 - 1, "9", 1, "1", "1", "0"] for time in times]


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, 22, hour, minute, tzinfo=timezone.utc)


def test_the_interval_is_that_between_the_candles_and_the_coin_is_told_to_be_a_guess() -> None:
    request = answered_request(ENDPOINTS["binance.candles"], klines(at(1), at(2), at(4)), NOON)
    assert request.spec.values["interval"] == "1h"
    assert request.guesses == ("it does not say which request it answers; read as 'BTC 1h', --ask says which",)


def test_an_answer_that_names_its_market_is_of_that_coin() -> None:
    candles = [[int(at(hour).timestamp()), "1", "2", "1", "2", "1.5", "5", 7] for hour in (1, 2)]
    payload = {"error": [], "result": {"ETHUSD": candles, "last": 1}}
    request = answered_request(ENDPOINTS["kraken.candles"], payload, NOON)
    assert (request.spec.label, request.guesses) == ("ETH 1h", ())


@pytest.mark.parametrize(
    ("market", "label"), [("kNOBODY", None), ("ETH", "ETH 1h"), ("kPEPE", "PEPE 1h"), ("PURR", None)]
)
def test_candles_of_a_market_that_nobody_asks_for_are_not_those_of_another(market: str, label: str | None) -> None:
    """Those of a coin whose past alone is asked for are known."""
    endpoint = "hyperliquid.candles"
    candle = {"s": market, "i": "1h", "o": "1", "c": "1", "h": "1", "l": "1", "v": "1", "n": 1}
    payload = [{**candle, "t": int(opened.timestamp() * 1000)} for opened in (at(1), at(2))]
    if label is None:
        with pytest.raises(SourceError, match=f"its candles are of {market}, and none of its requests is for that"):
            answered_request(ENDPOINTS[endpoint], payload, NOON)
    else:
        assert answered_request(ENDPOINTS[endpoint], payload, NOON).spec.label == label


def test_a_label_that_is_given_is_believed() -> None:
    request = answered_request(ENDPOINTS["binance.candles"], klines(at(1), at(2)), NOON, "ETH 1h")
    assert (request.spec.label, request.guesses) == ("ETH 1h", ())


def test_candles_in_an_interval_that_nobody_asks_for_are_refused() -> None:
    with pytest.raises(SourceError, match="its candles are 7200 s apart, and it is asked for none of those"):
        answered_request(ENDPOINTS["binance.candles"], klines(at(2), at(4), at(6)), NOON)


@pytest.mark.parametrize("broken", [{"time": None}, {"time": "soon"}, {"close": None}])
@pytest.mark.parametrize("minutes", [15, 60])
def test_a_candle_that_cannot_be_read_does_not_make_the_others_longer(minutes: int, broken: dict[str, Any]) -> None:
    """Two quarters of an hour around a third one are no half hours."""
    opened = [at(1) + timedelta(minutes=minutes * count) for count in range(3)]
    candles: list[Any] = [{"time": int(one.timestamp() * 1000), **PRICES} for one in opened]
    candles[1] |= broken
    if broken == {"close": None}:
        del candles[1]["close"]
    saved = parse_saved(ENDPOINTS["coindcx_public.candles"], json.dumps(candles).encode(), NOON)
    rows = saved.read.normalised.rows["cached_ohlc"]
    assert [row["interval"] for row in rows] == [{15: "15m", 60: "1h"}[minutes]] * 2
    assert saved.read.normalised.rejected_count == 1


def test_hours_with_gaps_everywhere_are_hours_where_no_longer_interval_fits() -> None:
    assert answered_request(ENDPOINTS["binance.candles"], klines(at(1), at(3), at(6)), NOON).spec.label == "BTC 1h"


def test_candles_in_an_interval_that_a_collection_does_not_ask_for_are_read_in_it_and_it_is_told() -> None:
    weeks = [datetime(2026, 11, day, tzinfo=timezone.utc) for day in (2, 9, 16)]
    assert "1w" not in {spec.values["interval"] for spec in ENDPOINTS["kraken.candles"].requests_in(CONTEXT)}
    candles = [[int(opened.timestamp()), "1", "2", "1", "2", "1.5", "5", 7] for opened in weeks]
    saved = parse_saved(
        ENDPOINTS["kraken.candles"], json.dumps({"error": [], "result": {"ETHUSD": candles}}).encode(), NOON
    )
    rows = saved.read.normalised.rows["cached_ohlc"]
    assert [(row["symbol"], row["interval"], row["timestamp"]) for row in rows] == [("ETH", "1w", day) for day in weeks]
    assert saved.guesses == ("its candles are 1w apart, and a collection asks for none of those; read as 1w",)


@pytest.mark.parametrize(
    ("opened", "interval"), [(at(0), "1h"), (at(13), "1h"), (at(13, 30), "30m"), (at(13, 7), "1m")]
)
def test_one_candle_does_not_show_its_interval(opened: datetime, interval: str) -> None:
    request = answered_request(ENDPOINTS["binance.candles"], klines(opened), NOON)
    assert request.spec.values["interval"] == interval
    assert request.guesses[0] == f"one candle does not show its interval; read as one of {interval}, --ask says which"


def test_one_candle_of_a_source_whose_interval_is_measured_is_told_to_be_a_guess() -> None:
    candle = [int(at(13).timestamp() * 1000), 1, 2, 0.5, 1.5]
    request = answered_request(ENDPOINTS["coingecko.candles"], [candle], NOON)
    assert request.guesses[0] == "one candle does not show its interval; read as one of 30m"


def test_an_endpoint_with_one_request_leaves_nothing_to_guess() -> None:
    assert answered_request(ENDPOINTS["kraken.ticker"], {}, NOON).guesses == ()


def test_a_page_of_history_holds_the_time_that_it_was_asked_for() -> None:
    body = json.dumps(klines(at(1), at(2), at(3))).encode()
    saved = parse_saved(ENDPOINTS["binance.candles"], body, NOON, "BTC 1h", wanted=TimeRange(at(2), at(3)))
    assert [row["timestamp"] for row in saved.read.normalised.rows["cached_ohlc"]] == [at(2)]
    reasons = [one.reason for one in saved.read.normalised.rejected]
    assert reasons == ["it is of a time outside the window that was asked for"] * 2


def test_a_page_of_history_is_read_as_a_whole_where_of_another_answer_only_the_newest_entry_is() -> None:
    periods = [
        {"symbol": "LTCUSDT", "sumOpenInterest": f"{hour}", "timestamp": int(at(hour).timestamp() * 1000)}
        for hour in (1, 2, 3)
    ]
    endpoint, body = ENDPOINTS["binance_futures.open_interest"], json.dumps(periods).encode()

    def rows(**window: Any) -> list[float]:
        saved = parse_saved(endpoint, body, NOON, "LTC", **window)
        return [row["open_interest"] for row in saved.read.normalised.rows["derivatives_metrics"]]

    assert rows() == [3]
    assert (
        rows(wanted=TimeRange(at(1), at(4)))
        == rows(wanted=TimeRange(since=at(0)))
        == rows(wanted=TimeRange(until=NOON))
        == [1, 2, 3]
    )
    assert rows(wanted=TimeRange(at(2), at(3))) == [2]


def test_a_window_may_be_open_on_either_side() -> None:
    assert [TimeRange(since=at(2)).holds(at(hour)) for hour in (1, 2, 3)] == [False, True, True]
    assert [TimeRange(until=at(2)).holds(at(hour)) for hour in (1, 2, 3)] == [True, False, False]


@pytest.mark.parametrize("endpoint_id", ["gate_perpetuals.liquidations", "okx_perpetuals.liquidations"])
def test_one_of_several_answers_that_needs_the_others_says_so(endpoint_id: str) -> None:
    """How many coins were sold follows from the list of contracts."""
    with pytest.raises(SourceError, match=r'cannot be read without the others, \{"orders": \.\.\.'):
        parse_saved(ENDPOINTS[endpoint_id], b'[{"contract": "BTC_USDT", "size": 600}]', NOON)


def test_one_of_several_answers_that_are_read_together_is_read_by_itself() -> None:
    premium = {
        "symbol": "BTCUSDT",
        "markPrice": "26780.8",
        "indexPrice": "26798.2",
        "lastFundingRate": "0.0001",
        "nextFundingTime": 1795449600000,
        "time": 1795435140000,
    }
    endpoint = ENDPOINTS["binance_futures.premium_index"]
    saved = parse_saved(endpoint, json.dumps([premium]).encode(), NOON)
    (row,) = saved.read.normalised.rows["derivatives_metrics"]
    assert (row["symbol"], row["mark_price"], row["funding_rate"]) == ("BTC", 26780.8, 0.0001)
    assert saved.guesses == ("it is one of several answers; read as that to 'premiumIndex' alone",)
    together = parse_saved(endpoint, json.dumps({"premiumIndex": [premium]}).encode(), NOON)
    assert (together.read.normalised.rows, together.guesses) == (saved.read.normalised.rows, ())


def test_what_is_none_of_the_answers_that_are_read_together_is_refused() -> None:
    with pytest.raises(SourceError):
        parse_saved(ENDPOINTS["binance_futures.premium_index"], b'{"nonsense": 1}', NOON)


def test_of_answers_that_are_read_together_one_whose_entries_are_all_rejected_says_why() -> None:
    """As the example of OKX's own documentation, whose contract expires before the moment that it tells."""
    contract = {"instId": "BTC-USD-200103-5500-C", "markVol": "0.9987", "fwdPx": "39016.81", "ts": "1597026383085"}
    summary = {"code": "0", "msg": "", "data": [contract]}
    saved = parse_saved(ENDPOINTS["okx_options.options"], json.dumps(summary).encode(), NOON)
    (rejected,) = saved.read.normalised.rejected
    assert rejected.reason == "a contract of 2020-08-10 02:26 cannot expire at 2020-01-03 08:00"
    assert saved.guesses[-1] == "it is one of several answers; read as that to 'summary' alone"
