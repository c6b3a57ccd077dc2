"""Dagster's storages in SQLite without what they do again and again: a test uses each for a moment, and nobody needs it afterwards.

Belongs here: what is the same whenever Dagster opens a storage or asks it. Whoever reads this module has it, in the process
of the tests (templates.py) and in those that are forked from one that has read it (read_already.py).
Does not belong here: anything by which an answer would be another one.
"""

from __future__ import annotations

import sqlite3
from typing import Any
from unittest.mock import patch

from alembic.config import Config
from alembic.script import ScriptDirectory
from dagster._core.storage.event_log.sqlite import sqlite_event_log
from dagster._core.storage.runs.sqlite import sqlite_run_storage
from dagster._core.storage.schedules.sqlite import sqlite_schedule_storage
from dagster._core.storage.sql import get_alembic_config
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection

STORAGES = (sqlite_run_storage, sqlite_event_log, sqlite_schedule_storage)

_read_anew = ScriptDirectory.from_config
_read: dict[str | None, ScriptDirectory] = {}


def _read_once(config: Config) -> ScriptDirectory:
    """Dagster asks whether a storage is up to date whenever one is opened, and Alembic reads ninety files for the answer."""
    place = config.get_main_option("script_location")
    if place not in _read:
        _read[place] = _read_anew(config)
    return _read[place]


def read_all() -> None:
    """Read them now, for whatever is forked from this process."""
    for storage in STORAGES:
        ScriptDirectory.from_config(get_alembic_config(str(storage.__file__))).get_heads()


patch.object(ScriptDirectory, "from_config", _read_once).start()


_engines: dict[str, Engine] = {}


def _engine(address: str, **options: Any) -> Engine:
    """Dagster makes one for each statement, and each has to learn all statements anew. None keeps a connection."""
    if address not in _engines:
        _engines[address] = create_engine(address, **options)
    return _engines[address]


for storage in STORAGES:
    patch.object(storage, "create_engine", _engine).start()


@event.listens_for(Engine, "connect")
def _nothing_need_be_on_the_disk(connection: DBAPIConnection, _: object) -> None:
    """Dagster's SQLite files are of no use after a test, and waiting for the disk takes longer than all that is done with them."""
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA synchronous = OFF")
