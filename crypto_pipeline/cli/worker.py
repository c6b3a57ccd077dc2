"""The commands around the worker: the same answers as the HTTP API's, without needing it.

Belongs here: how the answers look on a terminal, exit codes: 0 well, 1 degraded (health), 2 a mistake or down.
Does not belong here: the answers (api/worker.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from crypto_pipeline.cli import console
from crypto_pipeline.cli.parts import MISTAKE, AsJson, NothingCollected
from crypto_pipeline.foundation.counted import counted
from crypto_pipeline.schema.clock import utc_now
from crypto_pipeline.settings import Settings, load_settings

if TYPE_CHECKING:
    from pydantic import BaseModel

    from crypto_pipeline.api.answers import RecentError, Switched
    from crypto_pipeline.api.worker import Worker
    from crypto_pipeline.warehouse import Warehouse

DEGRADED = 1

app = typer.Typer()


@app.command()
def api() -> None:
    """Serve the HTTP API alone; 'crypto-pipeline up' does so as well."""
    from crypto_pipeline.api.serving import serve

    serve(load_settings())


@app.command()
def status(as_json: AsJson = False) -> None:
    """Whether data is being collected, how much so far, and when next."""
    with _worker() as worker:
        answer = worker.status()
    if as_json:
        return _print(answer)
    is_ = answer.worker_status
    if is_.scheduler_jobs:
        console.say(answer.message_en)
        console.grid(
            ("job", "collections", "last", "next"),
            [
                (job.name, count, last, job.next_run_time)
                for job, count, last in zip(
                    is_.scheduler_jobs,
                    (is_.ui_collections, is_.historical_collections),
                    (is_.last_ui_collection, is_.last_historical_collection),
                    strict=True,
                )
            ],
        )
    else:
        console.say("This machine collects nothing; it reads what others collect.")
    console.say(f"{is_.total_records_saved:,} records saved.")
    _print_spool()
    _print_rows_of_the_future()
    _print_errors(is_.recent_errors)


def _print_spool() -> None:
    """What waits beside the database, and what was set aside there for a person."""
    from crypto_pipeline.cli import console
    from crypto_pipeline.warehouse.engines import warehouse_for

    settings = load_settings()
    warehouse = warehouse_for(settings)
    waiting = counted(len(warehouse.spooled()), "batch waits", "batches wait")
    aside = counted(len(warehouse.damaged()), "was set aside", "were set aside")
    if settings.hub_url:
        _print_hub(settings, warehouse)
        _print_regions(settings, warehouse)
        console.say(f"{waiting} beside the file for PostgreSQL; {aside}.")
    else:
        console.say(f"{waiting} beside the database; {aside}.")


def _print_rows_of_the_future() -> None:
    """What a run wrote whose clock was ahead, where there is any; nothing while the file is held."""
    from crypto_pipeline.cli import console
    from crypto_pipeline.warehouse import health_queries
    from crypto_pipeline.warehouse.engines import warehouse_for
    from crypto_pipeline.warehouse.errors import WarehouseError

    warehouse = warehouse_for(load_settings())
    try:
        rows = health_queries.rows_of_the_future(warehouse, utc_now()) if warehouse.exists() else 0
    except WarehouseError:
        return
    if rows:
        console.say(
            f"{counted(rows, 'row says that it was', 'rows say that they were')} collected at a time that has not come: "
            "the clock of this machine was ahead once. "
            f"'crypto-pipeline maintain --set-future-right' sets {'it' if rows == 1 else 'them'} right."
        )


def _print_regions(settings: Settings, warehouse: Warehouse) -> None:
    """Who asks the sources, and who is refused by some."""
    from crypto_pipeline.databank.regions import regions_now
    from crypto_pipeline.warehouse.errors import WarehouseError

    try:
        regions = regions_now(settings, warehouse)
    except WarehouseError as obstacle:
        console.say(str(obstacle))
        return
    if regions:
        console.grid(
            ("region", "", "at work", "hosts", "refused by"),
            [
                (
                    one.name,
                    ", ".join(
                        word
                        for word, is_so in (
                            ("this machine", one.is_here),
                            ("leads", one.leads),
                            ("taken over", not one.is_at_work),
                        )
                        if is_so
                    ),
                    one.heard_at,
                    one.hosts,
                    ", ".join(row["host"] for row in one.refused_by),
                )
                for one in regions
            ],
        )


def _print_hub(settings: Settings, warehouse: Warehouse) -> None:
    """Which PostgreSQL the file follows, and when it last took rows from it; it is not asked."""
    from crypto_pipeline.warehouse.errors import WarehouseError
    from crypto_pipeline.warehouse.hub.following import followed_at

    try:
        last = followed_at(warehouse.info())
    except WarehouseError as obstacle:
        console.say(f"Shared PostgreSQL: {settings.hub_name}. {obstacle}")
        return
    took = f"took rows from it last at {last:%Y-%m-%d %H:%M:%S} UTC" if last else "has not taken rows from it yet"
    console.say(f"Shared PostgreSQL: {settings.hub_name}; the file of this machine {took}.")


@app.command()
def start(as_json: AsJson = False) -> None:
    """Switch both schedules on."""
    with _worker() as worker:
        _print_switched(worker.start(), as_json)


@app.command()
def stop(as_json: AsJson = False) -> None:
    """Switch both schedules off; what is running comes to its end."""
    with _worker() as worker:
        _print_switched(worker.stop(), as_json)


@app.command()
def stats(as_json: AsJson = False) -> None:
    """How much was collected. With --json also the SQL of each number."""
    with _worker() as worker:
        answer = worker.stats()
    if as_json:
        return _print(answer)
    console.grid(("", ""), [(name.replace("_", " "), value) for name, value in answer.statistics])
    _print_errors(answer.recent_errors)


@app.command()
def schedules(as_json: AsJson = False) -> None:
    """Both schedules: when, whether they are on, how their last run ended."""
    with _worker() as worker:
        answer = worker.schedules()
    if as_json:
        return _print(answer)
    console.grid(
        ("schedule", "cron (UTC)", "", "next", "last run", "ended"),
        [
            (
                one.schedule,
                one.cron,
                "on" if one.is_on else "off",
                one.next_run_time,
                one.last_run and one.last_run.status,
                one.last_run and one.last_run.ended_at,
            )
            for one in answer.schedules
        ],
    )


@app.command()
def health(as_json: AsJson = False) -> None:
    """Whether everything works. Exit code 0: healthy; 1: degraded or stopped; 2: down."""
    from crypto_pipeline.api.answers import Down

    with _worker() as worker:
        answer = worker.health()
    if as_json:
        _print(answer)
    else:
        console.say(answer.message_en)
    if isinstance(answer, Down):
        raise typer.Exit(MISTAKE)
    raise typer.Exit(0 if answer.healthy else DEGRADED)


@contextmanager
def _worker() -> Iterator[Worker]:
    """The worker; what keeps it from answering becomes a mistake's sentence."""
    from crypto_pipeline.api.errors import DagsterAway
    from crypto_pipeline.api.worker import Worker

    try:
        with Worker(_as_it_runs(load_settings())) as worker:
            yield worker
    except DagsterAway as error:
        raise NothingCollected(str(error)) from None


def _as_it_runs(settings: Settings) -> Settings:
    """Whoever started ``up --no-ui`` need not say so again: a UI that was never started is not waited for."""
    from crypto_pipeline.monitoring import restarts

    return settings.model_copy(update={"ui": False}) if restarts.runs_without_ui(settings.notes) else settings


def _print(answer: BaseModel) -> None:
    console.print_json(answer.model_dump(mode="json"))


def _print_switched(answer: Switched, as_json: bool) -> None:
    if as_json:
        return _print(answer)
    console.say(answer.message_en)


def _print_errors(errors: list[RecentError]) -> None:
    if errors:
        console.grid(("failed at", "recent errors"), [(error.timestamp, error.error) for error in errors])
