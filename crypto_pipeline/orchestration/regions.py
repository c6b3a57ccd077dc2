"""What a run does beside others when several regions share the data bank.

Belongs here: what falls to it, what it tells the other regions, the consensus of all.
Does not belong here: the division as the shared rows have it (databank/regions.py), how hosts are divided and what counts as a
refusal (collection/regions/), SQL (warehouse/region_queries.py).

The consensus of a tick is made by each region that has answered in it, of all answers that are there by then. Whoever stores its
answers last sees those of all: what it makes is whole, and a row that is made of fewer regions never takes its place. When
answers come late, because a line was cut, the next run of any region makes the consensus of that tick again.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from crypto_pipeline.schema.clock import utc_now
from crypto_pipeline.warehouse import Warehouse, WarehouseError, region_queries

if TYPE_CHECKING:
    from crypto_pipeline.collection.health import States
    from crypto_pipeline.collection.normalise.context import TableRow
    from crypto_pipeline.collection.normalise.rejections import Rejected
    from crypto_pipeline.collection.regions.division import Division
    from crypto_pipeline.collection.results import EndpointResult
    from crypto_pipeline.sources.kit import Endpoint

log = logging.getLogger(__name__)

TICKS_AT_ONCE = 50
"""Of which the consensus is made again in one run; more only when a line was cut for hours."""


def ours(endpoints: Iterable[Endpoint], division: Division | None) -> list[Endpoint]:
    """The endpoints that fall to this region."""
    return [one for one in endpoints if division is None or division.is_ours(one)]


def tried_again(states: States, endpoints: Iterable[Endpoint], division: Division | None) -> States:
    """The states without the pauses of hosts that have refused this region and may be tried again now.

    They belong to it again, so nobody else asks them: a pause of its own that lasts longer would leave them to nobody.
    """
    hosts = division.tried_again if division else frozenset()
    ids = {one.id for one in endpoints if one.host in hosts}
    return {
        endpoint: replace(state, not_before=None, breaker="closed" if state.breaker == "closed" else "half_open")
        if endpoint in ids
        else state
        for endpoint, state in states.items()
    }


@dataclass(frozen=True, slots=True)
class RegionalRun:
    """A run of one of several regions."""

    division: Division
    tick: datetime
    warehouse: Warehouse
    run_id: str
    other_coins: Collection[tuple[str, str]] = ()
    """Sources with the symbol of a coin by which they mean another one."""

    def begins(self, job: str, endpoints: Iterable[Endpoint]) -> None:
        """Tell the others that this region is at work."""
        now = utc_now()
        hosts = len({one.host for one in endpoints})
        if self.division.region not in self.division.awake:
            log.info("The others divide all sources among themselves: this region has its part from the next tick on.")
        awake = ",".join(sorted(self.division.awake))
        self._store("region_ticks", [{"began_at": now, "job": job, "awake": awake, "hosts": hosts}])

    def refused(self, results: Iterable[EndpointResult]) -> None:
        """Tell the others which hosts this region cannot ask."""
        from crypto_pipeline.collection.regions.refusals import refusal_rows

        rows = [
            # Who refuses again while another should ask it does not begin a new day: nobody would know of the old one.
            row
            for row in refusal_rows(results, utc_now())
            if (self.division.region, row["host"]) not in self.division.refused
        ]
        for row in rows:
            log.info("%s is left to another region for a day (%s).", row["host"], row["outcome"])
        self._store("region_refusals", rows)

    def consensus(self, prices: Sequence[Mapping[str, Any]]) -> tuple[list[TableRow], list[Rejected]]:
        """Store what the sources of this region said, and make the consensus of all that is known of the tick by then.

        Returns consensus_prices rows, and the prices of all regions that were left out.

        :param prices: market_prices rows.
        """
        from crypto_pipeline.collection.regions.answers import answer_rows

        earlier = [row for row in self._answers(self.tick) if row["region"] == self.division.region]
        said = answer_rows(prices, self.tick, earlier)
        self._store("price_answers", said)
        others = [row for row in self._answers(self.tick) if row["region"] != self.division.region]
        return self._made(self.tick, [*others, *({**row, "region": self.division.region} for row in said)])

    def settle(self) -> None:
        """Make the consensus of earlier ticks again for which answers have come since."""
        try:
            for tick in region_queries.unsettled_ticks(self.warehouse, self.tick, TICKS_AT_ONCE):
                made, _ = self._made(tick, self._answers(tick))
                self._store("consensus_prices", made)
        except WarehouseError as error:
            log.warning("The consensus of earlier ticks is left to the next run: %s", error)

    def _made(self, tick: datetime, answers: Sequence[Mapping[str, Any]]) -> tuple[list[TableRow], list[Rejected]]:
        from crypto_pipeline.collection.normalise.consensus import consensus
        from crypto_pipeline.collection.regions.answers import prices_of

        made, outliers = consensus(prices_of(answers), tick, self.other_coins)
        regions = len({row["region"] for row in answers})
        return [{**row, "regions": regions} for row in made], outliers

    def _answers(self, tick: datetime) -> list[dict[str, Any]]:
        try:
            return region_queries.answers(self.warehouse, tick)
        except WarehouseError as error:
            log.warning("The answers of other regions cannot be read now; the next run counts them: %s", error)
            return []

    def _store(self, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
        from crypto_pipeline.orchestration.runs import stamped

        if rows:
            self.warehouse.merge({table: stamped(rows, table, self.run_id, utc_now())})
