"""Any sequence of batches, some through the spool, leaves what a dict by key would hold and counts what that dict saw."""

from __future__ import annotations

import math
from contextlib import nullcontext
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto_pipeline.schema.declare import TIME, Table
from crypto_pipeline.schema.tables import TABLES
from crypto_pipeline.warehouse import Written, merging, spool
from crypto_pipeline.warehouse.batches import batches_of
from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse
from crypto_pipeline_tests.held import emptied
from crypto_pipeline_tests.warehouse.facts import minutes

EVERY_KIND = (
    "market_prices",  # history with an age
    "consensus_prices",  # history without one
    "news_articles",  # keeps a first value
    "cached_market_data",
    "providers",
    "failure_logs",
)

TIMES = st.sampled_from([minutes(0), minutes(1), minutes(2)])
PROVENANCE = {"collected_at", "run_id", "fetched_at"}


def rows_of(table: Table) -> st.SearchStrategy[dict[str, Any]]:
    """Few keys, few values, so that rows meet again."""
    fields: dict[str, st.SearchStrategy[Any]] = {}
    for column in table.columns:
        if column.name in table.key:
            fields[column.name] = st.just(minutes(0)) if column.type == TIME else st.sampled_from(["a", "b"])
        elif column.type == TIME:
            fields[column.name] = TIMES if column.name == "collected_at" else st.none() | TIMES
    fields["run_id"] = fields.get("run_id", st.sampled_from(["run-1", "run-2"]))
    numbers = [column.name for column in table.columns if column.type == "DOUBLE" and column.name not in table.key]
    texts = [column.name for column in table.columns if column.type == "VARCHAR" and column.name not in fields]
    if numbers:
        fields[numbers[0]] = st.sampled_from([None, 1, 2.5, math.nan])
    if table.more_of:
        fields[table.more_of] = st.sampled_from([None, 1, 2])
    if texts:
        fields[texts[0]] = st.sampled_from([None, "", "x"])
    return st.fixed_dictionaries(fields)


BATCHES = st.lists(
    st.sampled_from(EVERY_KIND).flatmap(
        lambda name: st.tuples(st.just(name), st.lists(rows_of(TABLES[name]), max_size=4), st.booleans())
    ),
    min_size=1,
    max_size=8,
)


class Model:
    """The same promises, kept by a dict."""

    def __init__(self) -> None:
        self.tables: dict[str, dict[tuple[Any, ...], dict[str, Any]]] = {name: {} for name in EVERY_KIND}

    def merge(self, name: str, rows: list[dict[str, Any]]) -> Written:
        table, stored = TABLES[name], self.tables[name]
        batch: dict[tuple[Any, ...], dict[str, Any]] = {}
        for row in rows:
            row = {column.name: column.before if column.name == "region" else None for column in table.columns} | {
                column: None if isinstance(value, float) and math.isnan(value) else value
                for column, value in row.items()
            }
            key = tuple(row[column] for column in table.key)
            if key not in batch or self.wins(table, row, batch[key]):
                batch[key] = row
        if not batch:
            return Written(name)
        if table.write == "replace" and stored:
            age = table.newer_by or "collected_at"
            if max(row[age] for row in batch.values()) < max(row[age] for row in stored.values()):
                return Written(name, unchanged=len(batch))
        inserted = updated = removed = 0
        for key, row in batch.items():
            if key not in stored:
                stored[key] = row
                inserted += 1
            elif self.replaces(table, row, stored[key]) and self.differs(table, row, stored[key]):
                known = {column.name: stored[key][column.name] for column in table.columns if column.keep_first}
                stored[key] = row | {name: value for name, value in known.items() if value is not None}
                updated += 1
        if table.write == "replace":
            for key in set(stored) - set(batch):
                del stored[key]
                removed += 1
        return Written(name, inserted, updated, len(batch) - inserted - updated, removed)

    def replaces(self, table: Table, new: dict[str, Any], old: dict[str, Any]) -> bool:
        if table.write == "log" or not self.wins(table, new, old):
            return False
        if table.more_of is None or None in (new[table.more_of], old[table.more_of]):
            return True
        return bool(new[table.more_of] >= old[table.more_of])

    @staticmethod
    def wins(table: Table, new: dict[str, Any], old: dict[str, Any]) -> bool:
        if table.newer_by is None or old[table.newer_by] is None:
            return True
        return new[table.newer_by] is not None and bool(new[table.newer_by] >= old[table.newer_by])

    @staticmethod
    def differs(table: Table, new: dict[str, Any], old: dict[str, Any]) -> bool:
        kept = {column.name for column in table.columns if column.keep_first and old[column.name] is not None}
        return any(new[name] != old[name] for name in set(table.column_names) - PROVENANCE - kept)


@settings(max_examples=14)
@given(batches=BATCHES, is_bounded=st.booleans())
def test_any_sequence_of_batches_straight_or_through_the_spool_leaves_what_a_dict_would_hold(
    held: DuckDBWarehouse, batches: Any, is_bounded: bool
) -> None:
    model = Model()
    shared = emptied(held)
    bounded = shared.bounded("64MB") if is_bounded else nullcontext()
    with pytest.MonkeyPatch.context() as patched, bounded:
        patched.setattr(merging, "MANY", 1)
        for name, rows, waits in batches:
            expected = model.merge(name, rows)
            if waits and rows:
                spool.write(spool.folder_of(shared.path), batches_of({name: rows})[0])
            else:
                assert shared.merge({name: rows}) == {name: expected}
        shared.drain()
        for name in EVERY_KIND:
            stored = {tuple(row[column] for column in TABLES[name].key): row for row in shared.read(name)}
            assert stored == model.tables[name]
