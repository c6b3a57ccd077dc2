"""A clock of this machine that is wrong is its own fault: no source is called stale, or of another shape, for it."""

from __future__ import annotations

from datetime import timedelta
from email.utils import format_datetime

import pytest

from crypto_pipeline.collection.health import EndpointState
from crypto_pipeline.replay.server import ServedRequest, ServedResponse
from crypto_pipeline.schema.clock import utc_now
from crypto_pipeline.schema.outcomes import Outcome
from crypto_pipeline_tests.collection.collected import Collected, answer, collect, exchange, index

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def collected(ahead: timedelta, age: timedelta, hosts: int = 5) -> Collected:
    """A collection by a clock that is ahead, in which an index says a value of some age by the right clock."""

    def app(request: ServedRequest) -> ServedResponse:
        now = utc_now() - ahead
        date = format_datetime(now, usegmt=True)
        if request.host.startswith("mood"):
            return answer({"value": 20, "at": (now - age).timestamp()}, date=date)
        return answer({"BTC-USD": "90500"}, date=date)

    endpoints = [exchange(f"exchange{number}") for number in range(hosts)]
    state = EndpointState(consecutive_failures=3, outcome="stale")
    return collect([*endpoints, index("mood")], app, states={"mood.index": state})


@pytest.mark.parametrize(
    ("ahead", "age", "outcome"),
    [
        (timedelta(0), HOUR, Outcome.OK),
        (10 * DAY, HOUR, Outcome.CLOCK_WRONG),
        (10 * DAY, 20 * DAY, Outcome.STALE),
        (-DAY, HOUR, Outcome.CLOCK_WRONG),
        (-DAY, -2 * DAY, Outcome.UNPARSEABLE),
        (-timedelta(minutes=5), timedelta(0), Outcome.OK),
    ],
    ids=["right", "ahead", "late anyway", "behind", "of the future anyway", "within tolerance"],
)
def test_what_a_wrong_clock_explains_is_no_failure_of_the_source(
    ahead: timedelta, age: timedelta, outcome: Outcome
) -> None:
    made = collected(ahead, age)
    (result,) = [one for one in made.collector.results if one.endpoint.id == "mood.index"]
    assert result.outcome is outcome
    learnt = result.remembered
    assert learnt
    expected = {Outcome.OK: 0, Outcome.CLOCK_WRONG: 3}.get(outcome, 4)
    assert learnt.consecutive_failures == expected
    if outcome is Outcome.CLOCK_WRONG:
        assert "the clock of this machine is" in str(result.error)
        assert [failure.outcome for failure in result.failures] == [Outcome.CLOCK_WRONG]
        assert result.quarantined == []


def test_the_clocks_of_four_hosts_prove_nothing() -> None:
    made = collected(10 * DAY, HOUR, hosts=3)
    assert made.outcomes["mood.index"] is Outcome.STALE
