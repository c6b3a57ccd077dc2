"""An answer that came, and gives less than it should: a bad row, nothing, an error, what is too old."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from functools import partial

import pytest

from crypto_pipeline.collection.log import log_rows
from crypto_pipeline.collection.normalise.context import NormalisationContext
from crypto_pipeline.replay.server import ServedRequest, ServedResponse
from crypto_pipeline.schema.outcomes import Outcome
from crypto_pipeline.schema.rows import Metric
from crypto_pipeline.sources.kit import (
    Expected,
    Payload,
    Provider,
    Rows,
    reject,
)
from crypto_pipeline.sources.symbols import Universe
from crypto_pipeline_tests.collection.collected import answer, collect, exchange, index


def test_one_bad_row_costs_that_row_and_says_why() -> None:
    collected = collect([exchange("one")], lambda request: answer({"BTC-USD": "n/a", "ETH-USD": 3050}))
    assert [row["symbol"] for row in collected.batch("market_prices").rows] == ["ETH"]
    (rejected,) = log_rows(collected.collector.results, [], job="test", gateway=None)["rejected_rows"]
    assert (rejected["reason"], rejected["number"], rejected["table_name"]) == ("it has no price", 1, "market_prices")
    assert "BTC-USD" in rejected["row"]


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        ({}, Outcome.EMPTY),
        ({"NOTTRACKED-USD": 1}, Outcome.EMPTY),
        ({"BTC-USD": None}, Outcome.UNPARSEABLE),
        ([1, 2], Outcome.UNPARSEABLE),
        (None, Outcome.UNPARSEABLE),
    ],
)
def test_an_answer_that_gives_nothing_is_no_success(body: object, outcome: Outcome) -> None:
    assert collect([exchange("one")], lambda request: answer(body)).outcomes == {"one.ticker": outcome}


@pytest.mark.parametrize(
    ("said", "outcome", "rejected"),
    [
        ({"BTC-USD": "90500"}, Outcome.OK, 0),
        ({"BTC-USD": "90500", "SOL-USD": "0"}, Outcome.OK, 1),
        ({"SOL-USD": "140"}, Outcome.OK, 0),
        ({"NOBODY-USD": "1"}, Outcome.EMPTY, 0),
        ({"SOL-USD": "0"}, Outcome.UNPARSEABLE, 1),
        ({}, Outcome.EMPTY, 0),
    ],
    ids=["of another coin", "odd for ours", "of ours", "of no usual coin", "odd for all", "nothing"],
)
def test_a_source_without_the_few_coins_that_are_tracked_is_well(
    said: dict[str, str], outcome: Outcome, rejected: int
) -> None:
    context = NormalisationContext(datetime.now(timezone.utc), universe=Universe(frozenset({"SOL"})))
    made = collect([exchange("one")], lambda request: answer(said), tables=["market_prices"], context=context)
    result = made.result("one.ticker")
    assert (result.outcome, result.rejected_count) == (outcome, rejected)
    assert result.row_count == (2 if said == {"SOL-USD": "140"} else 0)


def test_a_body_that_no_parser_understood_is_kept_for_a_person_to_look_at() -> None:
    collected = collect([exchange("one")], faults=["one.example=not_json"])
    (kept,) = log_rows(collected.collector.results, [], job="test", gateway=None)["quarantined_payloads"]
    assert kept["endpoint"] == "one.ticker"
    assert kept["body"]


def test_an_error_in_the_body_leaves_the_remembered_fields() -> None:
    first = collect([index("mood")]).result("mood.index").remembered
    assert first
    assert first.fields
    again = collect([index("mood")], lambda request: answer({"oops": 1}), states={"mood.index": first})
    assert again.outcomes == {"mood.index": Outcome.UNPARSEABLE}
    provider = Provider("mood", "https://mood.example")

    @provider.endpoint(Metric, "/index", name="index")
    def refusing(payload: Payload) -> Rows:
        reject(payload["error"])
        return []

    said = collect(provider.endpoints, lambda request: answer({"error": "x"}), states={"mood.index": first})
    assert said.outcomes == {"mood.index": Outcome.ERROR_IN_BODY}
    remembered = said.result("mood.index").remembered
    assert remembered
    assert remembered.fields == first.fields
    assert said.rows("schema_drift") == []


def test_a_stale_answer_is_neither_a_success_nor_stored() -> None:
    old = (datetime.now(timezone.utc) - timedelta(days=5)).isoformat()
    collected = collect([index("mood")], lambda request: answer({"value": 20, "at": old}))
    assert collected.outcomes == {"mood.index": Outcome.STALE}
    assert collected.batch("sentiment_metrics").rows == []


def _same(served: ServedResponse, request: ServedRequest) -> ServedResponse:
    return served


@pytest.mark.parametrize(("old", "outcome"), [(4, Outcome.OK), (5, Outcome.STALE)])
def test_the_newest_row_says_how_old_an_answer_is(old: int, outcome: Outcome) -> None:
    provider = Provider("five", "https://five.example")

    @provider.endpoint(Metric, "/index", name="index", answer=Expected(stale_after_minutes=60))
    def parser(payload: Payload) -> Rows:
        return [Metric(f"metric {number}", 1, "index", timestamp=at) for number, at in enumerate(payload)]

    now = datetime.now(timezone.utc)
    times = [(now - timedelta(minutes=90)).isoformat()] * old + [now.isoformat()] * (5 - old)
    for served in (answer(times), answer(times[::-1])):
        assert collect(provider.endpoints, partial(_same, served)).outcomes == {"five.index": outcome}
