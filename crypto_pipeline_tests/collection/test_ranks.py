"""Which requests go first when not all can be out at once."""

from __future__ import annotations

from crypto_pipeline.collection.endpoint_order import rank_of
from crypto_pipeline.sources.kit import discover
from crypto_pipeline_tests.collection.collected import exchange


def test_the_shortest_cadence_goes_first() -> None:
    assert [rank_of(exchange("alone", cadence=minutes)) for minutes in (5, 15, 60)] == [5, 15, 60]


def test_exchange_rates_go_before_all_because_others_wait_for_them() -> None:
    ranks = {"exchange_rates" in endpoint.tables: set[float]() for endpoint in discover()}
    for endpoint in discover():
        ranks["exchange_rates" in endpoint.tables].add(rank_of(endpoint))
    assert max(ranks[True]) < min(ranks[False])
