"""The IO manager: how the rows of an asset reach DuckDB. https://docs.dagster.io/guides/build/io-managers

Belongs here: merging an output, reading an input, the counts that Dagster shows.
Does not belong here: how rows are merged (warehouse/), what the rows mean (collection/).
"""

from __future__ import annotations

from typing import Any

import dagster as dg

from crypto_pipeline.orchestration.resources import WarehouseResource
from crypto_pipeline.orchestration.runs import stamped
from crypto_pipeline.schema.clock import utc_now


class WarehouseIOManager(dg.ConfigurableIOManager):
    """Merges rows by key into the table that has the asset's name; nothing is written for nothing.

    Takes a list of dicts or a DataFrame under the column names of the table. As an input it gives the table's rows as
    a DataFrame, or those that satisfy the SQL condition in the input's metadata ``where``.
    """

    warehouse: WarehouseResource

    def handle_output(self, context: dg.OutputContext, rows: Any) -> None:
        """Merge rows into the table of the asset. Raises WarehouseError when they can go neither there nor to the spool."""
        table = context.asset_key.to_user_string()
        now = utc_now()
        written = self.warehouse.warehouse.merge({table: stamped(rows, table, context.run_id, now)})[table]
        context.add_output_metadata(
            {
                "inserted": written.inserted,
                "updated": written.updated,
                "unchanged": written.unchanged,
                "spooled": written.spooled,
                "set_aside": written.set_aside,
                "dagster/partition_row_count": written.inserted + written.updated,
            }
        )

    def load_input(self, context: dg.InputContext) -> Any:
        """The rows of the asset's table as a DataFrame. Raises WarehouseError when it cannot be read."""
        import pandas

        table = context.asset_key.to_user_string()
        where = str((context.definition_metadata or {}).get("where", ""))
        return pandas.DataFrame(self.warehouse.warehouse.read(table, where=where))
