"""What tests share: one profile of hypothesis, one event loop, an empty database, where their files are, how they are divided among
workers, and a checkout that is left as it was.

What only some tests need is imported where they get it: each process of the suite reads this first, also the one that runs none.
"""

from __future__ import annotations

import atexit
import gc
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from crypto_pipeline_tests.places import keep_files_in_memory
from crypto_pipeline_tests.project import PROJECT
from crypto_pipeline_tests.shared import made_once

if TYPE_CHECKING:
    from xdist.remote import Producer
    from xdist.scheduler import Scheduling

    from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse
    from crypto_pipeline_tests.everything import Everything
    from crypto_pipeline_tests.postgres import Server

settings.register_profile(
    "no deadline",
    deadline=None,  # how long an example takes says how busy the machine is
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("no deadline")

CACHES = {".hypothesis", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".import_linter_cache", "build"}
"""Folders of tools, which git ignores."""


def pytest_configure() -> None:
    """Files are kept in memory where there is room (places.py). Ctrl-C is heard, by the commands that tests start too: a shell that runs the suite in the background lets it be ignored.

    Nothing that a collection of tests makes is garbage, and looking for some in it takes a fifth of its time. At its end a worker
    need not be taken apart either: what it has found has been told by then.
    """
    keep_files_in_memory()
    if "PYTEST_XDIST_WORKER" in os.environ:
        atexit.register(os._exit, 0)  # before all others, which makes it the last of them
    gc.disable()
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduling | None:
    """How the suite is divided among its workers (lots.py)."""
    from crypto_pipeline_tests.lots import ByLots

    return ByLots(config, log) if config.getvalue("dist") == "loadfile" else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The files with slow tests first, so that none of them is the last when the suite is divided by files."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


def pytest_collection_finish() -> None:
    """Ten thousand tests stay until the end: no search for garbage need look at them, and what they use stays as well."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 100)
    gc.enable()


def pytest_sessionfinish() -> None:
    """What was left out is taken apart when Python ends; a worker ends before that, and need not look through it once more."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        gc.unfreeze()


@pytest.fixture(scope="session")
def of_all_workers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for what the workers of this run share (shared.py)."""
    mine = tmp_path_factory.getbasetemp()
    return mine.parent if "PYTEST_XDIST_WORKER" in os.environ else mine


@pytest.fixture(scope="session")
def everything(of_all_workers: Path) -> Everything:
    """What one collection of every source left, in which two of them failed."""
    from crypto_pipeline_tests.everything import Everything, collect_everything

    return Everything(made_once(of_all_workers / "everything", collect_everything))


@pytest.fixture(scope="module")
def file_of_module(empty_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuckDBWarehouse]:
    """A data bank that is open from the first test of a module to the last; each empties it for itself (held.py)."""
    from crypto_pipeline_tests.held import held_open

    with held_open(empty_database, tmp_path_factory.mktemp("held")) as warehouse:
        yield warehouse


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A real PostgreSQL, started by the first test that needs one, with a database that others are copied from."""
    from crypto_pipeline_tests.postgres import embedded, running, with_template

    with running(embedded()) as server:
        with_template(server)
        yield server


@pytest.fixture(scope="session")
def hub_of_all(postgres: Server) -> Iterator[str]:
    """The address of a data bank in PostgreSQL that tests use one after another."""
    from crypto_pipeline_tests.postgres import new_database

    with new_database(postgres) as address:
        yield address


@pytest.fixture
def hub(hub_of_all: str) -> str:
    """The same, without a row: for tests that are about rows. To make another takes longer than most of them."""
    from crypto_pipeline_tests.postgres import empty

    empty(hub_of_all)
    return hub_of_all


@pytest.fixture
def own_hub(postgres: Server) -> Iterator[str]:
    """The address of one that is laid out and empty, for one test, which may do with it what it likes."""
    from crypto_pipeline_tests.postgres import new_database

    with new_database(postgres) as address:
        yield address


@pytest.fixture(scope="session", autouse=True)
def _the_checkout_stays_as_it_was() -> Iterator[None]:
    """Dagster keeps what it keeps in DAGSTER_HOME, which `make install` sets to the checkout for people: here it is nowhere."""
    os.environ["DAGSTER_HOME"] = ""
    before = _entries()
    yield
    assert _entries() - before <= CACHES


@pytest.fixture(scope="session")
def empty_database() -> Path:
    """The file of a data bank with nothing in it, to be copied."""
    from crypto_pipeline_tests import templates

    return templates.empty_database()


def _entries() -> set[str]:
    return {path.name for path in PROJECT.iterdir()}
