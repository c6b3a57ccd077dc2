"""Who is stopped while DuckDB works is stopped, and is not told that a query has failed."""

from __future__ import annotations

import pytest

from crypto_pipeline.warehouse.connection import heeding_signals
from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse
from crypto_pipeline_tests.program import output

STOPPED = """
import os, signal, sys, threading
from pathlib import Path
from crypto_pipeline.warehouse.connection import CONFIGURATION
from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse

LONG = "SELECT md5(range::VARCHAR) AS name FROM range(300_000_000) WHERE range % 1_000_000 = 0"

def write(warehouse):
    with warehouse.connection() as connection:
        connection.execute(f"CREATE TABLE mine AS {LONG}")

WAYS = {
    "a question": lambda warehouse: warehouse.query(LONG),
    "an answer as columns": lambda warehouse: warehouse.columns("providers", LONG, {}),
    "an answer that is merged": lambda warehouse: warehouse.merge_answer("providers", LONG, {}),
    "a table of a person": write,
}
CONFIGURATION["threads"] = 1  # what another thread of DuckDB has begun goes on to its end
warehouse, way = DuckDBWarehouse(Path(sys.argv[1])), sys.argv[2]
warehouse.query("SELECT 1")
signal.signal(signal.SIGINT, signal.default_int_handler)
threading.Timer(0.1, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
try:
    WAYS[way](warehouse)
except BaseException as error:
    print(type(error).__name__)
warehouse.merge({"providers": [{"name": "kraken"}]})
print(warehouse.query("SELECT name FROM providers").rows)
"""


@pytest.mark.parametrize(
    "way", ["a question", "an answer as columns", "an answer that is merged", "a table of a person"]
)
def test_ctrl_c_ends_whatever_duckdb_does_and_the_file_goes_on(warehouse: DuckDBWarehouse, way: str) -> None:
    assert output(STOPPED, str(warehouse.path), way).splitlines() == ["KeyboardInterrupt", "[('kraken',)]"]


@pytest.mark.parametrize("error", [RuntimeError("Query interrupted by nobody"), ValueError("Query interrupted")])
def test_what_has_failed_has_failed(error: Exception) -> None:
    with pytest.raises(type(error)), heeding_signals():
        raise error
