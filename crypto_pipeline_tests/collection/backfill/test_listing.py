"""When a market opened is taken from its exchange's list, and not believed against the candles themselves."""

from __future__ import annotations

import pytest

from crypto_pipeline.collection.backfill.estimate import estimates
from crypto_pipeline.collection.backfill.listing import Listed, MarketKey, is_before, market_key, within_listing
from crypto_pipeline.collection.backfill.series import DAY, Series, series_of
from crypto_pipeline.sources.kit import Span, discover
from crypto_pipeline_tests.collection.backfill.walked import Exchange, exchange, plan, series, unix, walked_in_memory

MARKET: MarketKey = ("past", "spot", "BTCUSDT")
OPENED = unix("2025-09-17T14:00")


def listed(opened: int | None, closed: int | None = None, had: Span | None = None) -> list[Series]:
    """Days and hours of BTC where the exchange's list says when it opened and closed."""
    of = series([exchange()], since="2025-01-01", until="2026-03-10", intervals="1h 1d")
    return [within_listing(one, {MARKET: Listed(opened, closed)}, had) for one in of]


FIRST_OF_A_PAGE = (unix("2025-09-17") // (100 * DAY)) * 100 * DAY


@pytest.mark.parametrize(
    "opened", [OPENED, unix("2025-09-17"), unix("2025-12-31T23:00"), unix("2026-03-10T02:00"), FIRST_OF_A_PAGE]
)
def test_what_is_counted_before_is_what_is_asked_for_when_the_listing_is_known(opened: int) -> None:
    server = Exchange(listed=opened)
    of = listed(opened)
    (count,) = estimates(of, {}, {}, {})
    walked_in_memory(plan(of), server.answer)
    assert (count.pages, count.at_most) == (len(server.asked), 0)


def test_without_a_date_the_count_is_the_most_that_it_can_be() -> None:
    server = Exchange(listed=OPENED)
    (count,) = estimates(listed(None), {}, {}, {})
    walked_in_memory(plan(listed(None)), server.answer)
    assert count.pages - count.at_most <= len(server.asked) < count.pages


def test_of_days_all_but_the_newest_page_may_lie_before_a_listing_that_nobody_knows_of() -> None:
    days = [one for one in listed(None) if one.interval == "1d"]
    (count,) = estimates(days, {}, {}, {})
    assert (count.pages, count.at_most) == (6, 5)
    known = {days[0].market: [Span(unix("2025-09-17"), unix("2026-03-10"))]}
    (count,) = estimates(days, {}, known, {})
    assert (count.pages, count.at_most) == (6, 3)  # the page in which it was listed holds days that are known


def test_a_date_that_candles_contradict_is_not_believed() -> None:
    """Exchanges write the day of a new quote, or of a name that was changed, where the day of the listing should be."""
    whole = walked_in_memory(plan(listed(None)), Exchange(listed=unix("2025-02-03")).answer)
    assert min(whole.opened) == unix("2025-02-03")
    for said in (unix("2025-09-17"), FIRST_OF_A_PAGE, FIRST_OF_A_PAGE + 2 * 3600):
        walk = walked_in_memory(plan(listed(said)), Exchange(listed=unix("2025-02-03")).answer)
        assert walk.opened == whole.opened, said
    had = Span(unix("2025-02-03"), unix("2026-03-09"))
    assert all(one.uncut is None for one in listed(unix("2025-09-17"), had=had))


def test_after_it_closed_nothing_is_asked_for_unless_candles_came() -> None:
    closed = unix("2025-12-01")
    assert all(closed < one.reach.end <= closed + one.page_seconds for one in listed(None, closed))
    assert listed(None, closed, had=Span(OPENED, closed + 3600))[1].uncut is None


def test_an_entry_is_of_before_when_its_whole_day_was_over_as_the_market_opened() -> None:
    assert is_before(OPENED - DAY, OPENED)
    assert not is_before(OPENED - DAY + 1, OPENED)


def test_an_entry_of_the_very_end_does_not_contradict_it() -> None:
    closed = unix("2025-12-01")
    assert all(one.uncut is not None for one in listed(None, closed, had=Span(OPENED, closed)))
    assert all(one.uncut is None for one in listed(None, closed, had=Span(OPENED, closed + 1)))


def test_a_market_that_will_open_is_not_asked_for() -> None:
    assert not any(one.wanted for one in listed(unix("2027-06-01")))


@pytest.mark.parametrize(
    ("endpoint", "market"),
    [
        ("okx.candles", ("okx", "spot", "BTC-USDT")),
        ("gate.candles", ("gate", "spot", "BTC_USDT")),
        ("bybit_linear.funding_history", ("bybit", "perpetual", "BTCUSDT")),
        ("gate_perpetuals.funding_history", ("gate", "perpetual", "BTC_USDT")),
    ],
)
def test_a_series_finds_the_row_of_its_market(endpoint: str, market: MarketKey) -> None:
    of = series_of(
        [next(one for one in discover() if one.id == endpoint)],
        wanted=Span(0, unix("2026-03-01")),
        symbols=["BTC"],
        intervals=["1d"],
    )
    assert {market_key(one) for one in of} == {market}


def test_dates_of_another_market_change_nothing() -> None:
    (one, *_) = series([exchange()], since="2025-01-01", until="2026-03-10")
    others: list[MarketKey] = [
        ("past", "perpetual", "BTCUSDT"),
        ("else", "spot", "BTCUSDT"),
        ("past", "spot", "ETHUSDT"),
    ]
    assert within_listing(one, {market: Listed(OPENED) for market in others}, None) is one
