"""What PostgreSQL's errors mean for someone who does not know PostgreSQL: one sentence, what is wrong and what to do.

Belongs here: telling them apart; no password is in any of them.
Does not belong here: the exceptions (warehouse/errors.py), what happens to the rows then (warehouse/hub/shared.py).
"""

from __future__ import annotations

import psycopg
from psycopg import errors

from crypto_pipeline.foundation.postgres_address import shown, without_secrets
from crypto_pipeline.warehouse.errors import (
    DatabaseBusy,
    DatabaseUnusable,
    DiskFull,
    HubAway,
    HubRefused,
    WarehouseError,
    first_line,
)

OLDEST = 17
"""The first PostgreSQL whose MERGE counts what it did and removes what a batch no longer has."""

AGAIN = (errors.SerializationFailure, errors.DeadlockDetected, errors.UniqueViolation)
"""What another writer at the same rows causes; the same transaction may go well a moment later."""

FAULT_OF_THE_BATCH = (errors.DataError, errors.IntegrityError, errors.ProgramLimitExceeded)
"""What PostgreSQL raises because of the rows themselves, whenever they are merged."""

_REFUSALS = {
    "password authentication failed": "it does not take this user and password; look at CRYPTO_PIPELINE_DATABASE_URL",
    "no password supplied": "it wants a password, and CRYPTO_PIPELINE_DATABASE_URL has none",
    "no pg_hba.conf entry": "it lets this machine or user not in; its pg_hba.conf says whom it does",
    'role "': "it has no such user; look at CRYPTO_PIPELINE_DATABASE_URL",
    'database "': "there is no such database; make it with CREATE DATABASE, in the encoding UTF8",
    "permission denied for database": "this user may not connect to that database",
}
"""By what PostgreSQL says to somebody who connects; it gives no code for it."""

_NEEDLESS = ("connection failed: ", " Is the server running on that host and accepting TCP/IP connections?")


def refused(address: str, why: str) -> HubRefused:
    """A person has to mend it; nothing was changed."""
    return HubRefused(f"{shown(address)} cannot be used: {why}. Nothing was changed.")


def not_connected(address: str, error: psycopg.Error) -> WarehouseError:
    """Why no connection could be made."""
    said = _said(address, error)
    for words, why in _REFUSALS.items():
        if words in said and (words[-1] != '"' or "does not exist" in said):
            return refused(address, why)
    return HubAway(f"{shown(address)} does not answer: {said}.")


def explained(address: str, error: psycopg.Error) -> WarehouseError:
    """Why something failed on an open connection."""
    name, said = shown(address), _said(address, error)
    if isinstance(error, (errors.LockNotAvailable, *AGAIN)):
        return DatabaseBusy(f"{name} is busy: another transaction holds the same rows and does not end ({said}).")
    if isinstance(error, errors.DiskFull):
        return DiskFull(f"The disk of {name} is full; make room on it. What is stored stays.")
    if isinstance(error, errors.InsufficientPrivilege):
        return refused(address, f"this user may not do that ({said}); grant it, or use another user")
    if isinstance(error, errors.ReadOnlySqlTransaction):
        return HubAway(f"{name} takes no rows now: it is a standby, or was set to read-only.")
    if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        return HubAway(f"{name} broke off: {said}.")
    return DatabaseUnusable(f"{name} could not be used: {said}")


def _said(address: str, error: psycopg.Error) -> str:
    """PostgreSQL's own words, on one line."""
    is_connecting = not error.sqlstate  # then each address that was tried has a line, and none has a code
    said = " ".join(str(error).split()) if is_connecting else first_line(error)
    for needless in _NEEDLESS:
        said = said.replace(needless, "")
    return without_secrets(said, address).rstrip(".")
