"""Lists of markets that nobody has asked for yet: they are asked before the pages of a back-fill are counted.

Belongs here: which lists are missing, asking for them, storing what they say.
Does not belong here: what their dates do to a series (collection/backfill/listing.py), the plan
(orchestration/backfill_planning.py).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from crypto_pipeline.collection.backfill.listing import PERPETUAL, MarketKey
from crypto_pipeline.collection.log import pause_rows
from crypto_pipeline.orchestration.resources import Sources
from crypto_pipeline.orchestration.runs import stamped_tables
from crypto_pipeline.schema.clock import utc_now
from crypto_pipeline.schema.jobs import BACKFILL_JOB
from crypto_pipeline.schema.rows import Listing
from crypto_pipeline.sources.kit import Endpoint
from crypto_pipeline.warehouse import Warehouse

TABLE = "listings"
SECONDS = 30.0
"""For all lists; one that has not come by then is asked for the next time."""
KEPT_OF_THE_LOG = ("connection_attempts", "source_health")
"""What others must know of these requests. It was no collection: the tables that count those say nothing of it."""


def missing_lists(
    markets: Iterable[MarketKey | None], there: Collection[tuple[str, str]], on: Iterable[Endpoint]
) -> list[Endpoint]:
    """The lists that are missing, among endpoints that are on.

    :param markets: those whose past is wanted.
    :param there: sources and kinds of markets of which there is a list.
    """
    wanted = {source for source, kind, _ in filter(None, markets) if (source, kind) not in there}
    return [one for one in on if Listing in one.rows and one.provider.source.removesuffix(f"_{PERPETUAL}") in wanted]


def ask_lists(endpoints: Sequence[Endpoint], sources: Sources, store: Warehouse, run_id: str) -> None:
    """Ask for these lists and store them. One that does not come changes nothing.

    Raises RowsLost where they could be kept nowhere.
    """
    from crypto_pipeline.collection.collector import Collector, stream
    from crypto_pipeline.orchestration.planning import collection_plan, previous_state

    settings = sources.settings
    previous = previous_state(store, sources.declared, settings.region)
    plan = collection_plan(endpoints, {TABLE}, SECONDS, settings=settings, declared=sources.declared, previous=previous)
    collector = Collector(plan)
    for _ in stream(collector, sources.client):
        pass  # they are in collector.batches
    log = sources.log_rows(collector, BACKFILL_JOB, registry=False)
    tables = {name: log[name] for name in KEPT_OF_THE_LOG if name in log}
    tables["host_pauses"] = pause_rows(collector.results)
    if (batch := collector.batches.get(TABLE)) and batch.has_data:
        tables[TABLE] = [*batch.rows]
    store.merge(stamped_tables(tables, run_id, utc_now()))
