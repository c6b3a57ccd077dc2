"""Figures of chains day by day: charts that take turns, days that ended and days that began."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from crypto_pipeline.schema.rows import ChainMetric
from crypto_pipeline.sources.kit import Context, Endpoint, RequestSpec, discover
from crypto_pipeline.sources.symbols import Universe

NOON = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)


def the(endpoint_id: str) -> Endpoint:
    return next(endpoint for endpoint in discover() if endpoint.id == endpoint_id)


def test_the_charts_of_blockchain_com_take_turns_and_each_has_one_in_seven_hours() -> None:
    charts = the("blockchain_info.charts")
    asked = [charts.requests_in(Context(Universe(), NOON + timedelta(hours=hour))) for hour in range(7)]
    assert all(len(requests) == 1 for requests in asked)
    all_of_them = charts.requests_in(Context(Universe(), NOON, on_purpose=True))
    assert {spec.values["chart"] for (spec,) in asked} == {spec.values["chart"] for spec in all_of_them}
    assert len(all_of_them) == 7


@pytest.mark.parametrize(
    ("title", "metric", "value", "unit"),
    [
        ("Unique Addresses Used", "active_addresses", 5.0, "count in a day"),
        ("Average Block Size (MB)", "block_size", 5e6, "bytes"),
        ("A new title", "hash_rate", 5e12, "H/s"),
    ],
    ids=["said", "in bytes", "asked for"],
)
def test_a_chart_is_the_one_that_it_says_else_the_one_that_was_asked_for(
    title: str, metric: str, value: float, unit: str
) -> None:
    payload = {"status": "ok", "name": title, "values": [{"x": 1795392000, "y": 5}]}
    spec = RequestSpec("hash-rate", values={"chart": "hash-rate"})
    assert list(the("blockchain_info.charts").parse(payload, spec)) == [
        ChainMetric("bitcoin", metric, value, unit, 1795392000)
    ]


def test_the_hash_rate_of_a_day_is_told_when_it_is_over() -> None:
    """The very first is told at the time of the first block, which is of that day."""
    midnight, first_block = 1795392000, 1231006505
    days = [{"timestamp": first_block, "avgHashrate": 7e6}, {"timestamp": midnight, "avgHashrate": 1e21}]
    rows = list(the("mempool_space.hashrate").parse({"hashrates": days}))
    assert [row.timestamp for row in rows if isinstance(row, ChainMetric)] == [1230940800, midnight - 86_400]
