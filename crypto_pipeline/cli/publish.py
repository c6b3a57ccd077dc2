"""The command that publishes the tables as Parquet files.

Belongs here: its options and how the result looks. Exit codes: 0 done, 2 a mistake or the database is in use.
Does not belong here: publishing (databank/publishing.py).
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from crypto_pipeline.cli import console
from crypto_pipeline.cli.parts import AsJson, UsageError
from crypto_pipeline.foundation.counted import counted
from crypto_pipeline.settings import SettingsError, load_settings


def publish(
    tables: Annotated[
        str,
        typer.Option(
            metavar="NAMES", help="Tables, separated by commas, instead of CRYPTO_PIPELINE_PUBLISH; data: all."
        ),
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Write tables as Parquet files with versioned names and a pointer to them, for any web server or bucket.

    With CRYPTO_PIPELINE_PUBLISH set, each collection does the same when it is over.
    """
    from crypto_pipeline.databank import publishing
    from crypto_pipeline.schema.clock import utc_now

    settings = load_settings()
    try:
        settings = load_settings(publish=tables or settings.publish or "data")
    except SettingsError as error:  # the setting itself is well: it was read before
        raise UsageError(
            f"--tables {tables!r} cannot be used: {str(error).partition(' cannot be used: ')[2]}"
        ) from None
    with console.status("publishing"):
        done = publishing.publish(settings, utc_now())
    if as_json:
        files = {name: [asdict(file) for file in found] for name, found in done.tables.items()}
        console.print_json({"folder": str(done.folder), "version": done.version, "tables": files})
        return
    console.grid(
        ("table", "files", "rows", "bytes"),
        [
            (name, len(files), sum(file.rows for file in files), sum(file.bytes for file in files))
            for name, files in done.tables.items()
        ],
    )
    console.say(f"{counted(done.written, 'file')} written; {done.folder / publishing.POINTER} points to them.")
