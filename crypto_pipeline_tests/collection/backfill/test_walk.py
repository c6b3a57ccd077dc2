"""A walk asks for what is missing, the newest first, and stops where nothing older can be."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from threading import Event, Thread

import anyio
import pytest

from crypto_pipeline.collection.backfill.estimate import estimates
from crypto_pipeline.collection.backfill.streaming import stream
from crypto_pipeline.collection.backfill.walk import Walk, WalkedPages
from crypto_pipeline.collection.http.client import Client
from crypto_pipeline.replay.server import ServedRequest, ServedResponse, running_server
from crypto_pipeline.schema.outcomes import Outcome
from crypto_pipeline.sources.kit import Budget, Pages, Span
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
)

DAY, HOUR = 86_400, 3_600


def test_all_complete_days_come_once_and_the_open_one_does_not() -> None:
    server = Exchange()
    done = walked(plan(series([exchange()], since="2025-01-01", until="2026-03-10T12:30")), server.answer)
    assert done.opened == list(range(unix("2025-01-01"), unix("2026-03-10"), DAY))
    starts = [page.span.start for page in done.pages]
    assert starts == sorted(starts, reverse=True)
    assert len(server.asked) == len(done.pages)


def test_the_same_wish_again_asks_nothing() -> None:
    server = Exchange()
    wanted = series([exchange()], since="2025-02-03", until="2026-03-10T12:30", intervals="1d 1h")
    first = walked(plan(wanted), server.answer)
    before = len(server.asked)
    again = walked(plan(wanted, settled=first.settled()), server.answer)
    assert len(server.asked) == before
    assert not again.pages


def test_a_wish_for_more_asks_for_what_is_missing_only() -> None:
    server = Exchange()
    first = walked(plan(series([exchange()], since="2025-12-01", until="2026-03-01")), server.answer)
    asked = len(server.asked)
    more = series([exchange()], since="2025-01-01", until="2026-03-10T12:30")
    second = walked(plan(more, settled=first.settled()), server.answer)
    assert sorted(first.opened + second.opened) == list(range(unix("2025-01-01"), unix("2026-03-10"), DAY))
    assert len(server.asked) - asked == len(second.pages)
    assert not set(first.opened) & set(second.opened)


def test_hours_are_asked_for_only_where_a_day_exists() -> None:
    server = Exchange(listed=unix("2026-02-20"))
    done = walked(plan(series([exchange()], since="2025-06-01", until="2026-03-10", intervals="1d 1h")), server.answer)
    hours = [query for query in server.asked if query["interval"] == "1h"]
    assert min(int(query["startTime"]) // 1000 for query in hours) > unix("2026-02-20") - 100 * HOUR
    of_hours = [page for page in done.pages if page.series.interval == "1h"]
    assert {page.outcome.value for page in of_hours} == {"ok", "unlisted"}
    assert min(page.span.start for page in of_hours) <= unix("2025-06-01")


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
    walked(plan([days, hours], settled=settled, days=stored), server.answer)
    assert {query["interval"] for query in server.asked} == {"1h"}
    assert len(server.asked) == 3


def test_three_empty_pages_before_the_oldest_entry_are_the_time_before_the_listing() -> None:
    pages = Pages(10, PAGES.params, since="2020-01-01")
    server = Exchange(listed=unix("2026-02-01"))
    done = walked(plan(series([exchange(pages)], since="2020-01-01", until="2026-03-10")), server.answer)
    assert done.outcomes[-4:] == ["empty", "empty", "empty", "unlisted"]
    assert done.pages[-1].span.start == unix("2020-01-01")
    assert done.opened[0] == unix("2026-02-01")


def test_a_coin_that_is_traded_no_more_is_found_behind_any_number_of_empty_pages() -> None:
    pages = Pages(10, PAGES.params, since="2025-01-01")
    server = Exchange(halts=[Span(unix("2025-06-01"), unix("2027-01-01"))])
    done = walked(plan(series([exchange(pages)], since="2025-01-01", until="2026-03-10")), server.answer)
    assert done.opened == list(range(unix("2025-01-01"), unix("2025-06-01"), DAY))


def test_a_source_that_ignores_the_window_is_stopped_with_a_sentence() -> None:
    server = Exchange(ignores_windows=True)
    done = walked(plan(series([exchange()], since="2025-01-01", until="2026-03-10")), server.answer)
    assert done.outcomes[-1] == "not_paged"
    assert "ignores the window" in done.walk.stopped_series["past.candles", "BTC 1d"]
    assert all(at >= unix("2025-12-01") for at in done.opened)


def test_what_a_short_answer_left_out_is_asked_for_again() -> None:
    server = Exchange(most=40)
    done = walked(plan(series([exchange()], since="2025-01-01", until="2026-03-10")), server.answer)
    assert done.opened == list(range(unix("2025-01-01"), unix("2026-03-10"), DAY))


def test_a_window_beyond_the_reach_of_a_source_is_the_end_of_its_history() -> None:
    server = Exchange(reaches=unix("2025-08-01"))
    done = walked(plan(series([exchange()], since="2025-01-01", until="2026-03-10")), server.answer)
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
    done = walked(plan(of), server.answer)
    assert sum(page.planned for page in done.pages) == count.pages


def test_windows_beyond_a_declared_reach_are_never_asked_for() -> None:
    pages = Pages(100, PAGES.params, since="2025-01-01", reach=30)
    server = Exchange()
    done = walked(plan(series([exchange(pages)], since="2025-01-01", until="2026-03-10T12:30")), server.answer)
    assert done.opened == list(range(unix("2026-03-10") - 29 * DAY, unix("2026-03-10"), DAY))


def test_a_market_that_a_source_does_not_have_costs_one_request() -> None:
    server = Exchange(markets=["ETHUSDT"])
    done = walked(
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
    done = walked(plan(series([exchange()], since="2025-01-01", until="2026-03-10"), shares={}), server.answer)
    assert not server.asked
    assert "no budget" in done.walk.stopped_series["past.candles", "BTC 1d"]


def test_a_host_that_wants_a_pause_is_not_asked_before_it_is_over() -> None:
    server = Exchange()
    wanted = plan(series([exchange()], since="2025-01-01", until="2026-03-10"))
    walked(replace(wanted, pauses={HOST: NOW + timedelta(seconds=1)}), server.answer)
    assert not server.asked
    walked(replace(wanted, pauses={HOST: NOW}), server.answer)
    assert server.asked


def test_what_came_before_a_polite_end_is_handed_over() -> None:
    server = Exchange()
    done = walked(plan(series([exchange()], since="2025-01-01", until="2026-03-10")), server.answer, stop_after=2)
    assert len(done.pages) == 2
    assert len(server.asked) == 2


def test_a_request_that_hangs_does_not_keep_a_walk_from_ending() -> None:
    """The exchange answers for the days and never for the hours; what came is handed over, and nobody waits for the rest."""
    server, asked = Exchange(), Event()

    def answer(request: ServedRequest) -> ServedResponse:
        if "interval=1h" in request.query:
            asked.set()
            return ServedResponse(delay=math.inf)
        return server.answer(request)

    wanted = plan(series([exchange()], since="2026-01-01", until="2026-03-10", intervals="1d 1h"))
    walk = Walk(wanted, clock=lambda: NOW)

    def stop() -> None:
        asked.wait()
        walk.stop()

    with running_server(answer) as url:
        Thread(target=stop, daemon=True).start()
        batches = list(stream(walk, lambda: Client(user_agent="tests", gateway_url=url, request_seconds=300)))
    pages = [page for batch in batches for page in batch.pages]
    assert {page.series.interval for page in pages} == {"1d"}


def test_while_a_batch_is_stored_one_other_is_brought_and_no_third(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nine series side by side, each of which could fill batches of its own: a slow disk would have them all in memory."""
    monkeypatch.setattr("crypto_pipeline.collection.backfill.walk.ROWS_OF_A_BATCH", 100)
    coins = "BTC ETH XRP SOL ADA LTC DOT BCH XLM"
    server = Exchange(markets=[f"{coin}USDT" for coin in coins.split()])
    wanted = plan(series([exchange()], since="2025-01-01", until="2026-03-10", symbols=coins), symbols=coins)
    walk = Walk(wanted, clock=lambda: NOW)
    at_once: list[int] = []
    under_way = pages = 0

    async def store(batch: WalkedPages) -> None:
        nonlocal under_way, pages
        under_way += 1
        at_once.append(under_way)
        await anyio.sleep(0.05)
        under_way -= 1
        pages += len(batch.pages)

    async def walking(url: str) -> None:
        async with Client(user_agent="tests", gateway_url=url) as client:
            await walk.run(client.fetch, store)

    with running_server(server.answer) as url:
        anyio.run(walking, url)
    assert len(at_once) > 3
    assert {*at_once} == {1}
    assert pages == len(server.asked)


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
    done = walked(
        plan(series([exchange()], since="2026-01-05", until="2026-03-10T12:30")), Exchange(halts=[halt]).answer
    )
    newest, older = (page.ledger_row(times_told=1) for page in done.pages)
    assert (newest["endpoint"], newest["ask"], newest["outcome"]) == ("past.candles", "BTC 1d", "ok")
    assert newest["to_at"] == datetime(2026, 3, 10, tzinfo=timezone.utc)
    assert newest["last_at"] == datetime(2026, 3, 9, tzinfo=timezone.utc)
    assert newest["first_at"] == newest["from_at"] == older["to_at"]
    assert (older["expected"], older["rows"]) == (100, 98)
