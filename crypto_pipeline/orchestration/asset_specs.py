"""Asset specs: the tables as Dagster's UI knows them. https://docs.dagster.io/guides/build/assets/metadata-and-tags

Belongs here: groups, descriptions, column schemas with units, made from schema/tables/; how fresh they should be.
Does not belong here: materialising them (orchestration/assets.py).
"""

from __future__ import annotations

import dagster as dg

from crypto_pipeline.orchestration.asset_keys import Prefix, key_of, table_of
from crypto_pipeline.schema.declare import Table
from crypto_pipeline.schema.freshness import Cadences, windows
from crypto_pipeline.schema.tables import DATA_TABLES, TABLES

OWNERS = ["team:data_bank"]


def spec_of(table: Table, prefix: Prefix = ()) -> dg.AssetSpec:
    """What the UI knows of a table: group, description, columns with types, units and meanings."""
    return dg.AssetSpec(
        key_of(table.name, prefix),
        group_name=table.group.name,
        description=_description(table),
        kinds={"duckdb", "python"},
        owners=OWNERS,
        metadata={
            "dagster/table_name": table.name,
            "dagster/column_schema": _column_schema(table),
            "write": table.write,
            "key": ", ".join(table.key),
        },
    )


def log_specs(prefix: Prefix = ()) -> list[dg.AssetSpec]:
    """The tables that tell how the data bank itself is doing; every run writes them beside its assets."""
    return [spec_of(table, prefix) for name, table in TABLES.items() if name not in DATA_TABLES]


def with_freshness(spec: dg.AssetSpec, settings: Cadences) -> dg.AssetSpec:
    """The same spec with the windows after which the UI calls the table late, where collections fill it."""
    table = table_of(spec.key)
    if table not in DATA_TABLES:
        return spec
    late, missing = windows(table, settings)
    return spec.replace_attributes(
        freshness_policy=dg.FreshnessPolicy.time_window(fail_window=missing, warn_window=late)
    )


def marked_as_demo(spec: dg.AssetSpec) -> dg.AssetSpec:
    """The same spec, for a data bank whose answers are replayed."""
    return spec.replace_attributes(
        description=f"DEMO: replayed answers, not the market. {spec.description}", tags={**spec.tags, "demo": "true"}
    )


def _description(table: Table) -> str:
    kept = f" Kept for {table.keep_days} days." if table.keep_days else ""
    quick = " Collected every 5 minutes." if table.feed and table.feed.cadence == 5 else ""
    return f"{table.doc}{quick}{kept}"


def _column_schema(table: Table) -> dg.TableSchema:
    return dg.TableSchema(
        columns=[
            dg.TableColumn(
                column.name,
                column.type,
                description=f"{column.comment} ({column.unit})" if column.unit else column.comment,
                constraints=dg.TableColumnConstraints(nullable=column.name not in table.key),
            )
            for column in table.columns
        ]
    )
