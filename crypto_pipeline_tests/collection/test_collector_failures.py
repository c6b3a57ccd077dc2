"""A source that fails, in whatever way: it costs nobody else a row, and what became of it is recorded."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from crypto_pipeline.collection.log import log_rows
from crypto_pipeline.replay.server import ServedRequest, ServedResponse
from crypto_pipeline.schema.outcomes import Outcome
from crypto_pipeline.schema.rows import Candle, Gas
from crypto_pipeline.sources.kit import (
    Context,
    Payload,
    Provider,
    RequestSpec,
    Rows,
    SubRequest,
    together,
)
from crypto_pipeline_tests.collection.collected import answer, collect, exchange

FAULTS_OF_THE_WIRE = [
    "429:3600",
    "503",
    "403",
    "451",
    "404",
    "truncated",
    "reset",
    "html",
    "not_json",
    "null",
    "redirect_loop",
]


@pytest.mark.parametrize("fault", FAULTS_OF_THE_WIRE)
def test_a_fault_of_one_source_loses_no_row_of_another(fault: str) -> None:
    collected = collect([exchange("well"), exchange("ill")], faults=[f"ill.example={fault}"])
    batch = collected.batch("market_prices")
    assert {row["source"] for row in batch.rows} == {"well"}
    assert [result.endpoint.id for result in batch.failed] == ["ill.ticker"]
    assert batch.failed[0].error


@pytest.mark.parametrize("fault", ["hang", "drip"])
def test_a_source_that_does_not_come_to_an_end_costs_its_own_deadline_only(fault: str) -> None:
    collected = collect([exchange("well"), exchange("ill")], faults=[f"ill.example={fault}"], request_seconds=2)
    assert {row["source"] for row in collected.batch("market_prices").rows} == {"well"}
    assert collected.outcomes["ill.ticker"] is Outcome.TIMEOUT


def test_what_is_not_there_at_the_end_of_the_collection_is_recorded_as_such() -> None:
    collected = collect([exchange("well"), exchange("slow")], faults=["slow.example=hang"], seconds=2)
    assert collected.outcomes["slow.ticker"] is Outcome.OUT_OF_TIME
    assert [attempt.outcome for _, attempt in collected.result("slow.ticker").attempts] == [Outcome.OUT_OF_TIME]
    assert collected.batch("market_prices").has_data
    (failure,) = log_rows(collected.collector.results, [], job="test", gateway=None)["failure_logs"]
    assert failure["outcome"] == "out_of_time"


def test_a_defect_of_one_parser_costs_its_own_source_only() -> None:
    broken = Provider("broken", "https://broken.example")

    @broken.endpoint(Gas, "/")
    def gas(payload: Payload) -> Rows:
        raise OSError("a parser that does what no parser should")

    collected = collect([*broken.endpoints, exchange("well")], tables=["market_prices", "gas_prices"])
    assert collected.outcomes == {"broken.gas": Outcome.UNPARSEABLE, "well.ticker": Outcome.OK}


def test_a_defect_in_making_requests_costs_its_own_source_only() -> None:
    broken = Provider("broken", "https://broken.example")

    def requests(context: Context) -> list[RequestSpec]:
        raise KeyError("BTC")

    @broken.endpoint(Gas, "/", requests=requests)
    def gas(payload: Payload) -> Rows:
        return []

    collected = collect([*broken.endpoints, exchange("well")], tables=["market_prices", "gas_prices"])
    assert collected.outcomes == {"broken.gas": Outcome.CLIENT_ERROR, "well.ticker": Outcome.OK}


def test_of_many_requests_of_one_endpoint_those_that_answer_are_kept() -> None:
    opened = datetime.now(timezone.utc).replace(minute=0, second=0, microsecond=0).timestamp()
    venue = Provider("venue", "https://venue.example")

    def requests(context: Context) -> list[RequestSpec]:
        return [RequestSpec(f"{symbol} 1h", {"symbol": symbol}, {"s": symbol}) for symbol in ("BTC", "ETH", "SOL")]

    @venue.endpoint(Candle, "/{symbol}", requests=requests)
    def candles(payload: Payload, ask: RequestSpec) -> Rows:
        return [Candle(ask.values["symbol"], "1h", opened, *payload)]

    collected = collect(
        venue.endpoints, lambda r: answer([1, 2, 1, 2]), faults=["venue.example/ETH=404"], tables=["cached_ohlc"]
    )
    assert sorted(row["symbol"] for row in collected.batch("cached_ohlc").rows) == ["BTC", "SOL"]
    result = collected.result("venue.candles")
    assert result.outcome is Outcome.OK
    assert (result.error or "").startswith("1 of 3 requests failed; the first (ETH 1h)")
    (failure,) = log_rows(collected.collector.results, [], job="test", gateway=None)["failure_logs"]
    assert (failure["ask"], failure["outcome"], failure["status_code"]) == ("ETH 1h", "client_error", 404)


def test_calls_that_are_read_together_are_joined_and_an_optional_one_may_fail() -> None:
    node = Provider("node", "https://node.example")
    calls = (
        SubRequest("head", {"method": "head"}),
        SubRequest("fees", lambda so_far: {"method": "fees", "upto": so_far["head"]["height"]}),
        SubRequest("price", {"method": "price"}, optional=True),
    )

    @node.endpoint(Gas, together(*calls))
    def gas(payload: Payload) -> Rows:
        assert "price" not in payload
        return [Gas("chain", payload["fees"]["fee"], block_number=payload["head"]["height"])]

    def app(request: ServedRequest) -> ServedResponse:
        if b"price" in request.body:
            return ServedResponse(404)
        return answer({"height": 7} if b"head" in request.body else {"fee": 3} if b'"upto":7' in request.body else None)

    collected = collect(node.endpoints, app, tables=["gas_prices"])
    (row,) = collected.batch("gas_prices").rows
    assert (row["gas_price_gwei"], row["block_number"]) == (3, 7)
    assert {ask for ask, _ in collected.result("node.gas").attempts} == {"head", "fees", "price"}
