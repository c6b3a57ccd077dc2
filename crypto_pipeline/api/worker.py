"""The worker: its state, its numbers, and starting, stopping and forcing collections.

Belongs here: the answers to the seven questions, for HTTP and for the command line alike.
Does not belong here: HTTP (api/worker_routes.py), terminals (cli/worker.py), where the values come from (api/numbers.py, api/history.py).

The worker is no process: it is the two schedules of Dagster together with whatever makes them tick.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from types import TracebackType
from typing import NamedTuple

import dagster as dg

from crypto_pipeline.api import answers, history, messages
from crypto_pipeline.api.cadences import every, next_tick, short
from crypto_pipeline.api.dagster_commands import DagsterCommands
from crypto_pipeline.api.errors import Conflict, DagsterAway, DagsterNeverRan
from crypto_pipeline.api.messages import Message
from crypto_pipeline.api.numbers import STATISTICS, Numbers, read_numbers
from crypto_pipeline.api.webserver import Webserver
from crypto_pipeline.foundation.postgres_address import shown
from crypto_pipeline.foundation.postgres_locks import PostgresUnusable
from crypto_pipeline.orchestration.dagster_internals import storage_errors
from crypto_pipeline.orchestration.instance import open_instance
from crypto_pipeline.orchestration.runs import run_under_way
from crypto_pipeline.orchestration.schedules import is_switched_on, run_tags
from crypto_pipeline.schema.clock import utc_now
from crypto_pipeline.schema.jobs import HISTORICAL_JOB, HISTORICAL_SCHEDULE, UI_JOB, UI_SCHEDULE
from crypto_pipeline.settings import Settings, SettingsError
from crypto_pipeline.warehouse import DatabaseBusy, WarehouseError
from crypto_pipeline.warehouse.engines import warehouse_for

SCHEDULES: Mapping[str, str] = {UI_JOB: UI_SCHEDULE, HISTORICAL_JOB: HISTORICAL_SCHEDULE}
JOBS_OF: Mapping[str, tuple[str, ...]] = {
    "ui": (UI_JOB,),
    "historical": (HISTORICAL_JOB,),
    "both": (UI_JOB, HISTORICAL_JOB),
}
FORCED_TAG = "crypto_pipeline/forced"

READ_SECONDS = 0.8
"""How long an answer waits for the database; with Dagster's own second no answer takes more than two."""

A_MERGE_TAKES = timedelta(seconds=30)
"""At most, on a slow machine: so long the file may be a run's of ours, and nobody has to close anything."""

_NAMES = {UI_JOB: "UI Data Collection", HISTORICAL_JOB: "Historical Data Collection"}
_SHORT_NAMES = {UI_JOB: "ui_data", HISTORICAL_JOB: "historical_data"}
_ERROR_TYPES = {UI_JOB: "ui_collection", HISTORICAL_JOB: "historical_collection"}


class _Counted(NamedTuple):
    numbers: Numbers
    stale_seconds: float = 0.0
    busy: DatabaseBusy | None = None
    """Why the numbers are not of this moment."""


