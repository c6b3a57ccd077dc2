"""The Dagster instance: where runs, events and schedule ticks are kept, and how many runs there may be.

Belongs here: the instance's configuration, opening it from our own commands, beginning anew where its files are damaged.
Does not belong here: jobs and schedules; the data itself (warehouse/).
https://docs.dagster.io/deployment/oss/oss-instance-configuration
"""

from __future__ import annotations

import hashlib
import logging
import secrets
from collections.abc import Collection
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import dagster
import yaml
from dagster import DagsterInstance
from filelock import FileLock

from crypto_pipeline.foundation import postgres_locks
from crypto_pipeline.maintenance.sqlite_damage import damage_of
from crypto_pipeline.orchestration.dagster_internals import (
    forget_the_future,
    local_artifacts_in,
    local_logs_in,
    migrate,
    postgres_of,
)
from crypto_pipeline.schema.clock import CLOCK_TOLERANCE, utc_now
from crypto_pipeline.schema.jobs import JOB_TAG, TICKING
from crypto_pipeline.settings import DAGSTER_HOME, PREFIX, Settings, SettingsError

log = logging.getLogger(__name__)

OPENING_TAKES_AT_MOST = 60.0
"""Seconds that another process needs to make the databases, on a slow machine."""
DATABASES = (Path("history") / "runs.db", Path("history") / "runs" / "index.db", Path("schedules") / "schedules.db")
"""What Dagster keeps of all runs, in its home."""
_IN_POSTGRES = {
    "module": "crypto_pipeline.orchestration.postgres_storage",
    "class": "SettingsPostgresStorage",
    "config": {},
}


def databases_in(home: Path) -> list[Path]:
    """Every file of SQLite that Dagster keeps in its home, those with the events of single runs included, as paths from there."""
    return sorted(
        file.relative_to(home) for folder in ("history", "schedules") for file in (home / folder).rglob("*.db")
    )


def instance_config(folder: Path | str, *, in_postgres: bool = False) -> dict[str, Any]:
    """The content of dagster.yaml, with all state in one folder; or with runs, events and ticks in the PostgreSQL of the settings."""
    in_folder = {"sqlite": {"base_dir": f"{folder}"}}
    return {
        "storage": {"custom": _IN_POSTGRES} if in_postgres else in_folder,
        "local_artifact_storage": local_artifacts_in(f"{folder}"),
        "compute_logs": local_logs_in(f"{folder}/compute_logs"),
        "concurrency": {
            "runs": {
                "max_concurrent_runs": 4,
                "tag_concurrency_limits": [
                    {"key": JOB_TAG, "value": {"applyLimitPerUniqueValue": True}, "limit": 1},
                ],
            }
        },
        # A run whose launch meets a code location that has just ended waits for the next one; without this it is failed.
        "run_queue": {"max_user_code_failure_retries": 18, "user_code_failure_retry_delay": 10},
        "run_monitoring": {"enabled": True, "start_timeout_seconds": 180, "poll_interval_seconds": 30},
        "run_retries": {"enabled": False},
        "retention": {
            "schedule": {"purge_after_days": 30},
            "sensor": {"purge_after_days": {"skipped": 7, "started": 30, "success": 30, "failure": 30}},
        },
        "python_logs": {"python_log_level": "INFO"},
        "telemetry": {"enabled": False},
        "nux": {"enabled": False},
    }


def prepare_home(settings: Settings) -> Path:
    """The DAGSTER_HOME of these settings, with its dagster.yaml, made when it is missing; one that a person wrote stays.

    In a home that others share nothing is written: what holds for it is theirs to say.
    """
    home = settings.dagster_home
    if settings.shared_home:
        return home
    home.mkdir(parents=True, exist_ok=True)
    file = home / "dagster.yaml"
    content = _as_file(instance_config(home, in_postgres=bool(settings.dagster_postgres)))
    if not is_written_by_a_person(file) and (not file.exists() or file.read_bytes() != content):
        draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")  # half a file would be taken for a person's
        draft.write_bytes(content)
        draft.replace(file)
    return home


def is_written_by_a_person(file: Path) -> bool:
    """Whether this dagster.yaml says something else than what we wrote into it. What is empty or no text nobody wrote."""
    try:
        content = file.read_bytes()
        text = content.decode()
    except (FileNotFoundError, UnicodeDecodeError):
        return False
    if not text.strip() or "\0" in text:
        return False
    mark, _, rest = text.partition("\n")
    without_mark = yaml.safe_dump(instance_config(file.parent), sort_keys=False)  # as version 0.1.0 began
    return mark != _mark(rest) and text != without_mark


