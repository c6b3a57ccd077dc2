"""A back-fill and a collection at the same time, of a source that counts its requests: two processes, of which one is this."""

from __future__ import annotations

import math
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

import duckdb
import pytest

from crypto_pipeline.replay.server import ServedRequest, ServedResponse, running_server
from crypto_pipeline_tests import templates
from crypto_pipeline_tests.collection.backfill.walked import Exchange
from crypto_pipeline_tests.command import run_here
from crypto_pipeline_tests.few import all_but
from crypto_pipeline_tests.forked import Command
from crypto_pipeline_tests.waiting import until

pytestmark = pytest.mark.slow
ALLOWED, SECONDS = 40, 4.0
SOURCE = f'''
"""An exchange with a past and a small budget. https://busy.example"""

from crypto_pipeline.schema.rows import Candle
from crypto_pipeline.sources.formats.candles import binance_candles, candle_requests
from crypto_pipeline.sources.kit import Budget, Pages, Provider

busy = Provider("busy", "https://busy.example/api", budget=Budget({ALLOWED}, {SECONDS}))
lengths = {{name: name for name in ("1h", "1d")}}
pages = {{"startTime": "{{start_ms}}", "endTime": "{{last_ms}}", "limit": "{{size}}"}}
busy.endpoint(
    Candle,
    "/klines",
    name="candles",
    requests=candle_requests(lambda coin: coin + "USDT", lengths, symbol="{{market}}", interval="{{length}}"),
    cadence=15,
    history=Pages(100, pages, since="2024-01-01"),
    limit=100,
)(binance_candles)
'''


@dataclass
class Busy:
    """The server: when each request came, of the past and of the present."""

    hangs_after: float = math.inf
    """Requests of the past that are answered; the others never are."""
    past: list[float] = field(default_factory=list)
    present: list[float] = field(default_factory=list)
    _exchange: Exchange = field(default_factory=Exchange)
    _lock: Lock = field(default_factory=Lock)

    def answer(self, request: ServedRequest) -> ServedResponse:
        """Candles as Binance writes them."""
        with self._lock:
            of_past = "startTime" in request.query
            (self.past if of_past else self.present).append(time.monotonic())
            if of_past and len(self.past) > self.hangs_after:
                return ServedResponse(delay=math.inf)
            if of_past:
                return self._exchange.answer(request)
            hour = 3_600_000
            newest = int(time.time() * 1000) // hour * hour
            rows = [[newest - age * hour, "1", "2", "1", "2", "3", 0, "6", 4] for age in range(3)]
            return ServedResponse(
                200, {"content-type": "application/json"}, repr(rows[::-1]).replace("'", '"').encode()
            )

    def most_at_once(self) -> int:
        """Requests in the fullest period of the budget."""
        came = sorted([*self.past, *self.present])
        return max(sum(begin <= one < begin + SECONDS for one in came) for begin in came)


@contextmanager
def filling(folder: Path, server: Busy) -> Iterator[tuple[Command, dict[str, Any]]]:
    """A back-fill of more hours than its budget lets through, and the settings for a collection beside it."""
    templates.data_folder(folder)
    (folder / "sources").mkdir()
    (folder / "sources" / "busy.py").write_text(SOURCE, "utf-8")
    with running_server(server.answer) as gateway:
        ours = {
            "gateway_url": gateway,
            "sources_dir": str(folder / "sources"),
            "sources_off": all_but(()),
            "symbols": "BTC,ETH",
            "intervals": "1h",
            "request_seconds": "300",
        }
        bounds = ("--since", "2025-01-01", "--until", "2026-03-01")
        run = Command("backfill", "candles", *bounds, "--interval", "1h", data_dir=folder, **ours)
        try:
            yield run, ours
        finally:
            run.send_signal(signal.SIGTERM)
            run.ended()


def until_it(run: Command, condition: Callable[[], bool]) -> None:
    """The condition holds while the process still runs."""
    until(lambda: condition() or run.poll() is not None)
    assert run.poll() is None, run.ended()


def outcomes(folder: Path) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(folder / "crypto_data.duckdb"), read_only=True) as database:
        return database.execute(
            "SELECT endpoint, outcome FROM data_collections WHERE endpoint LIKE 'busy.%'"
        ).fetchall()


def test_a_collection_gets_everything_while_a_back_fill_has_requests_under_way_at_the_same_endpoint(
    tmp_path: Path,
) -> None:
    server = Busy(hangs_after=5)
    with filling(tmp_path, server) as (run, ours):
        until_it(run, lambda: len(server.past) > 6)
        run_here("collect", "historical", data_dir=tmp_path, **ours)
        assert run.poll() is None
    assert outcomes(tmp_path) == [("busy.candles", "ok")]
    assert len(server.present) == 2


def test_together_they_stay_within_the_budget_of_the_host(tmp_path: Path) -> None:
    server = Busy()
    with filling(tmp_path, server) as (run, ours):
        until_it(run, lambda: len(server.past) >= ALLOWED // 4)
        run_here("collect", "historical", data_dir=tmp_path, **ours)
        began = server.past[0]
        until_it(run, lambda: server.past[-1] > began + SECONDS + 1)
    assert outcomes(tmp_path) == [("busy.candles", "ok")]
    assert len(server.past) > ALLOWED // 2
    assert server.most_at_once() <= ALLOWED
