"""One running system for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from crypto_pipeline_tests.api.running import System, running_system


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """Everything that ``crypto-pipeline up`` starts, on free ports, after its first collection."""
    with running_system(tmp_path_factory.mktemp("system")) as system:
        yield system
