"""A collection that can be stopped from outside: ``python -m crypto_pipeline_tests.collection.slow_run GATEWAY SECONDS HOSTS``.

It asks many hosts once and prints what became of it as JSON: the outcome of each endpoint, the tables that have rows, the
seconds that the process lost. Its first line says that it is about to ask.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from datetime import datetime, timezone
from functools import partial

from crypto_pipeline.collection.collector import Collector, stream
from crypto_pipeline.collection.http.client import Client
from crypto_pipeline.collection.normalise.context import NormalisationContext
from crypto_pipeline.collection.plan import CollectionPlan
from crypto_pipeline.sources.kit import Endpoint
from crypto_pipeline_tests.collection.collected import exchange, index
from crypto_pipeline_tests.peak import peak_bytes

HOSTS = 100
REQUEST_SECONDS = 3.0


def endpoints(hosts: int) -> list[Endpoint]:
    """Exchanges at hosts of their own, and a few sources of sentiment."""
    return [*(exchange(f"exchange{number}") for number in range(hosts - 5)), *(index(f"index{n}") for n in range(5))]


def client(gateway: str) -> Client:
    return Client(gateway_url=gateway, user_agent="test", request_seconds=REQUEST_SECONDS)


def run(gateway: str, seconds: float, asked: Sequence[Endpoint]) -> dict[str, object]:
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


if __name__ == "__main__":
    declared = endpoints(int(sys.argv[3]))
    print("ready", flush=True)
    print(json.dumps(run(sys.argv[1], float(sys.argv[2]), declared)))
