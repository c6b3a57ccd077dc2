"""The command that maintains: removing what is too old, now and by hand.

Belongs here: its options, its progress, how the result looks. Exit codes: 0 done, 2 a mistake or the database is in use.
Does not belong here: maintaining (maintenance/maintaining.py).
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from crypto_pipeline.cli import console
from crypto_pipeline.cli.parts import AsJson, UsageError, no_database_yet
from crypto_pipeline.foundation.counted import counted
from crypto_pipeline.settings import load_settings

if TYPE_CHECKING:
    from crypto_pipeline.maintenance.maintaining import Maintenance


def maintain(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")] = False,
    set_future_right: Annotated[
        bool,
        typer.Option("--set-future-right", help="Also set rows right that a run wrote whose clock was ahead."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Remove rows and runs that are too old, move old months to Parquet where that is set, give back the room.

    The job 'maintenance' does the same once a day.
    """
    from crypto_pipeline.maintenance import maintaining
    from crypto_pipeline.orchestration.asset_keys import told_from_others
    from crypto_pipeline.orchestration.instance import open_instance
    from crypto_pipeline.orchestration.run_history import prune
    from crypto_pipeline.orchestration.runs import JobIsBusyError, only_run_of
    from crypto_pipeline.schema.jobs import MAINTENANCE_JOB

    settings = load_settings()
    if not settings.database.exists():
        raise no_database_yet(settings)
    with open_instance(settings) as instance, console.status("looking what is too old") as tell:
        try:
            with only_run_of(MAINTENANCE_JOB, settings.locks, patience=0, instance=instance):
                runs = partial(prune, instance, settings.dagster_home, ours=told_from_others(settings))
                done = maintaining.maintain(
                    settings, runs, dry_run=dry_run, set_future_right=set_future_right, tell=tell
                )
        except JobIsBusyError:
            raise UsageError("A maintenance is under way at this moment; it does the same.") from None
    if as_json:
        console.print_json(done.as_json())
    else:
        _show(done, dry_run=dry_run)


def _show(done: Maintenance, *, dry_run: bool) -> None:
    from crypto_pipeline.maintenance.maintaining import in_words

    database, history = done.database, done.history
    console.grid(
        ("table", "kept days", "to remove" if dry_run else "removed", "to archive" if dry_run else "archived"),
        [(table.table, table.keep_days, table.removed, table.archived) for table in database.tables],
    )
    console.grid(
        ("", "before", "now" if dry_run else "after"),
        [
            ("database", in_words(database.before.database), in_words(database.after.database)),
            ("archive", in_words(database.before.archive), in_words(database.after.archive)),
            ("Dagster's history", in_words(history.before), in_words(history.after)),
        ],
    )
    one, many = ("is old enough to go", "are old enough to go") if dry_run else ("removed", "removed")
    runs = counted(history.runs, f"run of Dagster's {one}", f"runs of Dagster's {many}")
    console.say(f"Compaction: {database.compaction}. {runs}.")
    for line in (*done.of_the_future(), *done.of_the_hub()):
        console.say(f"{line}.")
    if dry_run:
        console.say("Nothing was changed.")
