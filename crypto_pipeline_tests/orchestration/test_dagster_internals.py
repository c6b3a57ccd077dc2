"""The private names of Dagster that we rely on: in one module, and still there."""

from __future__ import annotations

import ast
import importlib
from datetime import timedelta
from pathlib import Path

import dagster as dg
import pytest

from crypto_pipeline.orchestration import dagster_internals as internals
from crypto_pipeline.schema.clock import CLOCK_TOLERANCE
from crypto_pipeline_tests.monitoring.moments import NOON
from crypto_pipeline_tests.monitoring.watched import watched
from crypto_pipeline_tests.project import PROJECT

PACKAGE = PROJECT / "crypto_pipeline"
OTHERS = [path for path in sorted(PACKAGE.rglob("*.py")) if path.name != "dagster_internals.py"]


def private_names_of_dagster(path: Path) -> list[str]:
    """Imports, and the paths of classes that stand in texts."""
    found: list[str] = []
    text = path.read_text("utf-8")
    if "dagster" not in text or "._" not in text:
        return found
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom):
            found.append(node.module or "")
        elif isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.append(node.value)
    return [name for name in found if name.startswith("dagster") and "._" in name]


def test_one_module_names_what_dagster_does_not_promise() -> None:
    assert {path.name: names for path in OTHERS if (names := private_names_of_dagster(path))} == {}
    assert len(private_names_of_dagster(PACKAGE / "orchestration" / "dagster_internals.py")) >= 7


def test_a_schedule_that_is_stored_comes_back_as_the_state_that_we_read() -> None:
    assert {"instigator_name", "instigator_origin_id", "selector_id", "status", "instigator_data"} <= set(
        dir(internals.InstigatorState)
    )
    assert {"timestamp", "status", "run_ids", "skip_reason", "error"} <= set(dir(internals.InstigatorTick))
    assert {"SUCCESS", "SKIPPED", "FAILURE", "STARTED"} == set(internals.TickStatus.__members__)


def test_of_a_run_that_is_deleted_no_check_stays() -> None:
    """orchestration/test_run_history.py counts the rows; this one says which private names are missing."""
    with dg.instance_for_test() as instance:
        internals.forget_checks(instance, ["no such run"])


def test_what_define_asset_job_returns_is_the_type_that_we_name() -> None:
    assert isinstance(dg.define_asset_job("anything"), internals.UnresolvedAssetJobDefinition)


@pytest.mark.parametrize("part", [internals.local_artifacts_in("x"), internals.local_logs_in("x")])
def test_the_classes_that_dagster_yaml_names_are_there(part: dict[str, str]) -> None:
    assert hasattr(importlib.import_module(part["module"]), part["class"])


def test_no_schedule_waits_for_what_a_clock_that_was_ahead_has_written(tmp_path: Path) -> None:
    """Its newest tick, and when it was last looked at, are where Dagster goes on from."""
    year, cron = timedelta(days=365), "*/5 * * * *"
    with watched(tmp_path) as bank:
        ahead = bank.schedule("ahead", cron, since=NOON + year)
        bank.schedule("well", cron, since=NOON - year)
        for at in (NOON - year, NOON + CLOCK_TOLERANCE, NOON + year):
            bank.tick(ahead, at, internals.TickStatus.SKIPPED, skip_reason="why")
        for waited in (["ahead"], []):
            assert internals.forget_the_future(bank.instance, NOON, NOON + CLOCK_TOLERANCE) == waited
        ticks = bank.instance.get_ticks(ahead.instigator_origin_id, ahead.selector_id)
        assert [tick.timestamp for tick in ticks] == [(NOON + CLOCK_TOLERANCE).timestamp(), (NOON - year).timestamp()]
        since = {
            one.instigator_name: getattr(one.instigator_data, "start_timestamp", None)
            for one in bank.instance.all_instigator_state()
        }
    assert since == {"ahead": NOON.timestamp(), "well": (NOON - year).timestamp()}
