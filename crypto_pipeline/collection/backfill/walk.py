"""The walk through the past: page by page, the newest first, hosts side by side.

Belongs here: the order of pages, when a series or a host is left alone, handing over what came.
Does not belong here: which series there are (collection/backfill/series.py), what a page is (collection/backfill/page.py) and how
it is asked for (collection/backfill/asked_page.py), storing (the warehouse), HTTP (collection/http/client.py).
"""

from __future__ import annotations

import math
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

import anyio

from crypto_pipeline.collection.backfill.asked_page import AskedPage
from crypto_pipeline.collection.backfill.listing import is_before
from crypto_pipeline.collection.backfill.numbered import Numbers
from crypto_pipeline.collection.backfill.page import HistoryPage
from crypto_pipeline.collection.backfill.series import DAY, Series, by_host
from crypto_pipeline.collection.backfill.windows import without
from crypto_pipeline.collection.endpoint_order import EndpointOrder
from crypto_pipeline.collection.endpoint_run import Fetch
from crypto_pipeline.collection.errors import SourceError
from crypto_pipeline.collection.http.messages import Answer, Attempt
from crypto_pipeline.collection.key_gate import KeyGate
from crypto_pipeline.collection.normalise.context import NormalisationContext
from crypto_pipeline.schema.clock import utc_now
from crypto_pipeline.schema.history import PageOutcome
from crypto_pipeline.schema.outcomes import Outcome
from crypto_pipeline.sources.kit import Budget, Context, Endpoint, Span

ROWS_OF_A_BATCH = 40_000
SECONDS_OF_A_BATCH = 30.0
"""After so many rows or seconds what came is handed over to be stored."""
EMPTY_PAGES = 3
"""So many pages without an entry, one after another and older than all entries, are the time before the market existed."""
FAILURES_OF_A_HOST = 3
"""So many requests that failed one after another end a host for this run."""
SERIES_AT_ONCE = 8
"""Of one host. Each waits for its page before it asks for the next, so that it knows when to stop."""
SECONDS_TO_END = 2.0
"""How long requests that are under way get to end when the walk is over; their pages are asked for the next time."""
NOTICE_EVERY = 0.2
"""Seconds after which it is noticed at the latest that the walk is over."""
MOST_PIECES = 50
"""Of one window whose answers are cut short again and again."""
LATE = frozenset({Outcome.NO_BUDGET, Outcome.OUT_OF_TIME})
"""Outcomes that say nothing of the source: the request waits and is made again."""
WORTH_ANOTHER_TRY = frozenset({Outcome.TIMEOUT, Outcome.UNREACHABLE, Outcome.SERVER_ERROR})
LAST_PAGES = frozenset({PageOutcome.NOT_PAGED, PageOutcome.END_OF_HISTORY, PageOutcome.NO_MARKET})
"""Outcomes after which nothing older is to be had of a series."""
NO_SUCH_THING = frozenset({Outcome.CLIENT_ERROR, Outcome.ERROR_IN_BODY})
"""How sources say that they have no such market, or nothing that old."""


@dataclass(frozen=True, slots=True)
class HostPause:
    """What a host said that had too many requests."""

    endpoint: str
    told_at: datetime
    not_before: datetime


@dataclass(slots=True)
class WalkedPages:
    """What came since the last batch; it is stored as a whole or not at all."""

    pages: list[HistoryPage] = field(default_factory=list)
    attempts: list[tuple[Endpoint, str, Attempt]] = field(default_factory=list)
    pauses: dict[str, HostPause] = field(default_factory=dict)
    """By host, for those that had too many requests."""
    rows: int = 0

    def add(self, page: HistoryPage) -> None:
        """Take a page."""
        self.pages.append(page)
        self.rows += page.count


