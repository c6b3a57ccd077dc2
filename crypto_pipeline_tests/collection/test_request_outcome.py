"""What became of one request, and what is kept of a body that could not be used."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from crypto_pipeline.collection.drift import FieldChange
from crypto_pipeline.collection.endpoint_order import EndpointOrder
from crypto_pipeline.collection.errors import NoRoom, SourceError
from crypto_pipeline.collection.health import EndpointState, Event, Validators, next_state
from crypto_pipeline.collection.http.messages import Answer, Attempt
from crypto_pipeline.collection.normalise.context import NormalisationContext, Normalised
from crypto_pipeline.collection.request_outcome import Fields, RequestOutcome, RetryAdvice, failed, pause_of, result_of
from crypto_pipeline.collection.results import EndpointResult
from crypto_pipeline.replay.server import ServedRequest, ServedResponse
from crypto_pipeline.schema.outcomes import Outcome
from crypto_pipeline.sources.kit import Context, RequestSpec
from crypto_pipeline.sources.symbols import Universe
from crypto_pipeline_tests.collection.collected import answer as served
from crypto_pipeline_tests.collection.collected import collect, exchange, index

NOON = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)
LATER = NOON + timedelta(minutes=40)


EARLIER = NOON - timedelta(minutes=5)
BEFORE = EndpointState(outcome="ok", asked_at=EARLIER, etag="before")

WELL = RequestOutcome()
NOTHING_NEW = RequestOutcome(unchanged=True)


def broken(outcome: Outcome, label: str = "ETH") -> RequestOutcome:
    return failed(label, SourceError(outcome, f"it said {outcome}"), NOON)


def result(
    *outcomes: RequestOutcome,
    requests: int | None = None,
    cut_short: Outcome | None = None,
    statuses: tuple[int, ...] = (),
    tracked: Universe | None = None,
    fields: Fields | None = None,
    state: EndpointState = BEFORE,
) -> EndpointResult:
    """What became of an endpoint all of whose requests, or the first of them, ended so."""
    context = Context(tracked or Universe(), NOON)
    order = EndpointOrder(index("mood"), context, NormalisationContext(NOON), state=state, clock=lambda: NOON)
    attempts = [
        ("", Attempt(number, NOON, 0, 1, "GET", "mood.example", "/", Outcome.OK, status))
        for number, status in enumerate(statuses)
    ]
    number = len(outcomes) if requests is None else requests
    return result_of(order, number, outcomes, attempts, fields or Fields(), started_at=EARLIER, cut_short=cut_short)


def answer(body: bytes, content_type: str = "text/html") -> Answer:
    return Answer(200, body, content_type, NOON)


@pytest.mark.parametrize("outcome", Outcome)
def test_a_body_is_kept_for_a_person_when_it_was_not_understood(outcome: Outcome) -> None:
    kept = failed("BTC", SourceError(outcome, "why"), NOON, answer(b"busy")).quarantined
    assert (kept is not None) == (outcome in {Outcome.UNPARSEABLE, Outcome.BLOCKED, Outcome.ERROR_IN_BODY})
    assert kept is None or (kept.ask, kept.reason, kept.body, kept.size) == ("BTC", "why", "busy", 4)


def test_what_a_source_makes_long_is_kept_short() -> None:
    body, words = b"b" * (64 * 1024 + 1), "w" * 501
    error = SourceError(Outcome.UNPARSEABLE, words)
    one = failed("", error, NOON, answer(body, content_type="c" * 201))
    assert one.quarantined
    assert (len(one.quarantined.body), one.quarantined.size) == (64 * 1024, 64 * 1024 + 1)
    assert one.quarantined.content_type == "c" * 197 + "..."
    assert one.failure
    assert one.failure.error == one.quarantined.reason == "w" * 497 + "..."
    short = failed("", SourceError(Outcome.UNPARSEABLE, "w" * 500), NOON, answer(b"b", content_type="c" * 200))
    assert short.quarantined
    assert (short.quarantined.reason, short.quarantined.content_type) == ("w" * 500, "c" * 200)


def test_a_body_that_is_empty_or_one_too_many_is_not_kept() -> None:
    error = SourceError(Outcome.UNPARSEABLE, "why")
    assert failed("", error, NOON, answer(b"")).quarantined is None
    assert failed("", error, NOON).quarantined is None
    assert failed("", error, NOON, answer(b"busy"), keep_body=False).quarantined is None


@pytest.mark.parametrize(("outcome", "whole_host"), [(Outcome.RATE_LIMITED, LATER), (Outcome.SERVER_ERROR, None)])
def test_a_pause_is_the_whole_hosts_when_it_had_too_many_requests(
    outcome: Outcome, whole_host: datetime | None
) -> None:
    pause = pause_of(SourceError(outcome, "later", retry_after=LATER))
    assert (pause.retry_after, pause.host_not_before) == (LATER, whole_host)


def test_a_failure_has_the_status_of_its_error_else_of_its_answer() -> None:
    refusal = SourceError(Outcome.BLOCKED, "no", status_code=403)
    for error, status_code in ((refusal, 403), (SourceError(Outcome.UNPARSEABLE, "why"), 200)):
        failure = failed("", error, NOON, answer(b"busy")).failure
        assert failure
        assert failure.status_code == status_code


def test_a_body_of_odd_bytes_is_kept_as_text_that_every_table_takes() -> None:
    kept = failed("", SourceError(Outcome.UNPARSEABLE, "why"), NOON, answer(b"a\xff\x00b")).quarantined
    assert kept
    assert (kept.body, kept.size) == ("a\ufffd\ufffdb", 4)


def test_a_failure_keeps_what_was_said_of_pauses_and_which_rows_were_not_believed() -> None:
    rejected = Normalised()
    rejected.reject("market_prices", "it has no price", {})
    one = failed("", SourceError(Outcome.RATE_LIMITED, "later", retry_after=LATER), NOON, rejected=rejected)
    assert one.pauses == (RetryAdvice(LATER, LATER),)
    made = result(one)
    assert (made.rejected, made.rejected_count) == (rejected.rejected, 1)


def test_a_collection_without_room_is_no_fault_of_the_source() -> None:
    assert failed("", NoRoom(Outcome.TOO_LARGE, "no room"), NOON).lacked_room
    assert not failed("", SourceError(Outcome.TOO_LARGE, "too large"), NOON).lacked_room


OF_TWO = "1 of 2 requests failed; the first (ETH): it said timeout"
OF_THREE = "2 of 3 requests failed; the first (ETH): it said blocked"


@pytest.mark.parametrize(
    ("outcomes", "outcome", "error"),
    [
        ([], Outcome.NOT_DUE, "none of the coins that it can be asked for is tracked"),
        ([WELL], Outcome.OK, None),
        ([NOTHING_NEW], Outcome.NOT_MODIFIED, None),
        ([NOTHING_NEW, NOTHING_NEW], Outcome.NOT_MODIFIED, None),
        ([NOTHING_NEW, WELL], Outcome.OK, None),
        ([broken(Outcome.TIMEOUT)], Outcome.TIMEOUT, "it said timeout"),
        ([WELL, broken(Outcome.TIMEOUT)], Outcome.OK, OF_TWO),
        ([NOTHING_NEW, broken(Outcome.TIMEOUT)], Outcome.OK, OF_TWO),
        ([WELL, broken(Outcome.BACKING_OFF, "BTC"), broken(Outcome.BLOCKED)], Outcome.OK, OF_THREE),
        (
            [broken(Outcome.BLOCKED), broken(Outcome.TIMEOUT), broken(Outcome.TIMEOUT)],
            Outcome.BLOCKED,
            OF_THREE.replace("2", "3", 1),
        ),
        ([broken(Outcome.BACKING_OFF)], Outcome.BACKING_OFF, "it said backing_off"),
        (
            [broken(Outcome.BACKING_OFF), broken(Outcome.NO_BUDGET)],
            Outcome.BACKING_OFF,
            "2 of 2 requests failed; the first (ETH): it said backing_off",
        ),
    ],
    ids=str,
)
def test_an_endpoint_is_well_when_any_request_was_answered_and_else_ends_as_the_first_that_was_refused(
    outcomes: list[RequestOutcome], outcome: Outcome, error: str | None
) -> None:
    made = result(*outcomes)
    assert (made.outcome, made.error) == (outcome, error)
    assert made.failures == [one.failure for one in outcomes if one.failure]


@pytest.mark.parametrize(
    ("requests", "outcomes", "outcome", "error"),
    [
        (0, [], Outcome.NOT_DUE, "none of the coins that it can be asked for is tracked"),
        (1, [], Outcome.OUT_OF_TIME, "the collection ended before it answered"),
        (2, [], Outcome.OUT_OF_TIME, "2 of 2 requests were still under way"),
        (3, [WELL], Outcome.OK, "2 of 3 requests were still under way"),
        (3, [broken(Outcome.TIMEOUT)], Outcome.OUT_OF_TIME, "2 of 3 requests were still under way"),
        (1, [WELL], Outcome.OK, None),
        (1, [broken(Outcome.TIMEOUT)], Outcome.TIMEOUT, "it said timeout"),
    ],
)
def test_at_the_end_of_the_collection_it_is_said_how_many_requests_were_still_under_way(
    requests: int, outcomes: list[RequestOutcome], outcome: Outcome, error: str | None
) -> None:
    made = result(*outcomes, requests=requests, cut_short=Outcome.OUT_OF_TIME)
    assert (made.outcome, made.error) == (outcome, error)


def test_of_several_pauses_that_a_source_asked_for_the_longest_is_remembered() -> None:
    soon, late = (
        RequestOutcome(
            pauses=(
                RetryAdvice(NOON + timedelta(minutes=minutes), NOON + timedelta(minutes=minutes + 1)),
                RetryAdvice(),
            )
        )
        for minutes in (5, 40)
    )
    for outcomes in ((soon, late), (late, soon)):
        remembered = result(*outcomes).remembered
        assert remembered
        assert (remembered.not_before, remembered.host_not_before) == (LATER, LATER + timedelta(minutes=1))


def test_the_validators_of_the_newest_usable_answer_are_remembered() -> None:
    first, second = (RequestOutcome(validators=Validators(name, None, None)) for name in ("first", "second"))
    for outcomes, etag in (((first, second, WELL), "second"), ((WELL,), "before")):
        remembered = result(*outcomes).remembered
        assert remembered
        assert remembered.etag == etag


def test_a_collection_that_lacked_room_for_any_answer_leaves_what_is_remembered() -> None:
    lacked = failed("", NoRoom(Outcome.TOO_LARGE, "no room"), NOON)
    assert result(WELL, lacked).remembered is BEFORE
    assert result(WELL).remembered is not BEFORE


def test_the_next_run_gets_what_was_learnt_and_this_one_tells_what_changed() -> None:
    changes = (FieldChange("value", "vanished"),)
    made = result(WELL, fields=Fields("the fields", changes))
    assert (made.before, made.drift) == (BEFORE, list(changes))
    assert made.remembered
    assert made.remembered.fields == "the fields"


def test_endpoints_that_fail_together_do_not_come_back_together() -> None:
    """How long a pause is depends on whose it is."""
    state = EndpointState(outcome="timeout", asked_at=EARLIER, consecutive_failures=4)
    refused = result(broken(Outcome.TIMEOUT), state=state).remembered
    event = Event(Outcome.TIMEOUT, NOON, endpoint="mood.index")
    assert refused == next_state(state, event)
    assert refused != next_state(state, replace(event, endpoint=""))


def test_an_endpoint_has_the_status_of_its_last_attempt() -> None:
    assert result(WELL, statuses=(503, 502, 200)).status_code == 200
    assert result(WELL).status_code is None


def test_the_bodies_that_no_parser_understood_are_kept_and_nothing_in_the_place_of_others() -> None:
    kept = failed("BTC", SourceError(Outcome.UNPARSEABLE, "why"), NOON, answer(b"busy"))
    assert result(WELL, kept, broken(Outcome.TIMEOUT)).quarantined == [kept.quarantined]


def unlisted(label: str, outcome: Outcome = Outcome.CLIENT_ERROR) -> RequestOutcome:
    return failed(label, SourceError(outcome, "no such market"), NOON)


NAMED = Universe(frozenset({"MINE", "YOURS", "HERS", "HIS", "ITS", "THEIRS"}))
"""Coins that a person has named and that nobody has looked for."""


def test_coins_that_a_source_does_not_list_are_named_in_their_order() -> None:
    made = result(
        *(unlisted(f"{coin} {length}") for coin in NAMED.symbols or () for length in ("1h", "1d")), tracked=NAMED
    )
    assert made.outcome is Outcome.NOT_DUE
    assert made.error == "it lists none of the coins that it was asked for: HERS, HIS, ITS, MINE, THEIRS, YOURS"


@pytest.mark.parametrize("outcome", Outcome)
def test_only_who_says_that_it_has_no_such_coin_is_excused_for_it(outcome: Outcome) -> None:
    is_excused = result(unlisted("MINE 1h", outcome), tracked=NAMED).outcome is Outcome.NOT_DUE
    assert is_excused == (outcome in {Outcome.CLIENT_ERROR, Outcome.ERROR_IN_BODY, Outcome.NOT_DUE})
    assert result(unlisted("MINE 1h", outcome), tracked=Universe(None)).outcome is outcome, "all coins are tracked"


def _each_coin(context: Context) -> list[RequestSpec]:
    return [RequestSpec(f"{coin} 1h", params={"market": coin}) for coin in context.universe.listed]


@pytest.mark.parametrize(
    ("tracked", "outcome"),
    [
        ({"MINE", "YOURS"}, Outcome.NOT_DUE),  # named by a person: nobody has looked who lists them
        ({"BTC"}, Outcome.CLIENT_ERROR),
        ({"BTC", "MINE"}, Outcome.CLIENT_ERROR),
        ({"ETH", "MINE"}, Outcome.OK),
    ],
    ids=["neither", "ours", "both", "one of both"],
)
def test_who_does_not_list_a_coin_that_a_person_named_is_not_to_blame(tracked: set[str], outcome: Outcome) -> None:
    def app(request: ServedRequest) -> ServedResponse:
        if "market=ETH" in request.query:
            return served({"ETH-USD": "3050"})
        return ServedResponse(400, {"content-type": "application/json"}, b'{"code":-1121,"msg":"Invalid symbol."}')

    context = NormalisationContext(datetime.now(timezone.utc), Universe(frozenset(tracked)))
    made = collect([exchange("one", requests=_each_coin)], app, context=context)
    result = made.result("one.ticker")
    assert result.outcome is outcome
    if outcome is Outcome.NOT_DUE:
        assert result.error == "it lists none of the coins that it was asked for: MINE, YOURS"
        assert not result.failed
        assert "one.ticker" not in made.memory or made.memory["one.ticker"].consecutive_failures == 0
