"""How our tables are called as assets: by their name, after a prefix where another deployment wants one.

Belongs here: the key of a table, the table of a key; by which mark a run of our jobs is told from one of somebody else's.
Does not belong here: what an asset says of itself (orchestration/asset_specs.py).
https://docs.dagster.io/guides/build/assets/organizing-assets-with-asset-keys
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import dagster as dg

from crypto_pipeline.schema.jobs import JOB_TAG, JOBS
from crypto_pipeline.schema.tables import TABLES
from crypto_pipeline.settings import Settings

ANSWERS = "answers"
"""Where the answers of sources stand, in keys and as a group."""
Prefix = Sequence[str]
"""The parts of a key before the name of the table; none unless KEY_PREFIX says so."""


def key_of(table: str, prefix: Prefix) -> dg.AssetKey:
    """The key under which a table is an asset."""
    return dg.AssetKey([*prefix, table])


def table_of(key: dg.AssetKey) -> str:
    """The table that one of our own assets is."""
    return key.path[-1]


def is_ours(key: dg.AssetKey, prefix: Prefix) -> bool:
    """Whether this asset is one of our tables, and not one of somebody else's that ends like it."""
    return list(key.path[:-1]) == list(prefix) and key.path[-1] in TABLES


def job_mark(job: str, prefix: Prefix) -> str:
    """The value of JOB_TAG on the runs of a job of ours: two deployments in one Dagster have jobs of the same names."""
    return "/".join([*prefix, job])


def is_our_run(run: dg.DagsterRun, prefix: Prefix) -> bool:
    """Whether this run is one of our jobs, or of assets that are all tables of ours.

    Only of those is there a lock by which one can tell whether they live.
    """
    selected = {*(run.asset_selection or ()), *(check.asset_key for check in run.asset_check_selection or ())}
    if selected:
        return all(is_ours(key, prefix) for key in selected)
    return run.tags.get(JOB_TAG) == job_mark(run.job_name, prefix)


@dataclass(frozen=True)
class Ours:
    """Runs of ours, in a Dagster where others have some too."""

    prefix: Prefix
    in_folder_of_others: bool = True
    """Whether what lies in the folder of Dagster may be theirs as well; a PostgreSQL may be shared where the folder is not."""

    def are(self, run: dg.DagsterRun) -> bool:
        """Whether this is one."""
        return is_our_run(run, self.prefix)

    @property
    def tags(self) -> Mapping[str, list[str]]:
        """By which Dagster finds those of our jobs."""
        return {JOB_TAG: [job_mark(job, self.prefix) for job in sorted(JOBS)]}


def told_from_others(settings: Settings) -> Ours | None:
    """How runs of ours are known where others have some too; None where all are ours.

    Others have some where a person's DAGSTER_HOME is used, and where the tables carry a prefix: who gives them one embeds us.
    And they may have some in a PostgreSQL.
    """
    if settings.shared_home or settings.asset_prefix:
        return Ours(settings.asset_prefix)
    return Ours((), in_folder_of_others=False) if settings.dagster_postgres else None
