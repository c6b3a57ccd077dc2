"""One look at everything that the data bank stands on: the machine, the files, the network.

Belongs here: what is looked at and what is said of it; repairs of what is expendable.
Does not belong here: conditions of the running system, which are alerts (monitoring/conditions.py); what only Dagster or the
processes of the system know, which is handed in (cli/doctor.py).
"""

from __future__ import annotations

import os
import platform
import shutil
import socket
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from importlib.metadata import version
from pathlib import Path
from typing import Literal

import httpx

from crypto_pipeline.foundation.counted import counted
from crypto_pipeline.schema.clock import utc_now
from crypto_pipeline.schema.declare import Table
from crypto_pipeline.schema.tables import TABLES
from crypto_pipeline.settings import DOTENV, Settings, misspelt_variables
from crypto_pipeline.version import VERSION
from crypto_pipeline.warehouse import DatabaseBusy, Warehouse, WarehouseError, health_queries, sql
from crypto_pipeline.warehouse.engines import file_for, shared_for

Verdict = Literal["well", "warning", "wrong"]

CLOCK_OFF = 30.0
"""Seconds that the clock may differ from that of a server; the answer's way is part of it."""
ASKED = ("https://api.kraken.com", "https://api.coinbase.com", "https://www.okx.com")
"""Any of them tells whether there is an internet, and what time it is."""
NETWORK_SECONDS = 8.0
PROXIES = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "https_proxy", "http_proxy", "all_proxy")
GB = 1e9
READ_TOGETHER = 100_000
"""Rows of a table. Smaller ones are read while the file is held once, which costs more to open than they do to read; a larger
one is read by itself, so that who wants to write gets in between."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What is said of one thing; ``advice`` says what to do where it is not well."""

    about: str
    verdict: Verdict
    said: str
    advice: str = ""
    repair: Callable[[], str] | None = None
    """Sets it right without losing anything that was collected; says what it did."""


Examine = Callable[[Settings], Iterator[Diagnosis]]


def versions(settings: Settings) -> Iterator[Diagnosis]:
    """What is installed."""
    parts = ", ".join(f"{name} {version(name)}" for name in ("dagster", "duckdb", "pandas"))
    where = f"{platform.system()} {platform.release()}"
    yield Diagnosis(
        "versions", "well", f"crypto_pipeline {VERSION}, Python {platform.python_version()}, {parts}; {where}"
    )


def names(settings: Settings) -> Iterator[Diagnosis]:
    """Variables that look like settings and are none."""
    for sentence in misspelt_variables():
        yield Diagnosis("settings", "warning", sentence, "Correct its name, or remove it.")


def folder(settings: Settings) -> Iterator[Diagnosis]:
    """The data folder: is it there, may we write, is there room."""
    data = settings.data_dir
    if not data.exists():
        yield Diagnosis("data folder", "warning", f"{data} is not there yet", "'crypto-pipeline up' makes it.")
        return
    if not os.access(data, os.R_OK | os.W_OK | os.X_OK):
        advice = f"Give this user the right to read and write: chown -R {os.geteuid()} {data}"
        yield Diagnosis("data folder", "wrong", f"this user may not write to {data}", advice)
    strangers = [file for file in _some_files(data) if file.stat().st_uid != os.geteuid()]
    if strangers and os.geteuid() != 0:
        advice = f"Start the system as one user always: chown -R {os.geteuid()} {data}"
        yield Diagnosis(
            "data folder",
            "warning",
            f"{counted(len(strangers), 'file in it belongs', 'files in it belong')} to another user: {strangers[0]}",
            advice,
        )
    free = shutil.disk_usage(data).free / GB
    short = free < settings.disk_free_gb
    advice = "Make room, or set CRYPTO_PIPELINE_KEEP_DAYS and run 'crypto-pipeline maintain'." if short else ""
    yield Diagnosis("disk", "wrong" if short else "well", f"{free:.1f} GB are free on the disk of {data}", advice)


def _some_files(data: Path) -> list[Path]:
    return [file for file in (*data.iterdir(), *(data / "dagster").glob("*")) if file.exists()]


def secrets(settings: Settings) -> Iterator[Diagnosis]:
    """Keys that other users of this machine can read."""
    file = Path(DOTENV)
    if file.is_file() and settings.keys() and file.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
        yield Diagnosis(".env", "warning", f"other users may read {file.absolute()}", f"chmod 600 {file.absolute()}")


def database(settings: Settings) -> Iterator[Diagnosis]:
    """The file: can it be had, is all of it readable, is it up to date, is what it says of the present."""
    warehouse = file_for(settings)
    if not warehouse.exists():
        yield Diagnosis(
            "database", "warning", f"{settings.database} is not there yet", "'crypto-pipeline collect' makes it."
        )
        return
    try:
        with warehouse.reading():
            rows = {row["name"]: row["rows"] for row in health_queries.row_counts(warehouse)}
            future = health_queries.rows_of_the_future(warehouse, utc_now())
            _read_all(warehouse, [table for table in TABLES.values() if rows[table.name] <= READ_TOGETHER])
        _read_all(warehouse, [table for table in TABLES.values() if rows[table.name] > READ_TOGETHER])
    except DatabaseBusy as busy:
        yield Diagnosis(
            "database",
            "warning",
            str(busy),
            "Close the program that holds it; collections wait in the spool meanwhile.",
        )
        return
    except WarehouseError as error:
        advice = "Restore a backup ('crypto-pipeline restore FILE'), or move the file and its .wal away to begin anew."
        yield Diagnosis("database", "wrong", str(error), advice)
        return
    yield Diagnosis(
        "database",
        "well",
        f"{counted(sum(rows.values()), 'row')} in {warehouse.size() / 1e6:.1f} MB; every value was read",
    )
    if future:
        said = f"{counted(future, 'row says that it was', 'rows say that they were')} collected at a time that has not come"
        yield Diagnosis("database", "warning", said, "crypto-pipeline maintain --set-future-right")


