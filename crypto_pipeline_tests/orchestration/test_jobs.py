"""What the jobs do."""

from __future__ import annotations

from crypto_pipeline.orchestration.jobs import build_jobs, maintenance
from crypto_pipeline.schema.jobs import BACKFILL_JOB, HISTORICAL_JOB, MAINTENANCE_JOB, UI_JOB


def test_there_are_four_jobs_under_the_names_that_others_use() -> None:
    assert [job.name for job in build_jobs([])] == [UI_JOB, HISTORICAL_JOB, MAINTENANCE_JOB, BACKFILL_JOB]


def test_the_maintenance_maintains() -> None:
    assert [node.name for node in maintenance.nodes] == ["maintain_data_bank"]
