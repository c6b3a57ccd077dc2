"""What a merge does to rows, table kind by table kind."""

from __future__ import annotations

import json
import math
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pandas
import pytest

from crypto_pipeline.schema.outcomes import Outcome
from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse
from crypto_pipeline.warehouse.errors import NoSuchTable
from crypto_pipeline_tests.warehouse.facts import NOON, candle, counts, failure, latest, minutes, price, provider


@pytest.fixture
def warehouse(held: DuckDBWarehouse) -> DuckDBWarehouse:
    return held


def test_new_rows_are_inserted_and_come_back_as_they_went_in(warehouse: DuckDBWarehouse) -> None:
    row = price(usd=0.000000380000001, market_cap=None, pair="XBT/USD · ₿", volume_24h=5e-324)

    assert counts(warehouse.merge({"market_prices": [row]})) == (1, 0, 0, 0, 0)

    (stored,) = warehouse.read("market_prices")
    assert {name: stored[name] for name in row} == row
    assert stored["timestamp"].tzinfo is timezone.utc
    assert stored["high_24h"] is None


def test_the_same_answer_four_times_is_one_fact(warehouse: DuckDBWarehouse) -> None:
    for number in range(4):
        written = warehouse.merge({"market_prices": [price(fetched=number, run=f"run-{number}")]})

    assert counts(written) == (0, 0, 1, 0, 0)
    (stored,) = warehouse.read("market_prices")
    assert (stored["run_id"], stored["fetched_at"]) == ("run-0", minutes(0))


def test_a_changed_row_is_corrected_and_says_who_corrected_it(warehouse: DuckDBWarehouse) -> None:
    warehouse.merge({"market_prices": [price(usd=1.0, volume_24h=7.0), price("ETH")]})

    written = warehouse.merge({"market_prices": [price(usd=2.0, fetched=1, run="run-2"), price("ETH", fetched=1)]})

    assert counts(written) == (0, 1, 1, 0, 0)
    (stored,) = warehouse.read("market_prices", where="symbol = ?", parameters=["BTC"])
    assert (stored["price_usd"], stored["volume_24h"], stored["run_id"]) == (2.0, None, "run-2")


def test_a_value_that_came_or_went_is_a_change(warehouse: DuckDBWarehouse) -> None:
    warehouse.merge({"market_prices": [price(market_cap=None)]})
    assert counts(warehouse.merge({"market_prices": [price(market_cap=5.0)]})) == (0, 1, 0, 0, 0)
    assert counts(warehouse.merge({"market_prices": [price(market_cap=None)]})) == (0, 1, 0, 0, 0)
    assert counts(warehouse.merge({"market_prices": [price(market_cap=None)]})) == (0, 0, 1, 0, 0)


def test_an_older_candle_that_comes_late_does_not_overwrite_the_final_one(warehouse: DuckDBWarehouse) -> None:
    warehouse.merge({"cached_ohlc": [candle(65_000, final=True, fetched=60)]})

    assert counts(warehouse.merge({"cached_ohlc": [candle(64_000, final=False, fetched=30)]})) == (0, 0, 1, 0, 0)

    (stored,) = warehouse.read("cached_ohlc")
    assert (stored["close"], stored["is_final"]) == (65_000, True)


def test_a_row_of_unknown_age_is_older_than_one_of_known_age(warehouse: DuckDBWarehouse) -> None:
    warehouse.merge({"cached_ohlc": [candle(65_000, final=True, fetched=60)]})
    written = warehouse.merge({"cached_ohlc": [candle(1, final=True, fetched=60) | {"fetched_at": None}]})
    assert counts(written) == (0, 0, 1, 0, 0)


def test_the_latest_state_of_a_key_is_kept_once(warehouse: DuckDBWarehouse) -> None:
    for value, fetched in ((1.0, 1), (3.0, 3), (2.0, 2)):
        warehouse.merge({"cached_market_data": [latest(value, fetched=fetched)]})
    assert [row["price"] for row in warehouse.read("cached_market_data")] == [3.0]


def test_a_replaced_table_holds_the_batch_and_nothing_else(warehouse: DuckDBWarehouse) -> None:
    warehouse.merge({"providers": [provider("kraken"), provider("gone"), provider("okx")]})

    written = warehouse.merge({"providers": [provider("kraken"), provider("okx", docs="new"), provider("gate")]})

    assert counts(written) == (1, 1, 1, 1, 0)
    assert sorted(row["name"] for row in warehouse.read("providers")) == ["gate", "kraken", "okx"]


