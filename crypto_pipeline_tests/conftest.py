"""What tests share: one profile of hypothesis, one event loop, and a checkout that is left as it was."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from crypto_pipeline_tests.project import PROJECT

settings.register_profile(
    "no deadline",
    deadline=None,  # how long an example takes says how busy the machine is
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("no deadline")

CACHES = {".hypothesis", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".import_linter_cache", "build"}
"""Folders of tools, which git ignores."""


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session", autouse=True)
def _the_checkout_stays_as_it_was(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Dagster keeps what it keeps in DAGSTER_HOME, which `make install` sets to the checkout for people."""
    os.environ["DAGSTER_HOME"] = str(tmp_path_factory.mktemp("dagster_home"))
    before = _entries()
    yield
    assert _entries() - before <= CACHES


def _entries() -> set[str]:
    return {path.name for path in PROJECT.iterdir()}
