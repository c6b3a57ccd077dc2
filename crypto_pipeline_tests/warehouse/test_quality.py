"""Each question about what is stored: when it is content, and what it says when it is not."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from crypto_pipeline.warehouse import quality
from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse
from crypto_pipeline_tests.warehouse.facts import NOON, minutes, price

HOUR = {"5m": 300, "1h": 3600, "1d": 86_400, "1w": 604_800}


@pytest.fixture
def warehouse(held: DuckDBWarehouse) -> DuckDBWarehouse:
    return held


def candles(*hours: Any, symbol: str = "BTC", interval: str = "1h", **more: Any) -> list[dict[str, Any]]:
    length = timedelta(seconds=HOUR[interval])
    return [
        {
            "provider": "kraken",
            "symbol": symbol,
            "interval": interval,
            "timestamp": NOON - number * length,
            "open": 100.0,
            "high": 110.0,
            "low": 90.0,
            "close": 105.0,
            **more,
        }
        for number in hours
    ]


def gas(fee: Any, chain: str = "ethereum", unit: str = "gwei", source: str = "kraken", **more: Any) -> dict[str, Any]:
    return {"source": source, "blockchain": chain, "unit": unit, "timestamp": NOON, "gas_price_gwei": fee, **more}


def consensus(symbol: str, usd: float, sources: int = 9) -> dict[str, Any]:
    return {"symbol": symbol, "price_usd": usd, "sources": sources, "timestamp": NOON}


def written_by_hand(warehouse: DuckDBWarehouse, table: str, *rows: Any) -> None:
    """As a person might write them, past the merge that keeps keys apart."""
    with warehouse.connection() as connection:
        for row in rows:
            marks = ", ".join("?" * len(row))
            connection.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", list(row.values()))


def test_half_of_the_sources_are_enough(warehouse: DuckDBWarehouse) -> None:
    assert quality.enough_sources(2, 4, 0.5).passed
    few = quality.enough_sources(1, 4, 0.5)
    assert not few.passed
    assert few.detail == "1 of 4 sources answered"
    assert quality.enough_sources(0, 0, 0.5).passed


def test_the_sources_of_a_table_are_those_of_the_newest_run_that_fed_it(warehouse: DuckDBWarehouse) -> None:
    def collected(
        run: str, endpoint: str, outcome: str, at: float, tables: str = "market_prices,cached_market_data"
    ) -> dict[str, Any]:
        return {
            "run_id": run,
            "endpoint": endpoint,
            "outcome": outcome,
            "finished_at": minutes(at),
            "table_names": tables,
        }

    warehouse.merge(
        {
            "data_collections": [
                collected("old", "a", "timeout", 0),
                collected("new", "a", "ok", 5),
                collected("new", "b", "not_modified", 5),
                collected("new", "c", "blocked", 5),
                collected("new", "d", "not_due", 5),
                collected("new", "e", "timeout", 5, tables="market_prices_of_another_name"),
                collected("newest", "f", "ok", 9, tables="gas_prices"),
                collected("fed nothing", "a", "timeout", 9),
                {**collected("ahead", "a", "ok", 9), "finished_at": datetime.now(timezone.utc) + timedelta(hours=1)},
            ]
        }
    )
    counted = quality.sources_of_newest_run(warehouse, "market_prices", ["ok", "not_modified"], ["not_due"])
    assert counted == (2, 3)


def test_a_key_that_is_there_twice_is_named(warehouse: DuckDBWarehouse) -> None:
    warehouse.merge({"market_prices": [price("BTC"), price("ETH")]})
    assert quality.no_duplicates(warehouse, "market_prices", minutes(5)).passed
    written_by_hand(warehouse, "market_prices", price("ETH"), price("ETH"))
    finding = quality.no_duplicates(warehouse, "market_prices", minutes(5))
    assert not finding.passed
    assert finding.detail.startswith("1 keys are there more than once: kraken ETH 2026-11-24 12:00")
    assert finding.counts == {"duplicate_keys": 1}
    assert finding.cases[0] == ("source", "symbol", "timestamp", "copies")
    assert finding.cases[1][-1] == 3


def test_of_keys_that_are_there_more_than_once_the_most_frequent_comes_first(warehouse: DuckDBWarehouse) -> None:
    written_by_hand(warehouse, "market_prices", *[price("ADA")] * 2, *[price("ETH")] * 3, *[price("XRP")] * 2, price())
    finding = quality.no_duplicates(warehouse, "market_prices", minutes(5))
    assert finding.counts == {"duplicate_keys": 3}
    assert [(case[1], case[-1]) for case in finding.cases[1:]] == [("ETH", 3), ("ADA", 2), ("XRP", 2)]


@pytest.mark.parametrize(("hours", "passes"), [(23.9, False), (24.1, True)])
def test_duplicates_of_the_day_before_were_reported_then(
    warehouse: DuckDBWarehouse, hours: float, passes: bool
) -> None:
    written_by_hand(warehouse, "market_prices", price("ETH"), price("ETH"))
    assert quality.no_duplicates(warehouse, "market_prices", minutes(hours * 60)).passed is passes


def test_an_article_has_no_day_it_must_be_alone_for_ever(warehouse: DuckDBWarehouse) -> None:
    article = {"url": "https://example.org/a"}
    written_by_hand(warehouse, "news_articles", article, article)
    assert not quality.no_duplicates(warehouse, "news_articles", NOON).passed


def test_a_row_of_the_future_is_wrong_but_clocks_may_differ_by_ten_minutes(warehouse: DuckDBWarehouse) -> None:
    warehouse.merge({"market_prices": [price("BTC", at=10)]})
    assert quality.nothing_in_the_future(warehouse, "market_prices", "timestamp", NOON).passed
    warehouse.merge({"market_prices": [price("BTC", at=11)]})
    finding = quality.nothing_in_the_future(warehouse, "market_prices", "timestamp", NOON)
    assert not finding.passed
    assert finding.detail == "1 row is of the future, up to 2026-11-24 12:11 UTC"


@pytest.mark.parametrize(
    ("later", "passed", "detail"),
    [
        (10, True, "the newest row is of 2026-11-24 12:00 UTC, 10 minutes ago; 15 minutes are usual"),
        (200, False, "the newest row is of 2026-11-24 12:00 UTC, 3 hours ago; 15 minutes are usual"),
        (119, False, "the newest row is of 2026-11-24 12:00 UTC, 119 minutes ago; 15 minutes are usual"),
        (47 * 60, False, "the newest row is of 2026-11-24 12:00 UTC, 47 hours ago; 15 minutes are usual"),
        (49 * 60, False, "the newest row is of 2026-11-24 12:00 UTC, 2 days ago; 15 minutes are usual"),
        (-5, True, "the newest row is of 2026-11-24 12:00 UTC, 0 minutes ago; 15 minutes are usual"),
        (-11, False, "the newest row is of 2026-11-24 11:00 UTC, 49 minutes ago; 15 minutes are usual"),
    ],
)
def test_the_newest_row_is_no_older_than_usual(
    warehouse: DuckDBWarehouse, later: int, passed: bool, detail: str
) -> None:
    warehouse.merge({"market_prices": [price("BTC", at=-60, fetched=-60), price("ETH")]})
    finding = quality.fresh(warehouse, "market_prices", timedelta(minutes=15), minutes(later))
    assert (finding.passed, finding.detail) == (passed, detail)


@pytest.mark.parametrize(("opened", "passed"), [("2019-01-01", False), ("NOW", True)])
def test_an_old_candle_that_is_fetched_now_does_not_make_candles_fresh(
    warehouse: DuckDBWarehouse, opened: str, passed: bool
) -> None:
    at = NOON if opened == "NOW" else datetime.fromisoformat(opened).replace(tzinfo=timezone.utc)
    candle = {"provider": "a", "symbol": "BTC", "interval": "1h", "timestamp": at, "close": 1.0, "fetched_at": NOON}
    warehouse.merge({"cached_ohlc": [candle]})
    assert quality.fresh(warehouse, "cached_ohlc", timedelta(minutes=30), minutes(5)).passed is passed


def test_an_empty_table_is_not_fresh(warehouse: DuckDBWarehouse) -> None:
    finding = quality.fresh(warehouse, "market_prices", timedelta(minutes=15), NOON)
    assert (finding.passed, finding.detail) == (False, "there is no row")


def test_prices_far_off_the_median_of_their_coin_are_named(warehouse: DuckDBWarehouse) -> None:
    prices = [price("BTC", usd, source=f"s{usd}") for usd in (100.0, 101.0, 130.0)]
    warehouse.merge({"market_prices": prices, "consensus_prices": [consensus("BTC", 100.0), consensus("ETH", 3.0)]})
    finding = quality.prices_within_band(warehouse, 0.2, minutes(1))
    assert not finding.passed
    assert finding.detail == "1 of 3 prices are more than 20% off the median of their coin: BTC at s130.0 +30 %"
    assert finding.counts == {"prices": 3, "prices_far_off": 1}


@pytest.mark.parametrize("largest", [1.797e308, 1e300])
def test_a_price_that_no_percentage_can_say_is_far_off_like_any_other(
    warehouse: DuckDBWarehouse, largest: float
) -> None:
    warehouse.merge(
        {
            "market_prices": [price("BTC", largest), price("BTC", 0.5, source="one")],
            "consensus_prices": [consensus("BTC", 0.5)],
        }
    )
    finding = quality.prices_within_band(warehouse, 0.2, minutes(1))
    assert not finding.passed
    assert finding.detail.endswith(
        "1 of 2 prices are more than 20% off the median of their coin: BTC at kraken +1e+12 %"
    )


def test_a_few_prices_far_off_are_everyday(warehouse: DuckDBWarehouse) -> None:
    prices = [price("BTC", 100.0, source=f"s{number}") for number in range(199)]
    warehouse.merge(
        {"market_prices": [*prices, price("BTC", 10.0, source="odd")], "consensus_prices": [consensus("BTC", 100.0)]}
    )
    finding = quality.prices_within_band(warehouse, 0.2, minutes(1))
    assert finding.passed
    assert finding.detail.endswith("BTC at odd -90 %")


def test_prices_of_earlier_collections_are_not_compared_with_this_median(warehouse: DuckDBWarehouse) -> None:
    warehouse.merge({"market_prices": [price("BTC", 50.0, fetched=-60)], "consensus_prices": [consensus("BTC", 100.0)]})
    assert quality.prices_within_band(warehouse, 0.2, minutes(1)).detail == "no coin has two prices to compare"


def test_prices_are_held_against_the_newest_consensus_of_several_sources_as_each_source_says_them_now(
    warehouse: DuckDBWarehouse,
) -> None:
    def at(row: dict[str, Any], minute: float) -> dict[str, Any]:
        return {**row, "timestamp": minutes(minute), "fetched_at": minutes(minute)}

    warehouse.merge(
        {
            "consensus_prices": [
                at(consensus("BTC", 10.0), -5),
                consensus("BTC", 100.0),
                consensus("RARE", 100.0, sources=1),
                at(consensus("BTC", 1000.0), 30),
            ],
            "market_prices": [
                at(price("BTC", 10.0), -5),
                at(price("BTC", 101.0), 0),
                at(price("BTC", 1000.0), 30),
                at(price("BTC", 90.0, source="other"), 0),
                at(price("RARE", 1.0), 0),
            ],
        }
    )
    assert quality.prices_within_band(warehouse, 0.2, minutes(1)) == quality.Finding(
        True,
        "0 of 2 prices are more than 20% off the median of their coin",
        {"prices": 2, "prices_far_off": 0},
    )
    finding = quality.prices_within_band(warehouse, 0.005, minutes(1))
    assert [case[1] for case in finding.cases] == ["source", "other", "kraken"]


def test_candles_without_a_gap_are_complete_however_many_there_are(warehouse: DuckDBWarehouse) -> None:
    warehouse.merge({"cached_ohlc": [*candles(*range(30)), *candles(0, symbol="ETH")]})
    assert quality.candles_complete(warehouse, HOUR, NOON).passed


def test_gaps_between_candles_are_listed(warehouse: DuckDBWarehouse) -> None:
    warehouse.merge({"cached_ohlc": [*candles(0, 1, 2, 5, 6, 8), *candles(0, 1, 2, symbol="ETH")]})
    finding = quality.candles_complete(warehouse, HOUR, NOON)
    assert not finding.passed
    assert finding.detail == (
        "3 candles are missing in 2 gaps: kraken BTC 1h lacks 2 after 2026-11-24 07:00; "
        "kraken BTC 1h lacks 1 after 2026-11-24 04:00"
    )
    assert finding.counts == {"gaps": 2, "missing_candles": 3}
    assert finding.cases[1] == ("kraken", "BTC", "1h", NOON - timedelta(hours=5), NOON - timedelta(hours=2), 2)


def test_one_candle_that_is_missing_is_a_gap_of_its_market_and_of_no_other(warehouse: DuckDBWarehouse) -> None:
    rows = [
        *candles(0, 2),
        *candles(0, 3, symbol="ETH"),
        *candles(0, 4, provider="gate"),
        *candles(1, 6, interval="1d"),
    ]
    warehouse.merge({"cached_ohlc": [*rows, *candles(1, 3, symbol="ADA", interval="5m")]})
    found = quality.candles_complete(warehouse, HOUR, NOON)
    assert [(*case[:3], case[-1]) for case in found.cases[1:]] == [
        ("kraken", "BTC", "1d", 4),
        ("gate", "BTC", "1h", 3),
        ("kraken", "ETH", "1h", 2),
        ("kraken", "ADA", "5m", 1),
        ("kraken", "BTC", "1h", 1),
    ]


@pytest.mark.parametrize(
    ("interval", "oldest", "passes"), [("1h", 49, False), ("1h", 50, True), ("5m", 287, False), ("5m", 288, True)]
)
def test_candles_are_looked_at_fifty_lengths_back_and_at_least_a_day(
    warehouse: DuckDBWarehouse, interval: str, oldest: int, passes: bool
) -> None:
    warehouse.merge({"cached_ohlc": candles(oldest, oldest - 2, interval=interval)})
    assert quality.candles_complete(warehouse, HOUR, NOON).passed is passes


def test_gaps_that_are_long_past_are_left_alone(warehouse: DuckDBWarehouse) -> None:
    warehouse.merge({"cached_ohlc": candles(0, 1, 90, 95)})
    assert quality.candles_complete(warehouse, HOUR, NOON).passed


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        ({"high": 104.0}, "high and low do not enclose it"),
        ({"low": 101.0}, "high and low do not enclose it"),
        ({"low": 0.0}, "a price of zero or less"),
        ({"high": -1.0}, "a price of zero or less"),
        ({"open": 111.0}, "high and low do not enclose it"),
        ({"open": 89.0}, "high and low do not enclose it"),
        ({"close": 111.0}, "high and low do not enclose it"),
        ({"close": 89.0}, "high and low do not enclose it"),
        ({"timestamp": NOON - timedelta(minutes=7)}, "does not open where its interval allows it"),
    ],
)
def test_a_candle_that_cannot_be_is_named_with_what_is_wrong(
    warehouse: DuckDBWarehouse, wrong: dict[str, Any], fault: str
) -> None:
    warehouse.merge({"cached_ohlc": [*candles(0, 1, 2), *candles(3, **wrong)]})
    finding = quality.candles_possible(warehouse, HOUR, NOON)
    assert not finding.passed
    assert fault in finding.detail
    assert finding.counts == {"impossible_candles": 1}


def test_a_candle_in_which_the_price_stood_still_is_possible_and_of_impossible_ones_the_newest_comes_first(
    warehouse: DuckDBWarehouse,
) -> None:
    warehouse.merge({"cached_ohlc": candles(0, 1, open=100.0, high=100.0, low=100.0, close=100.0)})
    assert quality.candles_possible(warehouse, HOUR, NOON).passed
    warehouse.merge({"cached_ohlc": [*candles(3, 2, 4, low=0.0), *candles(2, symbol="ADA", low=0.0)]})
    named = [row[1:4:2] for row in [*quality.candles_possible(warehouse, HOUR, NOON).cases][1:]]
    at = {hours: NOON - timedelta(hours=hours) for hours in (2, 3, 4)}
    assert named == [("ADA", at[2]), ("BTC", at[2]), ("BTC", at[3]), ("BTC", at[4])]


def test_weeks_open_on_mondays(warehouse: DuckDBWarehouse) -> None:
    monday = NOON.replace(hour=0) - timedelta(days=1)
    warehouse.merge({"cached_ohlc": candles(0, interval="1w", timestamp=monday)})
    assert quality.candles_possible(warehouse, HOUR, NOON).passed
    warehouse.merge({"cached_ohlc": candles(0, interval="1w", timestamp=monday - timedelta(days=4))})
    assert not quality.candles_possible(warehouse, HOUR, NOON).passed


LIMITS = {("ethereum", "gwei"): (0.001, 5000.0), ("bitcoin", "sat/vB"): (0.05, 5000.0)}


@pytest.mark.parametrize(
    ("row", "detail"),
    [
        (gas(0.118), "every fee is plausible for its chain and unit"),
        (gas(0.00038, fast_gas_price=1.0), "ethereum at kraken 0.00038 to 1 gwei, not within 0.001 and 5000"),
        (gas(1.18e8), "ethereum at kraken 1.18e+08 to 1.18e+08 gwei, not within 0.001 and 5000"),
        (gas(0.001, fast_gas_price=5000.0), "every fee is plausible for its chain and unit"),
        (gas(1.0, gas_price=9000.0), "ethereum at kraken 9000 to 9000 gwei, not within 0.001 and 5000"),
        (gas(1.0, slow_gas_price=9000.0), "ethereum at kraken 1 to 9000 gwei, not within 0.001 and 5000"),
        (gas(1.0, standard_gas_price=9000.0), "ethereum at kraken 1 to 9000 gwei, not within 0.001 and 5000"),
        (gas(2.0, "bitcoin", "sat/vB"), "every fee is plausible for its chain and unit"),
        (gas(2.0, "bitcoin", "BTC/kB"), "bitcoin at kraken 2 to 2 BTC/kB, a pair of chain and unit that is not known"),
    ],
)
def test_a_fee_is_where_those_of_its_chain_can_be_in_its_unit(
    warehouse: DuckDBWarehouse, row: Any, detail: str
) -> None:
    warehouse.merge({"gas_prices": [row]})
    finding = quality.fees_plausible(warehouse, LIMITS, minutes(5))
    assert finding.detail.endswith(detail)
    assert finding.passed == detail.startswith("every")


def test_a_long_list_of_faults_is_cut_in_the_sentence_and_counted_in_full(warehouse: DuckDBWarehouse) -> None:
    warehouse.merge({"gas_prices": [gas(1e9, source=f"s{number}") for number in range(80)]})
    finding = quality.fees_plausible(warehouse, LIMITS, minutes(5))
    assert finding.detail.startswith("fees of 80 sources are not plausible: ")
    assert finding.detail.endswith("; ...")
    assert len(finding.cases) == 1 + quality.LISTED


def test_five_faults_are_named_in_the_sentence_in_order_and_of_six_it_says_that_there_are_more(
    warehouse: DuckDBWarehouse,
) -> None:
    warehouse.merge({"gas_prices": [gas(9e9, source=f"s{number}") for number in (3, 1, 5, 2, 4)]})
    five = quality.fees_plausible(warehouse, LIMITS, minutes(5)).detail
    assert [one.split()[2] for one in five.split(": ", 1)[1].split("; ")] == ["s1", "s2", "s3", "s4", "s5"]
    warehouse.merge({"gas_prices": [gas(9e9, source="s6")]})
    assert quality.fees_plausible(warehouse, LIMITS, minutes(5)).detail == five.replace("of 5", "of 6") + "; ..."


@pytest.mark.parametrize(("age", "passes"), [(59, False), (61, True)])
def test_fees_of_more_than_an_hour_ago_were_looked_at_then(warehouse: DuckDBWarehouse, age: int, passes: bool) -> None:
    warehouse.merge({"gas_prices": [gas(1e9)]})
    assert quality.fees_plausible(warehouse, LIMITS, minutes(age)).passed is passes


@pytest.mark.parametrize(("age", "passes"), [(15, True), (15.1, False)])
def test_a_table_is_fresh_until_its_newest_row_is_older_than_usual(
    warehouse: DuckDBWarehouse, age: float, passes: bool
) -> None:
    warehouse.merge({"market_prices": [price("BTC")]})
    finding = quality.fresh(warehouse, "market_prices", timedelta(minutes=15), minutes(age))
    assert finding.passed is passes


@pytest.mark.parametrize(("wrong", "passes"), [(1, True), (2, False)])
def test_one_price_in_a_hundred_may_be_far_off(warehouse: DuckDBWarehouse, wrong: int, passes: bool) -> None:
    prices = [price("BTC", 200.0 if number < wrong else 100.0, source=f"s{number}") for number in range(100)]
    warehouse.merge({"market_prices": prices, "consensus_prices": [consensus("BTC", 100.0)]})
    assert quality.prices_within_band(warehouse, 0.2, minutes(1)).passed is passes


@pytest.mark.parametrize(("age", "compared"), [(14, 1), (16, 0)])
def test_a_price_is_held_against_the_consensus_for_a_quarter_of_an_hour(
    warehouse: DuckDBWarehouse, age: int, compared: int
) -> None:
    warehouse.merge({"market_prices": [price("BTC", 100.0)], "consensus_prices": [consensus("BTC", 100.0)]})
    assert quality.prices_within_band(warehouse, 0.2, minutes(age)).counts["prices"] == compared


def gap(kind: str, missing: int, answers: int | None = None, number: int = 0) -> dict[str, Any]:
    return {
        "provider": "kraken",
        "symbol": "BTC",
        "interval": "1h",
        "from_at": NOON + number * timedelta(days=1),
        "to_at": NOON + number * timedelta(days=1) + missing * timedelta(hours=1),
        "missing": missing,
        "kind": kind,
        "times_told": answers,
        "found_at": NOON,
    }


def test_what_is_missing_of_the_past_for_a_reason_makes_it_no_less_complete(warehouse: DuckDBWarehouse) -> None:
    assert quality.history_complete(warehouse) == quality.Finding(
        True,
        "nothing is known to be missing",
        dict.fromkeys(
            ("halt", "no_trades", "refused", "not_asked", "unexplained", "to_ask_again", "failed_pages"), 0.0
        ),
    )
    explained = [gap("halt", 4), gap("no_trades", 2, number=1), gap("unexplained", 1, answers=2, number=2)]
    warehouse.merge({"candle_gaps": explained})
    found = quality.history_complete(warehouse)
    assert (found.passed, found.detail) == (True, "7 candles are missing, each with its reason")
    assert (found.counts["halt"], found.counts["unexplained"], found.advice) == (4, 1, "")


def test_what_nobody_asked_for_or_asked_for_only_once_is_told_by_source_with_what_to_do(
    warehouse: DuckDBWarehouse,
) -> None:
    page = {"endpoint": "okx.candles", "source": "okx", "ask": "BTC 1h", "from_at": NOON, "to_at": NOON}
    warehouse.merge(
        {
            "candle_gaps": [gap("halt", 4), gap("not_asked", 2, number=1), gap("unexplained", 1, number=2)],
            "history_pages": [
                {**page, "outcome": "timeout", "fetched_at": NOON},
                {**page, "ask": "ETH 1h", "outcome": "ok", "fetched_at": NOON},
                {**page, "ask": "ODD 1h", "outcome": "no_market", "fetched_at": NOON},
            ],
        }
    )
    found = quality.history_complete(warehouse)
    assert (found.passed, found.detail) == (False, "3 candles and 1 page of the past can be asked for again")
    assert found.cases == [
        ("source", "kind", "missing", "to_ask_again", "failed_pages"),
        ("kraken", "not_asked", 2, 2, 0),
        ("kraken", "unexplained", 1, 1, 0),
        ("okx", "timeout", 0, 0, 1),
        ("kraken", "halt", 4, 0, 0),
    ]
    assert "crypto-pipeline backfill repair" in found.advice
