"""Pages that are numbered from the newest entry: what they cover is known when they have come, and stays true.

Asked over a server. What becomes of each answer: test_numbers.py.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timezone
from urllib.parse import parse_qs

import pytest

from crypto_pipeline.collection.backfill.estimate import estimates
from crypto_pipeline.replay.server import ServedRequest, ServedResponse
from crypto_pipeline.sources.kit import Span
from crypto_pipeline_tests.collection.backfill.numbered_contract import HOUR, NEWEST, wanted
from crypto_pipeline_tests.collection.backfill.walked import (
    JSON,
    NOW,
    Walked,
    plan,
    unix,
    walked,
    walked_in_memory,
)


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
