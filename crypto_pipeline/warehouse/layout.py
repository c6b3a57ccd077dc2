"""How the file is laid out: tables, comments, macros, and what the file says of itself.

Belongs here: creating a file, bringing an older one up to date, refusing one that is not ours to write.
Does not belong here: rows. ``main`` holds the tables of schema/tables/ and nothing else; what the warehouse itself must
remember is in the schema ``meta``.
"""

from __future__ import annotations

import glob
import hashlib
import os
import secrets
import time
from contextlib import suppress
from functools import cache
from pathlib import Path

import duckdb

from crypto_pipeline.schema.declare import SCHEMA_VERSION, Table
from crypto_pipeline.schema.tables import TABLES
from crypto_pipeline.version import VERSION
from crypto_pipeline.warehouse import sql, sqlite
from crypto_pipeline.warehouse.connection import Connection, new_file, transaction
from crypto_pipeline.warehouse.errors import (
    DatabaseUnusable,
    DemoMismatch,
    NotPermitted,
    WrongDatabase,
    explained,
    no_file,
)
from crypto_pipeline.warehouse.files import flush, log_of
from crypto_pipeline.warehouse.parsed import parsed

_META = (
    "CREATE SCHEMA IF NOT EXISTS meta",
    "CREATE TABLE IF NOT EXISTS meta.warehouse_info (name VARCHAR NOT NULL, value VARCHAR NOT NULL)",
    "COMMENT ON TABLE meta.warehouse_info IS 'What this file says of itself'",
    "CREATE TABLE IF NOT EXISTS meta.spooled_batches (batch VARCHAR NOT NULL)",
    "COMMENT ON TABLE meta.spooled_batches IS 'Batches of the spool that are merged, until their files are gone'",
)

_CORRECTIONS = (
    # Before gas_price there was only gas_price_gwei, for fees in every unit.
    "UPDATE gas_prices SET gas_price = gas_price_gwei WHERE gas_price IS NULL AND gas_price_gwei IS NOT NULL",
    "UPDATE gas_prices SET gas_price_gwei = NULL WHERE gas_price_gwei IS NOT NULL AND unit <> 'gwei'",
)
"""What rows of earlier versions say otherwise than rows of today, set right once, when an older file is brought up to date."""

_INFO = "SELECT name, value FROM meta.warehouse_info"
_MAKING = ".making-"
_A_DRAFT_LIVES_SECONDS = 3_600.0
"""Making a file takes a second. Its maker may be in another container, so whether that process lives cannot be asked."""

_MACROS = tuple(sqlite.macros())


@cache
def fingerprint() -> str:
    """Changes whenever anything in the layout does; a file that carries it needs no further look."""
    statements = [
        *_META,
        *_MACROS,
        *_CORRECTIONS,
        *(s for table in TABLES.values() for s in (sql.create(table), *sql.comments(table))),
    ]
    return hashlib.sha256("\n".join(statements).encode()).hexdigest()


def create_file(path: Path, *, demo: bool) -> None:
    """Make the file, complete or not at all: a process that dies half-way leaves nothing under its name.

    Raises DatabaseUnusable when it cannot be made.
    """
    if problem := no_file(path):
        raise problem
    if log_of(path).exists() and not path.exists():
        raise DatabaseUnusable(
            f"{path} is gone, but its log {log_of(path).name} is still there and may hold rows; "
            "put the file back, or move the log away to begin anew."
        )
    draft = path.with_name(f".{path.name}{_MAKING}{os.getpid()}-{secrets.token_hex(4)}")
    try:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            connection = new_file(draft)
        except OSError as error:
            raise NotPermitted(f"The folder of {path} cannot be made: {error.strerror}.") from error
        except duckdb.Error as error:
            raise explained(path, error) from error
        try:
            bring_up_to_date(connection, path, demo=demo)
        except duckdb.Error as error:
            raise explained(path, error) from error
        finally:
            connection.close()
        _publish(draft, path)
    finally:
        for remains in (draft, log_of(draft)):
            with suppress(OSError):
                remains.unlink()


def remove_old_drafts(path: Path) -> None:
    """Remove what processes left that were killed while they made the file."""
    for draft in path.parent.glob(f".{glob.escape(path.name)}{_MAKING}*"):
        with suppress(OSError):  # gone meanwhile, or not ours
            if time.time() - draft.stat().st_mtime > _A_DRAFT_LIVES_SECONDS:
                draft.unlink()


def _publish(draft: Path, path: Path) -> None:
    try:
        os.link(draft, path)
    except FileExistsError:
        return  # another process was faster; its file is as good
    except OSError:  # a file system without hard links
        if path.exists():
            return
        draft.rename(path)
    flush(path.parent)


