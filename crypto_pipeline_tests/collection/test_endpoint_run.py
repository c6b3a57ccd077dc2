"""One endpoint is asked: in which order, what is made of its answers, what is kept of its failures. Answers are given here as values."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import anyio
import pytest

from crypto_pipeline.collection import endpoint_run, json_text
from crypto_pipeline.collection.endpoint_order import EndpointOrder
from crypto_pipeline.collection.endpoint_run import EndpointRun
from crypto_pipeline.collection.errors import SourceError
from crypto_pipeline.collection.garbage import LARGE
from crypto_pipeline.collection.health import EndpointState
from crypto_pipeline.collection.http.messages import Answer, Attempt, Request
from crypto_pipeline.collection.key_gate import KeyGate
from crypto_pipeline.collection.normalise.context import NormalisationContext
from crypto_pipeline.collection.results import EndpointResult
from crypto_pipeline.collection.room import WaitingRoom
from crypto_pipeline.schema.outcomes import Outcome
from crypto_pipeline.schema.rows import Metric
from crypto_pipeline.sources.kit import (
    Context,
    Endpoint,
    Expected,
    Format,
    Payload,
    Provider,
    RequestSpec,
    Rows,
    SubRequest,
    reject,
    together,
)
from crypto_pipeline.sources.symbols import Universe

NOON = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)
EARLIER, LATER = NOON - timedelta(minutes=1), NOON + timedelta(minutes=40)
KEY = "c0ffee-0123456789"
MOST_AT_ONCE = 100
MOST_QUARANTINED = 4

Said = Answer | SourceError | None
Source = Callable[[str], Said]
"""What a path is answered with; with None the run is cancelled once all others have come as far as they can."""
AS_USUAL: Mapping[str, Said] = {}


def index(**options: Any) -> Endpoint:
    """A source that answers {"value": 20}, or with a list of moments, a row for each."""
    provider = Provider("mood", "https://mood.example", local_money=options.pop("local_money", None))

    @provider.endpoint(Metric, options.pop("path", "/index"), name="index", **options)
    def parser(payload: Payload) -> Rows:
        if isinstance(payload, list):
            return [Metric(f"metric {number}", 20, "count", timestamp=at) for number, at in enumerate(payload)]
        reject(payload.get("error"))
        return [Metric("fear_greed_index", payload["value"], "index 0-100")]

    return provider.endpoints[0]


def many(number: int) -> Endpoint:
    """The same, asked once for each of so many things: /0, /1 ..."""
    return index(path="/{n}", requests=lambda context: [RequestSpec(f"n{n}", {"n": str(n)}) for n in range(number)])


def in_parts(*parts: SubRequest, format: Format = "json") -> Endpoint:
    """A source whose figure is the sum of what the parts say that are there, or of how many lines their texts have."""
    provider = Provider("mood", "https://mood.example")

    @provider.endpoint(Metric, together(*parts), name="index", answer=Expected(format=format))
    def parser(payload: Payload) -> Rows:
        figures = (part.count("\n") if format == "csv" else part["value"] for part in payload.values())
        return [Metric("total", sum(figures), "count")]

    return provider.endpoints[0]


def answer(payload: object = None, **members: Any) -> Answer:
    body = payload if isinstance(payload, bytes) else json.dumps({"value": 20} if payload is None else payload).encode()
    return replace(Answer(200, body, "application/json", NOON), **members)


def failure(outcome: Outcome, **members: Any) -> SourceError:
    return SourceError(outcome, f"it said {outcome}", **members)


class Asked:
    """An endpoint whose paths are answered as they are told; the others like ``usual``."""

    def __init__(
        self,
        endpoint: Endpoint,
        says: Mapping[str, Said] | Source = AS_USUAL,
        *,
        usual: Said | None = None,
        sizes: Iterable[int | None] = (),
        **order: Any,
    ) -> None:
        self.paths: list[str] = []
        self.requests: list[Request] = []
        self.most_at_once = self._at_once = 0
        self._says, self._usual, self._sizes = says, usual or answer(), iter(sizes)
        normalisation = order.pop("normalisation", NormalisationContext(NOON))
        self.run = EndpointRun(
            EndpointOrder(endpoint, Context(Universe(), NOON), normalisation, clock=lambda: NOON, **order)
        )
        anyio.run(self._ask)

    async def _ask(self) -> None:
        with anyio.CancelScope() as self._scope:
            await self.run.run(self._fetch)

    async def _fetch(self, request: Request, record: Callable[[Attempt], None]) -> Answer:
        path = request.url.removeprefix("https://mood.example")
        self.paths.append(path)
        self.requests.append(request)
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        await anyio.lowlevel.checkpoint()
        said = self._says(path) if callable(self._says) else self._says.get(path, self._usual)
        if said is None:
            await anyio.wait_all_tasks_blocked()
            self._scope.cancel()
            await anyio.sleep_forever()
        self._at_once -= 1
        record(Attempt(1, NOON, 0, 1, request.method, "mood.example", path, Outcome.OK, 200, next(self._sizes, None)))
        if isinstance(said, SourceError):
            raise said
        assert said
        return said

    @property
    def result(self) -> EndpointResult:
        return self.run.result()

    @property
    def learnt(self) -> EndpointState:
        assert self.result.remembered
        return self.result.remembered


# In which order it is asked


PROBED = EndpointState(outcome="timeout", asked_at=NOON - timedelta(hours=1), consecutive_failures=5, breaker="open")
SAYS_IT_IS_ILL = {
    Outcome.UNREACHABLE,
    Outcome.TIMEOUT,
    Outcome.SERVER_ERROR,
    Outcome.RATE_LIMITED,
    Outcome.BLOCKED,
}


@pytest.mark.parametrize("outcome", sorted(set(Outcome) - {Outcome.OK, Outcome.NOT_MODIFIED}))
def test_a_probe_that_finds_its_source_ill_is_the_only_request_and_after_any_other_the_rest_follow(
    outcome: Outcome,
) -> None:
    asked = Asked(many(3), {"/0": failure(outcome)}, state=PROBED)
    assert asked.paths == (["/0"] if outcome in SAYS_IT_IS_ILL else ["/0", "/1", "/2"])
    assert asked.result.error == (
        f"it said {outcome}"
        if outcome in SAYS_IT_IS_ILL
        else f"1 of 3 requests failed; the first (n0): it said {outcome}"
    )


def test_what_follows_a_probe_goes_out_when_that_is_answered_and_without_a_probe_all_go_out_together() -> None:
    assert Asked(many(3), state=PROBED).most_at_once == 2
    assert Asked(many(3)).most_at_once == 3
    ill = Asked(many(3), {"/0": failure(Outcome.TIMEOUT)})
    assert sorted(ill.paths) == ["/0", "/1", "/2"]


def test_an_endpoint_without_requests_is_not_probed_either() -> None:
    for state in (EndpointState(), PROBED):
        asked = Asked(many(0), state=state)
        assert (asked.paths, asked.result.outcome) == ([], Outcome.NOT_DUE)


def test_so_many_requests_of_one_endpoint_are_in_flight_together_and_no_more() -> None:
    asked = Asked(many(MOST_AT_ONCE + 1))
    assert (asked.most_at_once, len(asked.paths)) == (MOST_AT_ONCE, MOST_AT_ONCE + 1)


def test_requests_that_cannot_be_made_are_one_failure_and_nothing_is_asked() -> None:
    def requests(context: Context) -> list[RequestSpec]:
        raise KeyError("BTC")

    asked = Asked(index(requests=requests))
    assert (asked.paths, asked.result.outcome) == ([], Outcome.CLIENT_ERROR)
    assert asked.result.error == "its requests cannot be made: KeyError: 'BTC'"


def test_what_came_before_it_was_cancelled_is_in_its_result() -> None:
    asked = Asked(many(3), {"/0": None, "/2": None})
    result = asked.run.result(Outcome.OUT_OF_TIME)
    assert (result.outcome, result.row_count, len(result.attempts)) == (Outcome.OK, 1, 1)
    assert result.error == "2 of 3 requests were still under way"
    alone = Asked(index(), {"/index": None}).run.result(Outcome.OUT_OF_TIME)
    assert (alone.outcome, alone.started_at) == (Outcome.OUT_OF_TIME, NOON)


# What is made of an answer


def test_an_answer_is_dated_by_when_it_came_and_not_by_when_it_was_asked_for() -> None:
    (row,) = Asked(index(), usual=answer(received_at=LATER)).result.rows["sentiment_metrics"]
    assert row["timestamp"] == LATER


def test_an_answer_that_waits_for_something_else_is_read_after_it() -> None:
    for endpoint in (index(), in_parts(SubRequest("a", path="/a"))):
        waited: list[str] = []

        async def until_readable(waited: list[str] = waited) -> None:
            waited.append("")

        assert Asked(endpoint, until_readable=until_readable).result.outcome is Outcome.OK
        assert waited == [""]


def test_a_body_takes_a_place_while_it_waits_for_a_rate_and_for_nothing_else() -> None:
    size = len(answer().body)
    for local_money, left, outcome in (
        ("JPY", size - 1, Outcome.TOO_LARGE),
        ("JPY", size, Outcome.OK),
        (None, 0, Outcome.OK),
    ):
        room = WaitingRoom(left)
        asked = Asked(index(local_money=local_money), waiting_room=room)
        assert (asked.result.outcome, room.left) == (outcome, left)


def test_a_body_that_is_read_together_with_others_takes_a_place() -> None:
    size = len(answer().body)
    both = in_parts(SubRequest("a", path="/a"), SubRequest("b", path="/b"))
    assert Asked(both, waiting_room=WaitingRoom(2 * size)).result.outcome is Outcome.OK
    assert Asked(both, waiting_room=WaitingRoom(2 * size - 1)).result.outcome is Outcome.TOO_LARGE


@pytest.mark.parametrize(
    ("format", "most", "outcome"),
    [("json", 4, Outcome.OK), ("json", 3, Outcome.TOO_LARGE), ("csv", 3, Outcome.OK)],
)
def test_json_that_is_read_together_must_not_be_too_much_together(
    format: Format, most: int, outcome: Outcome, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_text, "MOST_VALUES", most)
    both = in_parts(SubRequest("a", path="/a"), SubRequest("b", path="/b"), format=format)
    usual = answer(b'{"value": 20,\n"of": 2}')
    assert Asked(both, usual=usual).result.outcome is outcome


def test_the_rows_that_were_not_believed_are_told_also_of_an_answer_that_is_refused() -> None:
    result = Asked(index(), usual=answer({"value": "much"})).result
    assert (result.outcome, result.rejected_count, result.row_count) == (Outcome.UNPARSEABLE, 1, 0)


def test_a_defect_of_a_parser_says_where_it_is() -> None:
    provider = Provider("mood", "https://mood.example")

    @provider.endpoint(Metric, "/index", name="index")
    def parser(payload: Payload) -> Rows:
        raise OSError("odd")

    error = Asked(provider.endpoints[0]).result.error or ""
    assert error.startswith("reading the answer failed: OSError: odd (parser, line ")


def test_of_many_bodies_that_cannot_be_read_a_few_are_kept() -> None:
    result = Asked(many(MOST_QUARANTINED + 2), usual=answer(b"no JSON")).result
    assert (len(result.failures), len(result.quarantined)) == (MOST_QUARANTINED + 2, MOST_QUARANTINED)
    unkept = {f"/{n}": failure(Outcome.TIMEOUT) for n in range(MOST_QUARANTINED)}
    assert len(Asked(many(MOST_QUARANTINED + 2), unkept, usual=answer(b"no JSON")).result.quarantined) == 2


@pytest.mark.parametrize(("size", "searches"), [(None, 0), (LARGE, 0), (LARGE + 1, 1)])
def test_after_a_large_answer_and_only_then_what_is_left_of_it_in_cycles_is_searched_for(
    size: int | None, searches: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    searched: list[None] = []
    monkeypatch.setattr(endpoint_run, "search_young", lambda: searched.append(None))
    Asked(index(), sizes=[size])
    assert len(searched) == searches
    Asked(in_parts(SubRequest("a", path="/a"), SubRequest("b", path="/b")), sizes=[size, size])
    assert len(searched) == 2 * searches, "once for each request with all of its parts"


def test_a_large_answer_is_searched_for_once_and_not_again_after_small_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    searched: list[None] = []
    monkeypatch.setattr(endpoint_run, "search_young", lambda: searched.append(None))
    Asked(many(3), sizes=[LARGE + 1, 1, 1], state=PROBED)
    assert len(searched) == 1


# Nothing new


def test_the_same_body_is_nothing_new_where_its_rows_have_no_time_of_their_own() -> None:
    for payload, outcome in (
        ({"value": 20}, Outcome.NOT_MODIFIED),
        ([None, None], Outcome.NOT_MODIFIED),
        ([NOON.isoformat()], Outcome.NOT_MODIFIED),
        ([EARLIER.isoformat()], Outcome.OK),
        ([None, EARLIER.isoformat()], Outcome.OK),
    ):
        first = Asked(index(), usual=answer(payload))
        assert first.result.outcome is Outcome.OK
        assert Asked(index(), usual=answer(payload), state=first.learnt).result.outcome is outcome, payload
    other = Asked(index(), usual=answer({"value": 21}), state=Asked(index()).learnt)
    assert other.result.outcome is Outcome.OK


def test_the_same_body_is_stale_when_what_is_known_is_too_old_and_a_clock_that_is_ahead_explains_it() -> None:
    learnt = Asked(index(answer=Expected(stale_after_minutes=60))).learnt
    assert learnt.fresh_until == NOON + timedelta(minutes=60)
    for ago, outcome in ((0, Outcome.NOT_MODIFIED), (1, Outcome.STALE)):
        state = replace(learnt, fresh_until=NOON - timedelta(minutes=ago))
        result = Asked(index(), state=state).result
        assert result.outcome is outcome
        assert [one.clock_off for one in result.failures] == ([timedelta(minutes=1)] if ago else [])
    assert result.error == "the same answer as before; it was good until 2026-11-23 11:59 UTC"


def test_an_answer_of_which_not_all_rows_are_stored_is_not_remembered() -> None:
    known = EndpointState(etag="before", body_hash="before")
    usual = answer(etag='"new"', last_modified="Mon")
    learnt = Asked(index(), usual=usual, state=known).learnt
    assert (learnt.etag, learnt.last_modified) == ('"new"', "Mon")
    kept = Asked(index(), usual=usual, state=known, remember_answer=False).learnt
    assert (kept.etag, kept.body_hash) == ("before", "before")


def test_of_several_requests_none_is_said_to_have_nothing_new() -> None:
    state = Asked(index()).learnt
    result = Asked(many(2), state=state).result
    assert (result.outcome, result.row_count) == (Outcome.OK, 2)
    assert result.remembered
    assert result.remembered.body_hash == state.body_hash


def test_a_304_is_nothing_new_and_no_fault() -> None:
    result = Asked(index(), usual=answer(b"", status_code=304)).result
    assert (result.outcome, result.failures) == (Outcome.NOT_MODIFIED, [])


# Fields


def test_the_fields_of_the_first_answer_are_remembered_also_where_it_cannot_be_read() -> None:
    fields = Asked(index(), usual=answer({"worth": 20})).learnt.fields
    assert fields
    assert "worth" in fields
    both = Asked(many(2), {"/0": answer({"value": 1, "a": 1}), "/1": answer({"value": 1, "b": 1})}).learnt.fields
    assert both
    assert '"a"' in both
    assert '"b"' not in both


def test_an_error_in_the_body_has_no_fields_of_an_answer() -> None:
    assert Asked(index(), usual=answer({"error": "busy"})).learnt.fields is None


def test_an_answer_that_is_no_json_has_no_fields() -> None:
    provider = Provider("mood", "https://mood.example")
    provider.endpoint(Metric, "/index", name="index", answer=Expected(format="csv"))(lambda payload: [])
    assert Asked(provider.endpoints[0], usual=answer(b"a,b")).learnt.fields is None


# Keys


def test_a_key_that_a_source_repeats_does_not_get_in() -> None:
    said = answer({"value": 20, "for": KEY}, content_type=f"application/json; {KEY}", etag=KEY, last_modified=KEY)
    known = Asked(index(), usual=said, gate=KeyGate([KEY]))
    assert (known.learnt.etag, known.learnt.last_modified) == (None, None)
    honest = Asked(index(), usual=answer(etag='"abc"', last_modified="Mon"), gate=KeyGate([KEY])).learnt
    assert (honest.etag, honest.last_modified) == ('"abc"', "Mon")
    (kept,) = Asked(
        index(), usual=answer(f"no JSON {KEY}".encode(), content_type=KEY), gate=KeyGate([KEY])
    ).result.quarantined
    assert (kept.body, kept.content_type) == ("no JSON ***", "***")


def test_a_key_that_an_error_repeats_does_not_get_in() -> None:
    refusal = SourceError(Outcome.BLOCKED, f"{KEY} is not valid")
    assert Asked(index(), usual=refusal, gate=KeyGate([KEY])).result.error == "*** is not valid"


# Answers that are read together


HEAD = SubRequest("head", path="/head")
BLOCK = SubRequest("block", path=lambda so_far: f"/block/{so_far['head']['value']}")
TIP = SubRequest("tip", path="/tip", optional=True)


def test_what_needs_the_answers_of_others_is_asked_after_them() -> None:
    asked = Asked(in_parts(BLOCK, HEAD, TIP))
    assert (sorted(asked.paths[:2]), asked.paths[2:]) == (["/head", "/tip"], ["/block/20"])
    assert asked.most_at_once == 2
    assert {label for label, _ in asked.result.attempts} == {"head", "tip", "block"}
    (row,) = asked.result.rows["sentiment_metrics"]
    assert row["value"] == 60


def test_a_part_that_the_reading_cannot_do_without_ends_it_with_its_own_failure() -> None:
    asked = Asked(in_parts(BLOCK, HEAD, TIP), {"/head": failure(Outcome.BLOCKED)})
    assert (asked.result.outcome, sorted(asked.paths)) == (Outcome.BLOCKED, ["/head", "/tip"])
    late = Asked(in_parts(BLOCK, HEAD, TIP), {"/block/20": failure(Outcome.TIMEOUT)})
    assert late.result.outcome is Outcome.TIMEOUT


def test_a_part_that_is_not_needed_may_fail_or_be_unreadable_and_its_pause_is_heeded() -> None:
    asked = Asked(in_parts(HEAD, TIP), {"/tip": failure(Outcome.RATE_LIMITED, retry_after=LATER)})
    assert (asked.result.outcome, asked.learnt.host_not_before) == (Outcome.OK, LATER)
    assert Asked(in_parts(HEAD, TIP), {"/tip": answer(b"no JSON")}).result.outcome is Outcome.OK


def test_of_parts_none_of_which_is_needed_one_must_be_answered() -> None:
    result = Asked(in_parts(TIP), {"/tip": failure(Outcome.TIMEOUT)}).result
    assert (result.outcome, result.error) == (Outcome.UNPARSEABLE, "none of its requests was answered")


def test_a_request_that_cannot_be_built_on_the_answers_before_is_a_failure_of_those() -> None:
    result = Asked(in_parts(HEAD, BLOCK), {"/head": answer({"height": 7})}).result
    assert result.outcome is Outcome.UNPARSEABLE
    assert result.error == "the answers before block cannot be built on: KeyError: 'value'"


def test_answers_that_are_read_together_are_as_old_as_the_newest_and_have_no_validators() -> None:
    parts = in_parts(HEAD, SubRequest("tail", path="/tail"))
    newest = answer(etag='"abc"', last_modified="Mon", received_at=LATER)
    for says in ({"/head": newest}, {"/tail": newest}):
        asked = Asked(parts, says)
        (row,) = asked.result.rows["sentiment_metrics"]
        assert row["timestamp"] == LATER
        assert (asked.learnt.etag, asked.learnt.last_modified) == (None, None)


def test_answers_that_are_read_together_are_nothing_new_when_none_of_them_is() -> None:
    parts = in_parts(HEAD, TIP)
    state = Asked(parts).learnt
    assert Asked(parts, state=state).result.outcome is Outcome.NOT_MODIFIED
    for says in ({"/tip": answer({"value": 21})}, {"/tip": failure(Outcome.TIMEOUT)}):
        assert Asked(parts, says, state=state).result.outcome is Outcome.OK
