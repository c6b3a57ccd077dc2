"""The replay as people and programs use it: over HTTP, with faults that come and go, as a command."""

from __future__ import annotations

import json
import signal
import socket
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from crypto_pipeline.cli.app import FAULT_KINDS, app
from crypto_pipeline.collection.collector import Collector, stream
from crypto_pipeline.collection.http.client import Client
from crypto_pipeline.collection.normalise.context import NormalisationContext
from crypto_pipeline.collection.plan import CollectionPlan
from crypto_pipeline.replay.app import Replay, running_replay
from crypto_pipeline.replay.faults import Kind
from crypto_pipeline.replay.recorded import ReplayError
from crypto_pipeline.replay.server import ServedRequest
from crypto_pipeline.schema.outcomes import Outcome
from crypto_pipeline.sources.kit import discover
from crypto_pipeline.sources.symbols import Universe
from crypto_pipeline_tests.command import run_here
from crypto_pipeline_tests.forked import Command
from crypto_pipeline_tests.waiting import until

KRAKEN = "/api.kraken.com/0/public/Ticker?assetVersion=1"


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2027, 3, 4, 6, 37, 12, tzinfo=timezone.utc)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def replay(clock: Clock) -> Iterator[Replay]:
    with running_replay(clock=clock) as replay:
        yield replay


@pytest.fixture
def ask(replay: Replay) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=replay.base_url, trust_env=False, verify=False) as client:
        yield client


def test_an_answer_is_not_modified_within_the_minute(ask: httpx.Client, clock: Clock) -> None:
    first = ask.get(KRAKEN)
    assert first.status_code == 200
    assert first.json()["error"] == []
    clock.now += timedelta(seconds=47)
    again = ask.get(KRAKEN, headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    clock.now += timedelta(seconds=1)
    assert ask.get(KRAKEN, headers={"if-none-match": first.headers["etag"]}).status_code == 200


def test_each_call_of_an_endpoint_gets_its_own_answer(ask: httpx.Client) -> None:
    node = "/ethereum-rpc.publicnode.com/"
    price = ask.post(node, json={"jsonrpc": "2.0", "id": 2, "method": "eth_gasPrice", "params": []}).json()
    assert price["result"].startswith("0x")


@pytest.mark.parametrize(
    "path", ["/", "/api.kraken.com", "/nobody.example/x", "/api.kraken.com/0/public/Nothing?a=%FF"]
)
def test_what_nobody_declared_is_not_found(ask: httpx.Client, path: str) -> None:
    answer = ask.get(path)
    assert answer.status_code == 404
    assert "error" in answer.json()


def test_faults_come_and_go_while_it_runs(ask: httpx.Client, replay: Replay) -> None:
    replay.set_fault("api.kraken.com=503")
    assert ask.get(KRAKEN).status_code == 503
    replay.set_fault("api.kraken.com/0/public/Ticker=429:30*1")
    rejected = ask.get(KRAKEN)
    assert (rejected.status_code, rejected.headers["retry-after"]) == (429, "30")
    replay.clear_faults()
    assert ask.get(KRAKEN).status_code == 200


def test_a_stale_answer_is_old(ask: httpx.Client, replay: Replay, clock: Clock) -> None:
    path = "/api.exchange.coinbase.com/products/BTC-USD/ticker"
    assert ask.get(path).json()["time"].startswith("2027-03-04")
    replay.set_fault("*=stale")
    assert ask.get(path).json()["time"].startswith("2027-03-01")


def test_another_process_can_do_the_same(ask: httpx.Client, replay: Replay) -> None:
    set_fault = ask.post("/_replay/faults", json={"target": "api.kraken.com", "kind": "503"})
    assert set_fault.json() == {"faults": ["api.kraken.com=503"]}
    assert ask.get(KRAKEN).status_code == 503
    assert ask.delete("/_replay/faults").json() == {"faults": []}
    assert ask.get(KRAKEN).status_code == 200
    assert ask.get("/_replay/requests").json() == {"api.kraken.com/0/public/Ticker": 2} == replay.requests


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"target": "api.kraken.com", "kind": "tired"}'])
def test_a_fault_that_there_is_not_is_refused(ask: httpx.Client, body: bytes) -> None:
    assert ask.post("/_replay/faults", content=body).status_code == 400
    assert ask.get(KRAKEN).status_code == 200


