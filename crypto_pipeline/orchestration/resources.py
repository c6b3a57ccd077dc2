"""Resources: what assets are given to work with. https://docs.dagster.io/guides/build/external-resources

Belongs here: the sources, the database and the reporter as Dagster sees them.
Does not belong here: the plan of a collection (orchestration/planning.py), asking (collection/), storing (warehouse/), writing modes (schema/tables/).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import dagster as dg
from dagster_duckdb import DuckDBResource

from crypto_pipeline import logs
from crypto_pipeline.schema.jobs import UI_JOB
from crypto_pipeline.schema.tables import DATA_TABLES
from crypto_pipeline.settings import Settings, SettingsError, load_settings, words_in

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from crypto_pipeline.collection.collector import Collector
    from crypto_pipeline.collection.http.client import Client
    from crypto_pipeline.collection.normalise.context import TableRow
    from crypto_pipeline.collection.plan import CollectionPlan
    from crypto_pipeline.collection.regions.division import Division
    from crypto_pipeline.collection.results import EndpointResult, TableBatch
    from crypto_pipeline.sources.kit import Endpoint
    from crypto_pipeline.warehouse import FileWarehouse, Warehouse
    from crypto_pipeline.warehouse.engines import Storage


_ADDRESSES = {"": ""}
"""With their passwords, by what is shown of them: Dagster makes resources anew from what it shows."""


def hub_of(settings: Settings) -> str:
    """The shared PostgreSQL of these settings as a WarehouseResource has it: its password is remembered here."""
    hub = settings.hub_name
    _ADDRESSES[hub] = settings.hub_url
    return hub


class WarehouseResource(DuckDBResource):
    """The DuckDB file, with the PostgreSQL that it follows where one is set. ``warehouse`` merges and reads; ``get_connection`` gives a write connection for own assets.

    dagster-duckdb's own connection retries a locked file for more than a minute and stays open after an exception; ours
    waits ``lock_seconds`` and is closed whatever happens.
    """

    lock_seconds: float = 3.0
    demo: bool = False
    hub: str = ""
    """The PostgreSQL that the file follows, without its password: Dagster shows what is here."""
    region: str = ""
    """Of this machine."""

    @property
    def warehouse(self) -> Warehouse:
        """The warehouse of these settings."""
        return self._warehouse(self.lock_seconds)

    @property
    def file(self) -> FileWarehouse:
        """The same, with the DuckDB file itself: for tables of people's own."""
        from crypto_pipeline.warehouse.engines import file_for

        return file_for(self._storage(self.lock_seconds))

    @property
    def impatient(self) -> Warehouse:
        """The same for questions that need no answer while somebody else holds the file: DatabaseBusy is raised at once."""
        return self._warehouse(lock_seconds=0)

    @contextmanager
    def get_connection(self) -> Iterator[DuckDBPyConnection]:
        """A write connection to the file. Raises DatabaseBusy, DatabaseUnusable."""
        from crypto_pipeline.warehouse.engines import file_for

        with file_for(self._storage(self.lock_seconds)).connection() as connection:
            yield connection

    def _warehouse(self, lock_seconds: float) -> Warehouse:
        from crypto_pipeline.warehouse.engines import warehouse_for

        return warehouse_for(self._storage(lock_seconds))

    def _storage(self, lock_seconds: float) -> Storage:
        from crypto_pipeline.warehouse.engines import Storage

        return Storage(Path(self.database), lock_seconds, self.demo, _ADDRESSES[self.hub], self.region)


@dg.resource(description="Closes what a step left open, when the run is over.")
def ending(context: dg.InitResourceContext) -> Iterator[ExitStack]:
    """Dagster drops a step's generator when storing one of its outputs fails; from Python 3.13 on nothing closes it then.

    What a step registers here is closed at the end of the run whatever happened: locks, the database, the log.
    """
    with ExitStack() as stack:
        yield stack


