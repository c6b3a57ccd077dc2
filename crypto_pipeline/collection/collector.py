"""A collection: many endpoints asked at once, tables handed over as soon as their own endpoints are done.

Belongs here: what is asked, pools and fail-over, when a table is finished, the collection's deadline.
Does not belong here: one endpoint's requests and answers (collection/endpoint_run.py), what a finished table holds
(collection/finishing.py), storing (the warehouse), runs (Dagster).
"""

from __future__ import annotations

import logging
import queue
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import datetime
from functools import partial

import anyio
from anyio.from_thread import start_blocking_portal

from crypto_pipeline.collection import health, rotation
from crypto_pipeline.collection.endpoint_order import Clock, EndpointOrder
from crypto_pipeline.collection.endpoint_run import EndpointRun, Fetch
from crypto_pipeline.collection.finishing import (
    feeding_prices,
    finished_consensus,
    finished_table,
    outliers_by_endpoint,
    said_prices,
    turn_after,
)
from crypto_pipeline.collection.garbage import seldom_searched
from crypto_pipeline.collection.health import NOTHING, EndpointState
from crypto_pipeline.collection.hearing import Hear, hearing
from crypto_pipeline.collection.http.attention import Attention
from crypto_pipeline.collection.http.client import Client
from crypto_pipeline.collection.key_gate import NO_KEYS, KeyGate
from crypto_pipeline.collection.normalise import consensus, market_rows
from crypto_pipeline.collection.normalise.context import TableRow
from crypto_pipeline.collection.normalise.rates import best_rates
from crypto_pipeline.collection.normalise.rejections import Rejected
from crypto_pipeline.collection.plan import CollectionPlan
from crypto_pipeline.collection.results import EndpointResult, Rotation, TableBatch, Turn, with_rejected, without_keys
from crypto_pipeline.collection.room import QuarantineRoom, RowRoom, WaitingRoom
from crypto_pipeline.collection.wrong_clock import asks_by_the_clock, clock_ahead, of_the_clock
from crypto_pipeline.schema.clock import utc_now
from crypto_pipeline.schema.outcomes import NOT_ASKED, SUCCESSES, Outcome
from crypto_pipeline.sources.kit import Context, Endpoint

log = logging.getLogger(__name__)

RATES_TAKE_AT_MOST = 20.0
"""Seconds that an answer waits for an exchange rate: as long as a source of rates may take."""
LAG_WORTH_A_WORD, LAG_SHARE = 10.0, 0.25
"""Seconds, and part of a collection, that this machine may be away before it says that it is too slow."""
DERIVED = frozenset({consensus.TABLE})
Deliver = Callable[[list[TableBatch]], None]


