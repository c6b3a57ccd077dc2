"""What only a person can mend is one sentence, and no password is in it."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from crypto_pipeline import warehouse
from crypto_pipeline.warehouse.errors import (
    DemoMismatch,
    DriverMissing,
    HubAway,
    HubRefused,
    WarehouseError,
    WrongDatabase,
)
from crypto_pipeline.warehouse.hub.shared import SharedWarehouse
from crypto_pipeline_tests.command import run_here
from crypto_pipeline_tests.postgres import PASSWORD, Server, older, running
from crypto_pipeline_tests.project import free_port
from crypto_pipeline_tests.warehouse.facts import price
from crypto_pipeline_tests.warehouse.hub.machines import machine, rows_of


def sentence(warehouse: SharedWarehouse, kind: type[WarehouseError]) -> str:
    """What is said before anything is collected. Rows that come all the same wait."""
    with pytest.raises(kind) as caught:
        warehouse.require_place()
    if kind is not DemoMismatch:
        assert warehouse.merge({"market_prices": [price()]})["market_prices"].spooled == 1
        assert len(warehouse.spooled()) == 1
    said = str(caught.value)
    assert "\n" not in said
    assert PASSWORD not in said
    return said


def test_a_wrong_password_is_told_without_it(
    tmp_path: Path, postgres: Server, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    warehouse = machine(tmp_path, postgres.address("postgres", password="wrong%2Dhorse"))
    said = sentence(warehouse, HubRefused)
    assert said == (
        f"postgresql://crypto@127.0.0.1:{postgres.port}/postgres cannot be used: it does not take this user and password; "
        "look at CRYPTO_PIPELINE_DATABASE_URL. Nothing was changed."
    )
    for secret in ("wrong%2Dhorse", "wrong-horse"):
        assert secret not in said + caplog.text + repr(warehouse.problem()) + repr(warehouse._hub)


def test_a_database_that_is_not_there_is_told(tmp_path: Path, postgres: Server) -> None:
    said = sentence(machine(tmp_path, postgres.address("nowhere")), HubRefused)
    assert "/nowhere cannot be used: there is no such database; make it with CREATE DATABASE" in said


def test_a_user_who_is_not_there_is_told(tmp_path: Path, postgres: Server) -> None:
    said = sentence(machine(tmp_path, postgres.address("postgres", user="nobody")), HubRefused)
    assert "does not take this user and password" in said


def test_tables_of_a_newer_version_are_left_alone(tmp_path: Path, own_hub: str, postgres: Server) -> None:
    postgres.execute(
        "UPDATE meta.warehouse_info SET value = 99 WHERE name = 'schema_version'", own_hub.rpartition("/")[2]
    )
    said = sentence(machine(tmp_path, own_hub), WrongDatabase)
    assert "was written by a newer crypto-pipeline" in said
    assert rows_of(own_hub, "market_prices") == []


def test_replayed_answers_do_not_go_into_a_hub_of_real_ones(tmp_path: Path, hub: str) -> None:
    warehouse = machine(tmp_path, hub, demo=True)
    assert "holds real data, so no replayed demo data is written to it" in sentence(warehouse, DemoMismatch)
    with pytest.raises(DemoMismatch):
        warehouse.merge({"market_prices": [price()]})
    assert warehouse.spooled() == []


def test_another_encoding_than_utf8_is_told(tmp_path: Path, postgres: Server) -> None:
    postgres.execute("DROP DATABASE IF EXISTS latin")
    postgres.execute("CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0")
    said = sentence(machine(tmp_path, postgres.address("latin")), HubRefused)
    assert "its encoding is LATIN1, and UTF8 is needed" in said


def test_a_table_of_another_make_is_left_alone(tmp_path: Path, postgres: Server) -> None:
    postgres.execute("CREATE SCHEMA main; CREATE TABLE main.market_prices (symbol text)")
    try:
        said = sentence(machine(tmp_path, postgres.address("postgres")), WrongDatabase)
        assert "has a table market_prices of another make" in said
        assert postgres.execute("SELECT count(*) FROM main.market_prices") == [(0,)]
    finally:
        postgres.execute("DROP SCHEMA main CASCADE")


def test_a_user_who_may_not_make_tables_is_told(tmp_path: Path, postgres: Server) -> None:
    postgres.execute("DROP ROLE IF EXISTS plain")
    postgres.execute(f"CREATE ROLE plain LOGIN PASSWORD '{PASSWORD}'")
    said = sentence(machine(tmp_path, postgres.address("postgres", user="plain")), HubRefused)
    assert "this user may not do that (permission denied for database" in said


def test_a_hub_that_does_not_answer_stops_nobody(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    warehouse = machine(tmp_path, f"postgresql://u:{PASSWORD}@127.0.0.1:{free_port()}/x", lock_seconds=1)
    with caplog.at_level(logging.INFO):
        warehouse.require_place()
        warehouse.merge({"market_prices": [price()]})
    assert isinstance(warehouse.problem(), HubAway)
    assert PASSWORD not in caplog.text + str(warehouse.problem())
    assert len(warehouse.spooled()) == len(warehouse.read("market_prices")) == 1


@pytest.fixture(scope="module")
def too_old() -> Iterator[Server]:
    binaries = older()
    if binaries is None:
        pytest.skip("no PostgreSQL older than 17 is here")
    with running(binaries) as server:
        yield server


def test_a_postgresql_that_is_too_old_is_told(tmp_path: Path, too_old: Server) -> None:
    address = too_old.address("postgres")
    assert "17 or newer is needed" in sentence(machine(tmp_path, address), HubRefused)
    run = run_here("collect", "ui", data_dir=tmp_path / "data", database_url=address)
    assert run.returncode == 2
    assert run.stdout == ""
    assert len(run.stderr.splitlines()) == 1
    assert PASSWORD not in run.stderr
    assert too_old.execute("SELECT count(*) FROM pg_namespace WHERE nspname IN ('main', 'meta')") == [(0,)]


def test_a_driver_that_is_not_installed_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warehouse, "hub", warehouse.hub)  # the import below puts another module in its place
    for name in [name for name in sys.modules if name.startswith("crypto_pipeline.warehouse.hub")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(DriverMissing, match=r"pip install 'crypto_pipeline\[postgres\]'"):
        machine(tmp_path, "postgresql://u:p@localhost/x")
