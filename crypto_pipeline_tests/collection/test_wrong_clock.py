"""A clock of this machine that is wrong is its own fault: no source is called stale, or of another shape, for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime

import pytest

from crypto_pipeline.collection.collector import Collector, stream
from crypto_pipeline.collection.health import EndpointState
from crypto_pipeline.collection.http.client import Client
from crypto_pipeline.collection.http.messages import Attempt
from crypto_pipeline.collection.normalise.context import NormalisationContext
from crypto_pipeline.collection.plan import CollectionPlan
from crypto_pipeline.collection.results import EndpointResult, Failure
from crypto_pipeline.collection.wrong_clock import asks_by_the_clock, clock_ahead, of_the_clock
from crypto_pipeline.replay.server import ServedRequest, ServedResponse, running_server
from crypto_pipeline.schema.clock import utc_now
from crypto_pipeline.schema.outcomes import Outcome
from crypto_pipeline.schema.rows import Metric
from crypto_pipeline.sources.kit import Context, Endpoint, Payload, Provider, RequestSpec, Rows, each
from crypto_pipeline.sources.symbols import Universe
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


def with_failures(*failures: Failure, outcome: Outcome = Outcome.STALE, learnt: bool = True) -> EndpointResult:
    before = EndpointState(consecutive_failures=3, outcome="stale")
    remembered = EndpointState(consecutive_failures=4, outcome="stale") if learnt else None
    now = utc_now()
    return EndpointResult(
        index("mood"), outcome, now, now, "old", failures=list(failures), before=before, remembered=remembered
    )


def failed(off: timedelta | None, outcome: Outcome = Outcome.STALE) -> Failure:
    return Failure("", outcome, "old", utc_now(), clock_off=off)


@pytest.mark.parametrize(
    ("off", "ahead", "explained"),
    [
        (HOUR, 3600.0, True),
        (HOUR, 3599.0, False),  # it is later than the clock explains
        (HOUR, -7200.0, False),
        (-HOUR, -3600.0, True),
        (-HOUR, -3599.0, False),
        (-HOUR, 7200.0, False),
        (timedelta(0), 3600.0, False),  # on the very bound no clock has to be wrong
        (timedelta(0), -3600.0, False),
        (None, 3600.0, False),
    ],
)
def test_a_failure_is_the_clocks_where_that_is_off_by_enough_to_the_same_side(
    off: timedelta | None, ahead: float, explained: bool
) -> None:
    made = of_the_clock(with_failures(failed(off)), ahead)
    assert (made.outcome is Outcome.CLOCK_WRONG) is explained
    assert made.remembered
    assert made.remembered.consecutive_failures == (3 if explained else 4)
    if explained:
        side = "ahead" if ahead > 0 else "behind"
        assert made.error == f"the clock of this machine is 3600 s {side} by the answers of most hosts: old"


def test_another_failure_stays_the_source_s_and_the_outcome_with_it() -> None:
    made = of_the_clock(with_failures(failed(HOUR), failed(None, Outcome.SERVER_ERROR)), 7200)
    assert [one.outcome for one in made.failures] == [Outcome.CLOCK_WRONG, Outcome.SERVER_ERROR]
    assert (made.outcome, made.error) == (Outcome.STALE, "old")
    assert made.remembered
    assert made.remembered.consecutive_failures == 4


def test_a_source_that_gave_what_it_should_stays_well_whatever_one_of_its_answers_was() -> None:
    made = of_the_clock(with_failures(failed(HOUR), outcome=Outcome.OK), 7200)
    assert (made.outcome, [one.outcome for one in made.failures]) == (Outcome.OK, [Outcome.CLOCK_WRONG])


def test_of_a_source_of_which_nothing_was_learnt_nothing_is_remembered() -> None:
    assert of_the_clock(with_failures(failed(HOUR), learnt=False), 7200).remembered is None


def test_what_no_clock_explains_is_left_as_it_was() -> None:
    late = with_failures(failed(None))
    assert of_the_clock(late, 7200) is late
    assert of_the_clock(late, 7200, asked_by_it=True).outcome is Outcome.CLOCK_WRONG


@pytest.mark.parametrize(("seconds", "asks"), [(599.0, False), (600.0, False), (660.0, True), (-660.0, True)])
def test_a_source_that_is_asked_for_a_window_is_asked_by_the_clock_beyond_its_tolerance(
    seconds: float, asks: bool
) -> None:
    now = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)
    assert asks_by_the_clock(windowed("mood"), Context(Universe(), now), seconds) is asks
    assert not asks_by_the_clock(index("mood"), Context(Universe(), now), seconds)


def test_the_right_time_is_before_that_of_a_clock_that_is_ahead() -> None:
    """An hour later it would ask for another day; an hour earlier for the same."""
    now = datetime(2026, 11, 23, 23, 30, tzinfo=timezone.utc)
    assert asks_by_the_clock(daily("mood"), Context(Universe(), now), -3600)
    assert not asks_by_the_clock(daily("mood"), Context(Universe(), now), 3600)


def test_the_clocks_of_four_hosts_prove_nothing() -> None:
    made = collected(10 * DAY, HOUR, hosts=3)
    assert made.outcomes["mood.index"] is Outcome.STALE


def windowed(name: str) -> Endpoint:
    """A source that is asked for what came since an hour ago."""
    return asked_with(name, lambda context: {"since": f"{context.now - HOUR:%Y-%m-%dT%H:%M}"})


def daily(name: str) -> Endpoint:
    """A source that is asked for a day."""
    return asked_with(name, lambda context: {"day": f"{context.now:%Y-%m-%d}"})


def asked_with(name: str, params: Callable[[Context], Mapping[str, str]]) -> Endpoint:
    provider = Provider(name, f"https://{name}.example")

    @provider.endpoint(Metric, "/index", name="index", requests=lambda context: [RequestSpec(params=params(context))])
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


def test_a_failure_that_was_explained_by_the_clock_is_not_explained_twice() -> None:
    """Who answers late is judged when its answer comes, and again with all others."""
    now = utc_now()
    failure = Failure("", Outcome.STALE, "it is an hour old", now, clock_off=HOUR)
    result = EndpointResult(index("mood"), Outcome.STALE, now, now, failure.error, failures=[failure])
    once = of_the_clock(result, 7200)
    assert once.outcome is Outcome.CLOCK_WRONG
    assert of_the_clock(once, 7201) == once
