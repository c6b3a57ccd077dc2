"""Pages that are numbered from the newest entry: what they cover is known when they have come, and stays true."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timezone
from urllib.parse import parse_qs

import pytest

from crypto_pipeline.collection.backfill.estimate import estimates
from crypto_pipeline.collection.backfill.numbered import Numbers
from crypto_pipeline.collection.backfill.page import HistoryPage
from crypto_pipeline.collection.backfill.series import Series
from crypto_pipeline.replay.server import ServedRequest, ServedResponse
from crypto_pipeline.schema.columns import columns_of
from crypto_pipeline.schema.history import PageOutcome
from crypto_pipeline.schema.outcomes import Outcome
from crypto_pipeline.schema.rows import Funding
from crypto_pipeline.sources.formats.funding import funding_requests
from crypto_pipeline.sources.kit import Endpoint, Pages, Payload, Provider, RequestSpec, Rows, Span, each
from crypto_pipeline_tests.collection.backfill.walked import (
    HOST,
    JSON,
    NOW,
    Walked,
    plan,
    series,
    unix,
    walked,
    walked_in_memory,
)

HOUR = 3_600
NEWEST = unix("2026-03-10T08:00")
"""The newest payment, of which nobody knows yet whether it is the last of its eight hours."""
PAGES = Pages(50, {"page": "{page}", "size": "{size}"}, since="2025-01-01", seconds=8 * HOUR)


def exchange(pages: Pages = PAGES) -> Endpoint:
    """An exchange that numbers what its contracts have paid."""
    provider = Provider("past", f"https://{HOST}/api", per_minute=6000)

    @provider.endpoint(
        Funding,
        "/funding",
        requests=funding_requests("{}USDT".format, param="symbol", coins=("BTC",)),
        cadence=60,
        history=pages,
    )
    def funding(payload: Payload, spec: RequestSpec) -> Rows:
        return each(payload, lambda one: Funding(spec.values["coin"], one["contract"], one["at"], one["rate"]))

    return provider.endpoints[0]


def every(hours: int, since: str = "2025-01-01", until: int = NEWEST) -> list[int]:
    """The moments of payments, in the order of time."""
    return list(range(unix(since), until + 1, hours * HOUR))


@dataclass
class Exchange:
    """The server of the exchange."""

    paid: list[int] = field(default_factory=lambda: every(8))
    most: int = 1000
    """Entries of one answer."""
    ignores_numbers: bool = False
    repeats_the_last: bool = False
    """Beyond the last page it answers with the last one again."""
    refuses_beyond: bool = False
    pays_meanwhile: list[int] = field(default_factory=list)
    """Payments that come while it is asked, one before each request."""
    spoils: int | None = None
    """The number of a page of which an entry cannot be read."""
    fails: int | None = None
    """The number of a page that is answered 500."""
    asked: list[int] = field(default_factory=list)

    def answer(self, request: ServedRequest) -> ServedResponse:
        """A page, the newest entry first."""
        self.paid += [self.pays_meanwhile.pop(0)] if self.pays_meanwhile else []
        query = {name: values[0] for name, values in parse_qs(request.query).items()}
        number, size = int(query["page"]), min(int(query["size"]), self.most)
        self.asked.append(number)
        if number == self.fails:
            return ServedResponse(500, {}, b"{}")
        if self.ignores_numbers:
            number = 1
        last = -(-len(self.paid) // size)
        if number > last and self.refuses_beyond:
            return ServedResponse(400, JSON, b'{"msg": "no such page"}')
        number = min(number, last) if self.repeats_the_last else number
        moments = self.paid[::-1][(number - 1) * size : number * size]
        entries = [{"contract": "BTCUSDT", "at": at * 1000, "rate": "0.0001"} for at in moments]
        if number == self.spoils:
            entries[3] = {"contract": "BTCUSDT", "at": moments[3] * 1000, "rate": "n/a"}
        return ServedResponse(200, JSON, json.dumps(entries).encode())


def wanted(since: str = "2025-01-01", pages: Pages = PAGES) -> list[Series]:
    """The payments of one contract."""
    return series([exchange(pages)], since=since, until="2026-03-10T12:30")


def paid_at(done: Walked) -> list[int]:
    """When the payments were made that came, in the order of time."""
    rows = [row for page in done.pages for row in page.rows.get("funding_rates", ())]
    return sorted(int(row["funding_at"].timestamp()) for row in rows)


def ledger(done: Walked) -> list[tuple[str, str, str]]:
    """The lines of the ledger, the newest stretch first."""

    def day(moment: int) -> str:
        return f"{datetime.fromtimestamp(moment, timezone.utc):%Y-%m-%d %H}"

    return [(page.outcome.value, day(page.span.start), day(page.span.end)) for page in done.pages]


COMPLETE = every(8, until=NEWEST - 1)
"""All payments but the newest, whose eight hours are not over."""


def test_all_payments_come_once_and_their_lines_are_stretches_of_time_without_a_gap() -> None:
    server = Exchange()
    done = walked(plan(wanted()), server.answer)
    assert paid_at(done) == COMPLETE
    spans = [page.span for page in done.pages]
    assert [span.start for span in spans[:-1]] == [span.end for span in spans[1:]]
    assert (spans[0].end, spans[-1].start) == (NEWEST, unix("2025-01-01"))
    assert server.asked == list(range(1, len(spans) + 1))


def test_as_many_pages_are_asked_for_as_a_dry_run_counts() -> None:
    for since in ("2025-01-01", "2025-07-14", "2026-03-01"):
        of, server = wanted(since), Exchange()
        (count,) = estimates(of, {}, {}, {})
        done = walked_in_memory(plan(of), server.answer)
        assert len(server.asked) == count.pages == sum(page.planned for page in done.pages)


def test_the_same_wish_again_asks_nothing() -> None:
    server = Exchange()
    first = walked_in_memory(plan(wanted()), server.answer)
    server.asked.clear()
    again = walked_in_memory(plan(wanted(), settled=first.settled()), server.answer)
    assert not server.asked
    assert not estimates(wanted(), first.settled(), {}, {})
    assert not again.pages


def test_what_was_cut_off_goes_on_at_the_number_that_its_stretch_has_now() -> None:
    server = Exchange()
    first = walked_in_memory(plan(wanted()), server.answer, stop_after=9)
    server.asked.clear()
    (count,) = estimates(wanted(), first.settled(), {}, {})
    second = walked_in_memory(plan(wanted(), settled=first.settled()), server.answer)
    assert sorted(paid_at(first) + paid_at(second)) == COMPLETE
    assert server.asked == list(range(10, 10 + count.pages))


def test_what_has_been_paid_since_is_one_page() -> None:
    server = Exchange(paid=every(8, until=unix("2026-02-28T08:00")))
    done = walked_in_memory(plan(wanted()), server.answer)
    key = ("past.funding", "BTC")
    settled = {key: [Span(page.span.start, min(page.span.end, unix("2026-02-28T08:00"))) for page in done.pages]}
    server.paid = every(8)
    server.asked.clear()
    more = walked_in_memory(plan(wanted(), settled=settled), server.answer)
    assert server.asked == [1]
    assert ledger(more) == [("ok", "2026-02-28 08", "2026-03-10 08")]


@pytest.mark.parametrize(("hours", "since"), [(1, "2026-02-10"), (4, "2025-11-20"), (12, "2025-05-20")])
def test_a_contract_that_pays_at_other_times_than_usual_is_found_as_well(hours: int, since: str) -> None:
    """After a stop the first number is a guess by the usual time; the answer says how far off it was."""
    server = Exchange(paid=every(hours, since))
    first = walked_in_memory(plan(wanted()), server.answer, stop_after=5)
    middle = {key: spans[1:4] for key, spans in first.settled().items()}
    server.asked.clear()
    second = walked_in_memory(plan(wanted(), settled=middle), server.answer)
    times = {*paid_at(second), *(at for at in server.paid for span in next(iter(middle.values())) if at in span)}
    assert sorted(times) == [at for at in server.paid if at < NEWEST]
    assert len(server.asked) <= len(server.paid) // 50 + 3


def test_a_payment_that_is_made_meanwhile_hides_none() -> None:
    later = list(range(NEWEST + 8 * HOUR, NEWEST + 10_000 * HOUR, 8 * HOUR))
    done = walked_in_memory(plan(wanted()), Exchange(pays_meanwhile=later).answer)
    assert paid_at(done) == COMPLETE


def test_a_source_ends_at_its_first_empty_page_and_not_at_a_short_one() -> None:
    server = Exchange(paid=every(8, since="2026-01-20"), most=20)
    done = walked_in_memory(plan(wanted()), server.answer)
    assert paid_at(done) == every(8, since="2026-01-20", until=NEWEST - 1)
    assert ledger(done)[-1] == ("end_of_history", "2025-01-01 00", "2026-01-20 00")
    assert server.asked == list(range(1, 10))


@pytest.mark.parametrize("server", [Exchange(repeats_the_last=True), Exchange(refuses_beyond=True)])
def test_a_source_ends_also_where_it_has_another_word_for_it(server: Exchange) -> None:
    server.paid = every(8, since="2026-01-20")
    done = walked(plan(wanted()), server.answer)
    assert paid_at(done) == every(8, since="2026-01-20", until=NEWEST - 1)
    assert ledger(done)[-1] == ("end_of_history", "2025-01-01 00", "2026-01-20 00")


def test_as_many_pages_are_done_as_there_were_to_do_where_a_source_ends_early() -> None:
    of = wanted()
    (count,) = estimates(of, {}, {}, {})
    done = walked_in_memory(plan(of), Exchange(paid=every(8, since="2026-01-20")).answer)
    assert sum(page.planned for page in done.pages) == count.pages


def test_a_contract_without_payments_costs_one_request() -> None:
    server = Exchange(paid=[])
    done = walked_in_memory(plan(wanted()), server.answer)
    assert ledger(done) == [("empty", "2025-01-01 00", "2026-03-10 08")]
    assert server.asked == [1]


def test_a_source_that_ignores_the_number_is_stopped_with_a_sentence() -> None:
    server = Exchange(ignores_numbers=True)
    done = walked_in_memory(plan(wanted()), server.answer)
    assert done.outcomes == ["ok", "not_paged"]
    assert "ignores the number" in done.walk.stopped_series["past.funding", "BTC"]
    assert server.asked == [1, 2]


def test_an_entry_that_cannot_be_read_costs_itself_and_ends_nothing() -> None:
    server = Exchange(spoils=3)
    done = walked_in_memory(plan(wanted()), server.answer)
    assert len(paid_at(done)) == len(COMPLETE) - 1
    assert sum(page.refused for page in done.pages) == 1


def test_a_page_that_cannot_be_had_is_left_for_the_next_time() -> None:
    server = Exchange(fails=4)
    first = walked(plan(wanted()), server.answer)
    assert first.walk.stopped_series or first.walk.ended
    server.fails = None
    second = walked(plan(wanted(), settled=first.settled()), server.answer)
    assert sorted(paid_at(first) + paid_at(second)) == COMPLETE


def test_requests_say_in_the_log_which_page_they_are_for() -> None:
    done = walked(plan(wanted("2026-03-01")), Exchange().answer)
    assert [label for batch in done.batches for _, label, _ in batch.attempts] == ["BTC page 1"]
    assert datetime.fromtimestamp(NEWEST, timezone.utc) < NOW


# What becomes of each answer, said with answers as values: at this moment the newest payment is number 0, the one before number 1


EIGHT = 8 * HOUR
TEN = Pages(10, {"page": "{page}", "size": "{size}"}, since="2025-01-01", seconds=EIGHT)


def at(number: float) -> int:
    """When a payment was made, by how many were made after it."""
    return NEWEST - int(number * EIGHT)


def stretch(older: float, newer: float) -> Span:
    return Span(at(older), at(newer))


def numbers(*known: Span, since: str = "2025-01-01") -> Numbers:
    """The way through pages of ten of a contract of which some stretches are known."""
    (one,) = wanted(since, TEN)
    return Numbers(one, known)


def says(way: Numbers, *payments: float) -> list[tuple[str, Span, int]]:
    """The lines of the ledger for an answer with these payments: outcome, stretch and pages of the plan that are done."""
    (one,) = wanted(pages=TEN)
    times = tuple(sorted(map(at, payments)))
    assert way.next
    page = HistoryPage(
        one,
        way.next.missing,
        PageOutcome.OK if times else PageOutcome.EMPTY,
        NOW,
        rows={"funding_rates": columns_of("funding_rates", [])},
        first=times[0] if times else None,
        last=times[-1] if times else None,
        times=times,
    )
    lines = way.read(page)
    for line in lines:
        is_kept = line.outcome is PageOutcome.OK
        assert (line.rows, line.first, line.last) == (
            (page.rows, page.first, page.last) if is_kept else ({}, None, None)
        )
    return [(str(line.outcome), line.span, line.planned) for line in lines]


def page(number: int) -> range:
    """The payments on a page of ten."""
    return range(10 * number - 10, 10 * number)


def asked(way: Numbers) -> int | None:
    return way.next and way.next.number


BEGINNING = unix("2025-01-01")


@pytest.mark.parametrize(
    ("known", "number"), [((), 1), ([stretch(8, 0)], 1), ([stretch(9, 0)], 2), ([stretch(95, 0), stretch(99, 97)], 10)]
)
def test_the_first_page_is_that_on_which_the_newest_missing_payment_usually_is(known: list[Span], number: int) -> None:
    assert asked(numbers(*known)) == number


def test_where_nothing_is_missing_of_what_is_wanted_nothing_is_asked() -> None:
    assert numbers(Span(BEGINNING, NEWEST)).next is None
    assert numbers(stretch(30, 0), since="2026-03-01").next is None
    assert asked(numbers(stretch(20, 0), since="2026-03-01")) == 3


def test_the_newest_of_several_missing_stretches_comes_first() -> None:
    way = numbers(stretch(40, 19), stretch(60, 50))
    assert way.next == (1, stretch(19, 0))
    assert says(way, *page(1)) == [("ok", stretch(9, 0), 1)]
    assert way.next == (2, stretch(19, 9))
    assert says(way, *page(2)) == [("ok", stretch(19, 9), 1)]
    assert way.next == (5, stretch(50, 40))


@pytest.mark.parametrize(("gap", "is_taken"), [(1, True), (1.5, True), (1.501, False)])
def test_a_page_is_taken_when_no_payment_can_lie_between_it_and_what_is_known(gap: float, is_taken: bool) -> None:
    way = numbers(stretch(20, 0))
    assert asked(way) == 3
    payments = [20 + gap + one for one in range(10)]
    assert says(way, *payments) == ([("ok", stretch(29 + gap, 20), 1)] if is_taken else [])
    assert asked(way) == (4 if is_taken else 2)


@pytest.mark.parametrize(("newest", "done"), [(19, 0), (20, 1)])
def test_a_page_that_begins_in_what_is_known_is_taken(newest: int, done: int) -> None:
    way = numbers(stretch(20, 0))
    assert says(way, *range(newest, newest + 10)) == [("ok", stretch(newest + 9, 20), done)]


def test_a_page_that_follows_one_of_what_is_known_is_taken_whatever_lies_between() -> None:
    way = numbers(stretch(20, 0))
    assert says(way, *range(11, 21)) == []
    assert asked(way) == 4
    assert says(way, *range(40, 50)) == [("ok", stretch(49, 20), 3)]


def test_on_the_first_page_is_the_newest_there_is() -> None:
    assert says(numbers(), *range(30, 40)) == [("ok", stretch(39, 0), 4)]


@pytest.mark.parametrize(
    ("oldest", "newest", "number"),
    [(29, 20, 13), (39, 30, 12), (49, 40, 11), (50, 41, 10)],
)
def test_pages_of_what_is_known_say_how_far_it_still_is(oldest: int, newest: int, number: int) -> None:
    """From the page that was asked for to the one on which the first missing payment should be."""
    way = numbers(stretch(69, 0))
    assert asked(way) == 8
    assert says(way, *range(newest, oldest + 1)) == []
    assert asked(way) == number


@pytest.mark.parametrize(("newest", "number"), [(22, 2), (31, 2), (32, 1), (41, 1), (90, 1)])
def test_pages_of_what_is_older_say_how_far_one_must_go_back(newest: int, number: int) -> None:
    way = numbers(stretch(20, 0))
    assert asked(way) == 3
    assert says(way, *range(newest, newest + 10)) == []
    assert asked(way) == number


def test_a_source_that_gives_less_or_pays_more_often_is_followed_by_what_it_gives() -> None:
    fewer = numbers(stretch(69, 0))
    assert says(fewer, *range(40, 45)) == []
    assert asked(fewer) == 8 + 30 // 5
    hourly = numbers(stretch(69, 0))
    assert says(hourly, *[59 + one / 8 for one in range(10)]) == []
    assert asked(hourly) == 8 + 81 // 10
    single = numbers(stretch(69, 0))
    assert says(single, 60) == []
    assert asked(single) == 8 + 10, "one payment tells nothing of the time between two"


def test_what_usually_lies_between_two_payments_is_the_middle_one_of_all_distances() -> None:
    for payments, number in (((40, 41, 42, 43, 63), 26), ((40, 41, 42, 62, 82), 13)):
        way = numbers(stretch(109, 0))
        assert asked(way) == 12
        assert says(way, *payments) == []
        assert asked(way) == number


def test_a_page_that_is_empty_or_too_old_bounds_the_search_from_above_and_one_that_is_known_from_below() -> None:
    way = numbers(stretch(95, 0))
    assert asked(way) == 10
    assert says(way) == []
    assert asked(way) == 5
    assert says(way, *range(3)) == []
    assert asked(way) == 9, "far below it by its entries, and below the empty page"
    assert says(way) == []
    assert asked(way) == 7, "between the last that is known and the first that is empty"
    assert says(way, *range(97, 100)) == []
    assert asked(way) == 6
    assert says(way, *range(93, 98)) == [("ok", stretch(97, 95), 0)]
    old = numbers(stretch(95, 0))
    assert says(old, *range(150, 160)) == []
    assert asked(old) == 4
    assert says(old, *range(3)) == []
    assert asked(old) == 9, "below the page that was too old"


def test_two_empty_pages_are_no_page_that_was_answered_twice() -> None:
    way = numbers(stretch(95, 0))
    assert (asked(way), says(way)) == (10, [])
    assert (asked(way), says(way)) == (5, [])
    assert asked(way) == 2


def test_after_an_empty_page_that_follows_what_is_known_nothing_older_is_to_be_had() -> None:
    way = numbers()
    says(way, *page(1))
    (line,) = says(way)
    assert line[:2] == ("end_of_history", Span(BEGINNING, at(9)))
    assert way.next is None
    gaps = numbers(stretch(19, 9), stretch(60, 50))
    says(gaps, *page(1))
    assert asked(gaps) == 3
    assert says(gaps) == []
    assert asked(gaps) == 2
    assert says(gaps)[0][:2] == ("end_of_history", Span(BEGINNING, at(19)))


def test_after_a_page_that_is_taken_comes_the_next_one_whatever_its_entries_say_of_the_time_between_them() -> None:
    way = numbers()
    assert says(way, *range(9), 40) == [("ok", stretch(40, 0), 4)]
    assert asked(way) == 2


def test_a_contract_of_which_the_first_page_is_empty_has_no_payments() -> None:
    way = numbers()
    assert says(way) == [("empty", Span(BEGINNING, NEWEST), len(list(wanted(pages=TEN)[0].missing([]))))]
    assert way.next is None


def test_the_last_page_once_more_is_the_end_where_pages_have_differed_and_else_the_number_is_ignored() -> None:
    way = numbers()
    says(way, *page(1))
    says(way, *page(2))
    assert says(way, *page(2))[0][:2] == ("end_of_history", Span(BEGINNING, at(19)))
    ignores = numbers()
    says(ignores, *page(1))
    assert says(ignores, *page(1)) == [("not_paged", Span(BEGINNING, at(9)), 0)]
    assert ignores.next is None


def test_the_same_payments_under_the_same_number_are_no_repetition() -> None:
    """After a page that could not be had the same one is asked for."""
    way = numbers(stretch(20, 0))
    assert says(way, *range(30, 40)) == []
    assert says(way, *range(10, 20)) == []
    assert asked(way) == 3
    assert says(way, *range(30, 40)) == [("ok", stretch(39, 20), 2)]


def test_a_source_on_whose_pages_nothing_fits_is_left_after_twenty() -> None:
    way = numbers(stretch(300, 0))
    for newest in range(19):
        assert says(way, newest, newest + 1) == []
    assert says(way, 300, 301) == [("ok", stretch(301, 300), 0)], "found in time, which is counted anew"
    way = numbers(stretch(300, 0), stretch(600, 400))
    for newest in range(19):
        assert says(way, newest, newest + 1) == []
    assert says(way, 30, 31) == [("not_paged", stretch(400, 300), 0)]
    assert way.next is None


@pytest.mark.parametrize(("oldest", "is_all"), [(48, False), (49, False), (49.1, True), (50, True), (52, True)])
def test_a_stretch_is_closed_when_not_even_one_payment_more_fits_into_it(oldest: float, is_all: bool) -> None:
    way = numbers(stretch(40, 0), Span(BEGINNING, at(50)))
    assert asked(way) == 5
    (line,) = says(way, *range(40, 48), oldest)
    assert line[:2] == ("ok", stretch(50 if is_all else oldest, 40))
    assert asked(way) == (None if is_all else 6)


@pytest.mark.parametrize("since", ["2026-02-28T16:00", "2026-03-01"])
def test_what_is_older_than_what_is_wanted_is_not_asked_for(since: str) -> None:
    assert at(29) == unix("2026-02-28T16:00")
    way = numbers(since=since)
    says(way, *page(1))
    says(way, *page(2))
    assert says(way, *page(3)) == [("ok", stretch(29, 19), 1)]
    assert way.next is None


def test_a_page_that_is_shorter_than_usual_and_holds_all_that_is_wanted_is_done_with_its_window() -> None:
    assert at(25) == unix("2026-03-02")
    way = numbers(stretch(20, 0), since="2026-03-02")
    assert says(way, *range(20, 26)) == [("ok", stretch(25, 20), 1)]
    assert way.next is None


def test_a_page_that_could_not_be_had_is_a_line_for_all_that_is_missing_there() -> None:
    way = numbers(stretch(20, 0))
    (one,) = wanted(pages=TEN)
    broken = HistoryPage(one, Span(BEGINNING, at(20)), Outcome.TIMEOUT, NOW, "it did not answer")
    line = way.failed(broken)
    assert (line.span, line.planned, line.outcome, line.error) == (
        Span(BEGINNING, at(20)),
        0,
        Outcome.TIMEOUT,
        "it did not answer",
    )
    assert asked(way) == 3
