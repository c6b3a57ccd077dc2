"""Facts of a declared source in the words of people."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from crypto_pipeline.databank import source_facts
from crypto_pipeline.settings import Settings
from crypto_pipeline.sources.kit import Budget, Endpoint, Key, Whole, discover
from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse

DECLARED = {endpoint.id: endpoint for endpoint in discover()}
NOON = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("budget", "words"),
    [
        (Budget(1, 1), "1 request a second"),
        (Budget(60, 60), "60 requests a minute"),
        (Budget(500, 3600), "500 requests an hour"),
        (Budget(1000, 86_400), "1,000 requests a day"),
        (Budget(10_000, 2_592_000), "10,000 requests in 30 days"),
        (Budget(5, 10), "5 requests in 10 s"),
        (Budget(1, 2.5), "1 request in 2.5 s"),
    ],
)
def test_a_budget_is_said_by_its_period(budget: Budget, words: str) -> None:
    assert source_facts.budget_in_words(budget) == words


@pytest.mark.parametrize(
    ("key", "words"),
    [
        (None, None),
        (Key("A_KEY", header="X-Key", required=True), "A_KEY, required, sent as the header X-Key"),
        (Key("A_KEY", param="key"), "A_KEY, optional, sent as the parameter key"),
    ],
)
def test_a_key_is_said_by_its_variable_and_where_it_goes(key: Key | None, words: str | None) -> None:
    assert source_facts.key_in_words(key) == words


def with_past(**changes: Any) -> Endpoint:
    """Binance's candles with another past."""
    binance = DECLARED["binance.candles"]
    assert binance.history
    return replace(binance, history=replace(binance.history, **{"doubt": "", "reach": None, **changes}))


def test_the_past_of_a_source_is_said_by_its_beginning_or_its_reach_and_the_size_of_a_page() -> None:
    said = source_facts.history_in_words
    assert said(with_past(since="2017-08-17", size=1000)) == "since 2017-08-17, 1,000 a page"
    assert said(with_past(size=100, reach=1440)) == "the newest 1,440, 100 a page"
    assert said(with_past(size=2000, reach=720)) == "the newest 720, 720 a page"
    assert said(with_past(since="2020-01-01", size=5, doubt="Some are missing.")) == (
        "since 2020-01-01, 5 a page. Some are missing."
    )
    whole = replace(with_past(), history=Whole(since="2018-02-01"))
    assert said(whole) == "since 2018-02-01, all in one answer"
    assert said(replace(whole, history=None)) is None


def test_the_outcomes_of_late_are_the_ten_newest_of_the_endpoint(warehouse: DuckDBWarehouse) -> None:
    rows = [
        {"run_id": f"{number}", "endpoint": endpoint, "started_at": NOON - timedelta(minutes=number), "outcome": "ok"}
        for number in range(12)
        for endpoint in ("kraken.ticker", "okx.tickers")
    ]
    warehouse.merge({"data_collections": rows})
    found = source_facts.last_outcomes(DECLARED["kraken.ticker"], warehouse)
    assert [row["started_at"] for row in found] == [NOON - timedelta(minutes=number) for number in range(10)]


def test_what_is_shown_of_a_source_is_what_it_declares_and_what_it_would_be_asked_now() -> None:
    settings = Settings(symbols="BTC,ETH")
    facts = source_facts.everything(DECLARED["binance.candles"], DECLARED.values(), settings, NOON)
    assert len(facts["requests"]) == min(source_facts.SHOWN_REQUESTS, facts["requests_in_all"]) > 0
    assert facts["enabled"] is True
    off = source_facts.listed(DECLARED["binance.candles"], Settings(sources_off="binance"))
    assert (off["enabled"], off["table"], off["id"]) == (False, "cached_ohlc", "binance.candles")


def test_the_other_members_of_a_pool_are_named_and_only_those() -> None:
    member = next(one for one in DECLARED.values() if one.pool)
    others = source_facts.everything(member, DECLARED.values(), Settings(), NOON)["pool_members"]
    assert sorted(others) == sorted(one.id for one in DECLARED.values() if one.pool == member.pool and one != member)
    alone = next(one for one in DECLARED.values() if not one.pool)
    assert source_facts.everything(alone, DECLARED.values(), Settings(), NOON)["pool_members"] == []


def test_a_source_needs_a_key_where_it_cannot_do_without() -> None:
    keyed = [(one.key, source_facts.listed(one, Settings())) for one in DECLARED.values() if one.key]
    assert {key.required for key, _ in keyed} == {True, False}
    assert all((facts["needs_key"], facts["key_env"]) == (key.required, key.env) for key, facts in keyed)
    assert source_facts.listed(DECLARED["kraken.ticker"], Settings())["key_env"] is None
