"""Rows go to the hub and are in the file at once; what a caller is told is what a file alone would tell."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from crypto_pipeline.schema.clock import utc_now
from crypto_pipeline.warehouse.errors import RowsLost
from crypto_pipeline.warehouse.future import set_right
from crypto_pipeline.warehouse.hub import following
from crypto_pipeline.warehouse.results import Written
from crypto_pipeline_tests.postgres import Server
from crypto_pipeline_tests.waiting import until
from crypto_pipeline_tests.warehouse.facts import candle, counts, failure, latest, minutes, price, provider
from crypto_pipeline_tests.warehouse.hub.machines import different, file_of, files_kept_open, machine, plain, rows_of


@pytest.fixture(autouse=True)
def _files_are_open() -> Iterator[None]:
    """That they are opened is what the tests of the warehouse and of collections see."""
    with files_kept_open():
        yield


def test_what_is_merged_is_in_the_hub_and_in_the_file_at_once(tmp_path: Path, hub: str) -> None:
    warehouse = machine(tmp_path, hub)
    written = warehouse.merge({"market_prices": [price(), price("ETH")], "providers": [provider("kraken")]})
    assert written == {
        "market_prices": Written("market_prices", inserted=2),
        "providers": Written("providers", inserted=1),
    }
    assert different(hub, warehouse) == []
    assert len(warehouse.read("market_prices")) == 2


def test_every_kind_of_table_counts_as_a_file_does(tmp_path: Path, hub: str) -> None:
    shared, alone = machine(tmp_path, hub), plain(tmp_path, "alone")
    steps = [
        {"market_prices": [price(), price("ETH")], "providers": [provider("kraken"), provider("okx")]},
        {"market_prices": [price(usd=1.0), price("ETH")], "failure_logs": [failure()]},
        {
            "market_prices": [price(usd=2.0, fetched=-5)],
            "failure_logs": [failure(error="other"), failure("okx.ticker")],
        },
        {"providers": [provider("okx", docs="new"), provider("bybit")]},
        {"providers": [provider("late", collected=-9)]},
        {"cached_market_data": [latest(1.0, fetched=1)]},
        {"cached_market_data": [latest(2.0, fetched=0)]},
        {"cached_ohlc": [candle(1.0, final=False, fetched=0)]},
        {"cached_ohlc": [candle(2.0, final=True, fetched=1)]},
        {"market_prices": [price("SOL", run="run-2"), price("SOL", usd=9.0, run="run-2")]},
    ]
    with alone.open():
        for step in steps:
            assert shared.merge(step) == alone.merge(step)
    assert different(hub, shared, alone) == []


def test_the_values_that_machines_get_wrong_come_back_as_they_were(tmp_path: Path, hub: str) -> None:
    rows = [
        price("A", usd=0.1 + 0.2, volume_24h=5e-324, market_cap=1.7976931348623157e308),
        price("B", usd=None, pair=""),
        price("C", pair="a\tb\nc\\N\r\"'₿ \\x00"),
        price("D", at=0.000001),
        price("E", pair="x" * 100_000),
    ]
    shared, alone = machine(tmp_path, hub), plain(tmp_path, "alone")
    shared.merge({"market_prices": rows})
    alone.merge({"market_prices": rows})
    assert different(hub, shared, alone) == []


def test_a_text_with_a_nul_is_kept_with_a_mark_in_its_place(tmp_path: Path, hub: str) -> None:
    warehouse = machine(tmp_path, hub)
    warehouse.merge({"market_prices": [price(pair="nul \0 here")]})
    assert warehouse.read("market_prices")[0]["pair"] == "nul � here"
    assert different(hub, warehouse) == []


def test_rows_that_their_table_cannot_take_are_set_aside(tmp_path: Path, hub: str) -> None:
    warehouse = machine(tmp_path, hub)
    assert warehouse.merge({"market_prices": [price(None), price()]})["market_prices"].set_aside == 1
    assert len(warehouse.damaged()) == 1
    assert len(rows_of(hub, "market_prices")) == 1


def test_all_tables_of_a_call_are_stored_or_none(tmp_path: Path, hub: str, postgres: Server) -> None:
    name = hub.rpartition("/")[2]
    warehouse = machine(tmp_path, hub)
    postgres.execute("ALTER TABLE main.failure_logs ADD CONSTRAINT no CHECK (error <> 'no')", name)
    batch = {"market_prices": [price()], "failure_logs": [failure(error="no")]}
    written = warehouse.merge(batch)
    assert [one.spooled for one in written.values()] == [1, 1]
    assert rows_of(hub, "market_prices") == rows_of(hub, "failure_logs") == []
    assert warehouse.problem()

    postgres.execute("ALTER TABLE main.failure_logs DROP CONSTRAINT no", name)
    assert warehouse.drain() == 1
    assert different(hub, warehouse) == []
    assert warehouse.problem() is None


def test_several_merges_that_are_ready_together_share_one_connection(
    tmp_path: Path, hub: str, postgres: Server
) -> None:
    warehouse = machine(tmp_path, hub)
    asked = (
        "SELECT pid FROM pg_stat_activity WHERE application_name = 'crypto-pipeline' AND datname = current_database()"
    )
    with warehouse.open() as held:
        held.merge({"market_prices": [price()]})
        one = postgres.execute(asked, hub.rpartition("/")[2])
        held.merge({"market_prices": [price("ETH")]})
        assert postgres.execute(asked, hub.rpartition("/")[2]) == one
        assert len(one) == 1
    until(lambda: postgres.execute(asked, hub.rpartition("/")[2]) == [])  # a backend ends a moment after its connection


def test_a_key_that_is_too_long_for_an_index_does_not_keep_the_others_out(tmp_path: Path, hub: str) -> None:
    import random

    chance = random.Random(1)
    long = "".join(chr(chance.randrange(0x4E00, 0x9FFF)) for _ in range(4000))
    warehouse = machine(tmp_path, hub)
    written = warehouse.merge({"market_prices": [price(long), price()]})
    assert written["market_prices"] == Written("market_prices", inserted=1, set_aside=1)
    assert different(hub, warehouse) == []


def test_rows_that_can_go_nowhere_are_an_error(tmp_path: Path, hub: str, postgres: Server) -> None:
    warehouse = machine(tmp_path, hub)
    warehouse.prepare()
    file_of(tmp_path).with_name("here.duckdb.hub-spool").write_text("in the way")
    name = hub.rpartition("/")[2]
    postgres.execute(f"ALTER DATABASE {name} RENAME TO gone_{name}")
    try:
        with pytest.raises(RowsLost, match=r"is lost: .* cannot be used: there is no such database"):
            warehouse.merge({"market_prices": [price()]})
    finally:
        postgres.execute(f"ALTER DATABASE gone_{name} RENAME TO {name}")


def test_how_far_the_clocks_are_apart_is_known_after_a_merge(
    tmp_path: Path, hub: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    warehouse = machine(tmp_path, hub)
    assert warehouse.clock_off_seconds() is None
    assert plain(tmp_path, "alone").clock_off_seconds() is None
    monkeypatch.setattr(following, "utc_now", lambda: utc_now() + timedelta(hours=1))
    warehouse.merge({"market_prices": [price()]})
    off = warehouse.clock_off_seconds()
    assert off
    assert 3_500 < off < 3_700  # one machine, one clock, and one that runs ahead


def test_rows_of_the_future_are_set_right_in_the_hub_as_in_the_file(tmp_path: Path, hub: str) -> None:
    def future(**more: Any) -> dict[str, Any]:
        return price(at=9e6, fetched=9e6, **more)

    rows: dict[str, Any] = {
        "market_prices": [price(), future(symbol="ETH"), price("SOL", fetched=9e6)],
        "failure_logs": [{**failure(), "collected_at": minutes(9e6)}],
        "providers": [provider("a", collected=9e6)],
    }
    shared, alone = machine(tmp_path, hub), plain(tmp_path, "alone")
    shared.merge(rows)
    alone.merge(rows)
    now = utc_now()
    assert shared.set_future_right(now) == {"market_prices": 2, "failure_logs": 1, "providers": 1}
    set_right(plain(tmp_path, "here"), now)
    set_right(alone, now)
    shared.follow()
    assert different(hub, shared, alone) == []
    assert len(rows_of(hub, "market_prices")) == 2


def test_counts_of_one_table(tmp_path: Path, hub: str) -> None:
    warehouse = machine(tmp_path, hub)
    assert counts(warehouse.merge({"providers": [provider("a"), provider("b")]})) == (2, 0, 0, 0, 0)
    assert counts(warehouse.merge({"providers": [provider("b")]})) == (0, 0, 1, 1, 0)
