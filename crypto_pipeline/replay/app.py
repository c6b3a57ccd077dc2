"""The replay: one server that answers like every source, for the demo, the tests and the benchmark.

Belongs here: putting routes, world, latencies and faults together; running it in a thread or as a command; its controls.
Does not belong here: what is answered (replay/world.py), HTTP itself (replay/server.py).
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any, NamedTuple

from crypto_pipeline.replay.analysed import Analysed
from crypto_pipeline.replay.faults import Fault, FaultPlan, delayed, faulty, parse_fault
from crypto_pipeline.replay.recorded import Recordings, ReplayError
from crypto_pipeline.replay.routes import Routes
from crypto_pipeline.replay.server import App, ServedRequest, ServedResponse, running_server, serving
from crypto_pipeline.replay.world import World
from crypto_pipeline.schema.clock import utc_now
from crypto_pipeline.sources.kit import Endpoint, discover

Clock = Callable[[], datetime]

CONTROL = "/_replay/"
AT_ONCE = 200
"""Entries of a window that are made between two other answers: some hundredths of a second."""
_CONTENT_TYPES = {"json": "application/json", "xml": "application/xml", "csv": "text/csv", "text": "text/plain"}


def replay_app(
    *,
    seed: int = 0,
    clock: Clock = utc_now,
    recordings: Path | None = None,
    endpoints: Iterable[Endpoint] | None = None,
) -> App:
    """Answers to requests as a gateway gets them, /HOST/PATH?QUERY: the recordings, as they would be now.

    404 for what is not declared, and for what has no recording. Raises ReplayError and ValueError as Replay does.
    """
    if endpoints is None:
        declared = _declared(recordings)
        return _app_of(declared.routes, declared.recorded, World(seed, declared.analysed), clock)
    recorded = Recordings(recordings)
    return _app_of(Routes(endpoints, recorded), recorded, World(seed), clock)


class _Declared(NamedTuple):
    """What is declared, with its recordings and what has been found out about them."""

    endpoints: tuple[Endpoint, ...]
    routes: Routes
    recorded: Recordings
    analysed: Analysed

    @classmethod
    def in_folder(cls, recordings: Path | None) -> _Declared:
        endpoints, recorded = discover(), Recordings(recordings)
        return cls(endpoints, Routes(endpoints, recorded), recorded, Analysed())


_of_the_package: list[_Declared] = []
"""The last one: nothing of it depends on a seed or a clock, and it is kept for the next replay of this process."""


def _declared(recordings: Path | None) -> _Declared:
    if recordings is not None:
        return _Declared.in_folder(recordings)
    kept = next(iter(_of_the_package), None)
    if kept is None or kept.endpoints is not discover():
        kept = _Declared.in_folder(None)
        _of_the_package[:] = [kept]
    return kept


def _app_of(routes: Routes, recorded: Recordings, world: World, clock: Clock) -> App:
    def answer(request: ServedRequest) -> ServedResponse:
        target = routes.target(request)
        if target is None:
            return _as_json({"error": f"no source is asked {request.method} {request.path[1:]}"}, 404)
        recording = recorded.of_past(target.endpoint) if target.past else recorded.of(target.endpoint)
        now = clock()
        body = world.body(target, recording, now, stale=request.stale) if recording else None
        if body is None:
            return _as_json({"error": f"there is no recording of {target}"}, 404)
        headers = {
            "content-type": _CONTENT_TYPES[target.endpoint.answer.format],
            "date": format_datetime(now, usegmt=True),
        }
        return ServedResponse(200, headers, body)

    return answer


class Replay:
    """A replay with its latencies, its faults, and the count of its requests. ``answer`` is what a server serves.

    :param latency: times the latency that each host has by the seed; 0 for none.
    :raises ReplayError: there are no recordings.
    :raises ValueError: a fault that there is not.
    """

    def __init__(
        self,
        *,
        seed: int = 0,
        faults: Iterable[str | Fault] = (),
        latency: float = 0.0,
        clock: Clock = utc_now,
        recordings: Path | None = None,
    ) -> None:
        declared = _declared(recordings)
        self._routes = declared.routes
        self._clock = clock
        app = _app_of(declared.routes, declared.recorded, World(seed, declared.analysed), clock)
        self.base_url = ""
        self._counting = threading.Lock()
        self.requests: Counter[str] = Counter()
        """How often each HOST/PATH was asked."""
        self._seed = seed
        self._well = delayed(app, seed, latency) if latency else app
        self.clear_faults()
        for fault in faults:
            self.set_fault(fault)

    def set_fault(self, fault: str | Fault) -> None:
        """From now on this as well: HOST[/PATH]=KIND[:ARGUMENT][*TIMES][%PERCENT]. The newest fault of a request counts.

        Faults that strike a number of times begin to count anew. Raises ValueError for what is no fault.
        """
        self._faults.insert(0, parse_fault(fault) if isinstance(fault, str) else fault)
        self._app = faulty(self._well, FaultPlan(self._faults, self._seed))

    def clear_faults(self) -> None:
        """From now on every source is well."""
        self._faults: list[Fault] = []
        self._app = self._well

    def answer(self, request: ServedRequest) -> ServedResponse:
        """The answer to one request, spoiled by the first fault that concerns it. Requests are counted, by host and path."""
        if request.path.startswith(CONTROL):
            return self._controlled(request)
        with self._counting:
            self.requests[request.path[1:]] += 1
        return self._app(request)

    def takes_long(self, request: ServedRequest) -> bool:
        """Whether a request is for a long page of the past: ten years are thousands of days, each made of what its minutes reach.

        A collection names windows too, of some dozens of candles; behind one another in a thread they would come late where the
        machine is busy.
        """
        target = None if request.path.startswith(CONTROL) else self._routes.past(request)
        past = target.past if target else None
        return past is not None and past.entries(self._clock().timestamp()) > AT_ONCE

    def _controlled(self, request: ServedRequest) -> ServedResponse:
        """Controls for other processes: GET /_replay/requests; POST {"target": ..., "kind": ...} or DELETE /_replay/faults."""
        match request.method, request.path.removeprefix(CONTROL):
            case "GET", "requests":
                return _as_json(self.requests)
            case "POST", "faults":
                try:
                    wanted = json.loads(request.body)
                    self.set_fault(f"{wanted['target']}={wanted['kind']}")
                except (ValueError, KeyError, TypeError) as error:
                    return _as_json({"error": f"this is no fault: {error}"}, 400)
            case "DELETE", "faults":
                self.clear_faults()
            case _:
                return _as_json({"error": "there is no such control"}, 404)
        return _as_json({"faults": [f"{fault.where}={fault.kind}" for fault in self._faults]})


@contextmanager
def running_replay(
    *,
    seed: int = 0,
    faults: Iterable[str | Fault] = (),
    latency: float = 0.0,
    clock: Clock = utc_now,
    recordings: Path | None = None,
) -> Iterator[Replay]:
    """A replay that serves in a thread of its own, at ``base_url``. Raises ReplayError and ValueError as Replay does."""
    replay = Replay(seed=seed, faults=faults, latency=latency, clock=clock, recordings=recordings)
    with running_server(replay.answer, takes_long=replay.takes_long) as replay.base_url:
        yield replay


def serve(
    port: int = 0, *, seed: int = 0, faults: Iterable[str] = (), latency: float = 1.0, recordings: Path | None = None
) -> None:
    """Serve until SIGINT or SIGTERM. The first line of the output is JSON: port, url, and how many endpoints answer.

    Raises ReplayError for a port that cannot be had, for a fault that there is not, and when there are no recordings.
    """
    try:
        replay = Replay(seed=seed, faults=faults, latency=latency, recordings=recordings)
    except ValueError as error:
        raise ReplayError(f"--fault: {error}.") from None
    recorded = _declared(recordings).recorded
    answering = sum(recorded.of(endpoint) is not None for endpoint in discover())
    try:
        asyncio.run(_serve_until_stopped(replay, port, answering))
    except OSError as error:
        reason = os.strerror(error.errno or 0).lower()
        raise ReplayError(f"Port {port} cannot be used ({reason}); choose another one, or 0 for a free one.") from None


async def _serve_until_stopped(replay: Replay, port: int, answering: int) -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with serving(replay.answer, port, takes_long=replay.takes_long) as base_url:
        line = {"port": int(base_url.rpartition(":")[2]), "url": base_url, "endpoints": answering}
        print(json.dumps(line), flush=True)
        await stopped.wait()


def _as_json(value: Any, status: int = 200) -> ServedResponse:
    return ServedResponse(status, {"content-type": "application/json"}, json.dumps(value).encode())
