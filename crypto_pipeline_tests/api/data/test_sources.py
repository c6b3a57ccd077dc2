"""The health matrix, one source, and what is behind a cell."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from crypto_pipeline.collection.results import WAITS
from crypto_pipeline.schema.outcomes import MEANINGS, SUCCESSES, Outcome
from crypto_pipeline_tests.api.data.asking import Data
from crypto_pipeline_tests.api.data.rows import at, candle, collection, latest, stamped

UI, HISTORICAL = "ui_data_collection", "historical_data_collection"


def health(endpoint: str, **more: Any) -> dict[str, Any]:
    return stamped(
        {"endpoint": endpoint, "breaker_state": "closed", "consecutive_failures": 0, "asked_at": at(), **more}, at()
    )


def three_runs(data: Data) -> None:
    data.store(
        data_collections=[
            collection("kraken.ticker", "run-1", "ok", at(minutes=-30), job=HISTORICAL),
            collection("herald.feed", "run-1", "timeout", at(minutes=-30), job=HISTORICAL, table_names="news_articles"),
            collection("binance.ticker", "run-1", "standby", at(minutes=-30), job=HISTORICAL),
            collection("kraken.ticker", "run-2", "not_modified", at(minutes=-25)),
            collection("binance.ticker", "run-2", "ok", at(minutes=-24)),
            collection("kraken.ticker", "run-3", "server_error", at(minutes=-20)),
            collection("binance.ticker", "run-3", "no_budget", at(minutes=-20)),
        ],
        source_health=[
            health("kraken.ticker", consecutive_failures=1, milliseconds=99.5, succeeded_at=at(minutes=-25)),
            health("binance.ticker"),
            health("never.seen"),
        ],
        providers=[{"name": "kraken", "host": "api.kraken.com"}, {"name": "herald", "host": "herald.example"}],
    )


def test_the_matrix_is_the_log(data: Data) -> None:
    three_runs(data)
    answer = data.get("sources")
    assert [(run["run_id"], run["job"], run["ok"], run["failed"], run["not_asked"]) for run in answer["runs"]] == [
        ("run-1", HISTORICAL, 1, 1, 1),
        ("run-2", UI, 2, 0, 0),
        ("run-3", UI, 0, 1, 1),
    ]
    assert {one["endpoint"]: one["cells"] for one in answer["sources"]} == {
        "herald.feed": ["timeout", "", ""],
        "kraken.ticker": ["ok", "not_modified", "server_error"],
        "binance.ticker": ["standby", "ok", "no_budget"],
    }


def test_the_sources_of_a_coin_are_those_that_speak_of_it(data: Data) -> None:
    three_runs(data)
    data.store(
        cached_market_data=[latest("BTC", "kraken", 90_000.0), latest("ETH", "binance", 3_000.0)],
        cached_ohlc=[candle("herald", at(minutes=-30))],  # has candles, but what is in the log feeds no table of them
    )
    assert [one["endpoint"] for one in data.get("sources?symbol=bitcoin")["sources"]] == ["kraken.ticker"]
    assert [one["endpoint"] for one in data.get("sources?symbol=ETH")["sources"]] == ["binance.ticker"]
    assert data.get("sources?symbol=PEPE")["sources"] == []


def test_those_that_fail_come_first(data: Data) -> None:
    three_runs(data)
    assert [one["endpoint"] for one in data.get("sources")["sources"]] == [
        "herald.feed",
        "kraken.ticker",
        "binance.ticker",
    ]


def test_a_row_says_who_it_is_and_how_it_is(data: Data) -> None:
    three_runs(data)
    by_name = {one["endpoint"]: one for one in data.get("sources")["sources"]}
    assert {name: value for name, value in by_name["kraken.ticker"].items() if name != "cells"} == {
        "endpoint": "kraken.ticker",
        "provider": "kraken",
        "host": "api.kraken.com",
        "tables": ["market_prices", "cached_market_data"],
        "breaker_state": "closed",
        "consecutive_failures": 1,
        "succeeded_at": "2026-11-24T11:35:00+00:00",
        "not_before": None,
        "last_outcome": "server_error",
        "region": "",
        "milliseconds": 99.5,
    }
    assert by_name["herald.feed"]["breaker_state"] is None
    assert by_name["binance.ticker"]["host"] is None


def test_of_the_regions_that_asked_a_source_the_last_one_is_told(data: Data) -> None:
    data.store(
        data_collections=[
            collection("kraken.ticker", f"run-{region}", "ok", at(minutes=-minutes), region=region)
            for region, minutes in (("paris", 5), ("tokyo", 15), ("lima", 10))
        ]
    )
    assert [one["region"] for one in data.get("sources")["sources"]] == ["paris"]


def test_the_matrix_is_narrowed_by_runs_job_outcome_and_name(data: Data) -> None:
    three_runs(data)

    def matrix(question: str) -> tuple[list[str], list[str]]:
        answer = data.get(f"sources?{question}")
        return [run["run_id"] for run in answer["runs"]], [one["endpoint"] for one in answer["sources"]]

    assert matrix("runs=1") == (["run-3"], ["kraken.ticker", "binance.ticker"])
    assert matrix(f"job={HISTORICAL}")[0] == ["run-1"]
    assert matrix("job=nothing") == ([], [])
    assert matrix("outcome=timeout")[1] == ["herald.feed"]
    assert matrix("q=TICKER")[1] == ["kraken.ticker", "binance.ticker"]
    assert matrix("q=herald.example")[1] == ["herald.feed"]
    assert matrix("limit=1")[1] == ["herald.feed"]
    data.refusal("sources?runs=101", 422)


def test_runs_of_long_ago_are_found_where_there_are_no_others(data: Data) -> None:
    data.store(
        data_collections=[collection("kraken.ticker", f"run-{days}", "ok", at(days=-days)) for days in (0, 1, 5, 29)]
    )
    answer = data.get("sources?runs=3")
    assert [run["run_id"] for run in answer["runs"]] == ["run-5", "run-1", "run-0"]
    assert answer["sources"][0]["cells"] == ["ok"] * 3


def test_a_whole_past_is_told_as_the_log_has_it(past: Data) -> None:
    answer = past.get("sources?runs=30")
    runs = [run["run_id"] for run in answer["runs"]]
    assert len(set(runs)) == 30
    stored = past.sql(
        "SELECT endpoint, run_id, outcome FROM data_collections WHERE list_contains($runs, run_id)", {"runs": runs}
    )
    outcomes = {(row["endpoint"], row["run_id"]): row["outcome"] for row in stored}
    for one in answer["sources"]:
        assert one["cells"] == [outcomes.get((one["endpoint"], run), "") for run in runs]
    assert {one["endpoint"] for one in answer["sources"]} == {name for name, _ in outcomes}


def test_every_outcome_has_a_kind_and_a_meaning(data: Data) -> None:
    outcomes = data.get("sources")["outcomes"]
    assert set(outcomes) == {one.value for one in Outcome} == {one.value for one in MEANINGS}
    for one in Outcome:
        expected = "success" if one in SUCCESSES else "wait" if one in WAITS else "failure"
        assert outcomes[one.value]["kind"] == expected
        assert outcomes[one.value]["meaning"].endswith(".")


def test_one_source_is_told_with_its_facts_its_health_and_its_newest_collections(data: Data) -> None:
    three_runs(data)
    data.store(
        providers=[{"name": "kraken", "host": "api.kraken.com", "docs": "https://docs.example", "needs_key": False}],
        pool_members=[{"pool": "tickers", "endpoint": "kraken.ticker"}],
    )
    answer = data.get("sources/kraken.ticker?runs=2")
    assert (
        answer["endpoint"],
        answer["provider"],
        answer["host"],
        answer["docs"],
        answer["pool"],
        answer["needs_key"],
    ) == (
        "kraken.ticker",
        "kraken",
        "api.kraken.com",
        "https://docs.example",
        "tickers",
        False,
    )
    assert (answer["tables"], answer["quirks"]) == (["market_prices", "cached_market_data"], None)
    assert answer["health"]["consecutive_failures"] == 1
    assert [(one["run_id"], one["outcome"]) for one in answer["collections"]] == [
        ("run-3", "server_error"),
        ("run-2", "not_modified"),
    ]
    assert answer["collections"][0]["rows"] == 7


@pytest.mark.parametrize("days", [1, 3, 300])
def test_collections_of_long_ago_are_told_where_newer_ones_are_too_few(data: Data, days: int) -> None:
    data.store(
        data_collections=[
            collection("kraken.ticker", "old", "ok", at(days=-days)),
            collection("kraken.ticker", "new", "ok", at()),
        ]
    )
    for runs, shown in ((1, ["new"]), (2, ["new", "old"]), (3, ["new", "old"])):
        answer = data.get(f"sources/kraken.ticker?runs={runs}")
        assert [one["run_id"] for one in answer["collections"]] == shown


def test_a_source_that_was_never_part_of_a_run_has_its_health_and_one_without_either_is_not_there(data: Data) -> None:
    three_runs(data)
    answer = data.get("sources/never.seen")
    assert (answer["collections"], answer["health"]["breaker_state"]) == ([], "closed")
    assert answer["as_of"] == "2026-11-24T12:00:05+00:00"
    assert data.get("sources/herald.feed")["health"] is None
    assert "no.such" in data.refusal("sources/no.such", 404)


def test_behind_a_cell_are_its_requests_failures_refused_rows_and_unread_answers(data: Data) -> None:
    three_runs(data)
    mine = {"run_id": "run-1", "endpoint": "herald.feed", "collected_at": at(minutes=-29)}
    others = [{**mine, "run_id": "run-2"}, {**mine, "endpoint": "kraken.ticker"}]
    data.store(
        connection_attempts=[
            {
                **who,
                "ask": "",
                "attempt": attempt,
                "started_at": at(minutes=attempt - 30),
                "url": "https://herald.example/feed",
            }
            for who in (mine, *others)
            for attempt in (2, 1)
        ],
        failure_logs=[{**who, "ask": "", "outcome": "timeout", "error": "no answer"} for who in (mine, *others)],
        rejected_rows=[
            {**who, "number": number, "table_name": "news_articles", "reason": "no title", "row": "{}"}
            for who in (mine, *others)
            for number in range(300)
        ],
        quarantined_payloads=[
            {**who, "ask": "", "reason": "odd", "content_type": "text/html", "bytes": 9, "body": "<secret>"}
            for who in (mine, *others)
        ],
    )
    reply = data.ask("attempts?run_id=run-1&endpoint=herald.feed")
    answer = reply.json()
    assert answer["collection"]["outcome"] == "timeout"
    assert [one["attempt"] for one in answer["attempts"]] == [1, 2]
    assert answer["attempts"][0]["url"] == "https://herald.example/feed"
    assert [one["error"] for one in answer["failures"]] == ["no answer"]
    assert (len(answer["rejected"]), answer["rejected"][0]["reason"]) == (200, "no title")
    assert answer["quarantined"] == [{"ask": "", "reason": "odd", "content_type": "text/html", "bytes": 9}]
    assert "secret" not in reply.text
    assert answer["run_url"] == f"http://127.0.0.1:{data.settings.ui_port}/runs/run-1"


def test_a_cell_that_is_empty_has_nothing_behind_it(data: Data) -> None:
    three_runs(data)
    assert "run-2" in data.refusal("attempts?run_id=run-2&endpoint=herald.feed", 404)
    assert "endpoint is needed" in data.refusal("attempts?run_id=run-2", 422)


@pytest.mark.parametrize(("minutes", "is_shown"), [(119, True), (-119, True), (121, False), (-121, False)])
def test_behind_a_cell_is_what_was_stored_within_two_hours_of_its_run(data: Data, minutes: int, is_shown: bool) -> None:
    """All of a run is stored together; so the log need not be searched as a whole."""
    stored = at(minutes=-30)
    data.store(
        data_collections=[{**collection("herald.feed", "run-1", "timeout", stored), "collected_at": stored}],
        failure_logs=[
            {
                "run_id": "run-1",
                "endpoint": "herald.feed",
                "ask": "",
                "error": "no answer",
                "collected_at": stored + timedelta(minutes=minutes),
            }
        ],
    )
    failures = data.get("attempts?run_id=run-1&endpoint=herald.feed")["failures"]
    assert [one["error"] for one in failures] == ["no answer"] * is_shown