def _as_file(config: dict[str, Any]) -> bytes:
    text = yaml.safe_dump(config, sort_keys=False)
    return f"{_mark(text)}\n{text}".encode()


def _mark(text: str) -> str:
    digest = hashlib.sha256(text.encode()).hexdigest()
    return f"# Made by crypto-pipeline, and made anew when its settings change, until you change it: {digest}"


def open_instance(settings: Settings) -> DagsterInstance:
    """The instance that ``dagster dev`` and the schedules use as well.

    Whoever opens it first makes its databases; two that do so at once make them twice, and then nobody can open them.
    So one waits for the other. A database that is damaged is set aside and begun anew: it holds the history of runs and
    not the data. In a home that others share nothing is mended or brought up to date.

    :raises PostgresUnusable: it is in a PostgreSQL that cannot be used.
    :raises SettingsError: it is in a home that others share, and damaged.
    """
    home = settings.dagster_home
    settings.locks.mkdir(parents=True, exist_ok=True)
    with FileLock(settings.locks / "opening.lock", timeout=OPENING_TAKES_AT_MOST), _alone_in_postgres(settings):
        prepare_home(settings)
        for file in DATABASES:
            if damage := damage_of(home / file):
                if settings.shared_home:
                    raise SettingsError(f"{DAGSTER_HOME}={home}: {of_others(file, damage)}")
                _set_aside(home, file, damage)
        instance = DagsterInstance.from_config(str(home))
        if not settings.shared_home:
            _migrate(instance, home)
    _forget_the_future(instance, TICKING if settings.shared_home else None)
    return instance


def of_others(file: Path, damage: str) -> str:
    """What is said of a damaged database in a home that others share."""
    return (
        f"{file} is damaged ({damage}). Others keep their runs there too, so it is not begun anew: put a copy back or move "
        f"it away yourself, or name a folder for the data bank alone with {PREFIX}DAGSTER_DIR."
    )


def _migrate(instance: DagsterInstance, home: Path) -> None:
    """Once for each version of Dagster that opens this home: looking takes a quarter of a second.

    A storage that others share, and may use with an older Dagster, is theirs to migrate.
    """
    note = home / "dagster_version"
    if postgres_of(instance) or (note.exists() and note.read_text("ascii", "replace") == dagster.__version__):
        return
    outcome = migrate(instance)
    if outcome == "done":
        log.warning("Dagster's history in %s was of an earlier Dagster and is now of %s.", home, dagster.__version__)
    elif outcome == "of a newer Dagster":
        log.warning(
            "Dagster's history in %s is of a newer Dagster than %s: install that one, or move the folder away to begin anew.",
            home,
            dagster.__version__,
        )
        return
    note.write_text(dagster.__version__, "ascii")


def _alone_in_postgres(settings: Settings) -> AbstractContextManager[None]:
    address = settings.dagster_postgres
    if not address or is_written_by_a_person(settings.dagster_home / "dagster.yaml"):
        return nullcontext()
    late = postgres_locks.PostgresUnusable("Another machine has been opening Dagster's storage for a minute.")
    return postgres_locks.only_one(address, "opening", timeout_seconds=OPENING_TAKES_AT_MOST, otherwise=late)


def _forget_the_future(instance: DagsterInstance, names: Collection[str] | None) -> None:
    """A clock that was ahead once must not keep schedules and sensors waiting until its time has come."""
    now = utc_now()
    if waited := forget_the_future(instance, now, now + CLOCK_TOLERANCE, names):
        log.warning(
            "The clock of this machine was ahead: %s waited for a time that has not come, and go on from now.",
            ", ".join(sorted(waited)),
        )


def _set_aside(home: Path, file: Path, damage: str) -> None:
    """Move a database, with its journals, to where it disturbs nobody, and say so."""
    folder = home / "set_aside" / f"{utc_now():%Y%m%dT%H%M%SZ}"
    folder.mkdir(parents=True, exist_ok=True)
    for name in (file.name, f"{file.name}-wal", f"{file.name}-shm"):
        if (home / file).with_name(name).exists():
            (home / file).with_name(name).replace(folder / name)
    log.warning(
        "Dagster's history in %s is damaged (%s). It was set aside in %s and begun anew; what was collected is untouched.",
        home / file,
        damage,
        folder,
    )
