"""The commands around a shared PostgreSQL: following it, moving everything into it and back.

Belongs here: their options, their progress, how results look. Exit codes: 0 done, 2 a mistake, or what a person has to mend.
Does not belong here: doing it (warehouse/hub/).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crypto_pipeline.cli import console
from crypto_pipeline.cli.parts import NOT_ALL_WELL, UsageError, kept_when_stopped
from crypto_pipeline.foundation.counted import counted
from crypto_pipeline.foundation.postgres_address import fault_of, is_postgres, shown
from crypto_pipeline.schema.clock import utc_now
from crypto_pipeline.settings import Settings, load_settings

if TYPE_CHECKING:
    from crypto_pipeline.warehouse.hub.following import Followed, Progress
    from crypto_pipeline.warehouse.hub.shared import SharedWarehouse

PATIENCE_SECONDS = 60.0
"""Nobody waits for a move: it can wait for the hub until somebody's transaction is over."""


def follow(
    once: Annotated[bool, typer.Option("--once", help="End when the file is where PostgreSQL is.")] = False,
    every: Annotated[float, typer.Option(min=1, help="Seconds between two looks.")] = 30.0,
) -> None:
    """Keep the file of this machine where the shared PostgreSQL is, for a machine that reads and does not collect.

    Who collects does it by itself.
    """
    settings = load_settings()
    shared = _shared(settings)
    with kept_when_stopped("Stopped. The file stays as it is.", NOT_ALL_WELL if once else 0):
        _follow(shared, settings, every, once=once)


def move_to(
    target: Annotated[
        str, typer.Argument(help="postgresql://USER:PASSWORD@HOST/NAME, or the path of a file to move back into.")
    ],
) -> None:
    """Move everything that was collected into a PostgreSQL that several machines share, or from there back into a file.

    Nothing is taken away from where it was. What is there already counts as unchanged, so a move that was cut off is simply
    begun again. Nobody needs to stop collecting.
    """
    settings = load_settings()
    if is_postgres(target):
        _to_hub(settings, target)
    elif settings.hub_url:
        _to_file(settings, target)
    else:
        raise UsageError(
            f"{shown(target)} is no PostgreSQL, and CRYPTO_PIPELINE_DATABASE_URL names none; a file is moved by copying it "
            "while nobody collects."
        )


def _follow(shared: SharedWarehouse, settings: Settings, every: float, *, once: bool) -> None:
    from crypto_pipeline.warehouse.errors import DatabaseBusy, DatabaseUnusable

    obstacle_told = ""
    while True:
        try:
            with console.status(f"following {settings.hub_name}") as tell:
                followed = shared.follow(_progress(tell))
        except (DatabaseBusy, DatabaseUnusable) as obstacle:
            if once:
                raise
            if str(obstacle) != obstacle_told:
                console.note(str(obstacle))
            obstacle_told = str(obstacle)
        else:
            obstacle_told = ""
            if followed.changed or once:
                console.say(_sentence(followed))
        if once:
            return
        time.sleep(every)


def _sentence(followed: Followed) -> str:
    rows, tables = sum(followed.changed.values()), len(followed.changed)
    begun = "; the file had never followed before" if followed.began else ""
    return f"{utc_now():%H:%M:%S} UTC  {counted(rows, 'row')} in {counted(tables, 'table')} {'was' if rows == 1 else 'were'} new or other{begun}"


def _to_hub(settings: Settings, target: str) -> None:
    from crypto_pipeline.warehouse.engines import file_for, shared_for

    if fault := fault_of(target):
        raise UsageError(f"{shown(target)} cannot be used: {fault}.")
    if not settings.database.exists():
        raise UsageError(f"There is no database at {settings.database} yet, so there is nothing to move.")
    shared_for(settings.model_copy(update={"database_url": target}))  # says so where the driver is missing
    from crypto_pipeline.warehouse.hub.connecting import hub_at
    from crypto_pipeline.warehouse.hub.moving import move_to_hub

    with console.status(f"moving {settings.database} to {shown(target)}") as tell:
        moved = move_to_hub(
            file_for(settings.model_copy(update={"lock_seconds": PATIENCE_SECONDS})),
            hub_at(target),
            demo=settings.demo,
            seconds=PATIENCE_SECONDS,
            progress=_progress(tell),
        )
    rows = [one for one in moved.values() if one.inserted or one.updated or one.unchanged or one.set_aside]
    console.grid(
        ("table", "inserted", "updated", "there already", "set aside"),
        [(one.table, one.inserted, one.updated, one.unchanged, one.set_aside) for one in rows],
    )
    console.say(
        f"{counted(sum(one.inserted for one in rows), 'row was', 'rows were')} moved to {shown(target)}. Set CRYPTO_PIPELINE_DATABASE_URL to its "
        f"address and start anew: {settings.database} follows it then."
    )


def _to_file(settings: Settings, target: str) -> None:
    from crypto_pipeline.warehouse.engines import file_for, shared_for

    path = Path(target.removeprefix("duckdb:///")).expanduser().absolute()
    # Whoever moves back to the file that has followed all the while has nearly all of it.
    same = path == settings.database
    patient = settings.model_copy(update={"lock_seconds": PATIENCE_SECONDS})
    if not same:
        shared_for(patient).empty_spool()
        patient = _with_file(patient, path)
    shared = shared_for(patient)
    from crypto_pipeline.warehouse.hub.moving import move_to_file

    with console.status(f"moving {settings.hub_name} to {path}") as tell:
        followed = move_to_file(shared, file_for(patient), _progress(tell))
    console.grid(
        ("table", "rows that were new or other"), [(name, rows) for name, rows in sorted(followed.changed.items())]
    )
    console.say(
        f"{counted(sum(followed.changed.values()), 'row was', 'rows were')} moved to {path}, which follows nobody now. Set "
        "CRYPTO_PIPELINE_DATABASE_URL to this path and start anew."
    )


def _with_file(settings: Settings, path: Path) -> Settings:
    copy = settings.model_copy()
    copy.__dict__["database"] = path
    return copy


def _shared(settings: Settings) -> SharedWarehouse:
    from crypto_pipeline.warehouse.engines import shared_for

    if not settings.hub_url:
        raise UsageError("CRYPTO_PIPELINE_DATABASE_URL names no PostgreSQL, so there is nothing to follow.")
    return shared_for(settings)


def _progress(tell: Callable[[str], None]) -> Progress:
    def show(table: str, done: int, total: int) -> None:
        tell(f"{table}: {done:,} of {total:,}")

    return show
