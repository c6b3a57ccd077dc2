"""What is the same at the beginning of many tests: made once in a process of the suite, and copied.

A new database takes ten times as long as a copy of one, a new storage of Dagster five times.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import dagster as dg

from crypto_pipeline.orchestration.instance import prepare_home
from crypto_pipeline.settings import Settings
from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse
from crypto_pipeline_tests import quick_storage as quick_storage  # whoever makes one here uses it as well

_kept: list[tempfile.TemporaryDirectory[str]] = []
"""Until the process ends."""


@cache
def empty_database() -> Path:
    """The file of a data bank with nothing in it."""
    path = _folder() / "crypto_data.duckdb"
    DuckDBWarehouse(path).prepare()
    return path


def dagster_home(home: Path) -> None:
    """Make the home of a Dagster that was opened before, with nothing in its history; whoever opens it writes its dagster.yaml."""
    shutil.copytree(_dagster_home(), home, dirs_exist_ok=True, ignore=shutil.ignore_patterns("dagster.yaml"))
    (home / "dagster_version").write_text(
        dg.__version__, "ascii"
    )  # as open_instance() leaves it: it need not look again


def data_folder(folder: Path) -> Path:
    """Make a data folder in which nothing has happened yet, but for its files being there; gives it."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(empty_database(), folder / "crypto_data.duckdb")
    dagster_home(folder / "dagster")
    prepare_home(Settings(_env_file=None, data_dir=folder))
    note = folder / "dagster" / "dagster_version"
    note.write_text(dg.__version__)  # so that nobody looks whether it is of an earlier one
    return folder


@contextmanager
def dagster_instance() -> Iterator[dg.DagsterInstance]:
    """One with a storage of its own on the disk, with schedules and heartbeats; who needs neither takes an ephemeral one."""
    with tempfile.TemporaryDirectory() as name:
        home = Path(name) / "home"
        dagster_home(home)
        with dg.instance_for_test(temp_dir=str(home)) as instance:
            yield instance


@cache
def _dagster_home() -> Path:
    home = _folder()
    with dg.instance_for_test(temp_dir=str(home)) as instance:
        instance.get_runs()
        instance.all_instigator_state()
    return home


def _folder() -> Path:
    folder = tempfile.TemporaryDirectory()
    _kept.append(folder)
    return Path(folder.name)
