"""Ops: work that makes no table. https://docs.dagster.io/guides/build/ops

Belongs here: the step of a maintenance, and what Dagster shows of it.
Does not belong here: what it does (maintenance/maintaining.py), when (orchestration/schedules.py).
"""

from functools import partial

import dagster as dg

from crypto_pipeline import logs
from crypto_pipeline.orchestration.asset_keys import told_from_others
from crypto_pipeline.orchestration.runs import JobIsBusyError, only_run_of

LOCK_SECONDS = 60.0
"""Nobody waits for a maintenance: it can wait for the database until a person's query or a collection's merge is over."""


@dg.op(
    required_resource_keys={"sources"}, description="Removes what is too old, rows and runs, and gives back the room."
)
def maintain_data_bank(context: dg.OpExecutionContext) -> None:
    """The step of the maintenance. Raises Failure while another one is under way and when the database cannot be had."""
    from crypto_pipeline.maintenance.maintaining import maintain
    from crypto_pipeline.orchestration.run_history import prune
    from crypto_pipeline.warehouse import WarehouseError

    settings = context.resources.sources.settings
    logs.configure(settings.log_format)
    patient = settings.model_copy(update={"lock_seconds": max(settings.lock_seconds, LOCK_SECONDS)})
    try:
        with only_run_of(context.run.job_name, settings.locks, patience=0, instance=context.instance):
            runs = partial(prune, context.instance, settings.dagster_home, ours=told_from_others(settings))
            done = maintain(patient, runs, tell=context.log.info)
    except (WarehouseError, JobIsBusyError) as obstacle:
        raise dg.Failure(str(obstacle), allow_retries=False) from None
    for line in done.lines():
        context.log.info(line)
    context.add_output_metadata(done.metadata())