class Collector:
    """One collection. ``stream`` runs it in a thread of its own and gives tables as they are finished."""

    def __init__(
        self,
        plan: CollectionPlan,
        *,
        on_result: Callable[[EndpointResult], None] = lambda result: None,
        on_change: Callable[[EndpointResult], None] = lambda result: None,
        clock: Clock = utc_now,
    ) -> None:
        self.plan = plan
        self._on_result = on_result
        self._on_change = on_change
        self._clock = clock
        self._attention = Attention(work=time.thread_time)
        self.results: list[EndpointResult] = []
        self._noted: set[str] = set()
        """Ids of the endpoints that have a result."""
        self.rotations: list[Rotation] = []
        self.turns: list[Turn] = []
        self.batches: dict[str, TableBatch] = {}
        """What is finished, by table."""
        self._quarantine_room = QuarantineRoom()
        self._row_room = RowRoom()
        self._waiting_room = WaitingRoom()
        self._gate = KeyGate(plan.keys.values())
        self._gates = _gates_of_hosts(plan)
        self._host_pauses = dict(plan.host_pauses)
        self._rates = dict(plan.context.usd_per_unit)
        self._rate_rows = list(plan.rates)
        self._prices = dict(plan.context.prices)
        self._waiting = {
            table: {endpoint.id for endpoint in plan.endpoints if table in endpoint.tables} for table in plan.tables
        }
        if "consensus_prices" in self._waiting:
            self._waiting["consensus_prices"] = {e.id for e in plan.endpoints if market_rows.MARKET in e.tables}

    async def run(self, fetch: Fetch, deliver: Deliver) -> None:
        """Ask everything and deliver each table once, as soon as its endpoints are done or the time is over."""
        self._new_rates = anyio.Event()
        async with self._attention:
            with seldom_searched(), self._attention.timeout(self.plan.seconds):
                async with anyio.create_task_group() as group:
                    for unit in _units(self.plan.endpoints):
                        group.start_soon(self._ask_until_one_answers, unit, fetch, deliver)
            self._warn_of_lag()
            self._blame_clock()
        if leftover := self.finish():
            deliver(leftover)

    def heed(self, pauses: Mapping[str, datetime]) -> None:
        """Ask no further endpoint of hosts that want a pause, as another process was told meanwhile."""
        for host, until in pauses.items():
            self._host_pauses[host] = max(until, self._host_pauses.get(host, until))

    def finish(self) -> list[TableBatch]:
        """The tables that are still waited for, with what came for them: when the time is over, or somebody asks to stop."""
        return [self._finish(table) for table in sorted(self._waiting, key=lambda t: (t in DERIVED, t))]

    @property
    def lag_seconds(self) -> float:
        """Seconds of the collection in which this machine did not run it: stopped, asleep, or busy with other things."""
        return self._attention.lost_seconds

    def _warn_of_lag(self) -> None:
        whole = self._attention.seconds + self.lag_seconds
        if self.lag_seconds >= LAG_WORTH_A_WORD and self.lag_seconds >= whole * LAG_SHARE:
            log.warning(
                "This machine is too slow: of the %.0f s of this collection it was away for %.0f s.",
                whole,
                self.lag_seconds,
                extra={"lag_seconds": round(self.lag_seconds, 1)},
            )

    def _blame_clock(self) -> None:
        """Say that this machine's clock is wrong where it is, and count its failures for no source."""
        ahead = clock_ahead(self.results)
        if ahead is None:
            return
        judged = [self._of_the_clock(result, ahead) for result in self.results]
        for before, result in zip(self.results, judged, strict=True):
            if result is not before:
                self._on_change(result)
        self.results = judged
        log.warning(
            "The clock of this machine is wrong: by the answers of most hosts it is %.0f s %s. Times of rows are as wrong, "
            "and what sources say seems too old, or of the future.",
            abs(ahead),
            "ahead" if ahead > 0 else "behind",
        )

    def _of_the_clock(self, result: EndpointResult, ahead: float) -> EndpointResult:
        if not result.failures:
            return result
        context = Context(self.plan.context.universe, result.started_at, self.plan.intervals)
        return of_the_clock(result, ahead, asked_by_it=asks_by_the_clock(result.endpoint, context, ahead))

    async def _ask_until_one_answers(self, unit: list[Endpoint], fetch: Fetch, deliver: Deliver) -> None:
        """A single endpoint, or the members of a pool one after another; once one has answered the rest stand by."""
        members = rotation.in_turn(unit, self.plan.states, self.plan.turns, self._clock())
        failed: EndpointResult | None = None
        settled = False
        try:
            for member in members:
                if settled:
                    self._note(self._not_asked(member, Outcome.STANDBY, "another member of its pool answered"))
                    continue
                result = await self._ask(member, fetch)
                if result.was_asked:
                    self._rotate(failed, result)
                settled = result.succeeded or result.outcome is Outcome.NOT_DUE
                failed = None if settled else result
        finally:
            for member in members:
                if member.id not in self._noted:
                    reason = "the collection ended before its turn"
                    self._note(self._not_asked(member, Outcome.OUT_OF_TIME, reason))
            self._pass_on(unit)
            ready = [self._finish(table) for table in self._tables_without_waiting()]
            if ready:
                deliver(ready)

    async def _ask(self, endpoint: Endpoint, fetch: Fetch) -> EndpointResult:
        state = self.plan.states.get(endpoint.id, NOTHING)
        now = self._clock()
        paused = self._host_pauses.get(endpoint.host)
        reason = health.reason_not_to_ask(endpoint, state, now, paused, self.plan.answered_elsewhere.get(endpoint.id))
        reason = reason or await self._claim(endpoint)
        if reason:
            result = self._not_asked(endpoint, *reason)
            self._note(result)
            return result
        cut_short: Outcome | None = Outcome.OUT_OF_TIME
        lost = self._attention.lost_seconds
        run = EndpointRun(self._order(endpoint, state, now))
        try:
            await run.run(fetch)
            cut_short = None
        finally:
            lag = (self._attention.lost_seconds - lost) * 1000
            result = without_keys(replace(run.result(cut_short), lag_milliseconds=lag), self._gate)
            if result.failures and (ahead := clock_ahead([*self.results, result])):
                result = self._of_the_clock(result, ahead)
            result = self._quarantine_room.kept_of(result)
            if self.plan.locks:
                self.plan.locks.release(endpoint.id, result.outcome, result.finished_at)
            self._note(result)
        return result

    def _order(self, endpoint: Endpoint, state: EndpointState, now: datetime) -> EndpointOrder:
        context = replace(self.plan.context, fetched_at=now, usd_per_unit=self._rates, prices=self._prices)
        return EndpointOrder(
            endpoint=endpoint,
            context=Context(context.universe, now, self.plan.intervals),
            normalisation=context,
            state=state,
            key=self.plan.keys.get(endpoint.key.env, "") if endpoint.key else "",
            budget=self.plan.budgets.get(endpoint.host),
            gate=self._gates.get(endpoint.host, NO_KEYS),
            remember_answer=self.plan.tables.issuperset(endpoint.tables),
            clock=self._clock,
            until_readable=partial(self._until_rate_is_known, endpoint.provider.local_money),
            waiting_room=self._waiting_room,
            row_room=self._row_room,
        )

    async def _claim(self, endpoint: Endpoint) -> tuple[Outcome, str] | None:
        """Why an endpoint is left to another run that is asking it at this moment; None when it is ours to ask."""
        locks = self.plan.locks
        left = await locks.claim(endpoint.id) if locks else None
        if left is None:
            return None
        if left.outcome is None or left.at is None:
            return Outcome.NOT_DUE, "another run is asking it"
        asked = f"another run asked it {(self._clock() - left.at).total_seconds():.1f} s ago"
        if left.outcome in SUCCESSES:
            return Outcome.NOT_DUE, f"{asked} and has its answer"
        return Outcome.BACKING_OFF, f"{asked} and failed: {left.outcome}"

    async def _until_rate_is_known(self, currency: str | None) -> None:
        """Let the answer of an exchange in local money wait for the rate of that money, should it be on its way.

        Only the very first collections come here: later ones know the rates of the earlier.
        """

        def is_on_its_way() -> bool:
            return bool(currency and currency not in self._rates and self._waiting.get("exchange_rates"))

        if not is_on_its_way():
            return
        with self._attention.timeout(RATES_TAKE_AT_MOST):
            while is_on_its_way():
                await self._new_rates.wait()

    def _not_asked(self, endpoint: Endpoint, outcome: Outcome, reason: str) -> EndpointResult:
        now = self._clock()
        state = self.plan.states.get(endpoint.id, NOTHING)
        learnt = health.next_state(state, health.Event(outcome, now)) if outcome in NOT_ASKED else state
        return EndpointResult(endpoint, outcome, now, now, reason, before=state, remembered=learnt)

    def _rotate(self, failed: EndpointResult | None, result: EndpointResult) -> None:
        """Note that another member of a pool is asked than before: than a moment ago, or than in the last run."""
        endpoint = result.endpoint
        last = self.plan.turns.last.get(endpoint.pool or "")
        if failed:
            reason = f"failed: {failed.outcome}: {failed.error or ''}".rstrip(": ")
            self.rotations.append(
                Rotation(endpoint.pool or "", failed.endpoint.id, endpoint.id, reason, result.started_at)
            )
        elif last and last != endpoint.id:
            reason = rotation.why_planned(endpoint, last, self.plan.states, result.started_at)
            self.rotations.append(Rotation(endpoint.pool or "", last, endpoint.id, reason, result.started_at))

    def _pass_on(self, unit: list[Endpoint]) -> None:
        turn = turn_after(unit, self.results, self.plan.turns)
        if turn:
            self.turns.append(turn)

    def _note(self, result: EndpointResult) -> None:
        self.results.append(result)
        self._noted.add(result.endpoint.id)
        if rates := result.rows.get("exchange_rates"):
            self._rate_rows += rates
            self._rates |= best_rates(self._rate_rows)
        for row in result.rows.get(market_rows.MARKET, ()):
            self._prices.setdefault(row["symbol"], row["price_usd"])
        for waiting in self._waiting.values():
            waiting.discard(result.endpoint.id)
        if "exchange_rates" in result.endpoint.tables:
            self._new_rates.set()
            self._new_rates = anyio.Event()
        self._on_result(result)

    def _tables_without_waiting(self) -> list[str]:
        """Those whose endpoints are all done; what is made of another table comes after it."""
        return sorted((t for t, waiting in self._waiting.items() if not waiting), key=lambda t: (t in DERIVED, t))

    def _finish(self, table: str) -> TableBatch:
        """Take a table off the list of those that are waited for; the outliers among prices go to the sources' results."""
        del self._waiting[table]
        if table == consensus.TABLE and self.plan.consensus_of_regions:
            batch = TableBatch(table, [], feeding_prices(self.results))
        elif table != consensus.TABLE:
            batch = finished_table(table, self.results, self.plan.recent_articles)
        else:
            batch, outliers = finished_consensus(self.results, self.plan.latest, self._clock(), self.plan.other_coins)
            self._note_outliers(outliers)
        self.batches[table] = batch
        return batch

    def prices(self) -> list[TableRow]:
        """What the sources of prices said, for a consensus: market_prices rows."""
        return said_prices(feeding_prices(self.results), self.plan.latest)

    def reject_outliers(self, outliers: Iterable[Rejected]) -> None:
        """Note the prices that were left out of a consensus as rejected, where their sources were asked here."""
        self._note_outliers(outliers_by_endpoint(outliers, feeding_prices(self.results)))

    def _note_outliers(self, by_endpoint: Mapping[str, list[Rejected]]) -> None:
        self.results = [with_rejected(one, by_endpoint.get(one.endpoint.id, ())) for one in self.results]


