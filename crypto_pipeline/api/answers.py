"""The shapes of the answers, field by field; the OpenAPI document is made of them.

Belongs here: what each answer holds, with meanings and units.
Does not belong here: where the values come from (api/worker.py).
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, WithJsonSchema

Moment = Annotated[
    datetime,
    PlainSerializer(datetime.isoformat, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
"""ISO 8601 with the offset as numbers, because not every parser knows Z."""

Kind = Literal["ui", "historical", "both"]
English = Annotated[str, Field(description="What the answer says, for a person.")]
Persian = Annotated[str, Field(description="The same in Persian.")]
AsOf = Annotated[Moment, Field(description="When the numbers were read from the database.")]
Age = Annotated[
    float,
    Field(
        description="0 when they were read for this answer; else their age, because another program holds the database."
    ),
]
Switch = Annotated[dict[str, str], Field(description="Of each schedule, what it does from now on.")]


class _Answer(BaseModel):
    model_config = ConfigDict(extra="forbid")


class RecentError(_Answer):
    """A source that was given up in a collection, and why."""

    timestamp: Moment = Field(description="When the source was given up.")
    type: str = Field(description="ui_collection or historical_collection; collection for a run of neither job.")
    error: str = Field(description="The source, how it failed, and why: 'kraken.ticker: timeout: no answer in 20 s'.")


class SchedulerJob(_Answer):
    """A schedule as the status lists it: its name and its next tick."""

    id: str
    name: str
    next_run_time: Moment | None = Field(description="Next tick; null while the schedule is off or nothing ticks.")


class LastRun(_Answer):
    """The end of a run: which, how it ended, and when."""

    run_id: str
    status: str = Field(description="success or failure, as in Dagster's run history.")
    started_at: Moment | None = None
    ended_at: Moment | None


class Schedule(SchedulerJob):
    """A schedule with its job: when it ticks, whether it is on, and how its last run ended."""

    schedule: str = Field(description="Name of the schedule in Dagster.")
    cron: str = Field(description="When, as a cron expression in UTC.")
    is_on: bool = Field(description="Whether it is switched on.")
    last_run: LastRun | None = Field(description="The last run of its job that ended; null before the first.")


class WorkerStatus(_Answer):
    """Whether the data bank collects by itself, and what it has collected so far."""

    is_running: bool = Field(description="Both schedules are on, Dagster answers and its daemon ticks.")
    ui_collections: int
    historical_collections: int
    total_records_saved: int
    last_ui_collection: Moment | None
    last_historical_collection: Moment | None
    recent_errors: list[RecentError] = Field(description="The newest ten rows of failure_logs, newest first.")
    scheduler_jobs: list[SchedulerJob]


class Status(_Answer):
    """The answer of GET /api/worker/status."""

    success: Literal[True] = True
    worker_status: WorkerStatus
    as_of: AsOf
    stale_seconds: Age
    message_en: English
    message_fa: Persian


class Statistics(_Answer):
    """Counts over all collections that the database knows of, and means of them."""

    total_ui_collections: int
    total_historical_collections: int
    total_records_saved: int
    last_ui_collection: Moment | None
    last_historical_collection: Moment | None
    average_records_per_ui_collection: float
    average_records_per_historical_collection: float


class Stats(_Answer):
    """The answer of GET /api/worker/stats."""

    success: Literal[True] = True
    statistics: Statistics
    recent_errors: list[RecentError]
    sql: dict[str, str] = Field(description="The query behind each of the statistics, to check it with.")
    as_of: AsOf
    stale_seconds: Age
    message_en: English
    message_fa: Persian


class Schedules(_Answer):
    """The answer of GET /api/worker/schedules."""

    success: Literal[True] = True
    schedules: list[Schedule]
    message_en: English
    message_fa: Persian


class Switched(_Answer):
    """The answer of POST /api/worker/start and /api/worker/stop."""

    success: bool = Field(description="false when there was nothing to switch: that is no error.")
    schedules: Switch
    message_en: English
    message_fa: Persian


class ForcedRun(_Answer):
    """A run that was asked for: a new one, or the one of its job that was under way."""

    job: str
    run_id: str
    joined: bool = Field(description="The run was under way already.")


class Forced(_Answer):
    """The answer of POST /api/worker/force-collection."""

    success: Literal[True] = True
    collection_type: Kind
    run_ids: list[str] = Field(description="One of each job, new or under way.")
    joined: bool = Field(description="Whether any of them was under way already, so that no other was started.")
    runs: list[ForcedRun]
    message_en: English
    message_fa: Persian


class Daemon(_Answer):
    """Dagster's daemon: whether it ticks, and when it last said so."""

    ticking: bool
    last_heartbeat: Moment | None


class LastCollection(_Answer):
    """How many sources answered in a collection, and how many did not."""

    run_id: str
    ok: int = Field(description="Sources that answered.")
    failed: int = Field(description="Sources that did not, or that are resting because they had failed before.")


class Health(_Answer):
    """The answer of GET /api/worker/health."""

    success: Literal[True] = True
    healthy: bool = Field(description="true only when the status is running.")
    status: Literal["running", "stopped", "degraded"]
    problems: list[str] = Field(description="What is not as it should be, one sentence each.")
    daemon: Daemon
    last_collections: dict[str, LastCollection] = Field(description="Of each job, the newest collection in the log.")
    recent_errors: list[RecentError]
    message_en: English
    message_fa: Persian


class Down(_Answer):
    """Dagster or the database cannot be reached."""

    success: Literal[False] = False
    healthy: Literal[False] = False
    status: Literal["error"] = "error"
    error: str = Field(description="What cannot be reached and why, in a sentence.")
    detail: str = Field(description="The same, under the name that every other error has.")
    message_en: English
    message_fa: Persian


class SharedPostgres(_Answer):
    """The PostgreSQL that is shared, as this machine stands with it."""

    address: str = Field(description="Where it is, without its password.")
    answers: bool = Field(description="Whether it answered this machine now.")
    trouble: str | None = Field(description="Why it did not, in a sentence.")
    rows_behind: int | None = Field(
        description="Rows that the file of this machine does not have yet, or might have otherwise; null while it does not answer."
    )
    followed_at: Moment | None = Field(description="When the file last took rows from it; null where it never has.")
    batches_waiting: int = Field(description="Batches of rows that wait beside the file for it.")
    batches_set_aside: int = Field(description="Batches that it did not take, set aside for a person.")


class RefusedBy(_Answer):
    """A host that does not answer a region, so that another one asks it."""

    host: str
    refused_at: Moment
    tried_again_at: Moment = Field(description="When the region tries again.")
    outcome: str | None = Field(description="How: blocked, unreachable, timeout.")
    error: str | None = Field(description="What went wrong, in a sentence.")


class SharingRegion(_Answer):
    """One of the regions that divide the sources."""

    name: str
    place: str = Field(description="Its country, where one is given; else its name.")
    is_here: bool = Field(description="Whether it is that of this machine.")
    is_at_work: bool = Field(description="false: it is silent, and the others ask its sources.")
    leads: bool = Field(description="Whether it writes what is the same for all.")
    heard_at: Moment | None = Field(description="When it last began a collection; null where it never did.")
    hosts: int | None = Field(description="Hosts that fell to it then.")
    refused_by: list[RefusedBy] = Field(description="Hosts that another region asks in its place.")


class Sharing(_Answer):
    """Whom the data bank is shared with."""

    postgres: SharedPostgres | None = Field(description="null where one file is all there is.")
    regions: list[SharingRegion] = Field(description="By name; empty where there are none.")


class Refused(_Answer):
    """Any error."""

    detail: str
