"""The IO manager: how the rows of an asset reach DuckDB. https://docs.dagster.io/guides/build/io-managers

Belongs here: merging an output, reading an input, the counts that Dagster shows.
Does not belong here: how rows are merged (warehouse/merging.py, warehouse/own_tables.py), what the rows mean (collection/).
"""

from typing import TYPE_CHECKING, Any

import dagster as dg

from crypto_pipeline.orchestration.asset_keys import is_ours, table_of
from crypto_pipeline.orchestration.resources import WarehouseResource
from crypto_pipeline.orchestration.runs import stamped
from crypto_pipeline.schema.clock import utc_now
from crypto_pipeline.settings import parts_of

if TYPE_CHECKING:
    from crypto_pipeline.warehouse import Warehouse


class WarehouseIOManager(dg.ConfigurableIOManager):
    """Merges rows by key into the table that has the asset's name; nothing is written for nothing.

    Takes a list of dicts or a DataFrame under the column names of the table. As an input it gives the table's rows as
    a DataFrame, or those that satisfy the SQL condition in the input's metadata ``where``.

    An asset that is none of ours has its table in the schema ``own``, or in one named by all of its key but the last part.
    Each of its runs replaces the table, unless the asset's metadata has a ``key``, column names separated by commas: then
    rows with that key are replaced and the others stay.

    :param key_prefix: what the keys of our own tables begin with, as in ``crypto/bank``.
    """

    warehouse: WarehouseResource  # Dagster reads this as it stands: not as a string, as with deferred annotations
    key_prefix: str = ""

    def handle_output(self, context: dg.OutputContext, rows: Any) -> None:
        """Write rows into the table of the asset. Raises WarehouseError when they can go neither there nor to the spool."""
        if rows is None:
            return
        table = self._ours(context.asset_key)
        if table is None:
            self._write_own(context, rows)
            return
        now = utc_now()
        warehouse = self.warehouse.warehouse
        written = warehouse.merge({table: stamped(rows, table, context.run_id, now)})[table]
        context.add_output_metadata(
            {
                "inserted": written.inserted,
                "updated": written.updated,
                "unchanged": written.unchanged,
                "spooled": written.spooled,
                "set_aside": written.set_aside,
                "dagster/partition_row_count": written.inserted + written.updated,
                **_row_count(warehouse, table),
            }
        )

    def load_input(self, context: dg.InputContext) -> Any:
        """The rows of the asset's table as a DataFrame. Raises WarehouseError when it cannot be read."""
        import pandas

        where = str((context.definition_metadata or {}).get("where", ""))
        table = self._ours(context.asset_key)
        if table is not None:
            return pandas.DataFrame(self.warehouse.warehouse.read(table, where=where))
        from crypto_pipeline.warehouse import own_tables

        return pandas.DataFrame(own_tables.read(self.warehouse.file, *_place(context.asset_key), where))

    def _ours(self, key: dg.AssetKey) -> str | None:
        """The table of ours that this asset is; None when it is none."""
        return table_of(key) if is_ours(key, parts_of(self.key_prefix)) else None

    def _write_own(self, context: dg.OutputContext, rows: Any) -> None:
        import pandas

        from crypto_pipeline.warehouse import own_tables

        frame = rows if isinstance(rows, pandas.DataFrame) else pandas.DataFrame(rows)
        if frame.columns.empty:
            return  # nothing, not even columns: the table stays as it is
        schema, table = _place(context.asset_key)
        key = [one.strip() for one in str((context.definition_metadata or {}).get("key", "")).split(",") if one.strip()]
        if missing := [one for one in key if one not in frame.columns]:
            raise dg.Failure(
                f"The key of {context.asset_key.to_user_string()} names {missing[0]!r}, and its rows have no such column."
            )
        if key:
            count = own_tables.merge(self.warehouse.file, schema, table, frame, key)
        else:
            count = own_tables.replace(self.warehouse.file, schema, table, frame)
        context.add_output_metadata(
            {
                "dagster/row_count": count,
                "dagster/partition_row_count": len(frame),
                "dagster/table_name": f"{schema}.{table}",
            }
        )


def _place(key: dg.AssetKey) -> tuple[str, str]:
    from crypto_pipeline.warehouse.own_tables import SCHEMA

    *schema, table = key.path
    return "_".join(schema) or SCHEMA, table


def _row_count(warehouse: "Warehouse", table: str) -> dict[str, int]:
    """The size of the table, from the file's statistics; not while somebody else holds it."""
    from crypto_pipeline.warehouse import WarehouseError, health_queries

    try:
        return {"dagster/row_count": health_queries.row_count(warehouse, table)}
    except WarehouseError:
        return {}
