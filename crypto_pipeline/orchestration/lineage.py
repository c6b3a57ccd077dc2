"""Lineage: what each table follows from, in Dagster's graph. https://docs.dagster.io/guides/build/assets/external-assets

Belongs here: the answers of sources as assets that others make, a kind of answer each; which table follows from what, column
by column where it is computed from another table.
Does not belong here: the tables as assets (orchestration/asset_specs.py); the sources themselves, which a run must not import
only to draw a graph (docs/sources.md names them).
"""

from __future__ import annotations

import re

import dagster as dg

from crypto_pipeline.orchestration.asset_keys import ANSWERS, Prefix, is_ours, key_of, table_of
from crypto_pipeline.schema.rows import Row
from crypto_pipeline.schema.tables import TABLES, feeds

_CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")


def answer_specs(prefix: Prefix) -> list[dg.AssetSpec]:
    """What sources answer, as assets that nobody here makes: one for each kind of row that a table is filled with."""
    kinds = {kind.__name__: kind for _, feed in feeds() for kind in feed.rows}
    return [
        dg.AssetSpec(
            _answer(kind, prefix),
            group_name=ANSWERS,
            kinds={"api"},
            description=f"{(kind.__doc__ or '').strip()}\n\nWhich sources say it: docs/sources.md, or 'crypto-pipeline sources'.",
        )
        for kind in kinds.values()
    ]


def with_lineage(spec: dg.AssetSpec, prefix: Prefix) -> dg.AssetSpec:
    """The same spec with what its table follows from: the answers that fill it, or another table and its columns."""
    if not is_ours(spec.key, prefix):
        return spec
    table = TABLES[table_of(spec.key)]
    deps = [_answer(kind, prefix) for kind in table.feed.rows] if table.feed else []
    if table.lineage is None:
        return spec.merge_attributes(deps=deps)
    other = key_of(table.lineage.table, prefix)
    columns = {
        column: [dg.TableColumnDep(other, name) for name in names] for column, names in table.lineage.columns.items()
    }
    return spec.merge_attributes(
        deps=deps if table.feed else [other],
        metadata={"dagster/column_lineage": dg.TableColumnLineage(columns)},
    )


def _answer(kind: type[Row], prefix: Prefix) -> dg.AssetKey:
    return dg.AssetKey([*prefix, ANSWERS, _CAPITAL.sub("_", kind.__name__).lower()])