def test_a_collection_believes_the_replay(replay: Replay, clock: Clock) -> None:
    wanted = {
        "kraken.ticker",
        "binance.tickers",
        "coingecko.simple_price",
        "kraken.candles",
        "alternative_me.fear_greed",
    }
    wanted |= {
        "decrypt.feed",
        "publicnode_ethereum.gas",
        "blockchair.bitcoin_transactions",
        "publicnode_ethereum.block",
    }
    endpoints = tuple(endpoint for endpoint in discover() if endpoint.id in wanted)
    now = datetime.now(timezone.utc)
    clock.now = now
    plan = CollectionPlan(
        endpoints=endpoints,
        tables=frozenset(table for endpoint in endpoints for table in endpoint.tables),
        seconds=30,
        context=NormalisationContext(now, Universe(frozenset({"BTC", "ETH"})), whale_usd=1),
    )
    collector = Collector(plan)
    batches = [
        b for some in stream(collector, lambda: Client(user_agent="test", gateway_url=replay.base_url)) for b in some
    ]
    assert {result.endpoint.id: result.outcome for result in collector.results} == dict.fromkeys(wanted, Outcome.OK)
    assert all(batch.rows for batch in batches)


def test_the_help_names_every_kind_of_fault() -> None:
    assert f"Kinds: {', '.join(Kind)}." == FAULT_KINDS
    assert CliRunner().invoke(app, ["replay", "--help"]).exit_code == 0


def test_without_recordings_it_says_where_it_looked(tmp_path: Path) -> None:
    with pytest.raises(ReplayError, match="nowhere"):
        Replay(recordings=tmp_path / "nowhere")


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT])
def test_the_command_says_its_port_first_and_stops_when_told(end: signal.Signals, tmp_path: Path) -> None:
    command = Command("replay", "--speed", "0", "--fault", "api.kraken.com=503", data_dir=tmp_path)
    try:
        until(lambda: "\n" in command.written or command.poll() is not None)
        started = json.loads(command.written)
        assert started["url"] == f"http://127.0.0.1:{started['port']}"
        assert started["endpoints"] > 100
        assert httpx.get(started["url"] + KRAKEN, trust_env=False).status_code == 503
        command.send_signal(end)
        ended = command.ended()
    finally:
        command.kill()
    assert (ended.returncode, ended.stderr, json.loads(ended.stdout)) == (0, "", started)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--fault", "api.kraken.com=tired"], "there is no fault 'tired'"),
        (["--recordings", "/nowhere"], "There are no recordings at /nowhere"),
        (["--port", "TAKEN"], "cannot be used"),
    ],
)
def test_a_mistake_gets_one_sentence_and_exit_code_2(options: list[str], sentence: str, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ended = run_here("replay", *(port if option == "TAKEN" else option for option in options), data_dir=tmp_path)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert sentence in ended.stderr
    assert ended.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("path", "query", "long"),
    [
        (
            "/api.binance.com/api/v3/klines",
            "symbol=BTCUSDT&interval=1d&startTime=1609459200000&endTime=1640995199999&limit=1000",
            True,
        ),
        ("/api.binance.com/api/v3/klines", "symbol=BTCUSDT&interval=1h&limit=300", False),
        (
            "/api.binance.com/api/v3/klines",
            "symbol=BTCUSDT&interval=1d&startTime=1609459200000&endTime=1612137599999&limit=1000",
            False,
        ),
        ("/indodax.com/tradingview/history_v2", "symbol=ETHIDR&tf=60&from=1795669200&to=1796029200", False),
        ("/api.lbank.info/v2/kline.do", "size=100&symbol=eth_usdt&type=hour1&time=1795669200", False),
        ("/api.lbank.info/v2/kline.do", "size=2000&symbol=eth_usdt&type=hour1&time=1780000000", True),
        ("/api.kraken.com/0/public/Ticker", "assetVersion=1", False),
        ("/nobody.example/", "", False),
        ("/_replay/requests", "", False),
    ],
)
def test_long_windows_of_the_past_are_made_beside_everything_else_and_those_of_a_collection_in_their_turn(
    path: str, query: str, long: bool
) -> None:
    at_noon = Replay(clock=lambda: datetime(2026, 11, 30, 12, tzinfo=timezone.utc))
    assert at_noon.takes_long(ServedRequest("GET", path, query)) is long