class Worker:
    """Answers the seven questions. Threads may share it; use it as a context manager."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._warehouse = warehouse_for(settings.model_copy(update={"lock_seconds": READ_SECONDS}))
        self._dagster = Webserver(settings) if settings.ui else DagsterCommands(settings)
        self._crons = {UI_JOB: settings.ui_cron, HISTORICAL_JOB: settings.historical_cron}
        self._commanding = threading.Lock()
        """One command at a time: ten forced collections at once find the run of the first."""
        self._opening = threading.Lock()
        self._opened = ExitStack()
        self._instance: dg.DagsterInstance | None = None
        self._latest: Numbers | None = None
        self._busy_since: datetime | None = None

    def __enter__(self) -> Worker:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._dagster.close()
        self._opened.close()

    def status(self) -> answers.Status:
        """Raises WarehouseError when there are no numbers to be had, DagsterAway when its storage cannot be read, DagsterNeverRan
        when there is none and this machine does not follow others that collect."""
        counted, now = self._counted(), utc_now()
        try:
            running, schedules = self._is_running(now), self._schedules(now)
        except DagsterNeverRan:
            if not self._settings.hub_url:
                raise
            running, schedules = False, []  # a machine that only reads: others collect what it has
        said = counted.numbers.statistics
        return answers.Status(
            worker_status=answers.WorkerStatus(
                is_running=running,
                ui_collections=said["total_ui_collections"],
                historical_collections=said["total_historical_collections"],
                total_records_saved=said["total_records_saved"],
                last_ui_collection=said["last_ui_collection"],
                last_historical_collection=said["last_historical_collection"],
                recent_errors=_errors(counted.numbers),
                scheduler_jobs=[
                    answers.SchedulerJob(id=one.id, name=one.name, next_run_time=one.next_run_time) for one in schedules
                ],
            ),
            as_of=counted.numbers.as_of,
            stale_seconds=counted.stale_seconds,
            **_with_age(messages.RUNNING if running else messages.NOT_RUNNING, counted).fields(),
        )

    def stats(self) -> answers.Stats:
        """Raises WarehouseError when there are no numbers to be had. Needs no Dagster."""
        counted = self._counted()
        return answers.Stats(
            statistics=answers.Statistics(**counted.numbers.statistics),
            recent_errors=_errors(counted.numbers),
            sql=dict(STATISTICS),
            as_of=counted.numbers.as_of,
            stale_seconds=counted.stale_seconds,
            **_with_age(messages.STATISTICS, counted).fields(),
        )

    def schedules(self) -> answers.Schedules:
        """Both schedules: whether they are on, when they tick next, and how the last run of their jobs ended. Raises DagsterAway."""
        return answers.Schedules(schedules=self._schedules(utc_now()), **messages.SCHEDULES.fields())

    def start(self) -> answers.Switched:
        """Switch both schedules on. Raises DagsterAway when Dagster does not answer."""
        with self._commanding:
            self._dagster.require()
            off = [schedule for schedule in SCHEDULES.values() if not self._is_on(schedule)]
            for schedule in off:
                self._dagster.start(schedule)
        does = {_SHORT_NAMES[job]: every(cron) for job, cron in self._crons.items()}
        message = messages.STARTED if off else messages.ALREADY_STARTED
        return answers.Switched(success=bool(off), schedules=does, **message.fields())

    def stop(self) -> answers.Switched:
        """Switch both schedules off; runs under way come to their end. Raises DagsterAway when Dagster does not answer."""
        with self._commanding:
            self._dagster.require()
            on = [schedule for schedule in SCHEDULES.values() if self._is_on(schedule)]
            for schedule in on:
                self._dagster.stop(schedule)
        message = messages.STOPPED if on else messages.ALREADY_STOPPED
        return answers.Switched(
            success=bool(on), schedules=dict.fromkeys(_SHORT_NAMES.values(), "Stopped"), **message.fields()
        )

    def force(self, which: str) -> answers.Forced:
        """Start collections now, or join those of the same job that are under way.

        Raises Conflict for an unknown kind and when the worker is not running, DagsterAway when Dagster does not answer.
        """
        if which not in JOBS_OF:
            raise Conflict(f"collection_type must be one of {', '.join(JOBS_OF)}.")
        with self._commanding:
            self._dagster.require()
            if not all(map(self._is_on, SCHEDULES.values())):
                raise Conflict(
                    "The worker is not running: not both schedules are on; POST /api/worker/start does that."
                )
            if not self._is_alive(utc_now()):
                raise Conflict(f"The worker is not running. {messages.NOT_TICKING.en}")
            runs = [self._join_or_launch(job) for job in JOBS_OF[which]]
        joined = [run.joined for run in runs]
        message = messages.JOINED if all(joined) else messages.PARTLY_JOINED if any(joined) else messages.FORCED
        return answers.Forced.model_validate(
            {
                "collection_type": which,
                "run_ids": [run.run_id for run in runs],
                "joined": any(joined),
                "runs": runs,
                **message.about(type=which).fields(),
            }
        )

    def health(self) -> answers.Health | answers.Down:
        """Never raises for what is wrong with the system: that is the answer."""
        try:
            self._dagster.require()
            with self.history() as instance:
                beats = history.heartbeats(instance)
                on = [is_switched_on(instance, schedule) for schedule in SCHEDULES.values()]
                ended = {job: history.last_ended(instance, job) for job in SCHEDULES}
                at_work = history.is_at_work(instance)
            counted = self._counted()
        except DatabaseBusy as busy:
            counted = _Counted(Numbers(utc_now()), busy=busy)
        except (DagsterAway, WarehouseError) as error:
            message = messages.DOWN.about(error=error)
            return answers.Down(error=str(error), detail=str(error), **message.fields())
        now = utc_now()
        ticking = history.is_ticking(beats, now)
        problems = [*_problems_of_dagster(ticking, on), *_problems_of_runs(ended, counted.numbers)]
        if counted.busy and _is_in_the_way(self._busy_since, now, at_work=at_work):
            problems.append(messages.HELD.about(reason=counted.busy))
        if not any(on):
            status, message = "stopped", messages.SWITCHED_OFF
        elif problems:
            status, message = "degraded", messages.DEGRADED.with_all(problems)
        else:
            status, message = "running", messages.HEALTHY
        last = {job: row for job, row in counted.numbers.last_collections.items() if job in SCHEDULES}
        return answers.Health.model_validate(
            {
                "healthy": status == "running",
                "status": status,
                "problems": [problem.en for problem in problems],
                "daemon": {"ticking": ticking, "last_heartbeat": max(beats.values(), default=None)},
                "last_collections": {
                    job: {"run_id": row["run_id"], "ok": row["ok"], "failed": row["failed"]}
                    for job, row in last.items()
                },
                "recent_errors": _errors(counted.numbers),
                **message.fields(),
            }
        )

    def _schedules(self, now: datetime) -> list[answers.Schedule]:
        will_tick = self._is_alive(now)
        listed = []
        with self.history() as instance:
            for job, schedule in SCHEDULES.items():
                cron, on, ended = (
                    self._crons[job],
                    is_switched_on(instance, schedule),
                    history.last_ended(instance, job),
                )
                listed.append(
                    answers.Schedule(
                        id=job,
                        name=f"{_NAMES[job]} ({short(cron)})",
                        next_run_time=next_tick(cron, now) if on and will_tick else None,
                        schedule=schedule,
                        cron=cron,
                        is_on=on,
                        last_run=_last_run(ended),
                    )
                )
        return listed

    def _is_running(self, now: datetime) -> bool:
        return all(map(self._is_on, SCHEDULES.values())) and self._is_alive(now)

    def _is_on(self, schedule: str) -> bool:
        with self.history() as instance:
            return is_switched_on(instance, schedule)

    def _is_alive(self, now: datetime) -> bool:
        """Whether Dagster answers and its daemon ticks."""
        with self.history() as instance:
            if not history.is_ticking(history.heartbeats(instance), now):
                return False
        try:
            self._dagster.require()
        except DagsterAway:
            return False
        return True

    def _join_or_launch(self, job: str) -> answers.ForcedRun:
        with self.history() as instance:
            under_way = run_under_way(instance, job, self._settings.locks, prefix=self._settings.asset_prefix)
        if under_way:
            return answers.ForcedRun(job=job, run_id=under_way, joined=True)
        launched = self._dagster.launch(job, {FORCED_TAG: "true", **run_tags(self._settings)})
        return answers.ForcedRun(job=job, run_id=launched, joined=False)

    def _counted(self) -> _Counted:
        """Counted now; while another program holds the file, as it was. Raises DatabaseBusy where nothing is known."""
        try:
            self._latest = numbers = read_numbers(self._warehouse)
        except DatabaseBusy as busy:
            self._busy_since = self._busy_since or utc_now()
            if self._latest is None:
                raise
            return _Counted(self._latest, round((utc_now() - self._latest.as_of).total_seconds(), 1), busy)
        self._busy_since = None
        return _Counted(numbers)

    @contextmanager
    def history(self) -> Iterator[dg.DagsterInstance]:
        """Dagster's storage. Raises DagsterAway where there is none or it cannot be read."""
        try:
            with self._opening:
                if self._instance is None:
                    file = self._settings.dagster_home / "dagster.yaml"
                    if not (file.exists() or self._settings.dagster_postgres or self._settings.shared_home):
                        raise DagsterNeverRan("Dagster has not run here yet; 'crypto-pipeline up' starts it.")
                    self._instance = self._opened.enter_context(open_instance(self._settings))
            yield self._instance
        except (PostgresUnusable, SettingsError) as error:
            raise DagsterAway(str(error)) from error
        except storage_errors() as error:
            where = shown(self._settings.dagster_postgres) or self._settings.dagster_home
            raise DagsterAway(f"Dagster's storage in {where} cannot be read: {_first_line(error)}") from error


