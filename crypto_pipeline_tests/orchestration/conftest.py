"""Runs whose outcome several tests look at: made once, and only read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import dagster as dg
import pytest

from crypto_pipeline.monitoring import heartbeat
from crypto_pipeline.schema.jobs import HISTORICAL_JOB, UI_JOB
from crypto_pipeline.schema.rows import Quote
from crypto_pipeline.sources.kit import Endpoint, Payload, Provider, Rows, each
from crypto_pipeline_tests.collection.collected import exchange, index
from crypto_pipeline_tests.holding import held_by_another_process
from crypto_pipeline_tests.orchestration.bank import Bank, bank


@dataclass(frozen=True)
class Run:
    bank: Bank
    result: dg.ExecuteInProcessResult
    heartbeats: tuple[str, ...] = ()
    """The addresses that were asked to say that it went well."""


def odd_exchange() -> Endpoint:
    """One whose price of ETH cannot be true."""
    provider = Provider("odd", "https://odd.example")

    @provider.endpoint(Quote, "/ticker")
    def ticker(payload: Payload) -> Rows:
        return each(payload.items(), lambda pair, price: Quote(pair, last="-1" if pair == "ETH-USD" else price))

    return provider.endpoints[0]


@pytest.fixture(scope="session")
def first_run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """The first of a new data bank: two exchanges answer, a third with a price that cannot be true, and a fourth refuses."""
    endpoints = [exchange("one"), exchange("two"), odd_exchange(), exchange("ill"), index("sentiment")]
    asked: list[str] = []
    patch = pytest.MonkeyPatch()
    patch.setattr(heartbeat, "beat", asked.append)
    patch.setenv("CRYPTO_PIPELINE_HEARTBEAT_URL", "https://uptime.example/ping")
    with bank(tmp_path_factory.mktemp("first_run"), endpoints, "ill.example=451", is_new=True) as data:
        try:
            result = data.run(UI_JOB)
        finally:
            patch.undo()  # before the other tests of this session
        yield Run(data, result, tuple(asked))


@pytest.fixture(scope="session")
def failed_run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """Of two tables one is stored, and of the other every source failed."""
    with bank(tmp_path_factory.mktemp("failed_run"), [exchange("ill"), index("sentiment")], "ill.example=503") as data:
        yield Run(data, data.run(HISTORICAL_JOB))


@pytest.fixture(scope="session")
def run_beside_a_holder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """While another program holds the database; afterwards what waited is merged."""
    with bank(tmp_path_factory.mktemp("held"), [exchange("one")], held=False) as data:
        with held_by_another_process(data.settings.database):
            result = data.run(UI_JOB)
        data.warehouse.drain()
        yield Run(data, result)
