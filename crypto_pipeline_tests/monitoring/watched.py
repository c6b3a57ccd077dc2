"""A data bank that is watched: a real database, a clock of the test's own, and a real instance of Dagster where it matters."""

from __future__ import annotations

import shutil
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
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
from crypto_pipeline.monitoring.facts import FailedRun, Schedule, StoredTable
from crypto_pipeline.monitoring.history import SchedulerHistory
from crypto_pipeline.monitoring.ticks import Tick
from crypto_pipeline.orchestration.dagster_history import DagsterHistory
from crypto_pipeline.schema.jobs import JOBS
from crypto_pipeline.settings import Settings
from crypto_pipeline.warehouse import Warehouse
from crypto_pipeline.warehouse.engines import warehouse_for
from crypto_pipeline_tests import templates


@dataclass
class NothingScheduled:
    """The records of a scheduler that has never run anything. It keeps the monitor's state."""

    crons: Mapping[str, str] = field(default_factory=dict)
    jobs: frozenset[str] = JOBS
    tables: tuple[StoredTable, ...] = ()
    state: str | None = None

    def stored_tables(self) -> tuple[StoredTable, ...]:
        return self.tables

    def schedules_on(self) -> tuple[Schedule, ...]:
        return ()

    def ticks_after(self, schedule: str, after: datetime) -> list[Tick]:
        return []

    def failed_runs(self, jobs: Iterable[str]) -> list[FailedRun]:
        return []

    def read_state(self) -> str | None:
        return self.state

    def write_state(self, text: str) -> None:
        self.state = text


@dataclass
class Watched(ABC):
    settings: Settings

    @abstractmethod
    def history(self, settings: Settings) -> SchedulerHistory:
        """What a scheduler remembers."""

    @property
    def warehouse(self) -> Warehouse:
        return warehouse_for(self.settings)

    def evaluate(self, at: datetime, **settings: Any) -> CheckReport:
        changed = self.settings.model_copy(update=settings)
        return evaluate(self.history(changed), changed, at)

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


@dataclass
class WithoutDagster(Watched):
    past: NothingScheduled = field(default_factory=NothingScheduled)

    def history(self, settings: Settings) -> SchedulerHistory:
        return self.past


@dataclass
class WithDagster(Watched):
    instance: dg.DagsterInstance

    def history(self, settings: Settings) -> SchedulerHistory:
        return DagsterHistory(self.instance, settings)

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
def watched(folder: Path, *, held: bool = False, **settings: Any) -> Iterator[WithDagster]:
    """A data bank with nothing in it, and a Dagster in which nothing has happened.

    :param held: whether this process has the file open all the time: an evaluation opens it three times otherwise.
    """
    chosen = _empty(folder, **settings)
    with templates.dagster_instance() as instance:
        bank = WithDagster(chosen, instance)
        with bank.warehouse.open() if held else nullcontext():
            yield bank


@contextmanager
def watched_alone(folder: Path, *, held: bool = True, **settings: Any) -> Iterator[WithoutDagster]:
    """For what is found in the database and on the disk: an evaluation takes half as long where no Dagster is asked.

    :param held: as above; not where another process wants the file.
    """
    bank = WithoutDagster(_empty(folder, **settings))
    with bank.warehouse.open() if held else nullcontext():
        yield bank


def _empty(folder: Path, **settings: Any) -> Settings:
    chosen = Settings(data_dir=folder, lock_seconds=0.1, disk_free_gb=0, **settings)
    shutil.copy(templates.empty_database(), chosen.database)
    return chosen
