"""A collection that can be stopped from outside: a process of its own, which asks many hosts once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timezone
from functools import partial
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

from crypto_pipeline.collection.collector import Collector, stream
from crypto_pipeline.collection.http.client import Client
from crypto_pipeline.collection.normalise.context import NormalisationContext
from crypto_pipeline.collection.plan import CollectionPlan
from crypto_pipeline.sources.kit import Endpoint
from crypto_pipeline_tests.collection.collected import exchange, index
from crypto_pipeline_tests.forked import CONTEXT
from crypto_pipeline_tests.peak import peak_bytes

HOSTS = 100
REQUEST_SECONDS = 3.0


def endpoints(hosts: int) -> list[Endpoint]:
    """Exchanges at hosts of their own, and a few sources of sentiment."""
    return [*(exchange(f"exchange{number}") for number in range(hosts - 5)), *(index(f"index{n}") for n in range(5))]


def client(gateway: str) -> Client:
    return Client(gateway_url=gateway, user_agent="test", request_seconds=REQUEST_SECONDS)


def run(gateway: str, seconds: float, asked: Sequence[Endpoint]) -> dict[str, Any]:
    """The outcome of each endpoint, the tables that have rows, the seconds that the process lost, what memory it took."""
    plan = CollectionPlan(
        tuple(asked),
        frozenset({"market_prices", "sentiment_metrics", "consensus_prices"}),
        seconds,
        NormalisationContext(datetime.now(timezone.utc)),
    )
    collector = Collector(plan)
    tables = [batch.table for batches in stream(collector, partial(client, gateway)) for batch in batches if batch.rows]
    return {
        "outcomes": {result.endpoint.id: result.outcome.value for result in collector.results},
        "attempts": [attempt.outcome.value for result in collector.results for _, attempt in result.attempts],
        "errors": [result.error for result in collector.results if result.error],
        "milliseconds": max(a.milliseconds for result in collector.results for _, a in result.attempts),
        "lag_milliseconds": max(result.lag_milliseconds for result in collector.results),
        "tables": sorted(tables),
        "lost": collector.lag_seconds,
        "peak_bytes": peak_bytes(),
    }


def tell(line: Connection, gateway: str, seconds: float, hosts: int) -> None:
    asked = endpoints(hosts)
    line.send("ready")
    line.send(run(gateway, seconds, asked))


@contextmanager
def about_to_ask(gateway: str, seconds: float, hosts: int) -> Iterator[tuple[BaseProcess, Connection]]:
    """The process, and where it says what became of it: see ``run``."""
    ours, theirs = Pipe()
    process = CONTEXT.Process(target=tell, args=(theirs, gateway, seconds, hosts))
    process.start()
    theirs.close()
    try:
        assert ours.recv() == "ready"
        yield process, ours
    finally:
        process.kill()
        process.join()
