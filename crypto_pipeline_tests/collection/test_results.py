"""What a collection tells of an endpoint, and of all of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from crypto_pipeline.collection.drift import FieldChange
from crypto_pipeline.collection.health import EndpointState
from crypto_pipeline.collection.http.messages import Attempt
from crypto_pipeline.collection.key_gate import NO_KEYS, KeyGate
from crypto_pipeline.collection.normalise.rejections import Rejected
from crypto_pipeline.collection.results import (
    EndpointResult,
    Failure,
    Quarantined,
    TableBatch,
    nothing_was_reachable,
    with_rejected,
    without_keys,
)
from crypto_pipeline.schema.columns import Columns
from crypto_pipeline.schema.outcomes import NOT_ASKED, SUCCESSES, Outcome
from crypto_pipeline_tests.collection.collected import exchange

MOST_KEPT = 20

NOON = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)
ENDPOINT = exchange("one")


def result(outcome: Outcome, *status_codes: int | None) -> EndpointResult:
    """An endpoint that was sent as many requests, each with the status of its answer."""
    attempts = [
        (
            "",
            Attempt(
                number=number,
                started_at=NOON,
                queued_milliseconds=0,
                milliseconds=1,
                method="GET",
                host="one.example",
                url="https://one.example/",
                outcome=outcome,
                status_code=status_code,
                bytes=None,
                error=None,
            ),
        )
        for number, status_code in enumerate(status_codes)
    ]
    return EndpointResult(ENDPOINT, outcome, NOON, NOON, attempts=attempts)


@pytest.mark.parametrize("outcome", Outcome)
def test_an_endpoint_succeeded_failed_or_waits_for_its_turn(outcome: Outcome) -> None:
    one = result(outcome)
    waits = outcome in {Outcome.NOT_DUE, Outcome.STANDBY, Outcome.NO_BUDGET}
    assert [one.succeeded, one.failed, waits].count(True) == 1
    assert one.succeeded == (outcome in SUCCESSES)
    assert one.was_asked == (outcome not in NOT_ASKED)


def test_a_source_took_as_long_as_its_slowest_request_however_long_it_waited_here() -> None:
    waited_here = replace(result(Outcome.OK, 503, 200), finished_at=NOON + timedelta(minutes=2))
    (label, first), (_, second) = waited_here.attempts
    slow = replace(first, queued_milliseconds=90_000, milliseconds=420)
    assert replace(waited_here, attempts=[(label, slow), (label, second)]).milliseconds == 420
    assert result(Outcome.NOT_DUE).milliseconds == 0


@pytest.mark.parametrize(
    ("outcomes", "has_data", "is_missing"),
    [
        ([], False, False),
        ([Outcome.TIMEOUT, Outcome.OK], True, False),
        ([Outcome.TIMEOUT, Outcome.NOT_MODIFIED], True, False),
        ([Outcome.TIMEOUT, Outcome.BREAKER_OPEN], False, True),
        ([Outcome.BACKING_OFF], False, True),
        ([Outcome.STANDBY, Outcome.NO_BUDGET], False, True),
        ([Outcome.STANDBY], False, False),
        ([Outcome.TIMEOUT, Outcome.NOT_DUE], False, False),
    ],
)
def test_a_table_is_missing_when_sources_should_have_answered_and_none_did(
    outcomes: list[Outcome], has_data: bool, is_missing: bool
) -> None:
    batch = TableBatch("market_prices", [], [result(outcome) for outcome in outcomes])
    assert (batch.has_data, batch.is_missing) == (has_data, is_missing)


def test_a_missing_table_names_those_that_failed_and_those_whose_host_has_no_budget_left() -> None:
    outcomes = [Outcome.STANDBY, Outcome.NO_BUDGET, Outcome.TIMEOUT]
    batch = TableBatch("market_prices", [], [result(outcome) for outcome in outcomes])
    assert [one.outcome for one in batch.gave_nothing] == [Outcome.NO_BUDGET, Outcome.TIMEOUT]
    assert [one.outcome for one in batch.failed] == [Outcome.TIMEOUT]


UNREACHABLE = result(Outcome.UNREACHABLE, None, None)


@pytest.mark.parametrize(
    ("results", "offline"),
    [
        ([], False),
        ([result(Outcome.STANDBY)], False),
        ([UNREACHABLE], True),
        ([UNREACHABLE, result(Outcome.STANDBY)], True),
        ([UNREACHABLE, result(Outcome.OK, 200)], False),
        ([UNREACHABLE, result(Outcome.SERVER_ERROR, None, 503)], False),
    ],
)
def test_a_machine_is_offline_when_it_asked_and_nobody_answered_anything(
    results: list[EndpointResult], offline: bool
) -> None:
    assert nothing_was_reachable(results) is offline


def test_rows_that_are_rejected_late_are_all_counted_and_the_first_of_all_kept() -> None:
    early, late = Rejected("market_prices", "early", {}), Rejected("market_prices", "late", {})
    one = replace(result(Outcome.OK), rejected=[early] * (MOST_KEPT - 1), rejected_count=70)
    more = with_rejected(one, [late, late])
    assert (more.rejected_count, len(more.rejected), more.rejected[-1]) == (72, MOST_KEPT, late)
    assert with_rejected(one, []) is one


KEY = "4f1e9a7c2b8d6035"


def test_no_text_that_a_source_can_write_leaves_with_a_key_in_it() -> None:
    said = f"you are {KEY}!"
    attempt = replace(result(Outcome.OK, 200).attempts[0][1], url=said, error=said)
    repeated = EndpointResult(
        ENDPOINT,
        Outcome.OK,
        NOON,
        NOON,
        error=said,
        rows={
            "news_articles": [{"title": said, "tags": [said]}],
            "cached_ohlc": Columns("cached_ohlc", 1, {"symbol": [said]}),
        },
        rejected=[Rejected("market_prices", said, said)],
        attempts=[("BTC", attempt)],
        failures=[Failure("BTC", Outcome.ERROR_IN_BODY, said, NOON)],
        quarantined=[Quarantined("BTC", said, said, said, 9, NOON)],
        drift=[FieldChange(said, "appeared")],
        remembered=EndpointState(etag=said, last_modified=said, fields=said),
    )
    passed = without_keys(repeated, KeyGate([KEY]))
    assert KEY not in repr(passed)
    assert KEY not in repr(list(passed.rows["cached_ohlc"]))
    assert repr(passed).count("you are") == repr(repeated).count("you are")
    assert without_keys(result(Outcome.OK), KeyGate([KEY])).remembered is None


def test_without_keys_a_result_is_left_as_it_is() -> None:
    one = result(Outcome.OK)
    assert without_keys(one, NO_KEYS) is one


def test_the_rows_of_all_tables_are_counted() -> None:
    assert replace(result(Outcome.OK), rows={"market_prices": [{}, {}], "cached_market_data": [{}]}).row_count == 3
