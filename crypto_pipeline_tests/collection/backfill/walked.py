"""A walk through the past of an invented exchange: over a real loopback server, or with its answers as values."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any
from urllib.parse import parse_qs, urlencode

import anyio

from crypto_pipeline.collection.backfill.page import HistoryPage
from crypto_pipeline.collection.backfill.series import Series, series_of
from crypto_pipeline.collection.backfill.streaming import stream
from crypto_pipeline.collection.backfill.walk import Deliver, Walk, WalkedPages, WalkPlan
from crypto_pipeline.collection.errors import SourceError
from crypto_pipeline.collection.http.client import Client
from crypto_pipeline.collection.http.failures import of_status
from crypto_pipeline.collection.http.messages import Answer, Attempt, Request
from crypto_pipeline.collection.normalise.context import NormalisationContext
from crypto_pipeline.replay.server import App, ServedRequest, ServedResponse, running_server
from crypto_pipeline.schema.intervals import INTERVAL_SECONDS
from crypto_pipeline.schema.outcomes import Outcome
from crypto_pipeline.schema.rows import Candle
from crypto_pipeline.sources.formats.candles import binance_candles, candle_requests
from crypto_pipeline.sources.kit import Budget, Endpoint, Key, Pages, PoolMember, Provider, Span
from crypto_pipeline.sources.symbols import Universe

NOW = datetime(2026, 3, 10, 12, 30, tzinfo=timezone.utc)
HOST = "past.example"
JSON = {"content-type": "application/json"}
PAGES = Pages(100, {"startTime": "{start_ms}", "endTime": "{last_ms}", "limit": "{size}"}, since="2025-01-01")


def unix(moment: str) -> int:
    """The unix seconds of a moment in UTC."""
    return int(datetime.fromisoformat(moment).replace(tzinfo=timezone.utc).timestamp())


def exchange(
    pages: Pages = PAGES, host: str = HOST, name: str = "past", *, source: str = "", key: Key | None = None
) -> Endpoint:
    """An exchange with a past, which nobody else knows; those of one ``source`` say the same."""
    provider = Provider(name, f"https://{host}/api", per_minute=6000, source=source, key=key)
    provider.endpoint(
        Candle,
        "/klines",
        name="candles",
        requests=candle_requests(lambda coin: f"{coin}USDT", _same(), symbol="{market}", interval="{length}"),
        cadence=15,
        history=pages,
        pool=PoolMember(source) if source else None,
        limit=100,
    )(binance_candles)
    return provider.endpoints[0]


def _same() -> Mapping[str, str]:
    return {name: name for name in INTERVAL_SECONDS}


@dataclass
class Exchange:
    """The server of the exchange: every candle from ``listed`` on, but for those in ``halts``."""

    listed: int = unix("2025-01-01")
    halts: Collection[Span] = ()
    most: int = 1000
    """Entries of one answer, the newest of the window."""
    ignores_windows: bool = False
    reaches: int = 0
    """Windows that begin before this moment are refused."""
    markets: Collection[str] = ("BTCUSDT", "ETHUSDT")
    fails: Collection[int] = ()
    """Numbers of requests, from 1, that are answered 500."""
    asked: list[dict[str, str]] = field(default_factory=list)

    def answer(self, request: ServedRequest) -> ServedResponse:
        """Candles as Binance writes them."""
        query = {name: values[0] for name, values in parse_qs(request.query).items()}
        self.asked.append(query)
        if len(self.asked) in self.fails:
            return ServedResponse(500, {}, b"{}")
        start, last = int(query["startTime"]) // 1000, int(query["endTime"]) // 1000
        if query["symbol"] not in self.markets:
            return ServedResponse(400, JSON, b'{"code": -1121, "msg": "Invalid symbol."}')
        if start < self.reaches:
            return ServedResponse(400, JSON, b'{"msg": "Candlestick too long ago."}')
        seconds = INTERVAL_SECONDS[query["interval"]]
        if self.ignores_windows:
            last = int(NOW.timestamp()) // seconds * seconds
            start = last - 99 * seconds
        opened = range(-(-max(start, self.listed) // seconds) * seconds, min(last, int(NOW.timestamp())) + 1, seconds)
        kept = [at for at in opened if not any(at in halt for halt in self.halts)][-self.most :]
        return ServedResponse(200, JSON, json.dumps([kline(at) for at in kept]).encode())

    def said(self, request: Request) -> Answer | SourceError:
        """The same as the client tells of it."""
        return said_by(self.answer, request)


def said_by(app: App, request: Request) -> Answer | SourceError:
    """What a client that asks once tells of an app's answer."""
    host, _, path = request.url.removeprefix("https://").partition("/")
    served = app(ServedRequest(request.method, f"/{host}/{path}", urlencode(request.params)))
    assert isinstance(served.body, bytes)
    if served.status >= 400:
        return of_status(host, served.status, served.body.decode())
    return Answer(served.status, served.body, JSON["content-type"], NOW)


