"""What a walk does when a source fails, wants a pause or has no such thing. Answers are given here as values."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from crypto_pipeline.collection.backfill.series import Series
from crypto_pipeline.collection.backfill.walk import HostPause, Walk
from crypto_pipeline.collection.errors import SourceError
from crypto_pipeline.collection.http.messages import Answer, Request
from crypto_pipeline.schema.outcomes import Outcome
from crypto_pipeline.schema.rows import Funding
from crypto_pipeline.sources.formats.funding import funding_requests
from crypto_pipeline.sources.kit import Budget, Endpoint, Pages, Provider
from crypto_pipeline_tests.collection.backfill.walked import (
    HOST,
    NOW,
    PAGES,
    Exchange,
    Walked,
    exchange,
    plan,
    series,
    walked_through,
)

LATER = NOW + timedelta(minutes=40)
TENS = replace(PAGES, size=10)
FAILURES_OF_A_HOST = 3
SAYS_THERE_IS_NO_SUCH_THING = {Outcome.CLIENT_ERROR, Outcome.ERROR_IN_BODY}
SAYS_NOTHING_OF_THE_SOURCE = {Outcome.NO_BUDGET, Outcome.OUT_OF_TIME}
ENDS_A_HOST = {Outcome.BLOCKED, Outcome.RATE_LIMITED, Outcome.BACKING_OFF}
WORTH_ANOTHER_TRY = {Outcome.TIMEOUT, Outcome.UNREACHABLE, Outcome.SERVER_ERROR}


def failure(outcome: Outcome, retry_after: datetime | None = None) -> SourceError:
    return SourceError(outcome, f"it said {outcome}", retry_after=retry_after)


def walk_of(
    *said: Outcome | SourceError | None, usual: Outcome | None = None, of: list[Series] | None = None
) -> Walked:
    """A walk through windows whose requests fail so, one after another; None and all others are answered, or fail as usual."""
    coming, server = iter(said), Exchange(listed=0)

    def says(request: Request) -> Answer | SourceError:
        outcome = next(coming, usual)
        if outcome is None:
            return server.said(request)
        return outcome if isinstance(outcome, SourceError) else failure(outcome)

    return walked_through(plan(of or windows()), says)


def windows(*endpoints: Endpoint, symbols: str = "BTC", intervals: str = "1d") -> list[Series]:
    """Seven windows of ten days, with those of four hours in six times as many."""
    return series(
        endpoints or [exchange(TENS)], since="2026-01-01", until="2026-03-10", symbols=symbols, intervals=intervals
    )


@pytest.mark.parametrize(
    "outcome",
    sorted(
        set(Outcome) - SAYS_THERE_IS_NO_SUCH_THING - SAYS_NOTHING_OF_THE_SOURCE - {Outcome.OK, Outcome.NOT_MODIFIED}
    ),
)
def test_a_host_ends_at_its_first_refusal_or_its_third_failure_in_a_row(outcome: Outcome) -> None:
    done = walk_of(usual=outcome)
    asked = 1 if outcome in ENDS_A_HOST else FAILURES_OF_A_HOST
    assert len(done.asked) == asked
    tries = asked if outcome in WORTH_ANOTHER_TRY else 1
    assert done.outcomes == [outcome.value] * (asked // tries)
    assert done.walk.ended == {HOST: f"it said {outcome}"}
    assert done.walk.stopped_series["past.candles", "BTC 1d"] == f"it said {outcome}"


def test_a_window_is_asked_for_again_when_that_may_help_and_else_the_next_one_is() -> None:
    for outcome in WORTH_ANOTHER_TRY:
        assert walk_of(outcome, outcome).outcomes == ["ok"] * 8
    done = walk_of(Outcome.UNPARSEABLE, None, Outcome.UNPARSEABLE)
    assert done.outcomes == ["unparseable", "ok", "unparseable", *["ok"] * 5]
    assert done.pages[0].error == "it said unparseable"
    assert len(done.asked) == 8


def test_an_answer_between_failures_makes_a_host_well_again() -> None:
    done = walk_of(*[Outcome.UNPARSEABLE, Outcome.UNPARSEABLE, None] * 2)
    assert done.outcomes == [*["unparseable", "unparseable", "ok"] * 2, "ok", "ok"]
    assert (done.walk.ended, done.walk.stopped_series) == ({}, {})


def test_a_series_that_fails_three_times_in_a_row_is_left_also_where_others_of_its_host_are_answered() -> None:
    server = Exchange(listed=0)

    def says(request: Request) -> Answer | SourceError:
        return failure(Outcome.UNPARSEABLE) if request.params["symbol"] == "BTCUSDT" else server.said(request)

    done = walked_through(plan(windows(symbols="ETH BTC")), says)
    assert done.walk.ended == {}
    assert done.walk.stopped_series == {("past.candles", "BTC 1d"): "it said unparseable"}
    assert sorted(done.outcomes) == [*["ok"] * 8, *["unparseable"] * FAILURES_OF_A_HOST]


def test_numbered_pages_that_fail_three_times_in_a_row_are_left_too() -> None:
    provider = Provider("numbered", f"https://{HOST}/numbered", per_minute=6000)
    pages = Pages(50, {"page": "{page}"}, since="2025-01-01", seconds=3600)
    requests = funding_requests("{}USDT".format, param="symbol", coins=("BTC",))
    provider.endpoint(Funding, "/funding", name="funding", requests=requests, cadence=60, history=pages)(
        lambda payload: []
    )
    server = Exchange(listed=0)

    def says(request: Request) -> Answer | SourceError:
        return failure(Outcome.UNPARSEABLE) if "numbered" in request.url else server.said(request)

    done = walked_through(plan([*windows(), *windows(*provider.endpoints)]), says)
    assert done.walk.ended == {}
    assert done.walk.stopped_series == {("numbered.funding", "BTC"): "it said unparseable"}
    assert done.outcomes.count("unparseable") == FAILURES_OF_A_HOST


def test_what_waits_for_its_budget_is_no_failure_and_asked_again() -> None:
    for outcome in SAYS_NOTHING_OF_THE_SOURCE:
        done = walk_of(*[outcome] * (2 * FAILURES_OF_A_HOST))
        assert done.outcomes == ["ok"] * 8
        assert len(done.asked) == 8 + 2 * FAILURES_OF_A_HOST


@pytest.mark.parametrize(("share", "seconds"), [(Budget(4, 2), 0.5), (Budget(1, 3600), 5), (Budget(10, 50), 5)])
def test_it_is_asked_again_when_its_share_lets_one_out_and_after_five_seconds_at_the_latest(
    share: Budget, seconds: float
) -> None:
    assert Walk(plan(windows(), shares={HOST: share}))._until_next(HOST) == seconds


@pytest.mark.parametrize("outcome", sorted(SAYS_THERE_IS_NO_SUCH_THING))
def test_a_source_that_has_no_such_thing_has_no_market_or_where_it_has_answered_nothing_older(outcome: Outcome) -> None:
    none = walk_of(outcome, of=windows(intervals="1d 4h"))
    assert [(page.series.interval, page.outcome.value) for page in none.pages] == [
        ("1d", "no_market"),
        ("4h", "no_market"),
    ]
    assert len(none.asked) == 1
    assert {*none.walk.stopped_series.values()} == {f"it said {outcome}"}
    some = walk_of(None, None, outcome, of=windows(intervals="1d 4h"))
    assert some.outcomes[:3] == ["ok", "ok", "end_of_history"]
    assert {page.outcome.value for page in some.pages if page.series.interval == "4h"} == {"ok"}
    assert some.walk.ended == {}


# Pauses


@pytest.mark.parametrize(
    ("outcome", "retry_after", "is_told"),
    [
        (Outcome.RATE_LIMITED, LATER, True),
        (Outcome.RATE_LIMITED, None, False),
        (Outcome.BLOCKED, LATER, False),
        (Outcome.UNPARSEABLE, LATER, False),
    ],
)
def test_a_pause_that_a_host_wants_is_handed_over_at_once(
    outcome: Outcome, retry_after: datetime | None, is_told: bool
) -> None:
    """With the page that it came for, and not with those that come later: others shall know."""
    server, of = Exchange(listed=0), windows(exchange(TENS), exchange(TENS, "well.example", "well"))

    def says(request: Request) -> Answer | SourceError:
        return failure(outcome, retry_after=retry_after) if HOST in request.url else server.said(request)

    done = walked_through(plan(of), says)
    pause = HostPause("past.candles", NOW, LATER)
    assert [batch.pauses for batch in done.batches] == ([{HOST: pause}, {}] if is_told else [{}])
    assert not is_told or "past" in {page.series.source for page in done.batches[0].pages}


def test_a_pause_that_is_over_already_is_none() -> None:
    walk = Walk(plan(windows()), clock=lambda: NOW)
    walk.heed({HOST: NOW, "other.example": LATER})
    walk.heed({"other.example": LATER + timedelta(hours=1)})
    assert walk.ended == {"other.example": "it had too many requests and is not asked before 2026-03-10 13:10 UTC"}


# Several addresses of one source


def test_another_address_of_a_source_takes_over_when_one_has_ended_or_may_be_out_of_order() -> None:
    for outcome, lost in ((Outcome.BLOCKED, 0), (Outcome.TIMEOUT, 0), (Outcome.UNPARSEABLE, 2)):
        both = [exchange(TENS, host, name, source="one") for host, name in ((HOST, "past"), ("b.example", "b"))]
        server = Exchange(listed=0)

        def says(request: Request, outcome: Outcome = outcome, server: Exchange = server) -> Answer | SourceError:
            return failure(outcome) if HOST in request.url else server.said(request)

        done = walked_through(plan(windows(*both)), says)
        assert HOST in done.walk.ended
        asked = [HOST in request.url for request in done.asked]
        assert asked == [True] * (1 if outcome is Outcome.BLOCKED else FAILURES_OF_A_HOST) + [False] * asked.count(
            False
        )
        assert done.outcomes == [*[outcome.value] * lost, *["ok"] * (8 - lost)]
        assert done.walk.stopped_series == {}
