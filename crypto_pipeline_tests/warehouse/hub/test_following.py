"""A file that follows has the rows of the hub, whoever wrote them, whenever they were committed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pytest

from crypto_pipeline.warehouse.errors import NoDatabase, WrongDatabase
from crypto_pipeline.warehouse.hub import following
from crypto_pipeline_tests.postgres import PASSWORD, Server, lay_out, new_database
from crypto_pipeline_tests.warehouse.facts import failure, price, provider
from crypto_pipeline_tests.warehouse.hub.machines import different, file_of, files_kept_open, machine, plain, rows_of


@pytest.fixture(autouse=True)
def _files_are_open() -> Iterator[None]:
    """That they are opened is what the tests of the warehouse and of collections see."""
    with files_kept_open():
        yield


def test_a_file_that_begins_copies_everything_and_says_how_far_it_is(
    tmp_path: Path, hub: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "ROWS_AT_ONCE", 4)
    machine(tmp_path, hub, "writer").merge(
        {"market_prices": [price(at=number) for number in range(10)], "providers": [provider(n) for n in "abcdef"]}
    )
    progress_lines: list[tuple[str, int, int]] = []
    reader = machine(tmp_path, hub, "reader")
    followed = reader.follow(lambda *progress: progress_lines.append(progress))
    assert followed.began
    assert followed.rows == followed.changed == {"market_prices": 10, "providers": 6}
    assert [one for one in progress_lines if one[0] == "market_prices"] == [
        ("market_prices", n, 10) for n in (4, 8, 10)
    ]
    assert ("providers", 6, 6) in progress_lines  # the whole truth in one piece
    assert different(hub, reader) == []
    assert not reader.follow().began


def test_a_piece_of_what_is_copied_fills_a_row_group_of_duckdb() -> None:
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE numbers AS SELECT number FROM range(300_000) AS r(number)")
        asked = "SELECT row_group_id, sum(count) FROM pragma_storage_info('numbers') WHERE segment_type <> 'VALIDITY' GROUP BY 1"
        ((_, full), *_) = connection.execute(f"{asked} ORDER BY 1").fetchall()
    assert full == following.ROWS_AT_ONCE


def test_only_what_changed_is_taken_over(tmp_path: Path, hub: str) -> None:
    writer, reader = machine(tmp_path, hub, "writer"), machine(tmp_path, hub, "reader")
    writer.merge({"market_prices": [price(at=number) for number in range(10)]})
    reader.follow()
    writer.merge({"market_prices": [price(at=3, usd=5.0), price(at=4)], "failure_logs": [failure()]})
    assert reader.follow().changed == {"market_prices": 1, "failure_logs": 1}
    assert different(hub, reader, writer) == []


def test_a_table_that_is_the_whole_truth_loses_what_the_hub_lost(tmp_path: Path, hub: str) -> None:
    writer, reader = machine(tmp_path, hub, "writer"), machine(tmp_path, hub, "reader")
    writer.merge({"providers": [provider("a"), provider("b")]})
    reader.follow()
    writer.merge({"providers": [provider("a")]})
    assert reader.follow().changed == {"providers": 1}
    writer.merge({"providers": [provider("c")]})
    reader.follow()
    assert different(hub, reader, writer) == []


def test_what_a_person_changes_in_the_hub_is_followed(tmp_path: Path, hub: str, postgres: Server) -> None:
    reader = machine(tmp_path, hub)
    reader.merge({"market_prices": [price(), price("ETH")]})
    postgres.execute("UPDATE main.market_prices SET price_usd = 7 WHERE symbol = 'ETH'", hub.rpartition("/")[2])
    assert reader.follow().changed == {"market_prices": 1}
    assert different(hub, reader) == []


def test_a_transaction_that_commits_late_is_not_missed(tmp_path: Path, hub: str) -> None:
    writer, reader = machine(tmp_path, hub, "writer"), machine(tmp_path, hub, "reader")
    with psycopg.connect(hub) as slow:
        slow.execute(
            "INSERT INTO main.market_prices (source, symbol, timestamp, collected_at) VALUES ('late', 'BTC', now(), now())"
        )
        writer.merge({"market_prices": [price()]})
        reader.follow()
        assert len(reader.read("market_prices")) == 1
        slow.commit()
    reader.follow()
    assert len(reader.read("market_prices")) == 2
    assert different(hub, reader) == []


def test_a_transaction_that_stays_open_costs_only_repetition(tmp_path: Path, hub: str) -> None:
    writer, reader = machine(tmp_path, hub, "writer"), machine(tmp_path, hub, "reader")
    with psycopg.connect(hub) as slow:
        slow.execute("SELECT pg_current_xact_id()")
        for number in range(3):
            writer.merge({"market_prices": [price(at=number)]})
            assert reader.follow().changed.get("market_prices") == 1
        assert reader.follow().changed == {}
    assert different(hub, reader, writer) == []


def test_rows_that_a_transaction_holds_keep_a_merge_waiting_no_longer_than_it_was_told(
    tmp_path: Path, hub: str
) -> None:
    writer = machine(tmp_path, hub, lock_seconds=0.1)
    writer.merge({"market_prices": [price()]})
    with psycopg.connect(hub) as slow:
        slow.execute("SELECT * FROM main.market_prices FOR UPDATE")
        assert writer.merge({"market_prices": [price(usd=3.0)]})["market_prices"].spooled == 1
        assert writer.problem() is None  # somebody else's transaction is no fault of the hub
        assert writer.read("market_prices")[0]["price_usd"] == 3.0
    assert writer.drain() == 1
    assert different(hub, writer) == []


def test_nothing_is_opened_where_nothing_changed(tmp_path: Path, hub: str) -> None:
    writer, reader = machine(tmp_path, hub, "writer"), machine(tmp_path, hub, "reader")
    writer.merge({"providers": [provider("a"), provider("b")]})
    reader.follow()
    before = reader.mark()
    for _ in range(3):
        assert reader.follow().rows == {}
    assert reader.mark() == before
    writer.merge({"providers": [provider("a")]})
    assert reader.follow().changed == {"providers": 1}


def test_who_has_just_written_does_not_ask_whether_there_is_anything_new(
    tmp_path: Path, hub: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer, asked, wanted = machine(tmp_path, hub), [0], following._wanted

    def counted(*arguments: Any) -> Any:
        asked[0] += 1
        return wanted(*arguments)

    writer.merge({"market_prices": [price()]})
    monkeypatch.setattr(following, "_wanted", counted)
    writer.merge({"market_prices": [price(usd=2.0)]})
    assert asked == [1]
    before = writer.mark()
    writer.merge({"market_prices": [price(usd=2.0)]})
    assert asked == [2]
    assert writer.mark() == before
    assert different(hub, writer) == []


def test_a_hub_that_was_restored_from_a_dump_is_followed_from_a_day_before(
    tmp_path: Path, hub: str, postgres: Server
) -> None:
    writer, reader = machine(tmp_path, hub, "writer"), machine(tmp_path, hub, "reader")
    now = psycopg.connect(hub).execute("SELECT now()").fetchone()
    assert now
    recent = {"collected_at": now[0]}
    writer.merge({"market_prices": [price(), price("ETH", **recent)], "providers": [provider("a"), provider("b")]})
    reader.follow()
    postgres.run("pg_dump", "-Fc", "-f", str(postgres.folder / "dump"), hub)
    writer.merge({"market_prices": [price("ETH", usd=2.0, **recent)], "providers": [provider("b", collected=1)]})
    reader.follow()
    with new_database(postgres, "template0") as restored:
        postgres.run("pg_restore", "-d", restored, str(postgres.folder / "dump"))
        for _ in range(50):  # the numbers of its transactions pass those of before
            postgres.execute("SELECT pg_current_xact_id()")
        machine(tmp_path, restored, "other").merge({"market_prices": [price("SOL", **recent)]})
        after = machine(tmp_path, restored, "reader")
        assert after.follow().changed == {"market_prices": 2, "providers": 1}
        assert different(restored, after) == []
        machine(tmp_path, restored, "other").merge({"market_prices": [price("XRP", **recent)]})
        assert after.follow().changed == {"market_prices": 1}


def test_a_file_does_not_follow_another_data_bank_than_its_own(tmp_path: Path, hub: str, postgres: Server) -> None:
    machine(tmp_path, hub).merge({"market_prices": [price()]})
    with new_database(postgres, "template0") as other:
        lay_out(other)
        with pytest.raises(WrongDatabase, match="follows another data bank"):
            machine(tmp_path, other).follow()
    assert len(plain(tmp_path, "here").read("market_prices")) == 1


def test_a_hub_without_a_data_bank_is_told_to_whoever_only_reads(tmp_path: Path, postgres: Server) -> None:
    with pytest.raises(NoDatabase, match="holds no data bank yet"):
        machine(tmp_path, postgres.address("postgres")).follow()


def test_a_user_who_may_only_read_can_follow(tmp_path: Path, hub: str, postgres: Server) -> None:
    name = hub.rpartition("/")[2]
    machine(tmp_path, hub, "writer").merge({"market_prices": [price()]})
    postgres.execute("DROP ROLE IF EXISTS reader")
    postgres.execute(f"CREATE ROLE reader LOGIN PASSWORD '{PASSWORD}'")
    for schema in ("main", "meta"):
        postgres.execute(f"GRANT USAGE ON SCHEMA {schema} TO reader", name)
        postgres.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO reader", name)
    reader = machine(tmp_path, postgres.address(name, user="reader"), "reader")
    reader.follow()
    assert different(hub, reader) == []
    postgres.execute("DROP OWNED BY reader", name)


def test_a_hub_of_an_older_version_is_followed_without_being_changed(
    tmp_path: Path, own_hub: str, postgres: Server
) -> None:
    name = own_hub.rpartition("/")[2]
    machine(tmp_path, own_hub, "writer").merge({"market_prices": [price(pair="x")], "alerts": []})
    postgres.execute("ALTER TABLE main.market_prices DROP COLUMN pair", name)
    postgres.execute("DROP TABLE main.alerts", name)
    postgres.execute("DELETE FROM meta.warehouse_info WHERE name LIKE 'layout.%'", name)
    reader = machine(tmp_path, own_hub, "reader")
    reader.follow()
    assert [row["pair"] for row in reader.read("market_prices")] == [None]


def test_a_hub_of_an_older_version_is_brought_up_to_date_by_who_writes(
    tmp_path: Path, own_hub: str, postgres: Server
) -> None:
    name = own_hub.rpartition("/")[2]
    machine(tmp_path, own_hub, "writer").merge({"market_prices": [price()]})
    postgres.execute("ALTER TABLE main.market_prices DROP COLUMN pair", name)
    postgres.execute(
        "ALTER TABLE main.alerts DROP CONSTRAINT alerts_key, ADD CONSTRAINT old PRIMARY KEY (condition)", name
    )
    before_regions = (
        "DROP CONSTRAINT source_health_key, DROP COLUMN region, ADD CONSTRAINT older PRIMARY KEY (endpoint)"
    )
    postgres.execute(f"ALTER TABLE main.source_health {before_regions}", name)
    postgres.execute("INSERT INTO main.source_health (endpoint, outcome) VALUES ('kraken.ticker', 'ok')", name)
    postgres.execute("DELETE FROM meta.warehouse_info WHERE name LIKE 'layout.%'", name)
    asia = machine(tmp_path, own_hub, "writer", region="asia")
    asia.merge({"market_prices": [price("ETH", pair="y")], "source_health": [{"endpoint": "kraken.ticker"}]})
    assert len(rows_of(own_hub, "market_prices")) == 2
    assert {row["region"]: row["outcome"] for row in asia.read("source_health")} == {"": "ok", "asia": None}
    assert postgres.execute(
        "SELECT indexdef LIKE '%(region, condition, first_seen_at)' FROM pg_indexes WHERE indexname = 'alerts_key'",
        name,
    ) == [(True,)]


def test_a_file_that_was_there_before_the_hub_keeps_its_rows(tmp_path: Path, hub: str) -> None:
    plain(tmp_path, "here").merge({"market_prices": [price(at=-9)]})
    machine(tmp_path, hub, "writer").merge({"market_prices": [price()]})
    reader = machine(tmp_path, hub)
    reader.follow()
    assert len(reader.read("market_prices")) == 2
    assert file_of(tmp_path).exists()
