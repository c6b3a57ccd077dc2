"""A source that has nothing new: a good answer for as long as what is known is not too old, and no new fact."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from crypto_pipeline.collection.health import EndpointState
from crypto_pipeline.collection.log import log_rows, states_from
from crypto_pipeline.replay.server import ServedRequest, ServedResponse
from crypto_pipeline.schema.outcomes import Outcome
from crypto_pipeline.sources.kit import (
    Endpoint,
    Expected,
)
from crypto_pipeline_tests.collection.collected import answer, collect, exchange, index


def test_the_same_answer_without_a_time_of_its_own_is_no_new_fact() -> None:
    first = collect([exchange("one")])
    states = states_from(log_rows(first.collector.results, [], job="test", gateway=None)["source_health"])
    second = collect([exchange("one")], states=states)
    assert second.outcomes == {"one.ticker": Outcome.NOT_MODIFIED}
    assert second.batch("market_prices").rows == []
    assert second.batch("market_prices").has_data


def test_a_source_with_an_etag_is_asked_whether_anything_is_new() -> None:
    state = EndpointState(etag='"abc"', last_modified="Mon, 23 Nov 2026 12:00:00 GMT")

    def app(request: ServedRequest) -> ServedResponse:
        assert request.headers["if-none-match"] == '"abc"'
        return ServedResponse(304)

    collected = collect([exchange("one")], app, states={"one.ticker": state})
    assert collected.outcomes == {"one.ticker": Outcome.NOT_MODIFIED}


def newest_of(minutes: float) -> tuple[Endpoint, ServedResponse]:
    """A source that may be an hour old, and its answer of so many minutes ago with an ETag."""
    endpoint = index("mood", answer=Expected(stale_after_minutes=60))
    at = (datetime.now(timezone.utc) - timedelta(minutes=minutes)).isoformat()
    return endpoint, answer({"value": 20, "at": at}, etag='"abc"')


@pytest.mark.parametrize(("minutes", "asked_with"), [(58, '"abc"'), (62, None)])
def test_nothing_new_is_a_good_answer_until_what_is_known_is_too_old(minutes: int, asked_with: str | None) -> None:
    now = datetime.now(timezone.utc)
    endpoint, first = newest_of(1)
    state = collect([endpoint], lambda request: first).result("mood.index").remembered
    assert state
    assert state.fresh_until
    later = now + timedelta(minutes=minutes - 1)
    asked: list[str | None] = []

    def app(request: ServedRequest) -> ServedResponse:
        asked.append(request.headers.get("if-none-match"))
        return ServedResponse(304) if asked[-1] else first

    again = collect([endpoint], app, states={"mood.index": state}, clock=lambda: later)
    assert asked == [asked_with]
    assert again.outcomes == {"mood.index": Outcome.NOT_MODIFIED if asked_with else Outcome.OK}


@pytest.mark.parametrize(
    ("good_for", "outcome"), [(timedelta(minutes=1), Outcome.NOT_MODIFIED), (timedelta(minutes=-1), Outcome.STALE)]
)
def test_the_same_body_again_and_again_becomes_stale(good_for: timedelta, outcome: Outcome) -> None:
    first = collect([exchange("one")]).result("one.ticker").remembered
    assert first
    assert first.fresh_until
    assert first.fresh_until > datetime.now(timezone.utc) + timedelta(minutes=59)
    state = replace(first, fresh_until=datetime.now(timezone.utc) + good_for)
    again = collect([exchange("one")], states={"one.ticker": state})
    assert again.outcomes == {"one.ticker": outcome}
    remembered = again.result("one.ticker").remembered
    assert remembered
    assert (remembered.body_hash, remembered.fresh_until) == (first.body_hash, state.fresh_until)


def test_nothing_is_remembered_of_an_answer_whose_rows_are_not_all_stored() -> None:
    collected = collect([exchange("one")], tables=["market_prices"])
    remembered = collected.result("one.ticker").remembered
    assert remembered
    assert (remembered.etag, remembered.body_hash) == (None, None)


def test_a_source_that_says_nothing_new_keeps_its_place_in_the_consensus() -> None:
    first = collect([exchange("one")])
    latest = tuple(first.batch("market_prices").rows)
    states = states_from(log_rows(first.collector.results, [], job="test", gateway=None)["source_health"])
    second = collect([exchange("one"), exchange("two")], states=states, latest=latest)
    assert {row["sources"] for row in second.batch("consensus_prices").rows} == {2}
