"""A repair asks for the pages in which something is missing, and for no others."""

from __future__ import annotations

from dataclasses import dataclass

from crypto_pipeline.collection.backfill.repair import repaired
from crypto_pipeline.sources.kit import Span
from crypto_pipeline_tests.collection.backfill.walked import Exchange, exchange, plan, series, unix, walked

DAY = 86_400


@dataclass(frozen=True)
class Gap:
    """Days that are missing."""

    start: int
    end: int
    kind: str
    provider: str = "past"
    symbol: str = "BTC"
    interval: str = "1d"


def test_a_gap_that_nobody_asked_about_costs_its_page() -> None:
    wanted = series([exchange()], since="2025-01-01", until="2026-03-10")
    made, settled = repaired(wanted, {}, [Gap(unix("2025-09-05"), unix("2025-09-07"), "not_asked")])
    server = Exchange()
    done = walked(plan(made, settled=settled), server.answer)
    assert len(server.asked) == 1
    assert {unix("2025-09-05"), unix("2025-09-06")} <= set(done.opened)


def test_a_gap_without_an_explanation_is_asked_about_again_although_its_page_is_settled() -> None:
    wanted = series([exchange()], since="2025-01-01", until="2026-03-10")
    whole = {("past.candles", "BTC 1d"): [Span(unix("2025-01-01"), unix("2026-03-10"))]}
    gap = Gap(unix("2025-09-05"), unix("2025-09-07"), "unexplained")
    made, settled = repaired(wanted, whole, [gap])
    server = Exchange()
    walked(plan(made, settled=settled), server.answer)
    assert len(server.asked) == 1


def test_two_gaps_of_one_page_cost_one_request() -> None:
    wanted = series([exchange()], since="2025-01-01", until="2026-03-10")
    (first, *_) = series([exchange()], since="2025-09-05", until="2025-09-07")
    page = next(first.missing([]))
    gaps = [Gap(page.start + n * DAY, page.start + (n + 1) * DAY, "not_asked") for n in (3, 7)]
    made, settled = repaired(wanted, {}, gaps)
    server = Exchange()
    walked(plan(made, settled=settled), server.answer)
    assert len(server.asked) == 1


def test_a_gap_of_a_source_that_has_no_past_is_left() -> None:
    wanted = series([exchange()], since="2025-01-01", until="2026-03-10")
    assert repaired(wanted, {}, [Gap(0, DAY, "not_asked", provider="nobody")])[0] == []
