"""A data bank with nothing in it, and how it is asked."""

from __future__ import annotations

from typing import Any

import pytest

from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse
from crypto_pipeline_tests.held import emptied
from crypto_pipeline_tests.questions.bank import begin, called


@pytest.fixture(autouse=True)
def _each_test_has_a_moment_of_its_own() -> None:
    begin()


@pytest.fixture
def warehouse(file_of_module: DuckDBWarehouse) -> DuckDBWarehouse:
    """Empty, and open from the first test of a module to the last."""
    return emptied(file_of_module)


@pytest.fixture
def ask(warehouse: DuckDBWarehouse) -> Any:
    """The answer to a question as dicts, of the columns that are named."""

    def asked(name: str, *columns: Any, **chosen: Any) -> Any:
        question = called(name)
        rows = warehouse.query(question.sql, question.values(chosen)).dicts()
        return [tuple(row[column] for column in columns) for row in rows] if columns else rows

    return asked
