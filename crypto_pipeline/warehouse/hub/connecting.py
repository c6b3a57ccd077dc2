"""The hub as this process is connected to it: once, for everybody who needs it at that moment.

Belongs here: opening and closing connections, holding one open for several merges, not waiting in vain twice.
Does not belong here: what is asked (warehouse/hub/merging.py, warehouse/hub/following.py), what errors mean (warehouse/hub/failures.py).

A connection is brief, as the file's are: PostgreSQL has few of them, and a machine that sleeps or dies keeps none.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cached_property
from typing import Any, TypeAlias

import psycopg
from psycopg import conninfo

from crypto_pipeline.foundation.postgres_address import shown
from crypto_pipeline.warehouse.errors import HubAway
from crypto_pipeline.warehouse.hub.failures import OLDEST, explained, not_connected, refused

Connection: TypeAlias = "psycopg.Connection[tuple[Any, ...]]"

FRESH_SECONDS = 1.0
"""A connection that was used this long ago is asked whether it is still there before it is used again."""
_SHORTEST_WAIT = 2
"""Seconds; libpq waits no shorter for a host."""
_LINE_IS_DEAD = {"keepalives": 1, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}
_UNANSWERED_MS = 20_000
_IDLE_MS = 60_000
"""After this long PostgreSQL ends a transaction whose client is gone without a word, and others may have its rows."""


class Hub:
    """One PostgreSQL, as this process is connected to it. Get it from hub_at(), so that there is one for each address.

    :param address: with its password, which nothing that is raised or shown repeats.
    """

    def __init__(self, address: str) -> None:
        self.name = shown(address)
        self._address = address
        self._lock = threading.RLock()
        self._connection: Connection | None = None
        self._users = 0
        self._used_at = 0.0
        self._holders = 0
        self._hasty = 0
        self._in_vain: HubAway | None = None
        self.clock_off_seconds: float | None = None
        """How far this machine's clock was ahead of the hub's when they last met."""

    def __repr__(self) -> str:
        return f"<Hub {self.name}>"

    @contextmanager
    def connected(self, seconds: float) -> Iterator[Connection]:
        """A connection in autocommit, for this thread alone in the block.

        Raises HubAway when it cannot be had within ``seconds``, or breaks; HubRefused when only a person can mend it; and
        what else failed in the block, explained.
        """
        with self._lock:
            connection = self._had(seconds)
            self._users += 1
            try:
                yield connection
            except psycopg.Error as error:
                raise explained(self._address, error) from None
            finally:
                self._users -= 1
                self._used_at = time.monotonic()
                self._close_if_nobody_needs_it()

    @contextmanager
    def held(self) -> Iterator[None]:
        """A connection that is made in the block stays open until its end: several merges are ready together."""
        with self._lock:
            self._holders += 1
        try:
            yield
        finally:
            with self._lock:
                self._holders -= 1
                self._close_if_nobody_needs_it()

    @contextmanager
    def waiting_once(self) -> Iterator[None]:
        """After a wait in vain nobody in this process tries again until the block ends."""
        with self._lock:
            self._hasty += 1
        try:
            yield
        finally:
            with self._lock:
                self._hasty -= 1
                if not self._hasty:
                    self._in_vain = None

    def _had(self, seconds: float) -> Connection:
        if self._connection is not None and self._is_alive(self._connection):
            return self._connection
        if self._in_vain:
            raise self._in_vain
        try:
            connection = psycopg.connect(self._address, autocommit=True, **self._options(seconds))
        except psycopg.Error as error:
            problem = not_connected(self._address, error)
            if self._hasty and isinstance(problem, HubAway):
                self._in_vain = problem
            raise problem from None
        try:
            self._require_usable(connection)
            connection.prepare_threshold = None  # a pooler between us and PostgreSQL keeps no prepared statements
        except BaseException:
            connection.close()
            raise
        self._connection = connection
        return connection

    def _is_alive(self, connection: Connection) -> bool:
        """One that was held while nothing was asked may be gone: PostgreSQL was restarted, or ended it."""
        if not self._users and time.monotonic() - self._used_at > FRESH_SECONDS:
            with suppress(psycopg.Error):
                connection.execute("SELECT 1")
        return not connection.closed

    def _options(self, seconds: float) -> dict[str, Any]:
        """What the address itself says wins."""
        ours = {
            "connect_timeout": max(_SHORTEST_WAIT, math.ceil(seconds)),
            "application_name": "crypto-pipeline",
            "tcp_user_timeout": _UNANSWERED_MS,
            **_LINE_IS_DEAD,
        }
        return {name: value for name, value in ours.items() if name not in self._said}

    @cached_property
    def _said(self) -> dict[str, Any]:
        try:
            return dict(conninfo.conninfo_to_dict(self._address))
        except psycopg.Error:
            raise refused(self._address, "it is no address that PostgreSQL's library can read") from None

    def _require_usable(self, connection: Connection) -> None:
        version = connection.info.server_version // 10_000
        if version < OLDEST:
            raise refused(
                self._address, f"it is PostgreSQL {version}, and {OLDEST} or newer is needed (its MERGE does less)"
            )
        encoding = connection.info.parameter_status("server_encoding")
        if encoding != "UTF8":
            raise refused(self._address, f"its encoding is {encoding}, and UTF8 is needed")

    def _close_if_nobody_needs_it(self) -> None:
        if self._connection is None or self._users:
            return
        if not self._holders or self._connection.closed:
            connection, self._connection = self._connection, None
            connection.close()


@contextmanager
def transaction(connection: Connection, seconds: float) -> Iterator[None]:
    """All of what the block does, or nothing. It waits ``seconds`` for rows that another transaction holds.

    The limits are those of the transaction and not of the session: a pooler may give the session to others.
    """
    with connection.transaction():
        connection.execute(
            f"SET LOCAL lock_timeout = {max(1, round(seconds * 1000)):d}; "
            f"SET LOCAL idle_in_transaction_session_timeout = {_IDLE_MS:d}; SET LOCAL TimeZone = 'UTC'"
        )
        yield


_hubs: dict[str, Hub] = {}
_hubs_lock = threading.Lock()


def hub_at(address: str) -> Hub:
    """The one Hub of an address in this process."""
    with _hubs_lock:
        return _hubs.setdefault(address, Hub(address))
