"""A warehouse in a new file, and other programs that use the file at the same time."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse
from crypto_pipeline_tests.held import emptied
from crypto_pipeline_tests.holding import held_by_another_process
from crypto_pipeline_tests.users import plain_user

AnotherProgram: TypeAlias = Callable[..., AbstractContextManager["subprocess.Popen[str]"]]
"""Takes a warehouse, and "read" or "write"."""


@pytest.fixture
def own_file(tmp_path: Path, empty_database: Path) -> DuckDBWarehouse:
    """An empty warehouse that does not wait long."""
    return DuckDBWarehouse(Path(shutil.copy(empty_database, tmp_path / "crypto.duckdb")), lock_seconds=0.05)


@pytest.fixture
def warehouse(own_file: DuckDBWarehouse) -> DuckDBWarehouse:
    """The same, unless a module has one for its tests together, which are about rows."""
    return own_file


@pytest.fixture
def held(file_of_module: DuckDBWarehouse) -> DuckDBWarehouse:
    """An empty warehouse that the tests of a module have open, one after another."""
    return emptied(file_of_module)


@pytest.fixture
def another_program() -> Any:
    """Opens the file of a warehouse as a person's notebook would, for as long as the block lasts."""

    def holds(warehouse: DuckDBWarehouse, mode: str = "write") -> AbstractContextManager[subprocess.Popen[str]]:
        return held_by_another_process(warehouse.path, mode)

    return holds


@pytest.fixture
def plain_user_file(empty_database: Path) -> Iterator[Any]:
    """The file of an empty warehouse in such a folder."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(shutil.copy(empty_database, Path(name, "crypto.duckdb")))
        with plain_user(Path(name)):
            yield path
            Path(name).chmod(0o700)


@pytest.fixture
def plain_user_folder() -> Iterator[Any]:
    """A folder whose permissions count: root, as in a container, becomes somebody else for the time of the test."""
    with tempfile.TemporaryDirectory() as name, plain_user(Path(name)):
        yield Path(name)
        Path(name).chmod(0o700)
