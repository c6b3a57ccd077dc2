"""The code location as Dagster's server loads it: the names that people and scripts rely on."""

from __future__ import annotations

import subprocess
import sys

import dagster as dg
import yaml

from crypto_pipeline.orchestration.asset_keys import ANSWERS
from crypto_pipeline.orchestration.build import build_defs
from crypto_pipeline.orchestration.instance import instance_config
from crypto_pipeline.schema.jobs import HISTORICAL_JOB, UI_JOB
from crypto_pipeline.schema.tables import DATA_TABLES, TABLES, UI_TABLES, feeds
from crypto_pipeline_tests.project import PROJECT

GRAPH = build_defs().resolve_asset_graph()


def test_every_table_is_an_asset_of_its_group_with_its_columns() -> None:
    assert {key.to_user_string() for key in GRAPH.get_all_asset_keys() if key.path[0] != ANSWERS} == set(TABLES)
    for name, table in TABLES.items():
        node = GRAPH.get(dg.AssetKey(name))
        assert node.group_name == table.group.name
        columns = node.metadata["dagster/column_schema"].columns
        assert [column.name for column in columns] == list(table.column_names)
        assert all(column.description for column in columns)


def test_tables_that_sources_feed_can_be_materialised_and_the_others_are_shown_only() -> None:
    assert {key.to_user_string() for key in GRAPH.materializable_asset_keys} == set(DATA_TABLES)


def test_the_consensus_is_made_of_the_market_prices() -> None:
    assert GRAPH.get(dg.AssetKey("consensus_prices")).parent_keys == {dg.AssetKey("market_prices")}
    assert GRAPH.get(dg.AssetKey("consensus_ohlc")).parent_keys == {dg.AssetKey("cached_ohlc")}


def test_what_sources_answer_stands_before_the_tables_that_it_fills() -> None:
    answers = {key for key in GRAPH.get_all_asset_keys() if key.path[0] == ANSWERS}
    assert answers == GRAPH.external_asset_keys - {dg.AssetKey(name) for name in TABLES}
    assert GRAPH.get(dg.AssetKey("market_prices")).parent_keys == {
        dg.AssetKey([ANSWERS, "quote"]),
        dg.AssetKey([ANSWERS, "price"]),
    }
    assert GRAPH.get(dg.AssetKey("whale_transactions")).parent_keys == {dg.AssetKey([ANSWERS, "transfer"])}
    assert all(GRAPH.get(key).child_keys for key in answers)
    fed = {name for name, feed in feeds() if feed.rows}
    assert {name for name in TABLES if GRAPH.get(dg.AssetKey(name)).parent_keys & answers} == fed


def test_the_columns_of_a_table_that_follows_from_another_name_those_they_follow_from() -> None:
    derived = [table for table in TABLES.values() if table.lineage]
    assert {table.name for table in derived} >= {"consensus_prices", "consensus_ohlc", "cached_market_data"}
    for table in derived:
        lineage = GRAPH.get(dg.AssetKey(table.name)).metadata["dagster/column_lineage"].deps_by_column
        assert set(lineage) <= set(table.column_names)
        for dep in (dep for deps in lineage.values() for dep in deps):
            assert dep.column_name in TABLES[dep.asset_key.path[-1]].column_names
    prices = GRAPH.get(dg.AssetKey("consensus_prices")).metadata["dagster/column_lineage"].deps_by_column
    assert prices["price_usd"] == [dg.TableColumnDep(dg.AssetKey("market_prices"), "price_usd")]


def test_the_two_jobs_collect_their_tables_in_one_process() -> None:
    defs = build_defs()
    for name, tables in ((UI_JOB, UI_TABLES), (HISTORICAL_JOB, DATA_TABLES)):
        job = defs.resolve_job_def(name)
        assert {key.to_user_string() for key in job.asset_layer.selected_asset_keys} == set(tables)
        assert job.executor_def is dg.in_process_executor


def test_the_schedules_run_by_default_every_five_and_every_fifteen_minutes_and_once_a_day() -> None:
    defs = build_defs()
    schedules = {one.name: defs.resolve_schedule_def(one.name) for one in defs.schedules or []}
    assert {name: schedule.cron_schedule for name, schedule in schedules.items()} == {
        "ui_data_collection_schedule": "*/5 * * * *",
        "historical_data_collection_schedule": "*/15 * * * *",
        "maintenance_schedule": "12 4 * * *",
        "history_repair_schedule": "42 3 * * *",
    }
    assert all(schedule.default_status is dg.DefaultScheduleStatus.RUNNING for schedule in schedules.values())


def test_neither_a_look_nor_the_definitions_load_what_they_do_not_need() -> None:
    """Every run, and every look of a sensor, may be a new process that pays for what is imported."""
    heavy = ("pandas", "numpy", "apprise", "httpx", "crypto_pipeline.sources.providers.kraken")
    loaded = f"print(*(name for name in {heavy} if name in sys.modules))"
    program = f"import sys, crypto_pipeline.monitoring.evaluate; {loaded}; import crypto_pipeline.definitions; {loaded}"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=PROJECT)
    assert run.stdout == "\n\n"


def test_the_project_s_dagster_yaml_says_the_same_as_the_instance_of_our_own_commands() -> None:
    assert yaml.safe_load((PROJECT / "dagster.yaml").read_text("utf-8")) == instance_config("data/dagster")
