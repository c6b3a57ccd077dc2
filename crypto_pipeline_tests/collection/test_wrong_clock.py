"""A clock of this machine that is wrong is its own fault: no source is called stale, or of another shape, for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime

import pytest

from crypto_pipeline.collection.collector import CollectionPlan, Collector, stream
from crypto_pipeline.collection.health import EndpointState
from crypto_pipeline.collection.http.client import Client
from crypto_pipeline.collection.http.messages import Attempt
from crypto_pipeline.collection.normalise.context import NormalisationContext
from crypto_pipeline.collection.results import EndpointResult
from crypto_pipeline.collection.wrong_clock import clock_ahead
from crypto_pipeline.replay.server import ServedRequest, ServedResponse, running_server
from crypto_pipeline.schema.clock import utc_now
from crypto_pipeline.schema.outcomes import Outcome
from crypto_pipeline.schema.rows import Metric
from crypto_pipeline.sources.kit import Endpoint, Payload, Provider, RequestSpec, Rows, each
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


@pytest.mark.parametrize(("seconds", "ahead"), [(60.0, None), (60.5, 60.5), (-60.0, None), (-60.5, -60.5), (0.0, None)])
def test_a_clock_that_is_a_minute_off_is_worth_no_word(seconds: float, ahead: float | None) -> None:
    now = utc_now()
    results = [
        EndpointResult(one, Outcome.OK, now, now, attempts=[("", heard)])
        for one in (exchange(f"exchange{number}") for number in range(5))
        for heard in [Attempt(1, now, 0, 1, "GET", one.host, "", Outcome.OK, clock_ahead_seconds=seconds)]
    ]
    assert clock_ahead(results) == ahead


def test_the_clocks_of_four_hosts_prove_nothing() -> None:
    made = collected(10 * DAY, HOUR, hosts=3)
    assert made.outcomes["mood.index"] is Outcome.STALE


def windowed(name: str) -> Endpoint:
    """A source that is asked for what came since an hour ago."""
    provider = Provider(name, f"https://{name}.example")

    @provider.endpoint(
        Metric,
        "/index",
        name="index",
        requests=lambda context: [RequestSpec(params={"since": f"{context.now - HOUR:%Y-%m-%dT%H:%M}"})],
    )
    def parser(payload: Payload) -> Rows:
        return each(payload, lambda value: Metric("fear_greed_index", value, "index 0-100"))

    return provider.endpoints[0]


@pytest.mark.parametrize(("ahead", "outcome"), [(DAY, Outcome.CLOCK_WRONG), (timedelta(0), Outcome.EMPTY)])
def test_who_is_asked_for_another_time_is_not_to_blame_for_having_nothing(ahead: timedelta, outcome: Outcome) -> None:
    def app(request: ServedRequest) -> ServedResponse:
        date = format_datetime(utc_now() - ahead, usegmt=True)
        return answer([] if request.path.endswith("/index") else {"BTC-USD": "90500"}, date=date)

    made = collect([windowed("mood"), *(exchange(f"exchange{number}") for number in range(5))], app)
    assert made.outcomes["mood.index"] is outcome


def test_who_was_judged_before_the_clock_was_known_is_judged_again() -> None:
    """Its answer comes before five hosts have said what time it is."""

    def app(request: ServedRequest) -> ServedResponse:
        now = utc_now() - 10 * DAY
        date = format_datetime(now, usegmt=True)
        if request.host.startswith("mood"):
            return answer({"value": 20, "at": (now - HOUR).timestamp()}, date=date)
        return replace(answer({"BTC-USD": "90500"}, date=date), delay=0.5)

    heard: list[Outcome] = []
    endpoints = (index("mood"), *(exchange(f"exchange{number}") for number in range(5)))
    context = NormalisationContext(utc_now())
    with running_server(app) as gateway:
        collector = Collector(
            CollectionPlan(endpoints, frozenset({"sentiment_metrics"}), 20, context),
            on_result=lambda result: heard.append(result.outcome),
            on_change=lambda result: heard.append(result.outcome),
        )
        for _ in stream(collector, lambda: Client(gateway_url=gateway, user_agent="test")):
            pass
    assert (heard[0], heard[-1]) == (Outcome.STALE, Outcome.CLOCK_WRONG)
    assert [result.outcome for result in collector.results if result.endpoint.id == "mood.index"] == heard[-1:]
