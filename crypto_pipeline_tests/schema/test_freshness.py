"""How old a table may be: what follows from the cadence in the settings."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import dagster as dg
import pytest

from crypto_pipeline.collection.selection import is_on
from crypto_pipeline.orchestration.build import build_defs
from crypto_pipeline.schema.freshness import longest_wait, usual_age, windows
from crypto_pipeline.schema.tables import DATA_TABLES, TABLES, UI_TABLES
from crypto_pipeline.settings import Settings
from crypto_pipeline.sources.kit import discover


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


@pytest.mark.parametrize(
    ("cron", "wait"),
    [
        ("*/5 * * * *", minutes(5)),
        ("0 * * * *", minutes(60)),
        ("* * * * *", minutes(1)),
        ("0 9 * * 1-5", timedelta(days=3)),
        ("*/5 9-17 * * *", timedelta(hours=15, minutes=5)),
        ("*/5 * * * 0-5", timedelta(days=1, minutes=5)),
        ("0 0 1 * *", timedelta(days=31)),
    ],
)
def test_the_longest_wait_between_two_ticks(cron: str, wait: timedelta) -> None:
    assert longest_wait(cron) == wait


def test_a_table_is_late_after_three_cadences_and_missing_after_six() -> None:
    settings = Settings()
    assert windows("market_prices", settings) == (minutes(15), minutes(30))
    assert windows("news_articles", settings) == (minutes(45), minutes(90))
    assert windows("exchange_rates", settings) == (minutes(180), minutes(360))
    slow = Settings(ui_cron="0 * * * *")
    assert windows("market_prices", slow) == (minutes(180), minutes(360))


def test_a_row_may_be_as_old_as_its_source_is_slow_else_as_its_cadence_says() -> None:
    assert usual_age("market_prices", Settings()) == minutes(15)
    assert usual_age("macro_series", Settings()) == timedelta(days=6)


def test_no_table_is_late_before_its_sources_are_asked_again() -> None:
    settings = Settings()
    for table in set(DATA_TABLES) - {"consensus_prices"}:
        shortest = min(
            endpoint.cadence for endpoint in discover() if table in endpoint.tables and is_on(endpoint, settings)
        )
        assert windows(table, settings).warn >= minutes(2 * shortest), table


def test_the_ui_knows_the_windows_of_every_collected_table_and_of_no_other(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, ui_cron="*/10 * * * *")
    graph = build_defs(settings=settings).resolve_asset_graph()
    policies = {name: graph.get(dg.AssetKey(name)).freshness_policy for name in TABLES}
    assert {name for name, policy in policies.items() if policy} == set(DATA_TABLES)
    for name in UI_TABLES:
        late, missing = windows(name, settings)
        assert policies[name] == dg.FreshnessPolicy.time_window(fail_window=missing, warn_window=late)
