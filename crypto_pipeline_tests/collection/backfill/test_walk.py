"""A walk asks for what is missing, the newest first, and stops where nothing older can be."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import anyio
import pytest

from crypto_pipeline.collection.backfill.estimate import estimates
from crypto_pipeline.collection.backfill.page import HistoryPage
from crypto_pipeline.collection.backfill.series import Series
from crypto_pipeline.collection.backfill.walk import Walk, WalkedPages
from crypto_pipeline.collection.errors import SourceError
from crypto_pipeline.collection.http.messages import Answer, Attempt, Request
from crypto_pipeline.schema.history import PageOutcome
from crypto_pipeline.schema.outcomes import Outcome
from crypto_pipeline.sources.kit import Budget, Endpoint, Key, Pages, Span
from crypto_pipeline_tests.collection.backfill.walked import (
    HOST,
    NOW,
    PAGES,
    Exchange,
    exchange,
    plan,
    series,
    unix,
    walked,
    walked_in_memory,
    walked_through,
)

DAY, HOUR = 86_400, 3_600
TENS = replace(PAGES, size=10)


def test_all_complete_days_come_once_and_the_open_one_does_not() -> None:
    server = Exchange()
    done = walked(plan(series([exchange()], since="2025-01-01", until="2026-03-10T12:30")), server.answer)
    assert done.opened == list(range(unix("2025-01-01"), unix("2026-03-10"), DAY))
    starts = [page.span.start for page in done.pages]
    assert starts == sorted(starts, reverse=True)
    assert len(server.asked) == len(done.pages)


def test_the_same_wish_again_asks_nothing() -> None:
    server = Exchange()
    wanted = series([exchange()], since="2025-12-03", until="2026-03-10T12:30", intervals="1d 1h")
    first = walked_in_memory(plan(wanted), server.answer)
    before = len(server.asked)
    again = walked_in_memory(plan(wanted, settled=first.settled()), server.answer)
    assert len(server.asked) == before
    assert not again.pages


def test_a_wish_for_more_asks_for_what_is_missing_only() -> None:
    server = Exchange()
    first = walked_in_memory(plan(series([exchange()], since="2025-12-01", until="2026-03-01")), server.answer)
    asked = len(server.asked)
    more = series([exchange()], since="2025-01-01", until="2026-03-10T12:30")
    second = walked_in_memory(plan(more, settled=first.settled()), server.answer)
    assert sorted(first.opened + second.opened) == list(range(unix("2025-01-01"), unix("2026-03-10"), DAY))
    assert len(server.asked) - asked == len(second.pages)
    assert not set(first.opened) & set(second.opened)


def test_hours_are_asked_for_only_where_a_day_exists() -> None:
    server = Exchange(listed=unix("2026-02-20"))
    done = walked_in_memory(
        plan(series([exchange()], since="2025-06-01", until="2026-03-10", intervals="1d 1h")), server.answer
    )
    hours = [query for query in server.asked if query["interval"] == "1h"]
    assert min(int(query["startTime"]) // 1000 for query in hours) > unix("2026-02-20") - 100 * HOUR
    of_hours = [page for page in done.pages if page.series.interval == "1h"]
    assert {page.outcome.value for page in of_hours} == {"ok", "unlisted"}
    assert min(page.span.start for page in of_hours) <= unix("2025-06-01")


def test_the_day_that_is_not_over_does_not_make_its_hours_unlisted() -> None:
    by_the_day = exchange(replace(PAGES, size=24))
    for since, until, outcomes in (
        ("2026-03-09", "2026-03-10", ["unlisted"]),
        ("2026-03-10", "2026-03-10T12:00", ["ok"]),
    ):
        days, hours = series([by_the_day], since="2026-03-09", until="2026-03-10T12:00", intervals="1d 1h")
        wanted = replace(hours, wanted=Span(unix(since), unix(until)))
        settled = {(days.endpoint.id, days.ask): [days.reach]}
        assert walked_through(plan([days, wanted], settled=settled), Exchange().said).outcomes == outcomes


def test_days_and_weeks_are_asked_for_whatever_days_are_known_and_hours_only_when_all_were_answered() -> None:
    server = Exchange(listed=unix("2026-02-28"), fails=[2])

    def says(request: Request) -> Answer | SourceError:
        said = server.said(request)
        return SourceError(Outcome.UNPARSEABLE, "odd") if isinstance(said, SourceError) else said

    failed = walked_through(plan(windows(intervals="1d 4h")), says)
    hours = [page.outcome.value for page in failed.pages if page.series.interval == "4h"]
    assert "unlisted" not in hours[: hours.index("empty") + 3]
    server = Exchange(listed=unix("2026-02-28"))
    weekly = walked_through(plan(windows(intervals="1d 1w")), server.said)
    assert {page.outcome.value for page in weekly.pages if page.series.interval == "1w"} == {"empty"}


def test_hours_of_which_the_days_were_not_wanted_are_asked_for() -> None:
    done = walked_through(plan(windows(intervals="1h 4h")), Exchange(listed=unix("2026-03-09")).said)
    assert "4h" in {query.series.interval for query in done.pages if query.count}


def test_windows_that_need_not_be_asked_for_are_not_noted_either_when_the_walk_has_been_stopped() -> None:
    wanted = plan(windows(intervals="1d 4h"))

    def on_page(page: HistoryPage) -> None:
        if page.outcome is PageOutcome.UNLISTED:
            walk.stop()

    walk = Walk(wanted, on_page=on_page, clock=lambda: NOW)
    done = walked_through(wanted, Exchange(listed=unix("2026-03-08")).said, walk=walk)
    assert [page.outcome for page in done.pages].count(PageOutcome.UNLISTED) == 1


def test_three_empty_pages_up_to_the_first_day_of_a_source_are_all_there_is() -> None:
    first = unix("2026-01-05") // (10 * DAY) * 10 * DAY
    since = f"{datetime.fromtimestamp(first, timezone.utc):%Y-%m-%d}"
    of = series([exchange(replace(TENS, since=since))], since=since, until="2026-03-10")
    assert walked_through(plan(of), Exchange(listed=first + 30 * DAY).said).outcomes[-4:] == ["ok", *["empty"] * 3]


def test_hours_are_not_called_unlisted_when_their_days_could_not_be_had() -> None:
    server = Exchange(listed=unix("2026-01-20"), fails=range(1, 100))
    found = walked(plan(series([exchange()], since="2025-12-01", until="2026-02-01", intervals="1d 1h")), server.answer)
    assert found.outcomes == ["server_error"]
    assert found.walk.stopped_series


def test_days_that_are_stored_already_tell_where_hours_can_be() -> None:
    server = Exchange(listed=unix("2026-03-01"))
    days, hours = series([exchange()], since="2025-06-01", until="2026-03-10", intervals="1d 1h")
    settled = {(days.endpoint.id, days.ask): [days.reach]}
    stored = {days.market: [Span(unix("2026-03-01"), unix("2026-03-10"))]}
    walked_in_memory(plan([days, hours], settled=settled, days=stored), server.answer)
    assert {query["interval"] for query in server.asked} == {"1h"}
    assert len(server.asked) == 3


def test_three_empty_pages_before_the_oldest_entry_are_the_time_before_the_listing() -> None:
    pages = Pages(10, PAGES.params, since="2020-01-01")
    server = Exchange(listed=unix("2026-02-01"))
    done = walked_in_memory(plan(series([exchange(pages)], since="2020-01-01", until="2026-03-10")), server.answer)
    assert done.outcomes[-5:] == ["ok", "empty", "empty", "empty", "unlisted"]
    assert done.pages[-1].span.start == unix("2020-01-01")
    assert done.opened[0] == unix("2026-02-01")


def test_a_coin_that_is_traded_no_more_is_found_behind_any_number_of_empty_pages() -> None:
    pages = Pages(10, PAGES.params, since="2025-01-01")
    server = Exchange(halts=[Span(unix("2025-06-01"), unix("2027-01-01"))])
    done = walked_in_memory(plan(series([exchange(pages)], since="2025-01-01", until="2026-03-10")), server.answer)
    assert done.opened == list(range(unix("2025-01-01"), unix("2025-06-01"), DAY))


def test_a_source_that_ignores_the_window_is_stopped_with_a_sentence() -> None:
    server = Exchange(ignores_windows=True)
    done = walked_in_memory(plan(series([exchange()], since="2025-01-01", until="2026-03-10")), server.answer)
    assert done.outcomes[-1] == "not_paged"
    assert "ignores the window" in done.walk.stopped_series["past.candles", "BTC 1d"]
    assert all(at >= unix("2025-12-01") for at in done.opened)


def test_what_a_short_answer_left_out_is_asked_for_again() -> None:
    server = Exchange(most=40)
    done = walked_in_memory(plan(series([exchange()], since="2025-01-01", until="2026-03-10")), server.answer)
    assert done.opened == list(range(unix("2025-01-01"), unix("2026-03-10"), DAY))


def test_a_window_beyond_the_reach_of_a_source_is_the_end_of_its_history() -> None:
    server = Exchange(reaches=unix("2025-08-01"))
    done = walked_in_memory(plan(series([exchange()], since="2025-01-01", until="2026-03-10")), server.answer)
    assert done.outcomes[-1] == "end_of_history"
    assert done.pages[-1].span.start == unix("2025-01-01")
    assert "too long ago" in (done.pages[-1].error or "")
    assert not [outcome for outcome in done.outcomes if outcome not in {"ok", "end_of_history"}]


@pytest.mark.parametrize(
    "server",
    [Exchange(), Exchange(most=40), Exchange(listed=unix("2025-11-01")), Exchange(reaches=unix("2025-08-01"))],
    ids=["all of it", "answers cut short", "not listed yet", "beyond its reach"],
)
def test_as_many_pages_are_done_as_there_were_to_do(server: Exchange) -> None:
    """Whatever had to be asked for in pieces, and whatever need not be asked for any more."""
    pages = Pages(50, PAGES.params, since="2024-01-01")
    of = series([exchange(pages)], since="2024-01-01", until="2026-03-10")
    (count,) = estimates(of, {}, {}, {})
    done = walked_in_memory(plan(of), server.answer)
    assert sum(page.planned for page in done.pages) == count.pages


def test_windows_beyond_a_declared_reach_are_never_asked_for() -> None:
    pages = Pages(100, PAGES.params, since="2025-01-01", reach=30)
    server = Exchange()
    done = walked_in_memory(
        plan(series([exchange(pages)], since="2025-01-01", until="2026-03-10T12:30")), server.answer
    )
    assert done.opened == list(range(unix("2026-03-10") - 29 * DAY, unix("2026-03-10"), DAY))


def test_a_market_that_a_source_does_not_have_costs_one_request() -> None:
    server = Exchange(markets=["ETHUSDT"])
    done = walked_in_memory(
        plan(series([exchange()], since="2025-01-01", until="2026-03-10", symbols="BTC", intervals="1d 1h")),
        server.answer,
    )
    assert set(done.outcomes) == {"no_market"}
    assert len(server.asked) == 1


def test_a_request_that_fails_is_made_again_and_its_page_is_whole() -> None:
    server = Exchange(fails=[2, 3])
    done = walked(plan(series([exchange()], since="2025-01-01", until="2026-03-10")), server.answer)
    assert done.opened == list(range(unix("2025-01-01"), unix("2026-03-10"), DAY))


def test_a_host_that_keeps_failing_is_left_alone_and_another_goes_on() -> None:
    broken, well = exchange(), exchange(host="well.example", name="well")
    server = Exchange()
    done = walked(
        plan(series([broken, well], since="2025-01-01", until="2026-03-10")),
        lambda request: Exchange(fails=[1]).answer(request) if request.host == HOST else server.answer(request),
    )
    assert HOST in done.walk.ended
    assert {page.series.source for page in done.pages if page.count} == {"well"}


def test_a_host_without_a_share_is_not_asked() -> None:
    server = Exchange()
    done = walked_in_memory(
        plan(series([exchange()], since="2025-01-01", until="2026-03-10"), shares={}), server.answer
    )
    assert not server.asked
    assert "no budget" in done.walk.stopped_series["past.candles", "BTC 1d"]


def test_a_host_that_wants_a_pause_is_not_asked_before_it_is_over() -> None:
    server = Exchange()
    wanted = plan(series([exchange()], since="2025-01-01", until="2026-03-10"))
    walked_in_memory(replace(wanted, pauses={HOST: NOW + timedelta(seconds=1)}), server.answer)
    assert not server.asked
    walked_in_memory(replace(wanted, pauses={HOST: NOW}), server.answer)
    assert server.asked


def test_what_came_before_a_polite_end_is_handed_over() -> None:
    server = Exchange()
    done = walked(plan(series([exchange()], since="2025-01-01", until="2026-03-10")), server.answer, stop_after=2)
    assert len(done.pages) == 2
    assert len(server.asked) == 2


# When it ends, with answers as values


def windows(*endpoints: Endpoint, symbols: str = "BTC", intervals: str = "1d") -> list[Series]:
    """Eight windows of ten days."""
    of = endpoints or (exchange(TENS),)
    return series(of, since="2026-01-01", until="2026-03-10", symbols=symbols, intervals=intervals)


async def _never() -> Answer:
    await anyio.sleep_forever()
    raise AssertionError


@pytest.mark.parametrize(("seconds", "pages"), [(0.0, 0), (600.0, 8), (None, 8)])
def test_a_walk_asks_for_nothing_more_when_its_seconds_are_over(seconds: float | None, pages: int) -> None:
    done = walked_through(replace(plan(windows()), seconds=seconds), Exchange(listed=0).said)
    assert len(done.pages) == len(done.asked) == pages


def test_a_request_that_hangs_does_not_keep_a_walk_from_ending(monkeypatch: pytest.MonkeyPatch) -> None:
    """What came is handed over, and nobody waits for the rest."""
    monkeypatch.setattr("crypto_pipeline.collection.backfill.walk.NOTICE_EVERY", 0.001)
    monkeypatch.setattr("crypto_pipeline.collection.backfill.walk.SECONDS_TO_END", 0.001)
    server, wanted = Exchange(listed=0), plan(windows())
    walk = Walk(wanted, clock=lambda: NOW)

    def says(request: Request) -> Answer | SourceError | Awaitable[Answer]:
        if len(server.asked) < 2:
            return server.said(request)
        walk.stop()
        return _never()

    done = walked_through(wanted, says, walk=walk)
    assert (done.outcomes, len(done.asked), walk.was_stopped) == (["ok", "ok"], 3, True)


def test_a_request_that_is_under_way_has_some_time_to_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crypto_pipeline.collection.backfill.walk.NOTICE_EVERY", 0.001)
    monkeypatch.setattr("crypto_pipeline.collection.backfill.walk.SECONDS_TO_END", 600.0)
    server, wanted = Exchange(listed=0), plan(windows())
    walk = Walk(wanted, clock=lambda: NOW)

    async def late(request: Request) -> Answer:
        walk.stop()
        await anyio.sleep(0.02)
        said = server.said(request)
        assert isinstance(said, Answer)
        return said

    assert walked_through(wanted, late, walk=walk).outcomes == ["ok"]


@pytest.mark.parametrize("rows", [1, 40_000])
def test_what_has_come_is_handed_over_as_a_whole_also_when_the_walk_is_cancelled(
    rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crypto_pipeline.collection.backfill.walk.ROWS_OF_A_BATCH", rows)
    server, stored = Exchange(listed=0), [0]
    walk = Walk(plan(windows()), clock=lambda: NOW)

    async def walking() -> None:
        with anyio.CancelScope() as scope:

            async def fetch(request: Request, record: Callable[[Attempt], None]) -> Answer:
                await anyio.lowlevel.checkpoint()
                if len(server.asked) == 1 and rows > 1:
                    scope.cancel()
                    await anyio.sleep_forever()
                said = server.said(request)
                assert isinstance(said, Answer)
                return said

            async def deliver(batch: WalkedPages) -> None:
                scope.cancel()
                await anyio.sleep(0)
                stored.append(len(batch.pages))

            await walk.run(fetch, deliver)

    anyio.run(walking)
    assert stored == [0, 1]


@pytest.mark.parametrize(
    ("rows", "seconds", "batches"),
    [(40_000, 30.0, [9]), (22, 30.0, [3, 3, 3]), (23, 30.0, [4, 3, 2]), (40_000, 0.0, [1] * 9)],
)
def test_a_batch_is_handed_over_after_so_many_rows_or_seconds(
    rows: int, seconds: float, batches: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crypto_pipeline.collection.backfill.walk.ROWS_OF_A_BATCH", rows)
    monkeypatch.setattr("crypto_pipeline.collection.backfill.walk.SECONDS_OF_A_BATCH", seconds)
    of = series([exchange(TENS)], since="2025-12-20", until="2026-03-10")
    done = walked_through(plan(of), Exchange(listed=0).said)
    assert [len(batch.pages) for batch in done.batches] == batches


def test_a_batch_is_due_at_forty_thousand_rows_or_after_half_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crypto_pipeline.collection.backfill.walk.time.monotonic", lambda: 100.0)
    walk = Walk(plan([]))
    for rows, since, is_due in ((39_999, 29.9, False), (40_000, 0.0, True), (0, 30.0, True)):
        walk._batch.rows, walk._flushed = rows, 100.0 - since
        assert walk._is_due is is_due


def test_a_window_whose_answers_are_cut_short_again_and_again_is_left_after_fifty_pieces() -> None:
    """Of three windows two are of a thousand days, of which an answer has ten, and one is of a week."""
    of = series([exchange(replace(PAGES, size=1000, since="2022-01-01"))], since="2022-01-01", until="2026-03-10")
    done = walked_through(plan(of), Exchange(listed=0, most=10).said)
    assert len(done.asked) == 50 + 50 + 1
    assert sum(page.planned for page in done.pages) == 3


def test_requests_that_brought_no_page_are_handed_over_too() -> None:
    walk = Walk(plan(windows()), clock=lambda: NOW)
    batches: list[WalkedPages] = []

    async def fetch(request: Request, record: Callable[[Attempt], None]) -> Answer:
        record(Attempt(1, NOW, 0, 1, "GET", HOST, request.url, Outcome.OUT_OF_TIME))
        walk.stop()
        raise SourceError(Outcome.OUT_OF_TIME, "this machine was too slow")

    async def deliver(batch: WalkedPages) -> None:
        batches.append(batch)

    anyio.run(walk.run, fetch, deliver)
    assert [(batch.pages, len(batch.attempts)) for batch in batches] == [([], 1)]
    (label,) = [label for batch in batches for _, label, _ in batch.attempts]
    assert label == "BTC 1d from 2026-03-08 00:00"
    assert walked_through(replace(plan(windows()), seconds=0.0), Exchange().said).batches == []


def test_so_many_markets_of_one_host_are_asked_side_by_side_and_each_for_one_page_at_a_time() -> None:
    coins = "BTC ETH XRP SOL ADA LTC DOT BCH XLM"
    server = Exchange(listed=0, markets=[f"{coin}USDT" for coin in coins.split()])
    assert walked_through(plan(windows(symbols=coins), symbols=coins), server.said).most_at_once == 8
    assert walked_through(plan(windows(intervals="1d 4h")), server.said).most_at_once == 1


def test_the_key_of_a_source_is_sent_and_does_not_come_back() -> None:
    key = "c0ffee-0123456789"
    wanted = plan(windows(exchange(TENS, key=Key("PAST_KEY", header="X-Key"))))
    server = Exchange(listed=0)

    def says(request: Request) -> Answer | SourceError:
        said = server.said(request)
        assert isinstance(said, Answer)
        body = said.body.replace(b'"2"', f'"{key}"'.encode())
        return replace(said, body=body)

    done = walked_through(replace(wanted, keys={"PAST_KEY": key}), says)
    assert {*(request.secret_headers["X-Key"] for request in done.asked)} == {key}
    assert key not in repr([page.rejected for page in done.pages])
    assert "***" in repr([page.rejected for page in done.pages])


def test_while_a_batch_is_stored_one_other_is_brought_and_no_third(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nine series side by side, each of which could fill batches of its own: a slow disk would have them all in memory."""
    monkeypatch.setattr("crypto_pipeline.collection.backfill.walk.ROWS_OF_A_BATCH", 10)
    coins = "BTC ETH XRP SOL ADA LTC DOT BCH XLM"
    server = Exchange(listed=0, markets=[f"{coin}USDT" for coin in coins.split()])
    at_once: list[int] = []
    under_way = pages = 0

    async def store(batch: WalkedPages) -> None:
        nonlocal under_way, pages
        under_way += 1
        at_once.append(under_way)
        await anyio.sleep(0.001)
        under_way -= 1
        pages += len(batch.pages)

    done = walked_through(plan(windows(symbols=coins), symbols=coins), server.said, deliver=store)
    assert len(at_once) > 3
    assert {*at_once} == {1}
    assert pages == len(done.asked) == 9 * 8


