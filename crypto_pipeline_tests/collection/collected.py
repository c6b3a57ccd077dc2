"""A collection over a real loopback server, with sources of the tests' own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from crypto_pipeline.collection.collector import Collector, stream
from crypto_pipeline.collection.endpoint_order import Clock
from crypto_pipeline.collection.health import States
from crypto_pipeline.collection.http.client import Client
from crypto_pipeline.collection.log import log_rows, states_from
from crypto_pipeline.collection.normalise.context import NormalisationContext
from crypto_pipeline.collection.plan import CollectionPlan
from crypto_pipeline.collection.results import EndpointResult, TableBatch
from crypto_pipeline.replay.faults import FaultPlan, faulty
from crypto_pipeline.replay.server import App, ServedRequest, ServedResponse, running_server
from crypto_pipeline.schema.clock import utc_now
from crypto_pipeline.schema.outcomes import Outcome
from crypto_pipeline.schema.rows import Metric, Quote
from crypto_pipeline.sources.kit import Endpoint, Payload, Provider, Rows, each

NOBODY = "http://127.0.0.1:9"
"""Nothing listens on the port for discarding."""


@dataclass
class Collected:
    """What a collection gave, table by table in the order in which they came."""

    batches: list[TableBatch]
    collector: Collector
    requests: list[ServedRequest]

    @property
    def tables(self) -> list[str]:
        return [batch.table for batch in self.batches]

    def batch(self, table: str) -> TableBatch:
        return next(batch for batch in self.batches if batch.table == table)

    def result(self, endpoint: str) -> EndpointResult:
        return next(result for result in self.collector.results if result.endpoint.id == endpoint)

    def rows(self, table: str) -> list[dict[str, Any]]:
        """The rows of a log or state table."""
        done = self.collector
        return log_rows(done.results, done.rotations, done.turns, job="test", gateway=None)[table]

    @property
    def memory(self) -> States:
        """What the next collection remembers of the endpoints of this one."""
        return states_from(self.rows("source_health"))

    @property
    def outcomes(self) -> dict[str, Outcome]:
        return {result.endpoint.id: result.outcome for result in self.collector.results}


def exchange(name: str, **options: Any) -> Endpoint:
    """An exchange that answers {"BTC-USD": "90500"}."""
    provider = Provider(name, f"https://{name}.example", source=options.pop("source", ""))

    @provider.endpoint(Quote, "/ticker", **options)
    def ticker(payload: Payload) -> Rows:
        return each(payload.items(), lambda pair, price: Quote(pair, last=price))

    return provider.endpoints[0]


def index(name: str, **options: Any) -> Endpoint:
    """A source of sentiment that answers {"value": 20, "at": time or null}."""
    provider = Provider(name, f"https://{name}.example")

    @provider.endpoint(Metric, "/index", name="index", **options)
    def parser(payload: Payload) -> Rows:
        return [Metric("fear_greed_index", payload["value"], "index 0-100", timestamp=payload["at"])]

    return provider.endpoints[0]


def answer(body: object, **headers: str) -> ServedResponse:
    return ServedResponse(200, {"content-type": "application/json", **headers}, json.dumps(body).encode())


def usual_answers(request: ServedRequest) -> ServedResponse:
    if request.path.endswith("/index"):
        return answer({"value": 20, "at": None})
    return answer({"BTC-USD": "90500", "ETH-USD": "3050"})


def collect(
    endpoints: Iterable[Endpoint],
    app: App = usual_answers,
    *,
    faults: Iterable[str] = (),
    tables: Iterable[str] = ("market_prices", "cached_market_data", "consensus_prices", "sentiment_metrics"),
    seconds: float = 20,
    request_seconds: float = 20,
    on_batches: Callable[[list[TableBatch]], None] = lambda batches: None,
    clock: Clock = utc_now,
    offline: bool = False,
    **plan: Any,
) -> Collected:
    """Run one collection to its end."""
    endpoints = tuple(endpoints)
    context = plan.pop("context", None) or NormalisationContext(datetime.now(timezone.utc))
    order = CollectionPlan(endpoints, frozenset(tables), seconds, context, **plan)
    requests: list[ServedRequest] = []

    def noted(request: ServedRequest) -> ServedResponse:
        requests.append(request)
        return broken(request)

    broken = faulty(app, FaultPlan(faults))
    with running_server(noted) as gateway:
        collector = Collector(order, clock=clock)
        batches: list[TableBatch] = []

        def client() -> Client:
            return Client(
                gateway_url=NOBODY if offline else gateway,
                user_agent="test",
                request_seconds=request_seconds,
                back_off_seconds=0.01,
            )

        for ready in stream(collector, client):
            on_batches(ready)
            batches += ready
    return Collected(batches, collector, requests)
