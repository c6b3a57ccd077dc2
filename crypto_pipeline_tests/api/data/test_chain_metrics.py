"""Figures of chains over HTTP: of a metric, a chain or a source, over any time, page by page."""

from __future__ import annotations

from crypto_pipeline_tests.api.data.asking import Data
from crypto_pipeline_tests.api.data.rows import at, chain_metric


def test_figures_are_told_newest_first_page_by_page(data: Data) -> None:
    data.store(chain_metrics=[chain_metric(name, 1.0, at(days=-ago)) for ago in range(4) for name in ("mvrv", "nvt")])
    wanted = [(at(days=-ago).isoformat(), name) for ago in range(4) for name in ("mvrv", "nvt")]
    seen, path = [], "chain-metrics?limit=3"
    while path:
        page = data.get(path)
        seen += [(one["timestamp"], one["metric_name"]) for one in page["chain_metrics"]]
        path = (page["next"] or "").rpartition("/")[2]
    assert seen == wanted


def test_figures_are_those_of_what_is_asked_for(data: Data) -> None:
    data.store(
        chain_metrics=[
            chain_metric("mvrv", 0.9, at(days=-4000), licence="CC BY-NC 4.0"),
            chain_metric("mvrv", 1.1, at(days=-4000), source="b"),
            chain_metric("mvrv", 1.2, at(days=-4000), blockchain="ethereum"),
            chain_metric("nvt", 60.0, at(days=-4000)),
            chain_metric("mvrv", 1.7),
        ]
    )
    question = "chain-metrics?name=mvrv&blockchain=bitcoin&source=a"
    assert data.get(f"{question}&from=2015-01-01&to=2016-12-31")["chain_metrics"] == [
        {
            "blockchain": "bitcoin",
            "metric_name": "mvrv",
            "value": 0.9,
            "unit": "ratio",
            "timestamp": at(days=-4000).isoformat(),
            "source": "a",
            "licence": "CC BY-NC 4.0",
        }
    ]
    assert [one["value"] for one in data.get(question)["chain_metrics"]] == [1.7, 0.9]
    assert len(data.get("chain-metrics?name=mvrv")["chain_metrics"]) == 4
    assert data.get("chain-metrics?name=sopr")["chain_metrics"] == []
