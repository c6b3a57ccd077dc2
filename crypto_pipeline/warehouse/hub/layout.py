"""How the hub is laid out: schemas, tables, keys, comments, and what it says of itself.

Belongs here: making it, bringing an older one up to date, refusing one that is not ours to write.
Does not belong here: rows; the statements (warehouse/hub/statements.py); the file's layout (warehouse/layout.py).

Several versions of this program may share a hub. Each adds what it misses, once, and takes nothing away.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from functools import cache

from crypto_pipeline.schema.declare import SCHEMA_VERSION, Table
from crypto_pipeline.schema.tables import TABLES
from crypto_pipeline.version import VERSION
from crypto_pipeline.warehouse import sql
from crypto_pipeline.warehouse.errors import DemoMismatch, WrongDatabase
from crypto_pipeline.warehouse.hub import statements
from crypto_pipeline.warehouse.hub.connecting import Connection, transaction

HUB = "hub"
"""The fact by which a follower knows that this is still the data bank that it followed; a dump carries it along."""
LAYOUT = "layout."
_WAIT_SECONDS = 60.0
"""For another program that lays out the same hub, or adds a column to a table that somebody reads."""
_ONE_AT_A_TIME = 0x63727970746F
"""An advisory lock of this number is taken while the hub is laid out: 'crypto', as letters are numbered."""

_TYPES = {"VARCHAR": "character varying", "DOUBLE": "double precision", "BIGINT": "bigint", "BOOLEAN": "boolean"}


@cache
def fingerprint() -> str:
    """Changes whenever anything in the layout does; a hub that carries it needs no further look."""
    parts = [*statements.META, *(s for table in TABLES.values() for s in _of(table))]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def info(connection: Connection) -> dict[str, str]:
    """What the hub says of itself; empty when it is not, or not yet, a data bank."""
    found = connection.execute("SELECT to_regclass('meta.warehouse_info') IS NOT NULL").fetchone()
    if not found or not found[0]:
        return {}
    return dict(connection.execute("SELECT name, value FROM meta.warehouse_info").fetchall())


def require_ours(facts: Mapping[str, str], name: str, *, demo: bool) -> None:
    """Raises WrongDatabase for a hub that this version must not write, DemoMismatch for one of the other mode."""
    version = int(facts.get("schema_version", 0))
    if version > SCHEMA_VERSION:
        raise WrongDatabase(
            f"{name} was written by a newer crypto-pipeline ({facts.get('created_by')}, tables version {version}; this one "
            f"knows {SCHEMA_VERSION}); upgrade this one. Nothing was changed."
        )
    if facts and (facts.get("demo") == "true") != demo:
        holds, wanted = ("replayed demo data", "real") if not demo else ("real data", "replayed demo")
        raise DemoMismatch(f"{name} holds {holds}, so no {wanted} data is written to it.")


def bring_up_to_date(connection: Connection, name: str, *, demo: bool) -> None:
    """Add what is missing. One transaction; one question when nothing is missing. Raises WrongDatabase."""
    if _is_up_to_date(connection, name, demo=demo):
        return
    with transaction(connection, _WAIT_SECONDS):
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])
        if _is_up_to_date(connection, name, demo=demo):
            return
        for schema in statements.SCHEMAS:
            if connection.execute("SELECT to_regnamespace(%s)", [schema]).fetchone() == (None,):
                connection.execute(f"CREATE SCHEMA {schema}")
        stored, keys = _stored_columns(connection), _stored_keys(connection)
        for statement in statements.META:
            connection.execute(statement)
        for table in TABLES.values():
            for statement in _missing(table, stored.get(table.name), keys.get(table.name), name):
                connection.execute(statement)
        _remember(connection, demo=demo)


def stored_columns(connection: Connection, facts: Mapping[str, str]) -> Mapping[str, frozenset[str]]:
    """The columns of each table of ours that the hub has: all of them, unless another version made it."""
    if f"{LAYOUT}{fingerprint()}" in facts:
        return {table.name: frozenset(table.column_names) for table in TABLES.values()}
    return {name: frozenset(columns) for name, columns in _stored_columns(connection).items() if name in TABLES}


def _is_up_to_date(connection: Connection, name: str, *, demo: bool) -> bool:
    facts = info(connection)
    require_ours(facts, name, demo=demo)
    return f"{LAYOUT}{fingerprint()}" in facts


def _of(table: Table) -> Iterator[str]:
    yield from statements.create(table)
    yield from sql.comments(table)


def _missing(
    table: Table, stored: Mapping[str, str] | None, key: tuple[str, tuple[str, ...]] | None, name: str
) -> Iterator[str]:
    if stored is not None:
        for column in table.columns:
            kind = stored.get(column.name)
            if kind is None and (column.name not in table.key or column.before is not None):
                yield from statements.add(table, column)
            elif kind != _TYPES.get(column.type, column.type.lower()):
                raise WrongDatabase(
                    f"{name} has a table {table.name} of another make: its column {column.name} is {kind or 'missing'} "
                    f"where {statements.type_of(column)} is needed. Rename that table, or use another database."
                )
        if key and set(key[1]) != set(table.key):
            yield from statements.change_key(table, key[0])
    yield from _of(table)


def _stored_columns(connection: Connection) -> dict[str, dict[str, str]]:
    stored: dict[str, dict[str, str]] = {}
    for table, column, kind in connection.execute(
        "SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = 'main'"
    ).fetchall():
        stored.setdefault(table, {})[column] = kind
    return stored


def _stored_keys(connection: Connection) -> dict[str, tuple[str, tuple[str, ...]]]:
    """The primary key of each table: the name of the constraint, and its columns."""
    rows = connection.execute(
        "SELECT r.relname, c.conname, array_agg(a.attname::text) FROM pg_constraint c "
        "JOIN pg_class r ON r.oid = c.conrelid JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum = ANY(c.conkey) "
        "WHERE c.contype = 'p' AND r.relnamespace = to_regnamespace('main') GROUP BY 1, 2"
    ).fetchall()
    return {table: (constraint, tuple(columns)) for table, constraint, columns in rows}


def _remember(connection: Connection, *, demo: bool) -> None:
    facts = {
        "created_by": f"crypto-pipeline {VERSION}, PostgreSQL {connection.info.server_version // 10_000}",
        "demo": "true" if demo else "false",
        "schema_version": str(SCHEMA_VERSION),
        f"{LAYOUT}{fingerprint()}": f"crypto-pipeline {VERSION}",
    }
    insert = "INSERT INTO meta.warehouse_info VALUES (%s, %s) ON CONFLICT (name) DO "
    for name, value in facts.items():
        stays = name in {"created_by", "demo"}
        connection.execute(insert + ("NOTHING" if stays else "UPDATE SET value = excluded.value"), [name, value])
    connection.execute(
        f"INSERT INTO meta.warehouse_info VALUES ('{HUB}', gen_random_uuid()::text), ('created_at', now()::text) "
        "ON CONFLICT (name) DO NOTHING"
    )
