"""Every request that is declared reaches its own recording, and nothing else reaches one."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from urllib.parse import urlencode

import httpx
import pytest

from crypto_pipeline.collection.http.gateway import to_gateway
from crypto_pipeline.replay.recorded import Recordings
from crypto_pipeline.replay.routes import Routes
from crypto_pipeline.replay.server import ServedRequest
from crypto_pipeline.sources.kit import Context, Endpoint, RequestSpec, discover
from crypto_pipeline.sources.symbols import Universe

A_FEW_COINS = Context(Universe(frozenset({"BTC", "ETH", "DOGE"})), datetime(2027, 3, 4, 5, 6, 7, tzinfo=timezone.utc))
RECORDINGS = Recordings()
ROUTES = Routes(discover(), RECORDINGS)


def served(method: str, url: str, body: object = None) -> ServedRequest:
    """The request as the replay gets it from the client."""
    sent = httpx.Request(method, to_gateway(url, "http://127.0.0.1:1"))
    path, _, query = sent.url.raw_path.decode().partition("?")
    return ServedRequest(method, path, query, body=b"" if body is None else json.dumps(body).encode())


def requests_of(endpoint: Endpoint, ask: RequestSpec) -> dict[str | None, ServedRequest]:
    """The requests of one ask, by the name of the call."""
    params = {**endpoint.request.params, **ask.params}
    query = f"?{urlencode(params)}" if params else ""
    if not endpoint.request.sub_requests:
        return {None: served(endpoint.request.method, endpoint.url(ask) + query, endpoint.body_of(ask))}
    recording = RECORDINGS.of(endpoint)
    answered = recording.payload if recording else {}
    requests: dict[str | None, ServedRequest] = {}
    for call in endpoint.request.sub_requests:
        if recording or not call.needs_others:
            body = call.body(answered) if callable(call.body) else call.body
            path = call.path(answered) if callable(call.path) else call.path
            method = "GET" if body is None else "POST"
            joined = query.replace("?", "&") if "?" in path else query
            requests[call.name] = served(method, endpoint.url(ask) + path + joined, body)
    return requests


@pytest.mark.parametrize("context", [A_FEW_COINS, Context(Universe(), A_FEW_COINS.now)], ids=["few coins", "all coins"])
def test_every_request_of_every_endpoint_reaches_its_own_recording(context: Context) -> None:
    """Or that of another endpoint that sends the very same request."""
    senders: dict[tuple[str, ...], set[tuple[str, str | None]]] = {}
    reached: dict[tuple[str, ...], tuple[str, str | None] | None] = {}
    for endpoint in discover():
        for ask in endpoint.requests_in(context):
            for call, request in requests_of(endpoint, ask).items():
                sent = (request.method, request.path, request.query, request.body.decode())
                senders.setdefault(sent, set()).add((endpoint.id, call))
                target = ROUTES.target(request)
                reached[sent] = (target.endpoint.id, target.call) if target else None
    assert {sent: where for sent, where in reached.items() if where not in senders[sent]} == {}


def test_a_request_for_one_coin_reaches_the_answer_for_that_coin() -> None:
    for endpoint in discover():
        for ask in endpoint.requests_in(A_FEW_COINS):
            for request in requests_of(endpoint, ask).values():
                target = ROUTES.target(request)
                assert target is not None
                assert target.ask.label == ask.label, endpoint.id


@pytest.mark.parametrize(
    ("method", "url"),
    [
        ("GET", "https://nobody.example/0/public/Ticker?assetVersion=1"),
        ("GET", "https://api.kraken.com/0/public/Nothing"),
        ("GET", "https://api.kraken.com/0/public/Ticker"),
        ("POST", "https://api.kraken.com/0/public/Ticker?assetVersion=1"),
        ("GET", "https://api.binance.com/api/v3/klines?symbol=NOSUCHUSDT&interval=1h&limit=100"),
        ("GET", "https://api.binance.com/api/v3/klines?symbol=BTCUSDT&interval=7h&limit=100"),
    ],
)
def test_what_is_not_declared_reaches_nothing(method: str, url: str) -> None:
    assert ROUTES.target(served(method, url)) is None


def test_a_path_that_depends_on_an_earlier_answer_is_known_whatever_that_answer_said() -> None:
    target = ROUTES.target(served("GET", f"https://litecoinspace.org/api/block/{'ab' * 32}/txs/0"))
    assert target is not None
    assert (target.endpoint.id, target.call) == ("litecoinspace.block_transactions", "transactions")


def test_a_node_answers_by_the_method_that_it_is_asked_for() -> None:
    named = {
        method: ROUTES.target(served("POST", "https://ethereum-rpc.publicnode.com", {"method": method, "params": []}))
        for method in ("eth_gasPrice", "eth_getLogs", "eth_getBlockByNumber", "eth_nothing")
    }
    assert {method: target and target.endpoint.name for method, target in named.items()} == {
        "eth_gasPrice": "gas",
        "eth_getLogs": "transfers",
        "eth_getBlockByNumber": "block",
        "eth_nothing": None,
    }
