"""Which endpoints take part: settings and cadence applied to what is declared."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from crypto_pipeline.collection.errors import UnknownSourceError
from crypto_pipeline.collection.registry import registry_rows
from crypto_pipeline.collection.selection import endpoints_for, is_on
from crypto_pipeline.schema.rows import Gas
from crypto_pipeline.schema.tables import TABLES
from crypto_pipeline.settings import Settings
from crypto_pipeline.sources.kit import Endpoint, Key, Payload, PoolMember, Provider, Rows
from crypto_pipeline_tests.collection.collected import exchange, index


@pytest.fixture(autouse=True)
def _an_empty_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def chosen(
    *endpoints: Endpoint, tables: tuple[str, ...] = ("market_prices",), quick: bool = False, **settings: Any
) -> list[str]:
    return [endpoint.id for endpoint in endpoints_for(tables, endpoints, Settings(**settings), quick=quick)]


def keyed(*, required: bool) -> Endpoint:
    provider = Provider("keyed", "https://keyed.example", key=Key("SOME_SOURCE_KEY", param="key", required=required))

    @provider.endpoint(Gas, "/gas")
    def gas(payload: Payload) -> Rows:
        return []

    return provider.endpoints[0]


def test_only_endpoints_that_feed_a_wanted_table_are_asked() -> None:
    assert chosen(exchange("one"), index("mood")) == ["one.ticker"]


def test_the_quick_job_leaves_out_what_changes_every_fifteen_minutes() -> None:
    endpoints = exchange("five"), exchange("fifteen", cadence=15), exchange("daily", cadence=1440)
    assert chosen(*endpoints, quick=True) == ["five.ticker", "daily.ticker"]
    assert chosen(*endpoints) == ["five.ticker", "fifteen.ticker", "daily.ticker"]


def test_a_source_or_one_of_its_endpoints_can_be_switched_off_and_on() -> None:
    assert chosen(exchange("one"), exchange("two"), sources_off="one") == ["two.ticker"]
    assert chosen(exchange("one"), exchange("two"), sources_off="two.ticker") == ["one.ticker"]
    off = exchange("off", on=False)
    assert chosen(off) == []
    assert chosen(off, sources_on="off") == ["off.ticker"]


def test_a_name_that_no_source_has_is_refused_with_a_near_one() -> None:
    with pytest.raises(UnknownSourceError, match=r"SOURCES_OFF: .* kraken_; did you mean kraken"):
        chosen(exchange("kraken"), sources_off="kraken_")


def test_a_required_key_must_be_there_and_an_optional_one_need_not(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not is_on(keyed(required=True), Settings())
    assert is_on(keyed(required=False), Settings())
    monkeypatch.setenv("SOME_SOURCE_KEY", "abc")
    assert is_on(keyed(required=True), Settings())


def test_the_registry_says_what_is_declared_and_never_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_SOURCE_KEY", "very-secret")
    pool = [exchange(name, pool=PoolMember("spot", n)) for n, name in enumerate(("first", "second"))]
    rows = registry_rows([*pool, keyed(required=True)], Settings())
    assert "very-secret" not in str(rows)
    assert [(row["name"], row["endpoints"], row["key_env"]) for row in rows["providers"]] == [
        ("first", 1, None),
        ("keyed", 1, "SOME_SOURCE_KEY"),
        ("second", 1, None),
    ]
    assert [(row["pool"], row["endpoint"], row["priority"]) for row in rows["pool_members"]] == [
        ("spot", "first.ticker", 0),
        ("spot", "second.ticker", 1),
    ]
    for table, made in rows.items():
        assert all(set(row) | {"collected_at", "run_id"} == set(TABLES[table].column_names) for row in made)