def _is_in_the_way(busy_since: datetime | None, now: datetime, *, at_work: bool) -> bool:
    """Whether whoever holds the file is to be told of: not a run of ours, which stores what it has and lets go."""
    return not at_work or (busy_since is not None and now - busy_since > A_MERGE_TAKES)


def _problems_of_dagster(ticking: bool, on: list[bool]) -> Iterator[Message]:
    if not ticking:
        yield messages.NOT_TICKING
    for schedule, is_on in zip(SCHEDULES.values(), on, strict=True):
        if not is_on:
            yield messages.IS_OFF.about(schedule=schedule)


def _problems_of_runs(ended: Mapping[str, history.EndedRun | None], numbers: Numbers) -> Iterator[Message]:
    if not any(ended.values()):
        yield messages.NOTHING_YET
    for job, run in ended.items():
        collected = numbers.last_collections.get(job)
        if collected and collected["failed"] and not collected["ok"]:
            yield messages.ALL_FAILED.about(job=job, run=collected["run_id"][:8])
        elif run and not run.succeeded:
            yield messages.RUN_FAILED.about(job=job, run=run.run_id[:8])


def _errors(numbers: Numbers) -> list[answers.RecentError]:
    return [
        answers.RecentError(
            timestamp=row["failed_at"],
            type=_ERROR_TYPES.get(row["job"], "collection"),
            error=f"{row['endpoint']}: {row['outcome']}" + (f": {row['error']}" if row["error"] else ""),
        )
        for row in numbers.errors
    ]


def _last_run(ended: history.EndedRun | None) -> answers.LastRun | None:
    if ended is None:
        return None
    return answers.LastRun(
        run_id=ended.run_id,
        status="success" if ended.succeeded else "failure",
        started_at=ended.started_at,
        ended_at=ended.ended_at,
    )


def _with_age(message: Message, counted: _Counted) -> Message:
    """The message, with a word on the age of the numbers where they have one."""
    if not counted.busy:
        return message
    note = messages.AS_THEY_WERE.about(seconds=round(counted.stale_seconds))
    return Message(f"{message.en} {note.en}", f"{message.fa} {note.fa}")


def _first_line(error: Exception) -> str:
    """What the storage itself said, without the statement and the link that SQLAlchemy adds."""
    return str(getattr(error, "orig", None) or error).partition("\n")[0]
