"""What watches from outside: it lives, it collects, and its numbers in Prometheus' own words."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path

import dagster as dg
import httpx
import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families as parsed

from crypto_pipeline.api.history import SCHEDULER_SILENT_AFTER, last_ended
from crypto_pipeline.api.readiness import _reasons
from crypto_pipeline.monitoring import restarts
from crypto_pipeline.orchestration.instance import open_instance
from crypto_pipeline.replay.app import running_replay
from crypto_pipeline.schema.clock import utc_now
from crypto_pipeline.schema.jobs import UI_JOB
from crypto_pipeline.settings import Settings
from crypto_pipeline.sources.kit import discover
from crypto_pipeline.system.collecting import RecordingReporter, collect
from crypto_pipeline.version import VERSION
from crypto_pipeline_tests import templates
from crypto_pipeline_tests.api.test_away import asked

ASKED = {"kraken", "coinbase", "alternative_me"}
OTHERS = ",".join(sorted({endpoint.provider.name for endpoint in discover()} - ASKED))


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A data bank after a collection in which one source failed."""
    folder = templates.data_folder(tmp_path_factory.mktemp("bank"))
    with running_replay(faults=["api.kraken.com=451"], latency=0.0) as replay:
        settings = Settings(data_dir=folder, gateway_url=replay.base_url, sources_off=OTHERS, name="bank one")
        collect("ui", settings, RecordingReporter())
    return settings


def samples(text: str) -> dict[tuple[str, frozenset[str]], float]:
    """Values by name and the values of their labels."""
    return {
        (sample.name.removeprefix("crypto_pipeline_"), frozenset(sample.labels.values())): sample.value
        for family in parsed(text)
        for sample in family.samples
    }


def test_it_lives_whatever_is_wrong_with_the_rest(tmp_path: Path) -> None:
    with asked(Settings(data_dir=tmp_path)) as client:
        answer = client.get("/healthz")
        assert (answer.status_code, answer.json()) == (200, {"alive": True})
        answer = client.get("/readyz")
        assert (answer.status_code, answer.json()["ready"]) == (503, False)
        assert client.get("/metrics").status_code == 200


def test_without_a_daemon_it_is_not_ready_and_says_why(collected: Settings) -> None:
    with asked(collected) as client:
        answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"ready": False, "reasons": ["Dagster's daemon does not tick."]}


def beating(instance: dg.DagsterInstance, seconds_ago: float) -> None:
    """A sign of the scheduler, as the daemon gives one."""
    from dagster._daemon.types import DaemonHeartbeat

    at = (utc_now() - timedelta(seconds=seconds_ago)).timestamp()
    instance.add_daemon_heartbeat(DaemonHeartbeat(at, "SCHEDULER", "id", []))
    instance.add_daemon_heartbeat(DaemonHeartbeat(utc_now().timestamp(), "SENSOR", "id", []))


def test_it_is_ready_while_the_daemon_ticks_and_collections_end(collected: Settings) -> None:
    with open_instance(collected) as instance:
        beating(instance, 0)
        now = utc_now()
        assert list(_reasons(instance, collected, now)) == []
        beating(instance, SCHEDULER_SILENT_AFTER.total_seconds() + 60)
        assert list(_reasons(instance, collected, now)) == ["Dagster's daemon does not tick."]


@pytest.mark.parametrize(("late_by", "is_told"), [(-1, False), (1, True)])
def test_it_is_not_ready_when_three_ticks_and_five_minutes_brought_no_end_of_a_collection(
    collected: Settings, late_by: float, is_told: bool
) -> None:
    with open_instance(collected) as instance:
        last = last_ended(instance, UI_JOB)
        assert last
        assert last.ended_at
        now = last.ended_at + timedelta(minutes=3 * 5 + 5, seconds=late_by)
        beating(instance, (utc_now() - now).total_seconds())
        assert [reason[:32] for reason in _reasons(instance, collected, now)] == (
            ["No collection has ended since 20"] if is_told else []
        )


@pytest.fixture(scope="module")
def metrics(collected: Settings) -> httpx.Response:
    """The metrics, as Prometheus gets them."""
    restarts.note_running(collected.dagster_home, {"api": 1, "gone": 2**22 + 1})
    with asked(collected) as client:
        return client.get("/metrics")


def test_prometheus_reads_the_metrics_and_they_say_what_sql_says(collected: Settings, metrics: httpx.Response) -> None:
    assert metrics.status_code == 200
    assert metrics.headers["content-type"].startswith("text/plain; version=")
    found = samples(metrics.text)

    def value(name: str, *labels: str) -> float:
        return found[name, frozenset(labels)]

    assert value("source_outcome", "kraken.ticker", "blocked") == 1
    assert value("source_outcome", "coinbase.products", "ok") == 1
    assert value("table_sources", "market_prices", "blocked") >= 1
    assert value("logged_collections", UI_JOB) == 1
    assert value("collection_sources_failed", UI_JOB) >= 1
    assert value("collection_bytes", UI_JOB) > 0
    assert value("database_bytes") == collected.database.stat().st_size
    assert value("spool_batches") == 0
    assert 0 <= value("table_age_seconds", "market_prices") < 3600
    assert value("source_failures_in_a_row", "kraken.ticker") == 1
    assert value("info", "bank one", VERSION) == 1
    assert value("process_resident_memory_bytes") > 0


def test_openmetrics_is_given_to_whoever_asks_for_it(collected: Settings) -> None:
    with asked(collected) as client:
        answer = client.get("/metrics", headers={"Accept": "application/openmetrics-text; version=1.0.0"})
    assert answer.headers["content-type"].startswith("application/openmetrics-text")
    assert "crypto_pipeline_ready" in {family.name for family in openmetrics(answer.text)}  # type: ignore[no-untyped-call]  # their parser has no types


DASHBOARD = Path(__file__).resolve().parent.parent.parent / "deploy" / "grafana-dashboard.json"


def test_every_metric_of_the_grafana_dashboard_is_one_of_ours(metrics: httpx.Response) -> None:
    ours = {family.name for family in parsed(metrics.text)}
    panels = json.loads(DASHBOARD.read_text("utf-8"))["panels"]
    expressions = [target["expr"] for panel in panels for target in panel.get("targets", ())]
    assert len(expressions) >= 10
    named = {name for expression in expressions for name in re.findall(r"(?:crypto_pipeline|process)_\w+", expression)}
    assert named <= ours
