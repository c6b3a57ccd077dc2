"""Jobs: the two cadences, and maintenance. https://docs.dagster.io/guides/build/jobs/asset-jobs

Belongs here: which assets are collected together; their checks are made by the collection itself (orchestration/checks.py).
Does not belong here: when (orchestration/schedules.py), which sources that asks (collection/selection.py), what maintenance does (orchestration/ops.py).
"""

from collections.abc import Iterable

import dagster as dg

from crypto_pipeline.orchestration.asset_keys import Prefix, job_mark, key_of
from crypto_pipeline.orchestration.backfill import fill_the_past
from crypto_pipeline.orchestration.dagster_internals import UnresolvedAssetJobDefinition
from crypto_pipeline.orchestration.ops import maintain_data_bank
from crypto_pipeline.schema.jobs import BACKFILL_JOB, HISTORICAL_JOB, JOB_TAG, MAINTENANCE_JOB, UI_JOB
from crypto_pipeline.schema.tables import DATA_TABLES, UI_TABLES

IN_JOB_LIST = {".dagster/repository": "__repository__@crypto_pipeline"}
"""Without this mark a run that was started in the caller's process is missing from the job's own list in the UI."""


def _tags(job: str, prefix: Prefix) -> dict[str, str]:
    return {JOB_TAG: job_mark(job, prefix), **IN_JOB_LIST}


def _collecting(job: str, tables: Iterable[str], prefix: Prefix, description: str) -> UnresolvedAssetJobDefinition:
    return dg.define_asset_job(
        job,
        selection=dg.AssetSelection.assets(*(key_of(table, prefix) for table in tables)).without_checks(),
        description=description,
        executor_def=dg.in_process_executor,
        tags=_tags(job, prefix),
    )


@dg.graph(
    name=MAINTENANCE_JOB, description="Removes what is too old, rows and runs, and gives back the room. Once a day."
)
def maintenance() -> None:
    """Remove what is too old, and give back the room."""
    maintain_data_bank()


@dg.graph(
    name=BACKFILL_JOB,
    description="The past: candles, sentiment, DeFi, chains, exchange rates. The Launchpad is its form.",
)
def backfill() -> None:
    """Fill the past."""
    fill_the_past()


def build_jobs(prefix: Prefix) -> list[dg.JobDefinition | UnresolvedAssetJobDefinition]:
    """Every job, over the tables as they are called with this prefix."""
    return [
        _collecting(
            UI_JOB,
            UI_TABLES,
            prefix,
            "Prices, gas and sentiment, and the exchange rates that prices need. Every 5 minutes.",
        ),
        _collecting(HISTORICAL_JOB, DATA_TABLES, prefix, "Everything. Every 15 minutes."),
        *(
            steps.to_job(executor_def=dg.in_process_executor, tags=_tags(steps.name, prefix))
            for steps in (maintenance, backfill)
        ),
    ]
