"""An empty database to store rows in, and one with an invented past that is only read."""

from __future__ import annotations

import importlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from crypto_pipeline.api.data import query_session
from crypto_pipeline.settings import Settings
from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse
from crypto_pipeline_tests import templates
from crypto_pipeline_tests.api.data.asking import Data, data_in
from crypto_pipeline_tests.api.data.rows import NOON
from crypto_pipeline_tests.held import emptied
from crypto_pipeline_tests.project import PROJECT
from crypto_pipeline_tests.shared import made_once


@pytest.fixture(autouse=True, scope="session")
def _a_busy_machine_may_take_its_time() -> Iterator[None]:
    """The two seconds of a question are for people who wait; the tests that are about them set their own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(query_session, "SECONDS", 600.0)
        yield


@pytest.fixture
def data(file_of_module: DuckDBWarehouse) -> Iterator[Data]:
    """Nothing collected yet. The file is open from the first test of a module to the last: it is opened for each answer otherwise."""
    with data_in(emptied(file_of_module).path.parent) as data:
        yield data


@pytest.fixture(scope="session")
def past(of_all_workers: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Data]:
    """A day of a dozen coins, as bench/past.py invents them, up to NOON, in a file that stays open; a quarter of it is in the log."""
    folder = tmp_path_factory.mktemp("past")
    shutil.copytree(made_once(of_all_workers / "past", _invent), folder, dirs_exist_ok=True)
    with data_in(folder) as data:
        data.store(coins=[{"source": "coingecko", "symbol": "BTC", "name": "Bitcoin", "rank": 1, "collected_at": NOON}])
        with data.warehouse.reading():
            yield data


def _invent(folder: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(PROJECT / "bench")
        tool = importlib.import_module("past")
    database = Settings(data_dir=folder).database
    shutil.copy(templates.empty_database(), database)
    tool.make(database, days=1, coins=12, dense_days=0, now=NOON, log_days=0.25)
