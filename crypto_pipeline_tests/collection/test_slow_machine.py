"""A machine that is slow, or was away for a while, blames no source for it.

The run is a process of its own, stopped and continued from here; the server that it asks is always well.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

import pytest

from crypto_pipeline.collection.http.inflight import LAG_SECONDS
from crypto_pipeline.replay.server import App, Ending, ServedRequest, ServedResponse, running_server
from crypto_pipeline_tests.collection import slow_run
from crypto_pipeline_tests.collection.collected import usual_answers

pytestmark = pytest.mark.slow

TABLES = ["consensus_prices", "market_prices", "sentiment_metrics"]


@dataclass
class Child:
    """A run that is about to ask."""

    process: BaseProcess
    line: Connection

    def send_signal(self, number: signal.Signals) -> None:
        assert self.process.pid is not None
        with suppress(ProcessLookupError):  # it has ended meanwhile
            os.kill(self.process.pid, number)


@contextmanager
def child(gateway: str, seconds: float = 60) -> Iterator[Child]:
    with slow_run.about_to_ask(gateway, seconds, slow_run.HOSTS) as (process, line):
        yield Child(process, line)


def what_became_of(child: Child) -> dict[str, Any]:
    result: dict[str, Any] = child.line.recv()
    return result


def stop_for(process: Child, seconds: float) -> None:
    process.send_signal(signal.SIGSTOP)
    time.sleep(seconds)
    process.send_signal(signal.SIGCONT)


def slice_up(process: Child, runs: float, pauses: float) -> threading.Thread:
    """From now on the process runs for a moment and is stopped for a longer one, again and again."""

    def duty() -> None:
        while process.process.is_alive():
            stop_for(process, pauses)
            time.sleep(runs)

    thread = threading.Thread(target=duty, daemon=True)
    thread.start()
    return thread


def after(seconds: float) -> App:
    """Each host is well and takes so long to answer."""
    return lambda request: replace(usual_answers(request), delay=seconds)


def test_a_process_held_to_a_twentieth_of_a_core_takes_longer_and_gets_its_tables() -> None:
    """The collection's own limit is less than what it takes by the clock; it is a limit on time that was attended to."""
    with running_server(after(0.3)) as gateway, child(gateway, seconds=10) as process:
        slice_up(process, runs=0.05, pauses=0.95)
        result = what_became_of(process)
    assert Counter(result["outcomes"].values()) == {"ok": slow_run.HOSTS}
    assert result["tables"] == TABLES
    assert result["lost"] > 1
    assert result["lag_milliseconds"] > 0


def test_a_process_that_was_stopped_for_longer_than_a_request_may_take_gives_its_requests_their_time_back() -> None:
    asked = threading.Event()

    def slow(request: ServedRequest) -> ServedResponse:
        asked.set()
        return replace(usual_answers(request), delay=1.0)

    with running_server(slow) as gateway, child(gateway) as process:
        assert asked.wait(600)
        stop_for(process, slow_run.REQUEST_SECONDS + 1.5)
        result = what_became_of(process)
    assert Counter(result["outcomes"].values()) == {"ok": slow_run.HOSTS}
    assert result["tables"] == TABLES
    assert result["lost"] >= slow_run.REQUEST_SECONDS
    assert result["milliseconds"] < slow_run.REQUEST_SECONDS * 1000


def test_what_broke_while_the_process_was_stopped_is_asked_once_more() -> None:
    """Hosts lose patience with a client that does not read: their connections are gone when it wakes."""
    asked = threading.Event()
    stopped = threading.Event()

    def impatient(request: ServedRequest) -> ServedResponse:
        asked.set()
        if stopped.is_set():
            return usual_answers(request)
        return ServedResponse(promised=10, ending=Ending.RESET, delay=1.0)

    with running_server(impatient) as gateway, child(gateway) as process:
        assert asked.wait(600)
        stopped.wait(0.1)
        process.send_signal(signal.SIGSTOP)
        stopped.set()
        time.sleep(2.5)
        process.send_signal(signal.SIGCONT)
        result = what_became_of(process)
    assert Counter(result["outcomes"].values()) == {"ok": slow_run.HOSTS}
    assert Counter(result["attempts"]).keys() <= {"ok", "out_of_time", "unreachable"}
    assert Counter(result["attempts"])["out_of_time"] > 0


@pytest.mark.parametrize(("away", "outcome"), [(slow_run.REQUEST_SECONDS + 1.5, "out_of_time"), (0.0, "timeout")])
def test_a_source_that_never_answers_is_blamed_only_by_a_machine_that_was_there(away: float, outcome: str) -> None:
    asked = threading.Event()

    def silent(request: ServedRequest) -> ServedResponse:
        asked.set()
        return ServedResponse(delay=float("inf")) if request.host == "exchange7.example" else usual_answers(request)

    with running_server(silent) as gateway, child(gateway) as process:
        assert asked.wait(600)
        if away:
            time.sleep(1)
            stop_for(process, away)
        result = what_became_of(process)
    others = {name: said for name, said in result["outcomes"].items() if name != "exchange7.ticker"}
    assert Counter(others.values()) == {"ok": slow_run.HOSTS - 1}
    # A busy machine may have been away by itself.
    may_be = {outcome} if away or result["lost"] < LAG_SECONDS else {outcome, "out_of_time"}
    assert result["outcomes"]["exchange7.ticker"] in may_be
    if away:
        (error,) = result["errors"]
        assert "this machine was too slow: it was away for" in error