class Sources:
    """The declared sources and the client that asks them.

    :param declared: the endpoints; all of sources/providers unless given.
    :param only_sources: of these only those with this id or provider are asked.
    :param only_tables: only these tables are collected.
    :raises SettingsError: nobody knows a source or a table that is named.
    """

    def __init__(
        self,
        settings: Settings,
        declared: Sequence[Endpoint] | None = None,
        *,
        only_sources: str = "",
        only_tables: str = "",
    ) -> None:
        self.settings = settings
        self._declared = declared
        self._only_sources = words_in(only_sources)
        self._only_tables = words_in(only_tables)

    @property
    def declared(self) -> Sequence[Endpoint]:
        """The endpoints that may be asked: those given, else all of sources/providers."""
        from crypto_pipeline.sources.kit import discover

        return discover() if self._declared is None else self._declared

    def narrowed(self, tables: Collection[str]) -> set[str]:
        """Those of the tables that this launch wants. Raises SettingsError for one that is not collected."""
        for name in self._only_tables:
            if name not in DATA_TABLES:
                raise SettingsError(
                    f"tables: {name!r} is no table that is collected; those are {', '.join(DATA_TABLES)}."
                )
        return set(tables) & set(self._only_tables) if self._only_tables else set(tables)

    def endpoints(self, tables: Collection[str], *, quick: bool) -> list[Endpoint]:
        """The endpoints that are on and feed these tables; ``quick`` leaves out those of the 15-minute cadence.

        Raises UnknownSourceError, UnknownCoinError, and SettingsError for a source that this launch names and nobody knows.
        """
        from crypto_pipeline.collection.selection import endpoints_for, unknown_source

        for name in self._only_sources:
            if not any(name in {one.id, one.provider.name} for one in self.declared):
                raise SettingsError(f"sources: {unknown_source(name, [one.id for one in self.declared])}")
        endpoints = endpoints_for(tables, self.declared, self.settings, quick=quick)
        wished = set(self._only_sources)
        return [one for one in endpoints if not wished or not wished.isdisjoint({one.id, one.provider.name})]

    def plan(
        self, tables: Collection[str], job: str, warehouse: Warehouse, division: Division | None = None
    ) -> CollectionPlan:
        """What a collection of these tables is to do, with what earlier runs left behind.

        Raises UnknownSourceError, UnknownCoinError.

        :param division: which hosts fall to this region; None where there are no several.
        """
        from crypto_pipeline.orchestration.planning import collection_plan, previous_state, sources_of
        from crypto_pipeline.orchestration.regions import ours

        quick = job == UI_JOB
        return collection_plan(
            ours(self.endpoints(sources_of(tables), quick=quick), division),
            tables,
            self.settings.ui_seconds if quick else self.settings.historical_seconds,
            settings=self.settings,
            declared=self.declared,
            previous=previous_state(warehouse, self.declared, self.settings.region),
            division=division,
        )

    def log_rows(self, collector: Collector, job: str, *, registry: bool = True) -> dict[str, list[TableRow]]:
        """The rows of a collection for every table that is not an asset of its own.

        :param registry: with what is declared; of several regions one writes it, or each would undo what the other wrote.
        """
        from crypto_pipeline.collection.http.gateway import gateway_of
        from crypto_pipeline.collection.log import log_rows
        from crypto_pipeline.collection.registry import registry_rows

        gateway = gateway_of(self.settings.gateway_url).address or None
        rows = log_rows(collector.results, collector.rotations, collector.turns, job=job, gateway=gateway)
        return {**rows, **(registry_rows(self.declared, self.settings) if registry else {})}

    def client(self) -> Client:
        """The client that asks them, to be opened by whoever uses it."""
        from crypto_pipeline.collection.http.client import Client
        from crypto_pipeline.collection.http.identity import user_agent

        settings = self.settings
        return Client(
            gateway_url=settings.gateway_url,
            user_agent=user_agent(settings.contact),
            request_seconds=settings.request_seconds,
        )

    def client_from(self, spent: Mapping[str, list[tuple[datetime, int]]]) -> Callable[[], Client]:
        """Makes the client of a back-fill, which counts what an earlier one asked for just before."""

        def client() -> Client:
            made = self.client()
            made.goes_on_from(spent)
            return made

        return client


def configurable_sources(settings: Settings) -> dg.ResourceDefinition:
    """The declared sources, which a launch may narrow: ``resources: sources: config: {symbols: BTC, sources: kraken}``."""

    @dg.resource(
        description="The sources that are asked. A launch may be narrowed to some coins, sources or tables.",
        config_schema={
            "symbols": dg.Field(
                str, default_value="", description="Coins to keep: BTC,ETH. Empty: those of the settings."
            ),
            "sources": dg.Field(
                str,
                default_value="",
                description="Sources to ask: provider or provider.endpoint. Empty: all that are on.",
            ),
            "tables": dg.Field(
                str, default_value="", description="Tables to collect: market_prices. Empty: those of the job."
            ),
        },
    )
    def sources(context: dg.InitResourceContext) -> Sources:
        wished = context.resource_config
        ours = settings
        if wished["symbols"]:
            ours = load_settings(**{**settings.model_dump(), "symbols": wished["symbols"]})
        return Sources(ours, only_sources=wished["sources"], only_tables=wished["tables"])

    return sources


class Reporter:
    """Hears what happens while a collection runs. This one writes log lines; the command line has one with a bar."""

    def begins(self, endpoints: list[Endpoint]) -> None:
        """A collection is about to ask these."""

    def finished(self, batch: TableBatch) -> None:
        """A table is done, with data or without."""

    def changed(self, result: EndpointResult) -> None:
        """An endpoint that was done turned out otherwise when all were."""

    def answered(self, result: EndpointResult) -> None:
        """An endpoint is done: one line, a warning when it failed. Called from the collection's thread."""
        fields = {
            "endpoint": result.endpoint.id,
            "outcome": result.outcome.value,
            "status_code": result.status_code,
            "milliseconds": round(result.milliseconds, 1),
            "rows": result.row_count,
            "rejected": result.rejected_count,
        }
        why = f": {result.error}" if result.error else ""
        level = logging.WARNING if result.failed else logging.INFO
        logs.log.log(level, "%s %s%s", result.endpoint.id, result.outcome, why, extra=fields)
