"""What Dagster's own storage tells of runs."""

from __future__ import annotations

import dagster as dg
import pytest

from crypto_pipeline.api.history import is_at_work


@pytest.mark.parametrize(
    ("status", "is_so"),
    [
        (dg.DagsterRunStatus.NOT_STARTED, False),
        (dg.DagsterRunStatus.STARTED, True),
        (dg.DagsterRunStatus.CANCELING, True),
        (dg.DagsterRunStatus.SUCCESS, False),
        (dg.DagsterRunStatus.FAILURE, False),
    ],
)
def test_a_run_is_at_work_from_its_start_until_it_is_over(status: dg.DagsterRunStatus, is_so: bool) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        assert is_at_work(instance) is False
        instance.add_run(dg.DagsterRun(job_name="a_job", run_id="1" * 8, status=status))
        assert is_at_work(instance) is is_so