Deliver = Callable[[WalkedPages], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class WalkPlan:
    """What a back-fill is to do."""

    series: tuple[Series, ...]
    """In the order in which they are wanted; the days of a market before its hours."""
    settled: Mapping[tuple[str, str], Collection[Span]]
    """By endpoint and ask the stretches that the ledger has settled."""
    days: Mapping[tuple[str, str], Collection[Span]]
    """Of markets the stretches in which days of theirs are stored (series.market)."""
    shares: Mapping[str, Budget]
    """What each host may get; one that is not here is not asked."""
    pauses: Mapping[str, datetime]
    """Hosts that had too many requests, and until when nothing there is asked."""
    context: NormalisationContext
    keys: Mapping[str, str] = field(default_factory=dict)
    seconds: float | None = None
    """After which it stops politely."""


class Walk:
    """One back-fill. Ends when everything is asked for, when its time is over, or when ``stop`` is called."""

    def __init__(
        self,
        plan: WalkPlan,
        *,
        on_page: Callable[[HistoryPage], None] = lambda page: None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self.plan = plan
        self._on_page = on_page
        self._clock = clock
        self._began = time.monotonic()
        self._flushed = time.monotonic()
        self._batch = WalkedPages()
        self._handing_over = anyio.Lock()
        self._stopped = False
        self._failures: dict[str, int] = defaultdict(int)
        self._oldest: dict[tuple[str, str], int] = {}
        """By market the oldest entry that came: it may be older than the exchange's list says that anything is."""
        self._days = {market: list(spans) for market, spans in plan.days.items()}
        self._days_known: set[tuple[str, str]] = set()
        self._unknown: set[tuple[str, str]] = set()
        self._gate = KeyGate(plan.keys.values())
        self.ended: dict[str, str] = {}
        """Hosts that are asked no more in this run, and why."""
        self.stopped_series: dict[tuple[str, str], str] = {}
        """Series of which more is wanted and nothing more will come in this run, and why."""

    def stop(self) -> None:
        """Ask for no further page; what comes in the next two seconds is still handed over. Any thread may call it."""
        self._stopped = True

    @property
    def was_stopped(self) -> bool:
        """Whether somebody asked it to stop."""
        return self._stopped

    @property
    def is_over(self) -> bool:
        """Whether no further page is asked for."""
        return self._stopped or (self.plan.seconds is not None and time.monotonic() - self._began >= self.plan.seconds)

    async def run(self, fetch: Fetch, deliver: Deliver) -> None:
        """Ask for every page that is missing and hand over what comes, in batches."""
        self.heed(self.plan.pauses)
        try:
            async with anyio.create_task_group() as group:
                group.start_soon(self._end_in_time, group.cancel_scope)
                async with anyio.create_task_group() as hosts:
                    for markets in by_host(self.plan.series).values():
                        hosts.start_soon(self._host, markets, fetch, deliver)
                group.cancel_scope.cancel()
        finally:
            with anyio.CancelScope(shield=True):
                await self._hand_over(deliver)

    def heed(self, pauses: Mapping[str, datetime]) -> None:
        """Ask nothing more of hosts that want a pause, as this process or another was told."""
        now = self._clock()
        for host, until in pauses.items():
            if until > now:
                said = f"it had too many requests and is not asked before {until:%Y-%m-%d %H:%M} UTC"
                self.ended.setdefault(host, said)

    async def _end_in_time(self, requests: anyio.CancelScope) -> None:
        while not self.is_over:
            await anyio.sleep(NOTICE_EVERY)
        await anyio.sleep(SECONDS_TO_END)
        requests.cancel()

    async def _host(self, markets: list[list[Series]], fetch: Fetch, deliver: Deliver) -> None:
        limiter = anyio.CapacityLimiter(SERIES_AT_ONCE)

        async def one(market: list[Series]) -> None:
            async with limiter:
                for series in market:
                    ask = self._numbers if series.is_numbered else self._series
                    await ask(series, fetch, deliver)

        async with anyio.create_task_group() as group:
            for market in markets:
                group.start_soon(one, market)

    async def _series(self, wanted: Series, fetch: Fetch, deliver: Deliver) -> None:
        """All missing pages of one series, the newest first, until nothing older can be there."""
        has_entries = bool(self._days.get(wanted.market))
        empty = failed = 0
        is_known = True
        for series, window in self._windows(wanted):
            if self.is_over:
                return
            if series.market in self._unknown:
                await self._note(HistoryPage(series, window, PageOutcome.NO_MARKET, self._clock()), deliver)
                return
            if self._is_before_listing(series, window):
                await self._note(HistoryPage(series, window, PageOutcome.UNLISTED, self._clock()), deliver)
                continue
            page = await self._window(series, window, fetch, deliver, has_entries=has_entries)
            if page is None:
                return
            failed = 0 if page.is_answer else failed + 1
            is_known = is_known and not failed
            if page.outcome in LAST_PAGES or failed == FAILURES_OF_A_HOST:
                self.stopped_series[_key(series)] = page.error or str(page.outcome)
                return
            has_entries = has_entries or page.first is not None
            if page.first is not None and series.interval != "1w":
                self._oldest[series.market] = min(page.first, self._oldest.get(series.market, page.first))
            empty = 0 if page.first is not None or not has_entries else empty + 1
            if empty == EMPTY_PAGES:
                await self._note_unlisted(Span(series.reach.start, page.span.start), series, deliver)
                break
        if wanted.interval == "1d" and is_known:
            self._days_known.add(wanted.market)

    async def _numbers(self, series: Series, fetch: Fetch, deliver: Deliver) -> None:
        """All missing stretches of a series whose pages are numbered, the newest first, until nothing older can be there."""
        numbers = Numbers(series, self.plan.settled.get(_key(series), ()))
        failed = 0
        while (wanted := numbers.next) is not None:
            page = await self._page(series, wanted.missing, fetch, has_entries=wanted.number > 1, number=wanted.number)
            if page is None:
                return
            is_answer = page.is_answer or page.outcome is PageOutcome.END_OF_HISTORY
            lines = numbers.read(page) if is_answer else [numbers.failed(page)]
            for line in lines:
                await self._note(line, deliver)
            failed = 0 if is_answer else failed + 1
            if any(line.outcome in LAST_PAGES for line in lines) or failed == FAILURES_OF_A_HOST:
                self.stopped_series[_key(series)] = lines[-1].error or str(lines[-1].outcome)
                return

    def _windows(self, series: Series) -> Iterator[tuple[Series, Span]]:
        """The missing pages, the newest first; those before the market opened too, once an entry came of before that."""
        settled = self.plan.settled.get(_key(series), ())
        for window in series.missing(settled):
            yield series, window
        oldest = self._oldest.get(series.market)
        if series.uncut and series.opened and oldest is not None and is_before(oldest, series.opened):
            older = replace(series.uncut, wanted=Span(series.uncut.wanted.start, series.reach.start))
            for window in older.missing(settled):
                yield older, window

    async def _window(
        self, series: Series, window: Span, fetch: Fetch, deliver: Deliver, *, has_entries: bool
    ) -> HistoryPage | None:
        """The page of a window; where answers are cut short the last of several. None where it cannot be asked in this run."""
        last: HistoryPage | None = None
        left = [window]
        for _ in range(MOST_PIECES):
            page = await self._page(series, left[-1], fetch, has_entries=has_entries)
            if page is None:
                return None
            page = replace(page, planned=0) if last else page
            if page.outcome is PageOutcome.END_OF_HISTORY:
                page = replace(page, planned=self._planned(series, page.span))
            await self._note(page, deliver)
            first = page.first if page.first is not None else (last.first if last else None)
            last = replace(page, first=first)
            left = without(left[-1].both(series.reach), [page.span]) if page.is_answer else []
            if not left or self.is_over:
                break
        return last

    async def _note_unlisted(self, older: Span, series: Series, deliver: Deliver) -> None:
        if older:
            planned = self._planned(series, older)
            await self._note(HistoryPage(series, older, PageOutcome.UNLISTED, self._clock(), planned=planned), deliver)

    def _planned(self, series: Series, span: Span) -> int:
        """How many pages of the plan lie in a stretch."""
        missing = series.missing(self.plan.settled.get(_key(series), ()))
        return sum(1 for window in missing if window.start >= span.start and window.end <= span.end)

    def _is_before_listing(self, series: Series, window: Span) -> bool:
        """Whether the days of a market are known and none of them lies in a window: then its hours need not be asked for."""
        if series.interval in {None, "1d", "1w"} or series.market not in self._days_known:
            return False
        whole_days = Span(window.start // DAY * DAY, -(-window.end // DAY) * DAY)
        today = int(self._clock().timestamp()) // DAY * DAY
        if whole_days.end > today:
            return False  # the day that is not over has no candle yet
        return not any(whole_days.both(days) for days in self._days.get(series.market, ()))

    async def _page(
        self, series: Series, window: Span, fetch: Fetch, *, has_entries: bool, number: int = 1
    ) -> HistoryPage | None:
        """What one request gave, or how it failed. None where nothing of it can be asked in this run."""
        while not self.is_over:
            endpoint = next((one for one in series.endpoints if self._may_ask(one)), None)
            if endpoint is None:
                host = series.endpoint.host
                self.stopped_series[_key(series)] = self.ended.get(host, f"{host} has no budget left for its past")
                return None
            asked = AskedPage(series, endpoint, window, number)
            try:
                answer = await self._answer(asked, fetch)
                self._failures[endpoint.host] = 0
                return asked.read(answer, self.plan.context)
            except SourceError as error:
                if error.outcome in LATE:
                    await anyio.sleep(self._until_next(endpoint.host))
                    continue
                if error.outcome in NO_SUCH_THING:
                    if not has_entries:
                        self._unknown.add(series.market)
                    return _nothing_there(series, window, error, self._clock(), has_entries=has_entries)
                self._blame(endpoint, error)
                is_worth_it = error.outcome in WORTH_ANOTHER_TRY or endpoint.host in self.ended
                if is_worth_it and any(self._may_ask(one) for one in series.endpoints):
                    continue
                return HistoryPage(series, window, error.outcome, self._clock(), str(error))
        return None

    def _may_ask(self, endpoint: Endpoint) -> bool:
        return endpoint.host in self.plan.shares and endpoint.host not in self.ended

    def _until_next(self, host: str) -> float:
        """Seconds in which a host's share lets one request out."""
        share = self.plan.shares[host]
        return min(share.seconds / share.requests, 5.0)

    def _blame(self, endpoint: Endpoint, error: SourceError) -> None:
        host = endpoint.host
        self._failures[host] += 1
        if error.outcome is Outcome.RATE_LIMITED and error.retry_after:
            self._batch.pauses[host] = HostPause(endpoint.id, self._clock(), error.retry_after)
            self._flushed = -math.inf  # others shall know at once
        final = error.outcome in {Outcome.BLOCKED, Outcome.RATE_LIMITED, Outcome.BACKING_OFF}
        if final or self._failures[host] >= FAILURES_OF_A_HOST:
            self.ended.setdefault(host, str(error))

    async def _answer(self, asked: AskedPage, fetch: Fetch) -> Answer:
        endpoint = asked.endpoint
        order = EndpointOrder(
            endpoint.past,
            Context(self.plan.context.universe, self._clock()),
            self.plan.context,
            key=self.plan.keys.get(endpoint.key.env, "") if endpoint.key else "",
            budget=self.plan.shares[endpoint.host],
        )

        def record(attempt: Attempt) -> None:
            self._batch.attempts.append((endpoint, asked.label, attempt))

        answer = await fetch(order.request_of(asked.spec, alone=False), record)
        return replace(answer, body=self._gate.body(answer.body))

    async def _note(self, page: HistoryPage, deliver: Deliver) -> None:
        self._batch.add(page)
        if page.series.interval == "1d" and page.first is not None and page.last is not None:
            self._days.setdefault(page.series.market, []).extend(page.days)
        self._on_page(page)
        if self._is_due:
            await self._flush(deliver)

    @property
    def _is_due(self) -> bool:
        return self._batch.rows >= ROWS_OF_A_BATCH or time.monotonic() - self._flushed >= SECONDS_OF_A_BATCH

    async def _flush(self, deliver: Deliver) -> None:
        """Hand over what has come. Whoever comes meanwhile with another full batch waits, so that there is never a third."""
        with anyio.CancelScope(shield=True):
            async with self._handing_over:
                if self._is_due:
                    await self._hand_over(deliver)

    async def _hand_over(self, deliver: Deliver) -> None:
        batch, self._batch, self._flushed = self._batch, WalkedPages(), time.monotonic()
        if batch.pages or batch.attempts or batch.pauses:
            await deliver(batch)


def _key(series: Series) -> tuple[str, str]:
    """Under which the ledger has it."""
    return series.endpoint.id, series.ask


def _nothing_there(series: Series, window: Span, error: SourceError, at: datetime, *, has_entries: bool) -> HistoryPage:
    """What it means that a source refuses a window: the end of its history where it has answered newer ones."""
    if has_entries:
        older = Span(min(series.reach.start, window.start), window.end)
        return HistoryPage(series, older, PageOutcome.END_OF_HISTORY, at, str(error))
    return HistoryPage(series, window, PageOutcome.NO_MARKET, at, str(error))
