"""What holds for every ready question."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from crypto_pipeline.questions import questions
from crypto_pipeline.schema.outcomes import NOT_ASKED, SUCCESSES
from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse
from crypto_pipeline_tests.questions.bank import (
    Ask,
    called,
)

DUCKDB = Path(sys.executable).with_name("duckdb")
NAMES = [question.name for question in questions()]


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_database_has_no_answer_and_no_error(ask: Ask, name: Any) -> None:
    rows = ask(name)
    assert rows == [] or (name == "stale-tables" and all(row["newest_row"] is None for row in rows))


@pytest.mark.parametrize("name", NAMES)
def test_a_chart_is_of_columns_that_the_answer_has(warehouse: DuckDBWarehouse, name: Any) -> None:
    question = called(name)
    columns = {column.name for column in warehouse.query(question.sql, question.values({})).columns}
    if question.chart:
        assert {question.chart.along, question.chart.value} <= columns


def test_the_duckdb_command_runs_each_of_them_as_it_is_printed(empty_database: Path) -> None:
    printed = ";\n".join(question.sql_with(question.values({})) for question in questions())
    run = subprocess.run(
        [DUCKDB, "-readonly", empty_database], input=printed, capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stderr) == (0, "")


@pytest.mark.parametrize("name", NAMES)
def test_a_question_knows_all_outcomes_of_a_kind_or_none(name: str) -> None:
    """Successes, and those that are no word of the source: what schema/outcomes.py calls so."""
    kinds = {frozenset(map(str, SUCCESSES)), frozenset(map(str, NOT_ASKED)), frozenset(map(str, SUCCESSES | NOT_ASKED))}
    for listed in re.findall(r"outcome (?:NOT )?IN \(([^)]+)\)", called(name).sql):
        assert frozenset(re.findall(r"'(\w+)'", listed)) in kinds, listed
