"""What is shown as a source's requests is what goes out."""

from __future__ import annotations

import json
from datetime import datetime, timezone

import anyio
import pytest

from crypto_pipeline.collection.preview import Planned, requests_now
from crypto_pipeline.schema.rows import Gas
from crypto_pipeline.sources.kit import Context, Endpoint, Key, Provider, SubRequest, discover, together
from crypto_pipeline.sources.symbols import Universe
from crypto_pipeline_tests.collection.collected import collect

SHOWN = Context(Universe(frozenset({"BTC", "ETH"})), datetime(2026, 11, 23, 12, tzinfo=timezone.utc), ("1h",))


def declared(id: str) -> Endpoint:
    return next(endpoint for endpoint in discover() if endpoint.id == id)


@pytest.mark.anyio
async def test_every_request_is_there_with_its_whole_address() -> None:
    assert [request.url for request in await requests_now(declared("kraken.candles"), SHOWN)] == [
        "https://api.kraken.com/0/public/OHLC?pair=XBTUSD&interval=60",
        "https://api.kraken.com/0/public/OHLC?pair=ETHUSD&interval=60",
    ]


@pytest.mark.parametrize("id", ["kraken.ticker", "publicnode_ethereum.gas", "coingecko.simple_price"])
def test_it_is_what_a_collection_asks(id: str) -> None:
    endpoint = declared(id)
    planned = anyio.run(requests_now, endpoint, Context(Universe(), SHOWN.now))
    collected = collect([endpoint], tables=endpoint.tables)
    sent = {(attempt.method, attempt.url) for _, attempt in collected.result(id).attempts}
    assert sent == {(request.method, request.url) for request in planned}
    assert {request.body.decode() for request in collected.requests if request.body} == {
        body for body in map(_compact, planned) if body
    }


@pytest.mark.anyio
async def test_no_key_is_in_it_and_what_needs_an_answer_first_is_not() -> None:
    provider = Provider("keyed", "https://keyed.example", key=Key("KEYED_API_KEY", param="apikey"))
    calls = (
        SubRequest("head", body={"method": "head"}),
        SubRequest("block", body=lambda so_far: {"of": so_far["head"]}),
    )
    provider.endpoint(Gas, together(*calls, path="/rpc"), name="gas")(lambda payload: [])
    (request,) = await requests_now(provider.endpoints[0], SHOWN)
    assert request == ("POST", "https://keyed.example/rpc", {"method": "head"})


def _compact(request: Planned) -> str | None:
    return None if request.body is None else json.dumps(request.body, separators=(",", ":"))
