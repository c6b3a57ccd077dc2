"""What follows from several tables, over HTTP: as of the newest rows, so that a pause shows what was known last."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from crypto_pipeline_tests.api.data.asking import Data
from crypto_pipeline_tests.api.data.rows import NOON, Row, at, chain_metric, contract, price, stamped


def future(source: str, days: float, mark: float, index: float | None, moment: Any = NOON) -> Row:
    row = {"symbol": "BTC", "source": source, "contract": f"BTC-{days:g}", "mark_price": mark, "index_price": index}
    return stamped({**row, "expiry": moment + timedelta(days=days), "timestamp": moment, "fetched_at": moment}, moment)


def test_contracts_are_held_against_their_coin_as_of_the_newest_of_them(data: Data) -> None:
    data.store(
        dated_futures=[future("deribit", 73, 102.0, 100.0), future("deribit", 30, 150.0, 100.0, at(days=-3))],
        derivatives_metrics=[contract("BTC", "bybit", mark_price=101.0), contract("ETH", "bybit", mark_price=5.0)],
        market_prices=[price("BTC", "kraken", 100.0, pair="XBTUSD")],
    )
    answer = data.get("basis?symbol=bitcoin")
    assert [
        (one["market"], one["basis_percent"], one["yearly_percent"], one["against"]) for one in answer["dated"]
    ] == [("deribit BTC-73", pytest.approx(2), pytest.approx(10), "index")]
    assert [(one["market"], one["basis_percent"]) for one in answer["perpetual"]] == [
        ("bybit BTCUSDT", pytest.approx(1))
    ]
    assert answer["as_of"] == (NOON + timedelta(seconds=5)).isoformat()
    assert data.get("basis?symbol=DOGE")["dated"] == []


def closed(side: str, usd: float, hours_ago: float) -> Row:
    moment = at(hours=-hours_ago)
    row = {"liquidation_id": f"{side}{hours_ago}", "source": "okx", "symbol": "BTC", "side": side, "value_usd": usd}
    return stamped({**row, "liquidated_at": moment, "fetched_at": moment}, moment)


def test_liquidations_are_added_up_by_hour_and_side(data: Data) -> None:
    data.store(
        liquidations=[closed("long", 10, 0), closed("short", 4, 0.1), closed("long", 5, 2), closed("long", 9, 60)]
    )
    hours = data.get("liquidations/hours?symbol=BTC&hours=24")["hours"]
    assert [(one["hour"], one["longs_usd"], one["shorts_usd"], one["largest_usd"]) for one in hours] == [
        (at(hours=-2).isoformat(), 5, 0, 5),
        (at(hours=-1).isoformat(), 0, 4, 4),
        (NOON.isoformat(), 10, 0, 10),
    ]


def test_years_of_a_figure_are_thinned_out_to_single_days_with_the_newest_among_them(data: Data) -> None:
    data.store(
        chain_metrics=[
            *(chain_metric("mvrv", float(day), at(days=-day), licence="CC BY-NC 4.0") for day in range(100)),
            *(chain_metric("mvrv", -1.0, at(days=-day), source="b") for day in range(3)),
            chain_metric("nvt", 50.0, blockchain="ethereum"),
        ]
    )
    answer = data.get("chain-metrics/history?name=mvrv&points=34")
    assert [one["value"] for one in answer["points"]] == [float(day) for day in range(99, -1, -3)]
    assert (answer["chart"]["source"], answer["chart"]["days"], answer["chart"]["licence"]) == (
        "a",
        100,
        "CC BY-NC 4.0",
    )
    assert [(one["blockchain"], one["metric_name"]) for one in answer["charts"]] == [
        ("bitcoin", "mvrv"),
        ("ethereum", "nvt"),
    ]
    nothing = data.get("chain-metrics/history?name=sopr")
    assert (nothing["chart"], nothing["points"], len(nothing["charts"])) == (None, [], 2)


def defi(metric: str, entity: str, value: float, days_ago: float) -> Row:
    moment = at(days=-days_ago)
    row = {"source": "defillama", "metric_name": metric, "entity": entity, "value": value, "unit": "USD"}
    return stamped({**row, "timestamp": moment, "fetched_at": moment}, moment)


def test_stablecoins_are_told_with_their_peg_and_the_supply_of_all(data: Data) -> None:
    data.store(
        defi_metrics=[
            defi("stablecoin_peg_deviation", "USDT", -0.3, 2),
            defi("stablecoin_peg_deviation", "USDT", 0.1, 0),
            defi("stablecoin_circulating", "USDT", 2e11, 0),
            defi("stablecoin_circulating", "total", 3e11, 0),
            defi("stablecoin_circulating", "total", 2.9e11, 400),
        ]
    )
    answer = data.get("stablecoins?years=1")
    assert [
        (one["coin"], one["percent_off"], one["largest_7d_percent"], one["circulating_usd"]) for one in answer["coins"]
    ] == [("USDT", 0.1, 0.3, 2e11)]
    assert [one["circulating_usd"] for one in answer["supply"]] == [3e11]
    assert [one["circulating_usd"] for one in data.get("stablecoins?years=0")["supply"]] == [2.9e11, 3e11]


def test_a_year_before_the_day_that_only_leap_years_have_is_one_all_the_same(data: Data) -> None:
    leap = datetime(2024, 2, 29, 12, tzinfo=timezone.utc)
    days = [(3e11, leap), (2e11, leap - timedelta(days=360)), (1e11, leap - timedelta(days=370))]
    data.store(defi_metrics=[defi("stablecoin_circulating", "total", usd, (NOON - day).days) for usd, day in days])
    assert [one["circulating_usd"] for one in data.get("stablecoins?years=1")["supply"]] == [2e11, 3e11]


def test_a_long_series_is_thinned_out_with_the_newest_among_what_is_left(data: Data) -> None:
    row = {
        "series": "sp500",
        "source": "fred",
        "code": "SP500",
        "unit": "index",
        "is_revised": False,
        "fetched_at": NOON,
    }
    times = [(day, at(days=-day)) for day in range(700)]
    days = [{**row, "value": float(day), "timestamp": one, "known_at": one} for day, one in times]
    data.store(macro_series=[stamped(one, NOON) for one in days])
    points = data.get("macro/against?series=sp500&years=10")["points"]
    assert [one["value"] for one in points] == [float(day) for day in range(698, -1, -2)]


def test_a_series_stands_beside_the_coin_from_the_moment_at_which_it_was_public(data: Data) -> None:
    def day(back: int, close: float) -> Row:
        moment = at(days=-back).replace(hour=0)
        return stamped({"symbol": "BTC", "interval": "1d", "timestamp": moment, "close": close}, moment)

    def observed(back: int, value: float, source: str = "fred") -> Row:
        row = {"series": "us_m2", "source": source, "code": "M2SL", "value": value, "unit": "USD", "is_revised": True}
        moment = at(days=-back)
        return stamped(
            {**row, "timestamp": moment, "known_at": moment + timedelta(days=60), "fetched_at": NOON}, moment
        )

    data.store(
        macro_series=[observed(100, 2e13), observed(130, 1.9e13), observed(100, 1.0, "b")],
        consensus_ohlc=[day(72, 90.0), day(71, 91.0), day(42, 99.0), day(39, 120.0)],
    )
    answer = data.get("macro/against?series=us_m2&years=2")
    assert [(one["value"], one["price_usd"]) for one in answer["points"]] == [(1.9e13, 91.0), (2e13, 99.0)]
    assert (answer["series"], answer["correlation"]) == (["us_m2"], None)
    assert data.get("macro/against?series=nothing")["points"] == []


def test_shares_of_the_market_are_told_day_by_day(data: Data) -> None:
    row = {
        "source": "coingecko",
        "total_market_cap_usd": 3e12,
        "btc_dominance": 58.0,
        "timestamp": NOON,
        "fetched_at": NOON,
    }
    data.store(market_overview=[stamped(row, NOON)], defi_metrics=[defi("stablecoin_circulating", "total", 3e11, 1)])
    [day] = data.get("dominance?days=7")["days"]
    assert (day["day"], day["btc_percent"], day["stablecoins_percent"], day["sources"]) == ("2026-11-24", 58.0, 10.0, 1)


def test_what_two_exchanges_differ_by_is_told_less_their_fees(data: Data) -> None:
    def book(source: str, bid: float) -> Row:
        row = {
            "source": source,
            "symbol": "BTC",
            "pair": "BTCUSD",
            "scope": "best",
            "best_bid": bid,
            "best_ask": bid + 1,
        }
        sizes = {"best_bid_size": 1.0, "best_ask_size": 1.0, "usd_per_quote": 1.0, "spread_bps": 1.0}
        return stamped({**row, **sizes, "timestamp": NOON, "fetched_at": NOON}, NOON)

    fees = [stamped({"exchange": source, "taker_percent": 0.1}, NOON) for source in "ab"]
    data.store(book_snapshots=[book("a", 99.0), book("b", 102.0)], trading_fees=fees)
    [row] = data.get("opportunities")["opportunities"]
    assert (row["buy_at"], row["sell_at"], row["apart_percent"]) == ("a BTCUSD", "b BTCUSD", pytest.approx(2))
    assert row["left_percent"] == pytest.approx((102 * 0.999 / (100 * 1.001) - 1) * 100)


def test_a_contract_whose_exchange_tells_funding_and_open_interest_apart_has_both(data: Data) -> None:
    data.store(
        derivatives_metrics=[
            contract("BTC", "okx", at(minutes=-1), funding_rate_8h=0.0001),
            contract("BTC", "okx", open_interest_usd=5.0),
            contract("BTC", "okx", at(hours=-3), mark_price=7.0),
        ]
    )
    [row] = data.get("derivatives?symbol=BTC")["derivatives"]
    assert (row["funding_rate_8h"], row["open_interest_usd"], row["mark_price"]) == (0.0001, 5.0, None)
    assert row["timestamp"] == NOON.isoformat()


@pytest.mark.parametrize("path", ["basis?symbol=", "liquidations/hours?symbol=", "macro/against?series=us_m2&symbol="])
def test_what_can_be_no_coin_is_refused_with_a_sentence(data: Data, path: str) -> None:
    moment = NOON - timedelta(days=70)
    observed = {"series": "us_m2", "source": "fred", "value": 1.0, "timestamp": moment, "known_at": moment}
    data.store(
        dated_futures=[future("deribit", 73, 102.0, 100.0)],
        liquidations=[closed("long", 10, 0)],
        macro_series=[stamped({**observed, "fetched_at": NOON}, NOON)],
    )
    assert "symbol='$$A B'" in data.refusal(f"{path}%24%24a%20b", 422)


def test_markets_that_came_and_went_are_told_as_of_the_newest_look_at_the_lists(data: Data) -> None:
    def market(name: str, days: float, **more: Any) -> Row:
        row = {"source": "okx", "kind": "spot", "market": name, "symbol": name.partition("-")[0], "status": "trading"}
        times = {"listed_at": at(days=-days), "first_seen_at": NOON, "timestamp": NOON, "fetched_at": NOON}
        return stamped({**row, **times, **more}, NOON)

    data.store(
        listings=[
            market("BTC-USDT", 900),
            market("NEW-USDT", 2),
            market("BTC-EUR", 3),
            market("OLD-USDT", 900, delisted_at=at(days=-1)),
        ]
    )
    answer = data.get("listings/changes")
    assert [(one["market"], one["coin_is_new"]) for one in answer["opened"]] == [("NEW-USDT", True), ("BTC-EUR", False)]
    assert [(one["market"], one["coin_is_gone"]) for one in answer["closed"]] == [("OLD-USDT", True)]
    first = data.get("listings/changes?limit=1")
    assert (len(first["opened"]), len(first["closed"])) == (1, 1)
    lately = data.get("listings/changes?days=1")
    assert (lately["opened"], lately["closed"]) == ([], [])
    assert [one["market"] for one in data.get("listings/changes?days=3")["opened"]] == ["NEW-USDT"]