def info(connection: Connection) -> dict[str, str]:
    """What the file says of itself; empty when it is not, or not yet, a warehouse."""
    try:
        return dict(connection.execute(parsed(connection, _INFO)).fetchall())
    except duckdb.CatalogException:
        return {}


def is_up_to_date(connection: Connection, path: Path, *, demo: bool) -> bool:
    """Whether nothing is missing. Raises WrongDatabase for a file of a newer version, DemoMismatch for one of the other kind of rows."""
    facts = info(connection)
    version = int(facts.get("schema_version", 0))
    if version > SCHEMA_VERSION:
        raise WrongDatabase(
            f"{path} was written by a newer crypto-pipeline ({facts.get('created_by')}, tables version {version}; this one "
            f"knows {SCHEMA_VERSION}); upgrade, or choose another file with CRYPTO_PIPELINE_DATABASE_URL. Nothing was changed."
        )
    if facts and (facts.get("demo") == "true") != demo:
        holds, wanted = ("replayed demo data", "real") if not demo else ("real data", "replayed demo")
        raise DemoMismatch(
            f"{path} holds {holds}, so no {wanted} data is written to it; choose another file with CRYPTO_PIPELINE_DATABASE_URL."
        )
    return facts.get("layout") == fingerprint()


def bring_up_to_date(connection: Connection, path: Path, *, demo: bool) -> None:
    """Add what is missing: tables, columns, comments, macros; and set right what older rows say otherwise.

    One transaction; nothing when nothing is missing. Raises WrongDatabase for a file of a newer version, DemoMismatch for one
    of the other kind of rows.
    """
    if is_up_to_date(connection, path, demo=demo):
        return
    stored = stored_columns(connection)
    said = _stored_comments(connection) if stored else set()
    statements = [*_META]
    for table in TABLES.values():
        statements += [sql.create(table)] if table.name not in stored else _missing(table, stored[table.name], path)
        statements += [comment for comment in sql.comments(table) if comment not in said]
    statements += _MACROS
    if stored:
        statements += _CORRECTIONS
    with transaction(connection):
        for statement in statements:
            connection.execute(statement)
        _remember(connection, demo=demo)


def stored_columns(connection: Connection) -> dict[str, dict[str, str]]:
    """The columns of the tables in the current database, with their types: by table, by column."""
    stored: dict[str, dict[str, str]] = {}
    for table, column, kind in connection.execute(
        "SELECT table_name, column_name, data_type FROM duckdb_columns() "
        "WHERE database_name = current_database() AND schema_name = 'main'"
    ).fetchall():
        stored.setdefault(table, {})[column] = kind
    return stored


def _stored_comments(connection: Connection) -> set[str]:
    """The statements that would write the comments which are there: each costs as much as a new table, and most are right."""
    where = "database_name = current_database() AND schema_name = 'main' AND comment IS NOT NULL"
    of_tables = connection.execute(f"SELECT table_name, comment FROM duckdb_tables() WHERE {where}").fetchall()
    of_columns = connection.execute(
        f"SELECT table_name, column_name, comment FROM duckdb_columns() WHERE {where}"
    ).fetchall()
    return {
        *(sql.comment_on_table(TABLES[name], text) for name, text in of_tables if name in TABLES),
        *(sql.comment_on_column(TABLES[name], column, text) for name, column, text in of_columns if name in TABLES),
    }


def _missing(table: Table, stored: dict[str, str], path: Path) -> list[str]:
    statements = []
    for column in table.columns:
        kind = stored.get(column.name)
        if kind is None and (column.name not in table.key or column.before is not None):
            statements += sql.add(table, column)
        elif kind != column.type:
            raise WrongDatabase(
                f"{path} has a table {table.name} of another make: its column {column.name} is "
                f"{kind or 'missing'} where {column.type} is needed. Rename that table, or choose another file."
            )
    return statements


def _remember(connection: Connection, *, demo: bool) -> None:
    connection.execute(
        "INSERT INTO meta.warehouse_info SELECT * FROM (VALUES ('created_by', ?), ('created_at', CAST(now() AS VARCHAR)), "
        "('demo', ?)) AS fact(name, value) WHERE name NOT IN (SELECT name FROM meta.warehouse_info)",
        [f"crypto-pipeline {VERSION}, DuckDB {duckdb.__version__}", "true" if demo else "false"],
    )
    connection.execute("DELETE FROM meta.warehouse_info WHERE name IN ('schema_version', 'layout')")
    connection.execute(
        "INSERT INTO meta.warehouse_info VALUES ('schema_version', ?), ('layout', ?)",
        [str(SCHEMA_VERSION), fingerprint()],
    )