def stream(
    collector: Collector, open_client: Callable[[], AbstractAsyncContextManager[Client]], hear: Hear | None = None
) -> Iterator[list[TableBatch]]:
    """Run a collection in a thread of its own and give tables as they are finished, those that are ready at once together.

    Storing a table thus never holds up the requests of another. Closing the iterator ends the collection; what came until
    then is in ``collector.batches`` and what ``collector.finish`` adds.

    :param hear: what other processes are told of pauses meanwhile.
    """
    finished: queue.SimpleQueue[list[TableBatch] | None] = queue.SimpleQueue()

    async def run() -> None:
        try:
            async with open_client() as client, hearing(hear, collector.heed, client.leave_alone):
                client.goes_on_from(collector.plan.spent)
                await collector.run(client.fetch, finished.put)
        finally:
            finished.put(None)

    with start_blocking_portal() as portal:
        running = portal.start_task_soon(run)
        more = True
        while more:
            batches, more = _all_that_is_ready(finished)
            if batches:
                yield batches
        running.result()


def _all_that_is_ready(finished: queue.SimpleQueue[list[TableBatch] | None]) -> tuple[list[TableBatch], bool]:
    """Wait for the next tables and take all that came meanwhile; False when these were the last."""
    batches: list[TableBatch] = []
    item = finished.get()
    while item is not None:
        batches += item
        try:
            item = finished.get_nowait()
        except queue.Empty:
            return batches, True
    return batches, False


def _gates_of_hosts(plan: CollectionPlan) -> dict[str, KeyGate]:
    """By host what takes the keys out that are sent there."""
    keys: dict[str, list[str]] = {}
    for endpoint in plan.endpoints:
        if endpoint.key:
            keys.setdefault(endpoint.host, []).append(plan.keys.get(endpoint.key.env, ""))
    return {host: KeyGate(of_host) for host, of_host in keys.items()}


def _units(endpoints: Iterable[Endpoint]) -> list[list[Endpoint]]:
    """Pools, and endpoints that stand alone; those of the shortest interval first, should a host's budget be short."""
    units: dict[str, list[Endpoint]] = {}
    for endpoint in sorted(endpoints, key=lambda endpoint: endpoint.cadence):
        units.setdefault(endpoint.pool or endpoint.id, []).append(endpoint)
    return list(units.values())
