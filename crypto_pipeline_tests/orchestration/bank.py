"""A data bank with sources of the test's own, whose jobs are run by a real Dagster against a real server and a real database."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg

from crypto_pipeline.orchestration.build import build_defs
from crypto_pipeline.orchestration.resources import Sources
from crypto_pipeline.replay.faults import FaultPlan, faulty
from crypto_pipeline.replay.server import running_server
from crypto_pipeline.settings import Settings
from crypto_pipeline.sources.kit import Endpoint
from crypto_pipeline.warehouse import Warehouse
from crypto_pipeline.warehouse.engines import warehouse_for
from crypto_pipeline_tests import templates
from crypto_pipeline_tests.collection.collected import usual_answers


@dataclass
class Bank:
    """A data bank with sources of the test's own."""

    settings: Settings
    defs: dg.Definitions
    instance: dg.DagsterInstance

    def run(self, job: str, **options: Any) -> dg.ExecuteInProcessResult:
        return self.defs.resolve_job_def(job).execute_in_process(
            instance=self.instance, raise_on_error=False, **options
        )

    @property
    def warehouse(self) -> Warehouse:
        return warehouse_for(self.settings)

    def sql(self, query: str) -> list[tuple[Any, ...]]:
        return self.warehouse.query(query).rows


@contextmanager
def bank(
    folder: Path, endpoints: list[Endpoint], *faults: str, symbols: str = "", is_new: bool = False, held: bool = True
) -> Iterator[Bank]:
    """With a database in which nothing is yet; of a new bank not even that is there.

    :param held: whether this process has the file open all the time: a run opens it seven times otherwise, which is a third of
        what it takes. Not where another process wants the file.
    """
    if not is_new:
        shutil.copy(templates.empty_database(), Settings(data_dir=folder).database)
    with running_server(faulty(usual_answers, FaultPlan(faults))) as gateway, ExitStack() as stack:
        settings = Settings(data_dir=folder, gateway_url=gateway, lock_seconds=0.2, symbols=symbols)
        defs = build_defs(settings=settings, resources={"sources": Sources(settings, endpoints)})
        made = Bank(settings, defs, stack.enter_context(dg.DagsterInstance.ephemeral()))
        if held and not is_new:
            stack.enter_context(made.warehouse.open())
        yield made


def materialised(result: dg.ExecuteInProcessResult) -> dict[str, dict[str, Any]]:
    """The metadata of each materialisation, by table."""
    return {
        event.asset_key.to_user_string(): {
            name: value.value for name, value in event.step_materialization_data.materialization.metadata.items()
        }
        for event in result.get_asset_materialization_events()
        if event.asset_key
    }