def test_requests_stay_within_the_share_of_their_host() -> None:
    server = Exchange()
    done = walked(
        plan(series([exchange()], since="2025-01-01", until="2026-03-10"), shares={HOST: Budget(2, 0.2)}), server.answer
    )
    started = sorted(attempt.started_at for batch in done.batches for _, _, attempt in batch.attempts)
    assert all(later - earlier >= timedelta(seconds=0.19) for earlier, later in zip(started, started[2:], strict=False))
    assert all(attempt.outcome is Outcome.OK for batch in done.batches for _, _, attempt in batch.attempts)


def test_a_page_says_in_the_ledger_what_it_was_asked_for_and_what_came() -> None:
    halt = Span(unix("2026-02-01"), unix("2026-02-03"))
    done = walked_in_memory(
        plan(series([exchange()], since="2026-01-05", until="2026-03-10T12:30")), Exchange(halts=[halt]).answer
    )
    newest, older = (page.ledger_row(times_told=1) for page in done.pages)
    assert (newest["endpoint"], newest["ask"], newest["outcome"]) == ("past.candles", "BTC 1d", "ok")
    assert newest["to_at"] == datetime(2026, 3, 10, tzinfo=timezone.utc)
    assert newest["last_at"] == datetime(2026, 3, 9, tzinfo=timezone.utc)
    assert newest["first_at"] == newest["from_at"] == older["to_at"]
    assert (older["expected"], older["rows"]) == (100, 98)
