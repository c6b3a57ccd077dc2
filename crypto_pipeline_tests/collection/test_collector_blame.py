"""What is this machine's fault and no source's: it was away, or its clock is wrong."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from email.utils import format_datetime

import pytest

from crypto_pipeline.collection.collector import Collector
from crypto_pipeline.collection.normalise.context import NormalisationContext
from crypto_pipeline.collection.plan import CollectionPlan
from crypto_pipeline.replay.server import ServedRequest, ServedResponse
from crypto_pipeline.schema.clock import utc_now
from crypto_pipeline_tests.collection.collected import answer, collect, exchange


@pytest.mark.parametrize(
    ("lost", "attended", "warns"),
    [(9.9, 1.0, False), (10.0, 30.0, True), (10.0, 30.1, False), (100.0, 300.0, True), (100.0, 301.0, False)],
)
def test_a_machine_that_was_away_for_ten_seconds_and_a_quarter_of_the_time_is_said_to_be_too_slow(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, lost: float, attended: float, warns: bool
) -> None:
    collector = Collector(CollectionPlan((), frozenset(), 60, NormalisationContext(datetime.now(timezone.utc))))
    collector._attention._lost, collector._attention._attended = lost, attended
    monkeypatch.setattr(collector._attention, "_clock", lambda: collector._attention._last)
    collector._warn_of_lag()
    assert ("too slow" in caplog.text) is warns


@pytest.mark.parametrize(
    ("hosts", "off", "says"), [(5, 3600, "ahead"), (5, -3600, "behind"), (4, 3600, ""), (5, 0, "")]
)
def test_a_clock_that_is_off_those_of_most_hosts_is_said_to_be_wrong(
    caplog: pytest.LogCaptureFixture, hosts: int, off: int, says: str
) -> None:
    def app(request: ServedRequest) -> ServedResponse:
        made = utc_now() - timedelta(seconds=off)
        return answer({"BTC-USD": "90500"}, date=format_datetime(made, usegmt=True))

    collect([exchange(f"exchange{number}") for number in range(hosts)], app, tables=["market_prices"])
    said = [record.getMessage() for record in caplog.records if "clock of this machine is wrong" in record.getMessage()]
    assert [says in sentence for sentence in said] == ([True] if says else [])