def test_an_older_whole_truth_does_not_replace_a_newer_one(warehouse: DuckDBWarehouse) -> None:
    warehouse.merge({"providers": [provider("kraken", collected=2)]})
    assert counts(warehouse.merge({"providers": [provider("okx", collected=1)]})) == (0, 0, 1, 0, 0)
    assert [row["name"] for row in warehouse.read("providers")] == ["kraken"]


def test_a_log_row_is_written_once_and_never_touched_again(warehouse: DuckDBWarehouse) -> None:
    warehouse.merge({"failure_logs": [failure(error="timed out")]})
    written = warehouse.merge({"failure_logs": [failure(error="other"), failure(run="run-2")]})
    assert counts(written) == (1, 0, 1, 0, 0)
    assert {row["error"] for row in warehouse.read("failure_logs", where="run_id = 'run-1'")} == {"timed out"}


def test_when_an_article_was_first_seen_survives_its_updates(warehouse: DuckDBWarehouse) -> None:
    article = {"url": "https://news.example/a", "title": "Old", "first_seen_at": minutes(0), "fetched_at": minutes(0)}
    warehouse.merge({"news_articles": [article]})

    again = article | {"first_seen_at": minutes(5), "fetched_at": minutes(5)}
    assert counts(warehouse.merge({"news_articles": [again]})) == (0, 0, 1, 0, 0)
    assert counts(warehouse.merge({"news_articles": [again | {"title": "New"}]})) == (0, 1, 0, 0, 0)

    (stored,) = warehouse.read("news_articles")
    assert (stored["title"], stored["first_seen_at"], stored["fetched_at"]) == ("New", minutes(0), minutes(5))


def test_of_two_rows_of_one_key_in_a_batch_the_newer_counts_else_the_last(warehouse: DuckDBWarehouse) -> None:
    prices = [price(usd=2.0, fetched=2), price(usd=1.0, fetched=1), price(usd=3.0, fetched=2)]
    assert counts(warehouse.merge({"market_prices": prices})) == (1, 0, 0, 0, 0)
    assert warehouse.read("market_prices")[0]["price_usd"] == 3.0

    warehouse.merge({"failure_logs": [failure(error="first"), failure(error="last")]})
    assert warehouse.read("failure_logs")[0]["error"] == "last"


def test_several_tables_are_written_together_or_not_at_all(own_file: DuckDBWarehouse) -> None:
    warehouse = own_file
    with warehouse.connection() as connection:
        connection.execute("DROP TABLE failure_logs")
        connection.execute("CREATE TABLE failure_logs (run_id VARCHAR CHECK (run_id <> 'run-1'))")
        for column in ("endpoint", "ask"):
            connection.execute(f"ALTER TABLE failure_logs ADD COLUMN {column} VARCHAR")
        connection.execute("ALTER TABLE failure_logs ADD COLUMN error VARCHAR")
    written = warehouse.merge({"market_prices": [price()], "failure_logs": [failure()]})
    assert [one.spooled for one in written.values()] == [1, 1]
    assert warehouse.read("market_prices") == []
    assert len(warehouse.spooled()) == 1


def test_nothing_is_written_and_nothing_opened_for_nothing(own_file: DuckDBWarehouse) -> None:
    warehouse = own_file
    warehouse.path.unlink()
    assert counts(warehouse.merge({"providers": []})) == (0, 0, 0, 0, 0)
    assert warehouse.merge({}) == {}
    assert not warehouse.path.exists()


def test_a_missing_number_is_null_also_when_it_calls_itself_nan(warehouse: DuckDBWarehouse) -> None:
    warehouse.merge({"market_prices": [price(usd=math.nan, market_cap=math.inf, volume_24h=-math.inf)]})
    (stored,) = warehouse.read("market_prices")
    assert (stored["price_usd"], stored["market_cap"], stored["volume_24h"]) == (None, None, None)


def test_values_never_decide_the_type_of_a_column(warehouse: DuckDBWarehouse) -> None:
    warehouse.merge({"market_prices": [price(f"C{number}", 1, market_cap=None) for number in range(3)]})
    warehouse.merge({"market_prices": [price("D", Decimal("1.7"), market_cap=2)]})
    types = dict(
        warehouse.query("SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = 'market_prices'").rows
    )
    assert (types["price_usd"], types["market_cap"], types["timestamp"]) == (
        "DOUBLE",
        "DOUBLE",
        "TIMESTAMP WITH TIME ZONE",
    )
    assert [type(row["price_usd"]) for row in warehouse.read("market_prices")] == [float] * 4


