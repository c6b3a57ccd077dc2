"""How close a collection comes to its slowest answer: ``python bench/collection.py`` takes half a minute.

A replay server answers like every source, each host with a latency of its own. No collection can be faster than its
slowest answer; a bare httpx client that sends the same requests all at once shows what the machine itself costs. Ratios
are printed, because seconds depend on the machine and on what else it does.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from statistics import median
from urllib.parse import urlencode, urlsplit

import anyio
import httpx

from crypto_pipeline.collection.collector import CollectionPlan, Collector
from crypto_pipeline.collection.http.budgets import Window
from crypto_pipeline.collection.http.client import Client
from crypto_pipeline.collection.http.gateway import to_gateway
from crypto_pipeline.collection.http.messages import Answer, Attempt, Request
from crypto_pipeline.collection.normalise.context import NormalisationContext
from crypto_pipeline.collection.selection import endpoints_for
from crypto_pipeline.replay.faults import latency
from crypto_pipeline.schema.tables import TABLES
from crypto_pipeline.settings import Settings
from crypto_pipeline.sources.kit import discover

WAITS_FOR_BUDGET = Settings.model_fields["request_seconds"].default
"""A request that would have to wait longer is not sent."""


@contextmanager
def replay_server(seed: int, speed: float) -> Iterator[str]:
    """A replay in a process of its own, as in the demo."""
    command = [sys.executable, "-m", "crypto_pipeline", "replay", "--seed", str(seed), "--speed", str(speed)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        try:
            yield json.loads(process.stdout.readline())["url"]
        finally:
            process.terminate()


def everything(settings: Settings) -> CollectionPlan:
    """One collection of every source that is on and needs no key."""
    endpoints = tuple(endpoints_for(TABLES, discover(), settings, quick=False))
    return CollectionPlan(
        endpoints=endpoints,
        tables=frozenset(table for endpoint in endpoints for table in endpoint.tables),
        seconds=settings.historical_seconds,
        around=NormalisationContext(datetime.now(timezone.utc)),
    )


async def collect(plan: CollectionPlan, gateway: str) -> tuple[float, list[Request], Collector]:
    """Seconds of a collection, the requests it sent, and what became of them."""
    sent: list[Request] = []
    collector = Collector(plan)
    async with Client(user_agent="bench", gateway_url=gateway) as client:

        async def fetch(request: Request, record: Callable[[Attempt], None]) -> Answer:
            sent.append(request)
            return await client.fetch(request, record)

        started = time.perf_counter()
        await collector.run(fetch, lambda batches: None)
        return time.perf_counter() - started, sent, collector


async def send_at_once(requests: list[Request], gateway: str) -> float:
    """Seconds of bare clients, one for each host, that send the same requests all at once and read what comes."""
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    hosts = {host_of(request) for request in requests}
    clients = {host: httpx.AsyncClient(limits=limits, timeout=60, trust_env=False, verify=False) for host in hosts}

    async def send(request: Request) -> None:
        url = request.url + (f"?{urlencode(request.params)}" if request.params else "")
        answer = await clients[host_of(request)].request(request.method, to_gateway(url, gateway), json=request.json)
        if "json" in answer.headers.get("content-type", ""):
            answer.json()

    started = time.perf_counter()
    async with anyio.create_task_group() as group:
        for request in requests:
            group.start_soon(send, request)
    return time.perf_counter() - started


def host_of(request: Request) -> str:
    return urlsplit(request.url).netloc


def bounds(requests: list[Request], seed: int, speed: float) -> tuple[float, float]:
    """The slowest answer, and the last answer that can be had when every host's budget is kept to."""
    windows: dict[str, Window] = {}
    slowest = last = 0.0
    for request in requests:
        window = windows.setdefault(host_of(request), Window(request.budget))
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
    chosen = options.parse_args()
    settings = Settings(_env_file=None)
    with replay_server(chosen.seed, chosen.speed) as gateway:
        collections, bare = [], []
        for _ in range(chosen.rounds):
            seconds, sent, collector = anyio.run(collect, everything(settings), gateway)
            collections.append(seconds)
            bare.append(anyio.run(send_at_once, sent, gateway))
    slowest, last = bounds(sent, chosen.seed, chosen.speed)
    print(f"{len(sent)} requests to {len({host_of(request) for request in sent})} hosts")
    print(f"slowest answer              {slowest:6.2f} s")
    print(f"last one within budgets     {last:6.2f} s")
    for name, seconds in (("collection", median(collections)), ("bare httpx, no budgets", median(bare))):
        print(
            f"{name:<27} {seconds:6.2f} s, {seconds / last:.2f} times the last one, {seconds / slowest:.2f} the slowest"
        )
    print(f"outcomes: {dict(Counter(str(result.outcome) for result in collector.results))}")


if __name__ == "__main__":
    main()