def _read_all(warehouse: Warehouse, tables: Iterable[Table]) -> None:
    for table in tables:
        warehouse.query(sql.read_all(table))


def spool(settings: Settings) -> Iterator[Diagnosis]:
    """What waits beside the database, and what was set aside."""
    warehouse = file_for(settings)
    waiting, aside = len(warehouse.spooled()), warehouse.damaged()

    def drain() -> str:
        return f"{counted(warehouse.drain(), 'batch was', 'batches were')} merged"

    if waiting:
        said = f"{counted(waiting, 'batch waits', 'batches wait')} for the database"
        yield Diagnosis("spool", "warning", said, "The next collection merges them; --repair does it now.", drain)
    if aside:
        said = f"{counted(len(aside), 'file of rows could not be merged and lies', 'files of rows could not be merged and lie')} in {aside[0].parent}"
        yield Diagnosis("spool", "warning", said, "Look at them, then remove them.")
    if not waiting and not aside:
        yield Diagnosis("spool", "well", "nothing waits")


def hub(settings: Settings) -> Iterator[Diagnosis]:
    """The shared PostgreSQL: does it let us in, is the file where it is, what waits for it. Nothing where there is none."""
    if not settings.hub_url:
        return
    try:
        shared = shared_for(settings)
        waiting = len(shared.spooled())
        behind = shared.behind()
    except WarehouseError as error:
        yield Diagnosis(
            "PostgreSQL", "wrong", str(error).rstrip("."), "Rows that are collected meanwhile are not lost."
        )
        return

    def follow() -> str:
        merged = shared.drain()
        taken = sum(shared.follow().changed.values())
        return f"{counted(merged, 'batch was', 'batches were')} merged, and the file took over {counted(taken, 'row')}."

    name = settings.hub_name
    if waiting:
        said = f"{counted(waiting, 'batch waits', 'batches wait')} for {name}, which answers"
        yield Diagnosis("PostgreSQL", "warning", said, "The next collection merges them; --repair does it now.", follow)
    if behind:
        said = f"{name} has {counted(behind, 'row')} that the file does not have yet, or might have otherwise"
        yield Diagnosis(
            "PostgreSQL", "warning", said, "The next collection or 'crypto-pipeline follow' takes them.", follow
        )
    if not waiting and not behind:
        yield Diagnosis("PostgreSQL", "well", f"{name} answers, and the file is where it is")


def network(settings: Settings) -> Iterator[Diagnosis]:
    """Names, the way out, certificates, and the clock against those of others."""
    proxies = [name for name in PROXIES if os.environ.get(name)]
    if proxies:
        yield Diagnosis("proxy", "well", f"{', '.join(proxies)} is set: requests to sources go through it")
    if settings.gateway_url:
        yield Diagnosis("network", "well", f"{settings.gateway_url} stands in the place of the internet")
        return
    if settings.demo:
        yield Diagnosis("network", "well", "the demo needs none")
        return
    reasons = []
    for address in ASKED:
        try:
            if not proxies:
                socket.getaddrinfo(httpx.URL(address).host, 443)
            with httpx.Client(timeout=NETWORK_SECONDS) as client:
                answer = client.head(address)
        except OSError as error:
            reasons.append(f"the name of {address} is not found ({error.strerror or error})")
        except httpx.HTTPError as error:
            reasons.append(f"{address}: {error or type(error).__name__}")
        else:
            yield Diagnosis("network", "well", f"{address} answers (HTTP {answer.status_code})")
            yield from _clock(answer, utc_now())
            return
    advice = "Look at the cable, the DNS and the proxy: HTTPS_PROXY names one, SSL_CERT_FILE the certificates of a network that opens TLS."
    yield Diagnosis("network", "wrong", "; ".join(reasons), advice)


def _clock(answer: httpx.Response, now: datetime) -> Iterator[Diagnosis]:
    try:
        theirs = parsedate_to_datetime(answer.headers["date"]).astimezone(timezone.utc)
    except (KeyError, ValueError):
        return
    off = (now - theirs).total_seconds()
    if abs(off) > CLOCK_OFF:
        said = f"this machine's clock is {abs(off):.0f} s {'ahead' if off > 0 else 'behind'}"
        yield Diagnosis("clock", "wrong", said, "Let it be set by NTP: timedatectl set-ntp true")
    else:
        yield Diagnosis("clock", "well", "as those of others")


CHECKS: tuple[Examine, ...] = (versions, names, folder, secrets, database, spool, hub, network)


def look(settings: Settings, more: tuple[Examine, ...] = ()) -> Iterator[Diagnosis]:
    """Everything, one after another. A check that breaks is a finding, and the others go on."""
    for check in (*CHECKS, *more):
        try:
            yield from check(settings)
        except PermissionError as error:
            said = f"{error.filename} belongs to another user and cannot be looked at"
            yield Diagnosis(
                _about(check), "wrong", said, "Run this as its owner, or give the data folder to this user."
            )
        except Exception as error:  # one look must not end the others
            yield Diagnosis(_about(check), "wrong", f"could not be looked at: {type(error).__name__}: {error}")


def _about(check: Examine) -> str:
    return check.__name__.strip("_").replace("_", " ")
