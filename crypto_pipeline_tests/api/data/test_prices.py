"""Prices now: which consensus is shown, in which order, and what belongs to it."""

from __future__ import annotations

import pytest

from crypto_pipeline_tests.api.data.asking import Data
from crypto_pipeline_tests.api.data.rows import at, consensus, latest


def test_the_newest_consensus_of_each_coin_is_told_as_it_is_stored(past: Data) -> None:
    prices = past.get("prices")["prices"]
    stored = past.sql(
        "SELECT * FROM consensus_prices QUALIFY row_number() OVER (PARTITION BY symbol ORDER BY timestamp DESC) = 1"
    )
    by_symbol = {row["symbol"]: row for row in stored}
    assert {one["symbol"]: one["name"] for one in prices if one["name"]} == {"BTC": "Bitcoin"}
    assert {one["symbol"] for one in prices} == set(by_symbol)
    for one in prices:
        row = by_symbol[one["symbol"]]
        for name in (
            "price_usd",
            "sources",
            "lowest_usd",
            "highest_usd",
            "spread_percent",
            "price_change_24h",
            "timestamp",
        ):
            assert one[name] == row[name], name
        assert one["outliers"] == (row["outliers"].split(",") if row["outliers"] else [])


def test_capital_and_volume_are_the_medians_of_the_last_day(past: Data) -> None:
    amounts = {one["symbol"]: (one["market_cap"], one["volume_24h"]) for one in past.get("prices")["prices"]}
    newest = past.sql("SELECT max(timestamp) AS at FROM consensus_prices")[0]["at"]
    stored = past.sql(
        "SELECT symbol, median(market_cap) AS cap, median(volume_24h) FILTER (pair IS NULL) AS volume FROM cached_market_data "
        "WHERE timestamp >= CAST($newest AS TIMESTAMPTZ) - INTERVAL 1 DAY GROUP BY symbol",
        {"newest": newest},
    )
    assert stored
    assert {row["symbol"]: (row["cap"], row["volume"]) for row in stored} == {
        symbol: amounts[symbol] for symbol in {row["symbol"] for row in stored}
    }


def test_the_turnover_of_one_market_does_not_mix_with_that_of_all(data: Data) -> None:
    data.store(
        consensus_prices=[consensus("BTC", 100.0), consensus("ADA", 1.0)],
        cached_market_data=[
            latest("BTC", "aggregator", 100.0, volume_24h=50e9),
            latest("BTC", "exchange", 100.0, volume_24h=1e6, pair="BTC-USD"),
            latest("BTC", "other", 100.0, volume_24h=2e6, pair="BTC-USD"),
            latest("ADA", "exchange", 1.0, volume_24h=9e6, pair="ADA-USD"),
        ],
    )
    volumes = {one["symbol"]: one["volume_24h"] for one in data.get("prices")["prices"]}
    assert volumes == {"BTC": 50e9, "ADA": None}


def test_the_largest_coin_comes_first_then_the_best_known_then_by_name(data: Data) -> None:
    data.store(
        consensus_prices=[
            consensus("A", 1.0),
            consensus("B", 1.0, sources=9),
            consensus("C", 1.0),
            consensus("D", 1.0),
        ],
        cached_market_data=[latest("D", "x", 1.0, market_cap=5.0), latest("C", "x", 1.0, market_cap=7.0)],
    )
    assert [one["symbol"] for one in data.get("prices")["prices"]] == ["C", "D", "B", "A"]


def test_what_no_source_says_is_null_and_what_is_a_day_old_does_not_count(data: Data) -> None:
    data.store(
        consensus_prices=[
            consensus("BTC", 100.0),
            consensus("GONE", 1.0, at(days=-2)),
            consensus("BTC", 90.0, at(hours=-1)),
        ],
        cached_market_data=[latest("BTC", "old", 100.0, at(days=-3), market_cap=1.0), latest("BTC", "new", 100.0)],
    )
    (one,) = data.get("prices")["prices"]
    assert (one["symbol"], one["price_usd"], one["market_cap"], one["volume_24h"]) == ("BTC", 100.0, None, None)
    assert one["spark"] is None


def test_a_spark_is_the_last_price_of_each_hour_and_null_where_there_was_none(data: Data) -> None:
    data.store(
        consensus_prices=[
            consensus("BTC", 100.0),
            consensus("BTC", 99.0, at(minutes=-30)),
            consensus("BTC", 98.0, at(minutes=-60)),
            consensus("BTC", 50.0, at(hours=-23, minutes=-59)),
            consensus("BTC", 1.0, at(hours=-24)),
            consensus("ETH", 7.0, at(minutes=-90)),
        ]
    )
    sparks = {one["symbol"]: one["spark"] for one in data.get("prices?spark=1")["prices"]}
    assert sparks["BTC"] == [50.0, *[None] * 21, 98.0, 100.0]
    assert sparks["ETH"] == [*[None] * 22, 7.0, None]


def test_some_coins_can_be_asked_for_however_they_are_written(data: Data) -> None:
    data.store(consensus_prices=[consensus(symbol, 1.0) for symbol in ("BTC", "ETH", "SOL")])
    assert [one["symbol"] for one in data.get("prices?symbol=btc&symbol=Sol&symbol=NOPE")["prices"]] == ["BTC", "SOL"]
    assert "NOPE" in data.refusal("prices?symbol=NOPE", 404)


def test_one_coin_is_told_as_each_source_sees_it(past: Data) -> None:
    answer = past.get("prices/BTC")
    stored = past.sql(
        "SELECT provider AS source, price AS price_usd, change_24h, volume_24h, high_24h, low_24h, market_cap, pair, quote, "
        "timestamp FROM cached_market_data WHERE symbol = 'BTC' ORDER BY volume_24h DESC NULLS LAST, provider"
    )
    assert len(stored) > 5
    assert [{name: one[name] for name in stored[0]} for one in answer["sources"]] == stored
    assert answer["consensus"] == next(one for one in past.get("prices")["prices"] if one["symbol"] == "BTC")


def test_a_source_is_as_far_off_as_it_is(data: Data) -> None:
    data.store(
        consensus_prices=[consensus("BTC", 200.0, outliers="wild")],
        cached_market_data=[
            latest("BTC", "calm", 201.0, volume_24h=5.0),
            latest("BTC", "wild", 100.0, volume_24h=9.0),
            latest("BTC", "mute", None),
        ],
    )
    sources = data.get("prices/BTC")["sources"]
    assert [(one["source"], one["deviation_percent"], one["is_outlier"]) for one in sources] == [
        ("wild", -50.0, True),
        ("calm", 0.5, False),
        ("mute", None, False),
    ]


def test_a_coin_without_a_consensus_is_told_all_the_same(data: Data) -> None:
    data.store(cached_market_data=[latest("NEW", "kraken", 3.0)])
    answer = data.get("prices/NEW")
    assert answer["consensus"] is None
    assert answer["sources"][0]["deviation_percent"] is None


@pytest.mark.parametrize("symbol", ["NOPE", "%F0%9F%92%A9", "..%2Foverview", "'%20OR%201=1"])
def test_a_coin_that_is_not_there_is_not_found(symbol: str, past: Data) -> None:
    assert past.ask(f"prices/{symbol}").status_code == 404
