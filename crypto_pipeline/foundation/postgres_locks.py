"""Being the only one at something among all machines that share a PostgreSQL.

Belongs here: advisory locks, each held by a session of its own, and one sentence where PostgreSQL cannot be used for them.
Does not belong here: locks of one machine (foundation/file_locks.py), the shared rows (warehouse/hub/), which runs exclude each other
(orchestration/runs.py).

The lock is the session's: it is gone with the process that held it, or with its line. PostgreSQL notices a dead line by
keepalives. After a restart of PostgreSQL nobody has the lock for some seconds, until its holder has taken it anew.
https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS
"""

from __future__ import annotations

import hashlib
import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, TypeAlias

from crypto_pipeline.foundation.postgres_address import shown, without_secrets

if TYPE_CHECKING:
    import psycopg

    _Session: TypeAlias = "psycopg.Connection[tuple[Any, ...]]"

log = logging.getLogger(__name__)

TAKEN_ANEW_AFTER = 5.0
"""Seconds between two looks of a holder at its session."""
_PAUSE = 0.2
_CONNECTING_TAKES_AT_MOST = 10
_LINE_IS_DEAD = {"keepalives": 1, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}

_TAKE = "SELECT pg_try_advisory_lock(%s)"
_IS_HELD = """
SELECT count(*) > 0 FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1
   AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
   AND (classid::bigint << 32) | objid::bigint = %s
"""


class PostgresUnusable(Exception):
    """The PostgreSQL that Dagster keeps its runs in cannot be used; the message says why, without its password."""


@contextmanager
def only_one(address: str, name: str, *, timeout_seconds: float, otherwise: Exception) -> Iterator[None]:
    """Hold the lock of this name while the block runs.

    Raises ``otherwise`` when somebody else held it for ``timeout_seconds``, PostgresUnusable when it cannot be asked for.
    """
    key = _key(name)
    give_up = time.monotonic() + timeout_seconds
    session = _connected(address)
    try:
        while not _one(session, _TAKE, key, address):
            if time.monotonic() >= give_up:
                raise otherwise
            time.sleep(_PAUSE)
        with _kept(session, address, key):
            yield
    finally:
        session.close()


def is_held(address: str, name: str) -> bool:
    """Whether somebody holds the lock of this name at this moment. Raises PostgresUnusable."""
    with _connected(address) as session:
        return bool(_one(session, _IS_HELD, _key(name), address))


def size_bytes(address: str) -> int:
    """How large the database is. Raises PostgresUnusable."""
    with _connected(address) as session:
        return int(_one(session, "SELECT pg_database_size(current_database()) + %s", 0, address))


def _key(name: str) -> int:
    """A name as PostgreSQL wants it: 63 bits, so that it is the same number however it is put together again."""
    return int.from_bytes(hashlib.sha256(f"crypto-pipeline {name}".encode()).digest()[:8], "big") >> 1


def _connected(address: str) -> _Session:
    try:
        import psycopg
    except ImportError:
        raise PostgresUnusable(
            "CRYPTO_PIPELINE_DAGSTER_STORAGE names a PostgreSQL, and what talks to it is not installed: "
            "pip install 'crypto_pipeline[postgres]'"
        ) from None
    options: dict[str, Any] = {"connect_timeout": _CONNECTING_TAKES_AT_MOST, **_LINE_IS_DEAD}
    try:
        return psycopg.connect(address, autocommit=True, application_name="crypto-pipeline locks", **options)
    except psycopg.Error as error:
        raise _unusable(address, error) from None


def _one(session: _Session, statement: str, parameter: int, address: str) -> Any:
    import psycopg

    try:
        ((value,),) = session.execute(statement, [parameter]).fetchall()
    except psycopg.Error as error:
        raise _unusable(address, error) from None
    return value


def _unusable(address: str, error: Exception) -> PostgresUnusable:
    said = without_secrets(" ".join(str(error).split()), address).rstrip(".")
    return PostgresUnusable(
        f"{shown(address)}, where Dagster keeps its runs, cannot be used: {said}. Look at CRYPTO_PIPELINE_DAGSTER_STORAGE."
    )


@contextmanager
def _kept(session: _Session, address: str, key: int) -> Iterator[None]:
    """The lock is taken anew, in another session, when PostgreSQL was restarted."""
    ended = threading.Event()
    keeper = threading.Thread(target=_keep, args=(session, address, key, ended), daemon=True, name="keeper of a lock")
    keeper.start()
    try:
        yield
    finally:
        ended.set()
        keeper.join()


def _keep(session: _Session, address: str, key: int, ended: threading.Event) -> None:
    current = session
    while not ended.wait(TAKEN_ANEW_AFTER):
        with suppress(PostgresUnusable):  # it is away: the next look is in some seconds
            if current.closed:
                current = _connected(address)
                if not _one(current, _TAKE, key, address):
                    current.close()
                    log.warning("A lock in %s was lost in a restart, and another process has it now.", shown(address))
                continue
            _one(current, "SELECT %s", 1, address)
    if current is not session:
        current.close()
