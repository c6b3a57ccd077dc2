"""A data bank that is watched: a real instance of Dagster, a real database, a clock of the test's own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import dagster as dg
from dagster._core.definitions.run_request import InstigatorType
from dagster._core.remote_origin import InProcessCodeLocationOrigin, RemoteInstigatorOrigin, RemoteRepositoryOrigin
from dagster._core.scheduler.instigation import (
    InstigatorState,
    InstigatorStatus,
    ScheduleInstigatorData,
    TickData,
    TickStatus,
)
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin

from crypto_pipeline.monitoring.evaluate import CheckReport, evaluate
from crypto_pipeline.orchestration.dagster_history import DagsterHistory
from crypto_pipeline.settings import Settings
from crypto_pipeline.warehouse import Warehouse
from crypto_pipeline.warehouse.engines import warehouse_for
from crypto_pipeline_tests import templates


@dataclass
class Watched:
    settings: Settings
    instance: dg.DagsterInstance

    @property
    def warehouse(self) -> Warehouse:
        return warehouse_for(self.settings)

    def evaluate(self, at: datetime, **settings: Any) -> CheckReport:
        changed = self.settings.model_copy(update=settings)
        return evaluate(DagsterHistory(self.instance, changed), changed, at)

    def sql(self, query: str) -> list[tuple[Any, ...]]:
        return self.warehouse.query(query).rows

    def source(self, failures: int, at: datetime, endpoint: str = "kraken.ticker", **more: Any) -> None:
        """What a collection leaves behind of a source."""
        row = {
            "endpoint": endpoint,
            "breaker_state": "closed",
            "consecutive_failures": failures,
            "asked_at": at,
            "outcome": "timeout" if failures else "ok",
            **more,
        }
        self.warehouse.merge({"source_health": [row]})

    def schedule(self, name: str, cron: str, since: datetime, status: str = "DECLARED_IN_CODE") -> InstigatorState:
        """A schedule as the scheduler notes it."""
        location = InProcessCodeLocationOrigin(LoadableTargetOrigin(module_name="crypto_pipeline.definitions"))
        origin = RemoteInstigatorOrigin(RemoteRepositoryOrigin(location, "__repository__"), name)
        data = ScheduleInstigatorData(cron, since.timestamp())
        state = InstigatorState(origin, InstigatorType.SCHEDULE, InstigatorStatus(status), data)
        known = {one.instigator_origin_id for one in self.instance.all_instigator_state()}
        if state.instigator_origin_id in known:
            self.instance.update_instigator_state(state)
        else:
            self.instance.add_instigator_state(state)
        return state

    def tick(self, state: InstigatorState, at: datetime, status: TickStatus, **more: Any) -> None:
        """A tick as the scheduler notes it."""
        self.instance.create_tick(
            TickData(
                instigator_origin_id=state.instigator_origin_id,
                instigator_name=state.instigator_name,
                instigator_type=InstigatorType.SCHEDULE,
                status=status,
                timestamp=at.timestamp(),
                selector_id=state.selector_id,
                **more,
            )
        )


@contextmanager
def watched(folder: Path, **settings: Any) -> Iterator[Watched]:
    """A data bank with nothing in it, and a Dagster in which nothing has happened."""
    chosen = Settings(data_dir=folder, lock_seconds=0.1, disk_free_gb=0, **settings)
    shutil.copy(templates.empty_database(), chosen.database)
    with templates.dagster_instance() as instance:
        yield Watched(chosen, instance)
