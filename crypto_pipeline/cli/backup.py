"""The commands that back everything up while the system runs, and put it back.

Belongs here: options, where a restore may go, the closing words.
Does not belong here: doing it (maintenance/backup.py).
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from crypto_pipeline.cli import console
from crypto_pipeline.cli.parts import AsJson, UsageError
from crypto_pipeline.foundation.counted import counted
from crypto_pipeline.settings import load_settings

app = typer.Typer()

TheFile = Annotated[
    Path, typer.Argument(metavar="FILE", help="A tar archive: the database, the spool, old months, Dagster's history.")
]


@app.command()
def backup(
    file: TheFile,
    force: Annotated[bool, typer.Option("--force", help="Replace FILE.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write everything that was collected to one file, while the system runs, and check it.

    Settings and keys are not in it.
    """
    from crypto_pipeline.maintenance.backup import BackupError, back_up
    from crypto_pipeline.orchestration.instance import databases_in

    if file.exists() and not force:
        raise UsageError(f"{file} is there already; --force replaces it.")
    if file.is_dir():
        raise UsageError(f"{file} is a folder.")
    settings = load_settings()
    try:
        with console.status("backing up") as tell:
            manifest = back_up(
                settings, file.absolute(), [] if settings.shared_home else databases_in(settings.dagster_home), tell
            )
    except BackupError as error:
        raise UsageError(str(error)) from None
    _say("backed up", manifest.rows, file, file.stat().st_size, as_json)


@app.command()
def restore(
    file: TheFile,
    force: Annotated[bool, typer.Option("--force", help="Move what is there aside, and keep it.")] = False,
    as_json: AsJson = False,
) -> None:
    """Put a backup into the data folder. The system must not run meanwhile."""
    from crypto_pipeline.api.errors import StartError
    from crypto_pipeline.maintenance.backup import BackupError, put_back
    from crypto_pipeline.schema.clock import utc_now
    from crypto_pipeline.system.stale_processes import alone

    settings = load_settings()
    if not file.is_file():
        raise UsageError(f"There is no file {file}.")
    aside = settings.data_dir / f"before-restore-{utc_now():%Y%m%dT%H%M%SZ}" if force else None
    try:
        with alone(settings), console.status("restoring") as tell:
            manifest = put_back(settings, file, aside=aside, tell=tell)
    except (BackupError, StartError) as error:
        raise UsageError(str(error)) from None
    _say("restored", manifest.rows, settings.data_dir, manifest.bytes, as_json)
    if aside and aside.exists() and not as_json:
        console.say(f"What was there before is in {aside}.")


def _say(done: str, rows: dict[str, int], where: Path, size: int, as_json: bool) -> None:
    if as_json:
        console.print_json({"file" if done == "backed up" else "data_dir": str(where), "bytes": size, "rows": rows})
    else:
        console.say(
            f"{counted(sum(rows.values()), 'row')} of {counted(len(rows), 'table')} {done}, {size / 1e6:.1f} MB: {where}"
        )
