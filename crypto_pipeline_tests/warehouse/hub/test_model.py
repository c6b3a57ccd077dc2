"""Whatever several machines merge, with the hub or without it, in the end all of them have the same rows."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto_pipeline.schema.tables import TABLES
from crypto_pipeline.warehouse.errors import HubAway
from crypto_pipeline.warehouse.hub.connecting import hub_at
from crypto_pipeline.warehouse.hub.shared import SharedWarehouse
from crypto_pipeline_tests.warehouse.hub.machines import (
    all_rows_in,
    all_rows_of,
    different,
    files_kept_open,
    machine,
    plain,
)
from crypto_pipeline_tests.warehouse.test_model import EVERY_KIND, rows_of

MACHINES = ("one", "two")

MERGE = st.tuples(
    st.sampled_from(MACHINES),
    st.dictionaries(st.sampled_from(EVERY_KIND), st.none(), min_size=1, max_size=3).flatmap(
        lambda names: st.fixed_dictionaries({name: st.lists(rows_of(TABLES[name]), max_size=4) for name in names})
    ),
    st.booleans(),
)
"""Who merges what, and whether the hub is away for them at that moment."""


@contextmanager
def away(hub: str) -> Iterator[None]:
    with patch.object(hub_at(hub), "_had", side_effect=HubAway("away")):
        yield


@contextmanager
def emptied(hub: str) -> Iterator[Path]:
    """A folder for files, and a hub without rows."""
    folder = Path(tempfile.mkdtemp())
    try:
        with psycopg.connect(hub, autocommit=True) as connection:
            connection.execute("; ".join(f"DELETE FROM main.{name}" for name in EVERY_KIND))
        with files_kept_open():
            yield folder
    finally:
        shutil.rmtree(folder)


@settings(max_examples=6)
@given(steps=st.lists(MERGE, min_size=1, max_size=6))
def test_all_machines_end_with_the_rows_of_the_hub(hub: str, steps: list[Any]) -> None:
    with emptied(hub) as folder:
        machines = {name: machine(folder, hub, name) for name in MACHINES}
        for name, batches, is_away in steps:
            _merge(machines[name], batches, hub, is_away)
        for one in machines.values():
            one.drain()
        for one in machines.values():
            one.follow()
        assert different(hub, *machines.values(), tables=EVERY_KIND) == []
        assert [one.spooled() + one.damaged() for one in machines.values()] == [[], []]


@settings(max_examples=6)
@given(steps=st.lists(MERGE, min_size=1, max_size=6))
def test_one_machine_and_its_hub_do_what_a_file_alone_would_do(hub: str, steps: list[Any]) -> None:
    with emptied(hub) as folder:
        shared, alone = machine(folder, hub), plain(folder, "alone")
        with alone.open():
            for _, batches, is_away in steps:
                alone.merge(batches)
                _merge(shared, batches, hub, is_away)
            of_alone = all_rows_in(alone, EVERY_KIND)
        assert all_rows_in(shared, EVERY_KIND) == of_alone  # what this machine wrote is there, hub or no hub
        shared.drain()
        assert all_rows_in(shared, EVERY_KIND) == all_rows_of(hub, EVERY_KIND) == of_alone


def _merge(warehouse: SharedWarehouse, batches: Any, hub: str, is_away: bool) -> None:
    if not is_away:
        warehouse.merge(batches)
        return
    with away(hub):
        for name, written in warehouse.merge(batches).items():
            assert (written.spooled > 0) == bool(batches[name])


@pytest.fixture(autouse=True)
def _no_problem_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crypto_pipeline.warehouse.hub.shared._problems", {})