def test_a_time_of_another_zone_is_the_same_moment(warehouse: DuckDBWarehouse) -> None:
    tehran = timezone(timedelta(hours=3, minutes=30))
    warehouse.merge({"market_prices": [price(timestamp=NOON.astimezone(tehran))]})
    assert counts(warehouse.merge({"market_prices": [price()]})) == (0, 0, 1, 0, 0)


def test_an_outcome_is_stored_as_its_word(warehouse: DuckDBWarehouse) -> None:
    warehouse.merge({"failure_logs": [failure() | {"outcome": Outcome.TIMEOUT}]})
    assert warehouse.read("failure_logs")[0]["outcome"] == "timeout"


def test_text_that_has_no_utf_8_loses_one_character_and_not_the_batch(warehouse: DuckDBWarehouse) -> None:
    warehouse.merge({"market_prices": [price(pair="cut \ud83d here, nul \0 there")]})
    assert warehouse.read("market_prices")[0]["pair"] == "cut ? here, nul \0 there"


def test_a_frame_is_as_good_as_rows(warehouse: DuckDBWarehouse) -> None:
    frame = pandas.DataFrame([price("BTC", block=1), price("ETH", None, block=None)]).drop(columns="block")
    assert counts(warehouse.merge({"market_prices": frame})) == (2, 0, 0, 0, 0)
    assert counts(warehouse.merge({"market_prices": [price("BTC"), price("ETH", None)]})) == (0, 0, 2, 0, 0)

    gas = {"source": "node", "blockchain": "ethereum", "timestamp": NOON}
    warehouse.merge({"gas_prices": pandas.DataFrame([gas | {"block_number": 7}, gas | {"blockchain": "base"}])})
    assert {row["block_number"] for row in warehouse.read("gas_prices")} == {7, None}


@pytest.mark.parametrize(
    ("table", "row", "sentence"),
    [
        ("market_prices", price(volume=1), "market_prices has no column volume; row 1 has"),
        ("market_prices", price(symbol=None), "market_prices: row 1 has no symbol, which is part of the key"),
        ("market_prices", price(usd="12,5"), "market_prices.price_usd: row 1 has '12,5', which is no number"),
        ("market_prices", price(usd=True), "which is no number"),
        ("market_prices", price(usd=10**400), "which is no number that a DOUBLE can hold"),
        ("market_prices", price(pair=7), "which is no text"),
        ("market_prices", price(timestamp=datetime.fromisoformat("2026-01-01")), "which is no time with a zone"),
        ("market_prices", price(timestamp="2026-01-01"), "which is no time"),
        ("cached_ohlc", candle(1, final="yes", fetched=0), "which is no truth value"),
        ("rejected_rows", {"run_id": "r", "endpoint": "e", "number": 1.5}, "which is no whole number"),
        ("rejected_rows", {"run_id": "r", "endpoint": "e", "number": 2**63}, "which is no whole number of 64 bits"),
    ],
)
def test_a_row_that_does_not_fit_is_set_aside_with_a_sentence(
    warehouse: DuckDBWarehouse, table: str, row: Any, sentence: str
) -> None:
    written = warehouse.merge({table: [row]})[table]
    assert (written.inserted, written.spooled, written.set_aside) == (0, 0, 1)
    assert warehouse.spooled() == []
    (aside,) = warehouse.damaged()
    assert aside.name.endswith(f".{table}.rows.jsonl")
    (kept,) = [json.loads(line) for line in aside.read_text().splitlines()]
    assert sentence in kept["reason"]
    assert kept["row"].keys() == row.keys()


def test_of_rows_that_do_not_fit_the_others_are_stored(warehouse: DuckDBWarehouse) -> None:
    rows = [price("BTC"), price("ETH", usd="12,5"), price("SOL"), price("XRP", nonsense=1)]
    written = warehouse.merge({"market_prices": rows, "failure_logs": [failure()]})
    assert [(one.inserted, one.set_aside) for one in written.values()] == [(2, 2), (1, 0)]
    assert {row["symbol"] for row in warehouse.read("market_prices")} == {"BTC", "SOL"}
    (aside,) = warehouse.damaged()
    assert [json.loads(line)["row"]["symbol"] for line in aside.read_text().splitlines()] == ["ETH", "XRP"]


def test_a_table_that_is_not_declared_is_named_and_nothing_is_written(warehouse: DuckDBWarehouse) -> None:
    with pytest.raises(NoSuchTable, match="There is no table 'prices'"):
        warehouse.merge({"market_prices": [price()], "prices": [{}]})
    assert warehouse.read("market_prices") == []