def kline(at: int) -> list[Any]:
    """The candle that opened then; its close says when, so that rows can be told apart."""
    return [at * 1000, "1", str(at), "1", str(at), "2", 0, "3", 4]


def series(
    endpoints: Iterable[Endpoint], *, since: str, until: str, symbols: str = "BTC", intervals: str = "1d"
) -> list[Series]:
    """The series of some exchanges, the days of a market first."""
    made = series_of(
        endpoints,
        wanted=Span(unix(since), unix(until)),
        symbols=symbols.split(),
        intervals=intervals.split(),
        now=NOW,
    )
    return sorted(made, key=lambda one: -one.seconds)


def plan(
    of: Iterable[Series],
    *,
    settled: Mapping[tuple[str, str], Collection[Span]] | None = None,
    days: Mapping[tuple[str, str], Collection[Span]] | None = None,
    shares: Mapping[str, Budget] | None = None,
    symbols: str = "BTC ETH",
) -> WalkPlan:
    """What a walk is to do, where nothing is known but what is said here."""
    listed = tuple(of)
    budget = Budget(6000, 60)
    return WalkPlan(
        series=listed,
        settled=settled or {},
        days=days or {},
        shares={one.host: budget for s in listed for one in s.endpoints} if shares is None else shares,
        pauses={},
        context=NormalisationContext(NOW, Universe(frozenset(symbols.split()))),
    )


@dataclass
class Walked:
    """What a walk gave."""

    walk: Walk
    batches: list[WalkedPages]
    asked: list[Request] = field(default_factory=list)
    """Where answers were given as values."""
    most_at_once: int = 0

    @property
    def pages(self) -> list[HistoryPage]:
        """In the order in which they came."""
        return [page for batch in self.batches for page in batch.pages]

    @property
    def outcomes(self) -> list[str]:
        """Of the pages."""
        return [page.outcome.value for page in self.pages]

    @property
    def opened(self) -> list[int]:
        """When the candles opened that came, in the order of time."""
        rows = [row for page in self.pages for row in page.rows.get("cached_ohlc", ())]
        return sorted(int(row["timestamp"].timestamp()) for row in rows)

    def settled(self) -> dict[tuple[str, str], list[Span]]:
        """What the ledger would say of it."""
        known: dict[tuple[str, str], list[Span]] = {}
        for page in self.pages:
            if page.outcome.value in {"ok", "empty", "unlisted", "end_of_history"}:
                known.setdefault((page.series.endpoint.id, page.series.ask), []).append(page.span)
        return known


def walked(wanted: WalkPlan, app: App, *, stop_after: int | None = None) -> Walked:
    """Run a walk to its end over a loopback server, or stop it politely after some pages."""
    walk = _stopped_after(wanted, stop_after)
    with running_server(app) as url:
        batches = list(stream(walk, lambda: Client(user_agent="tests", gateway_url=url, back_off_seconds=0.001)))
    return Walked(walk, batches)


Says = Callable[[Request], Answer | SourceError | Awaitable[Answer]]


def walked_through(wanted: WalkPlan, says: Says, *, deliver: Deliver | None = None, walk: Walk | None = None) -> Walked:
    """Run a walk to its end, asking nobody but ``says``. A request that fails is no attempt: nothing went out."""
    done = Walked(walk or Walk(wanted, clock=lambda: NOW), [])
    at_once = 0

    async def fetch(request: Request, record: Callable[[Attempt], None]) -> Answer:
        nonlocal at_once
        done.asked.append(request)
        at_once += 1
        done.most_at_once = max(done.most_at_once, at_once)
        try:
            await anyio.lowlevel.checkpoint()
            said = says(request)
            answer = await said if isinstance(said, Awaitable) else said
        finally:
            at_once -= 1
        if isinstance(answer, SourceError):
            raise answer
        record(Attempt(1, NOW, 0, 1, request.method, HOST, request.url, Outcome.OK, answer.status_code))
        return answer

    async def keep(batch: WalkedPages) -> None:
        done.batches.append(batch)

    anyio.run(done.walk.run, fetch, deliver or keep)
    return done


def walked_in_memory(wanted: WalkPlan, app: App, *, stop_after: int | None = None) -> Walked:
    """The same without a server and a client, which is ten times quicker: for what the walk does, and nobody else."""
    return walked_through(wanted, lambda request: said_by(app, request), walk=_stopped_after(wanted, stop_after))


def _stopped_after(wanted: WalkPlan, pages: int | None) -> Walk:
    seen: list[HistoryPage] = []

    def on_page(page: HistoryPage) -> None:
        seen.append(page)
        if len(seen) == pages:
            walk.stop()

    walk = Walk(wanted, on_page=on_page, clock=lambda: NOW)
    return walk
