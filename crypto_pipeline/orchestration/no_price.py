"""Whether a collection that asked for prices came to have any.

Belongs here: what counts as a price of this collection, and the sentence of a run that has none.
Does not belong here: a table whose every source failed (collection/results.py), how a run fails (orchestration/collection_report.py).

A list of coins that no source has is no failure of any source: they answer, and nothing in their answers is kept. Nobody
would hear of it, if the run did not end as failed.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from crypto_pipeline.collection.results import WAITS, TableBatch
from crypto_pipeline.schema.outcomes import Outcome
from crypto_pipeline.warehouse import WarehouseError

if TYPE_CHECKING:
    from crypto_pipeline.collection.plan import CollectionPlan
    from crypto_pipeline.warehouse import Warehouse

PRICES = "market_prices"
NOTHING_NEW = frozenset({Outcome.NOT_MODIFIED, *WAITS})
"""Outcomes of a source whose last price is its price still."""


def why_no_price(batches: Iterable[TableBatch], plan: CollectionPlan, warehouse: Warehouse) -> str | None:
    """The sentence of a collection that asked sources of prices, and stored and confirmed none; None when all is well.

    A price of the last half hour is one, whoever gave it: some coins are only at sources that are asked less often. So is
    an older one whose source says that nothing is new. A table that is missing has a sentence of its own.
    """
    batch = next((batch for batch in batches if batch.table == PRICES), None)
    if not batch or batch.rows or batch.is_missing:
        return None
    asked = sum(result.was_asked for result in batch.results)
    if not asked or any(row["symbol"] in plan.context.universe for row in plan.latest):
        return None
    if _confirms_a_price(batch, plan, warehouse):
        return None
    return (
        f"There is no price at all: of {asked} that were asked no source of prices has a coin that is kept"
        f" ({_coins(plan)}; CRYPTO_PIPELINE_SYMBOLS)."
    )


def _confirms_a_price(batch: TableBatch, plan: CollectionPlan, warehouse: Warehouse) -> bool:
    """Whether a source that has nothing new gave a price of these coins before; so it is while nobody can look."""
    silent = {result.endpoint.provider.source for result in batch.results if result.outcome in NOTHING_NEW}
    if not silent:
        return False
    try:
        stored = warehouse.read("cached_market_data", columns=("provider", "symbol"))
    except WarehouseError:
        return True
    return any(row["provider"] in silent and row["symbol"] in plan.context.universe for row in stored)


def _coins(plan: CollectionPlan) -> str:
    listed = plan.context.universe.listed
    return ", ".join(listed[:3]) + (f" and {len(listed) - 3} more" if len(listed) > 3 else "")
