"""The commands that look at the tables: what they are, and DuckDB's own shell on them.

Belongs here: tables, tables NAME, shell.
Does not belong here: questions (cli/query.py), the declarations (schema/tables/).
"""

from __future__ import annotations

import difflib
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from crypto_pipeline.cli import console
from crypto_pipeline.cli.parts import AsJson, UsageError, no_database_yet
from crypto_pipeline.foundation.counted import counted
from crypto_pipeline.settings import load_settings

if TYPE_CHECKING:
    from crypto_pipeline.schema.declare import Table

_HELD = (
    "Collections put their rows into the spool while this shell is open; close it when you are done ('.exit', Ctrl-D)."
)


def tables(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="One table, column by column.")] = None,
    as_json: AsJson = False,
) -> None:
    """The tables: what a row is, its key, its columns with types and units; of one, how many rows it has and how new they are."""
    from crypto_pipeline.schema.tables import TABLES

    if name is not None:
        _one(_called(name), as_json)
    elif as_json:
        console.print_json([_facts(table) for table in TABLES.values()])
    else:
        console.grid(
            ("table", "group", "key", "kept", "one row is"),
            [
                (table.name, table.group.name, ", ".join(table.key), _kept(table), table.doc)
                for table in TABLES.values()
            ],
        )


def shell() -> None:
    """DuckDB's own shell on the database, for reading. Needs DuckDB's command: pip install duckdb-cli."""
    settings = load_settings()
    if not settings.database.exists():
        raise no_database_yet(settings)
    beside = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    program = shutil.which("duckdb", path=beside)
    if program is None:
        raise UsageError("The shell is DuckDB's own command, which is not here: pip install duckdb-cli.")
    console.note(_HELD)
    os.execv(program, [program, "-readonly", "-cmd", "SET TimeZone = 'UTC'", str(settings.database)])


def _called(name: str) -> Table:
    from crypto_pipeline.schema.tables import TABLES

    if name not in TABLES:
        close = difflib.get_close_matches(name.lower(), TABLES, 3, 0.4)
        meant = f"; did you mean {' or '.join(close)}?" if close else "; 'crypto-pipeline tables' lists them."
        raise UsageError(f"There is no table {name!r}{meant}")
    return TABLES[name]


def _one(table: Table, as_json: bool) -> None:
    stored = _stored(table)
    if as_json:
        console.print_json({**_facts(table), **stored})
        return
    console.say(f"{table.name}: {table.doc}")
    console.grid(
        ("column", "type", "unit", "meaning"),
        [
            (f"{one.name} *" if one.name in table.key else one.name, one.type, one.unit, one.comment)
            for one in table.columns
        ],
    )
    console.say("* key: rows that are equal in these are one row")
    if stored["rows"] is None:
        console.say("There is no database yet; the first collection makes it.")
    else:
        newest = f", the newest collected {stored['newest']:%Y-%m-%d %H:%M:%S} UTC" if stored["newest"] else ""
        console.say(f"{counted(stored['rows'], 'row')}{newest}; kept {_kept(table) or 'for ever'}")


def _stored(table: Table) -> dict[str, Any]:
    from crypto_pipeline.warehouse.engines import warehouse_for
    from crypto_pipeline.warehouse.sql import newest_arrival

    settings = load_settings()
    if not settings.database.exists():
        return {"rows": None, "newest": None}
    (found,) = (
        warehouse_for(settings)
        .query(f"SELECT (SELECT count(*) FROM {table.name}) AS rows, {newest_arrival(table)} AS newest")
        .dicts()
    )
    return found


def _kept(table: Table) -> str:
    days = load_settings().kept_days.get(table.name)
    return counted(days, "day") if days else ""


def _facts(table: Table) -> dict[str, Any]:
    return {
        "name": table.name,
        "group": table.group.name,
        "comment": table.doc,
        "columns": [
            {"name": one.name, "type": one.type, "unit": one.unit or None, "comment": one.comment}
            for one in table.columns
        ],
        "key": list(table.key),
        "write": table.write,
        "keep_days": table.keep_days,
    }
