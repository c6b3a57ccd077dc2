"""A run as its process sees it, without Dagster."""

from __future__ import annotations

import uuid
from datetime import datetime, timezone
from pathlib import Path

from crypto_pipeline.collection.collector import Collector, stream
from crypto_pipeline.orchestration.resources import Sources
from crypto_pipeline.orchestration.runs import stamped_tables
from crypto_pipeline.schema.jobs import UI_JOB
from crypto_pipeline.schema.rows import Quote
from crypto_pipeline.settings import Settings
from crypto_pipeline.sources.kit import Budget, Endpoint, Payload, Provider, Rows, each
from crypto_pipeline.warehouse.engines import warehouse_for


def endpoints() -> list[Endpoint]:
    """Four of one host, which may be asked six times a minute, and one of another."""
    small = Provider("small", "https://small.example", budget=Budget(6, 60))
    large = Provider("large", "https://large.example")
    for provider, names in ((small, ("one", "two", "three", "four")), (large, ("ticker",))):
        for name in names:

            @provider.endpoint(Quote, f"/{name}", name=name)
            def parser(payload: Payload) -> Rows:
                return each(payload.items(), lambda pair, price: Quote(pair, last=price))

    return [*small.endpoints, *large.endpoints]


def run(folder: Path, gateway: str) -> dict[str, str]:
    """The outcome of each endpoint."""
    settings = Settings(data_dir=folder, gateway_url=gateway, request_seconds=5, _env_file=None)
    sources, warehouse = Sources(settings, endpoints()), warehouse_for(settings)
    collector = Collector(sources.plan({"market_prices"}, UI_JOB, warehouse))
    for _ in stream(collector, sources.client):
        pass
    rows = sources.log_rows(collector, UI_JOB)
    warehouse.merge(stamped_tables(rows, str(uuid.uuid4()), datetime.now(timezone.utc)))
    return {result.endpoint.id: result.outcome.value for result in collector.results}
