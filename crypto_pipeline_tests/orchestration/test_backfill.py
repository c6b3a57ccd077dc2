"""The back-fill as a run of Dagster's."""

from __future__ import annotations

from pathlib import Path

import dagster as dg

from crypto_pipeline.orchestration.backfill import fill_the_past
from crypto_pipeline.orchestration.build import build_defs
from crypto_pipeline.orchestration.resources import Sources
from crypto_pipeline.orchestration.runs import only_run_of
from crypto_pipeline.replay.server import running_server
from crypto_pipeline.schema.jobs import BACKFILL_JOB
from crypto_pipeline.settings import Settings
from crypto_pipeline_tests.collection.backfill.walked import Exchange, exchange
from crypto_pipeline_tests.orchestration.test_assets import Bank

WISH = {"ops": {"fill_the_past": {"config": {"symbols": "BTC", "since": "2026-01-01", "until": "2026-03-01"}}}}


def test_beside_another_back_fill_a_run_asks_nothing_and_says_why_whatever_its_tags(tmp_path: Path) -> None:
    """Dagster holds runs back by their tags; one without any, as a person may launch it, meets the lock."""
    server = Exchange()

    @dg.job(name=BACKFILL_JOB)
    def without_tags() -> None:
        fill_the_past()

    with running_server(server.answer) as gateway, dg.DagsterInstance.ephemeral() as instance:
        settings = Settings(data_dir=tmp_path, gateway_url=gateway, symbols="BTC")
        sources = Sources(settings, [exchange()])
        resources = build_defs(settings=settings, resources={"sources": sources}).resources
        defs = dg.Definitions(jobs=[without_tags], resources=resources)
        data = Bank(settings, defs, instance)
        with only_run_of(BACKFILL_JOB, settings.locks, patience=0):
            refused = data.run(BACKFILL_JOB, run_config=WISH)
        assert (refused.success, server.asked) == (False, [])
        (failure,) = [event for event in refused.all_events if event.is_step_failure]
        said = failure.step_failure_data.user_failure_data
        assert said
        assert "another run of backfill is under way" in str(said.description)
        assert data.run(BACKFILL_JOB, run_config=WISH).success
        assert server.asked
