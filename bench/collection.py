"""How close a collection comes to its slowest answer, and what it costs: ``python bench/collection.py`` takes a minute.

A replay server in a process of its own answers like every source, each host with a latency of its own; each answer is made
once, before anything is measured, and then kept, so that the making of answers does not slow down who is measured. No
collection can be faster than its slowest answer; a bare aiohttp session that sends the same requests all at once shows what
the machine itself costs. Ratios are printed, because seconds depend on the machine and on what else it does. CPU is that
of the process that asks.
"""

from __future__ import annotations

import argparse
import asyncio
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from statistics import median
from typing import Any
from urllib.parse import urlencode, urlsplit

import aiohttp
import anyio

from crypto_pipeline.collection.collector import Collector
from crypto_pipeline.collection.http.budgets import SlidingWindow
from crypto_pipeline.collection.http.client import Client
from crypto_pipeline.collection.http.gates import MAX_IN_FLIGHT
from crypto_pipeline.collection.http.gateway import to_gateway
from crypto_pipeline.collection.http.messages import Answer, Attempt, Request
from crypto_pipeline.collection.normalise.context import NormalisationContext
from crypto_pipeline.collection.plan import CollectionPlan
from crypto_pipeline.collection.selection import endpoints_for
from crypto_pipeline.replay.app import replay_app
from crypto_pipeline.replay.faults import delayed, latency
from crypto_pipeline.replay.server import App, ServedRequest, ServedResponse, serving
from crypto_pipeline.schema.tables import TABLES
from crypto_pipeline.settings import Settings
from crypto_pipeline.sources.kit import discover

WAITS_FOR_BUDGET = Settings.model_fields["request_seconds"].default
"""A request that would have to wait longer is not sent."""


def canned(app: App) -> App:
    """The app, asked for each answer once."""
    made: dict[tuple[str, str, str, bytes], ServedResponse] = {}

    def answer(request: ServedRequest) -> ServedResponse:
        asked = (request.method, request.path, request.query, request.body)
        if asked not in made:
            made[asked] = app(request)
        return made[asked]

    return answer


async def serve(seed: int, speed: float) -> None:
    """Serve until this process is ended; the first line is the address."""
    async with serving(delayed(canned(replay_app(seed=seed)), seed, speed)) as url:
        print(url, flush=True)
        await asyncio.Event().wait()


@contextmanager
def replay_server(seed: int, speed: float) -> Iterator[str]:
    """A replay in a process of its own, as in the demo."""
    command = [sys.executable, __file__, "--serve", "--seed", str(seed), "--speed", str(speed)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


@dataclass(frozen=True, slots=True)
class Cost:
    """What something took."""

    seconds: float
    cpu: float


def cpu_seconds() -> float:
    """Of this process so far."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def measured(work: Callable[..., Coroutine[Any, Any, Any]], *args: object) -> tuple[Cost, Any]:
    """What it cost and what it gave."""
    cpu, began = cpu_seconds(), time.perf_counter()
    result = anyio.run(work, *args)
    return Cost(time.perf_counter() - began, cpu_seconds() - cpu), result


def everything(settings: Settings) -> CollectionPlan:
    """One collection of every source that is on and needs no key."""
    endpoints = tuple(endpoints_for(TABLES, discover(), settings, quick=False))
    return CollectionPlan(
        endpoints=endpoints,
        tables=frozenset(table for endpoint in endpoints for table in endpoint.tables),
        seconds=settings.historical_seconds,
        context=NormalisationContext(datetime.now(timezone.utc)),
    )


async def collect(plan: CollectionPlan, gateway: str, in_flight: int) -> tuple[list[Request], Collector]:
    """The requests that a collection sent, and what became of them."""
    sent: list[Request] = []
    collector = Collector(plan)
    async with Client(user_agent="bench", gateway_url=gateway, max_in_flight=in_flight) as client:

        async def fetch(request: Request, record: Callable[[Attempt], None]) -> Answer:
            sent.append(request)
            return await client.fetch(request, record)

        await collector.run(fetch, lambda batches: None)
    return sent, collector


async def send_at_once(requests: list[Request], gateway: str) -> None:
    """A bare session that sends the same requests all at once and reads what comes."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:

        async def send(request: Request) -> None:
            url = to_gateway(request.url + (f"?{urlencode(request.params)}" if request.params else ""), gateway)
            async with session.request(request.method, url, json=request.json) as answer:
                if "json" in answer.content_type:
                    await answer.json()
                else:
                    await answer.read()

        async with anyio.create_task_group() as group:
            for request in requests:
                group.start_soon(send, request)


def host_of(request: Request) -> str:
    return urlsplit(request.url).netloc


def bounds(requests: list[Request], seed: int, speed: float) -> tuple[float, float]:
    """The slowest answer, and the last answer that can be had when every host's budget is kept to."""
    windows: dict[str, SlidingWindow] = {}
    slowest = last = 0.0
    for request in requests:
        window = windows.setdefault(host_of(request), SlidingWindow(request.budget))
        takes = speed * latency(host_of(request), seed)
        slowest = max(slowest, takes)
        moment = window.reserve(request.weight, 0, WAITS_FOR_BUDGET)
        last = last if moment is None else max(last, moment + takes)
    return slowest, last


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--speed", type=float, default=1.0, help="times the latency of each host")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--in-flight", type=int, default=MAX_IN_FLIGHT, help="requests that are out at once")
    options.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.serve:
        anyio.run(serve, chosen.seed, chosen.speed)
        return
    settings = Settings(_env_file=None)
    collections, bare = [], []
    with replay_server(chosen.seed, chosen.speed) as gateway:
        anyio.run(collect, everything(settings), gateway, chosen.in_flight)  # every answer is made once
        for _ in range(chosen.rounds):
            cost, (sent, collector) = measured(collect, everything(settings), gateway, chosen.in_flight)
            collections.append(cost)
            bare.append(measured(send_at_once, sent, gateway)[0])
    slowest, last = bounds(sent, chosen.seed, chosen.speed)
    print(f"{len(sent)} requests to {len({host_of(request) for request in sent})} hosts, {chosen.in_flight} in flight")
    print(f"slowest answer              {slowest:6.2f} s")
    print(f"last one within budgets     {last:6.2f} s")
    bare_cpu = median(cost.cpu for cost in bare)
    for name, costs in (("collection", collections), ("bare aiohttp, no budgets", bare)):
        seconds, cpu = median(cost.seconds for cost in costs), median(cost.cpu for cost in costs)
        ratios = f"{seconds / last:.2f} times the last one, {seconds / slowest:.2f} the slowest"
        print(f"{name:<27} {seconds:6.2f} s, {ratios}; {cpu:.2f} s of CPU, {cpu / bare_cpu:.2f} times the bare session")
    print(f"this process did not run for {collector.lag_seconds:.2f} s of the last collection")
    print(f"outcomes: {dict(Counter(str(result.outcome) for result in collector.results))}")


if __name__ == "__main__":
    main()
