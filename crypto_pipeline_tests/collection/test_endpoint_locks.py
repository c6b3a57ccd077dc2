"""One run at a time asks an endpoint, whichever process it runs in."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path

import anyio
import pytest

from crypto_pipeline.collection.endpoint_locks import EndpointLocks, PeerOutcome, locks_in
from crypto_pipeline.schema.outcomes import Outcome
from crypto_pipeline_tests.collection import locking

LONGEST = 2**20

pytestmark = pytest.mark.anyio
LONG = 600.0
"""Seconds that no test waits."""
NOW = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "locks" / "endpoints.lock"


@contextmanager
def another_process(file: Path, endpoint: str) -> Iterator[subprocess.Popen[str]]:
    """One that has claimed an endpoint."""
    command = [sys.executable, "-m", locking.__name__, str(file), endpoint]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            assert process.stdout.readline() == "claimed\n"
            yield process
        finally:
            process.kill()


async def test_an_endpoint_that_nobody_has_is_ours_and_then_anybodys(file: Path) -> None:
    locks = locks_in(file)
    for _ in range(2):
        assert await locks.claim("kraken.ticker") is None
        locks.release("kraken.ticker", Outcome.OK, NOW)


async def test_what_another_process_asks_is_waited_for_and_its_outcome_is_known(file: Path) -> None:
    locks = locks_in(file)
    heard: list[PeerOutcome | None] = []

    async def wait(patience: float) -> None:
        heard.append(await locks.claim("kraken.ticker", patience=patience))

    with another_process(file, "kraken.ticker") as process:
        assert process.stdin
        assert await locks.claim("kraken.candles") is None
        await wait(patience=0.1)
        async with anyio.create_task_group() as group:
            group.start_soon(wait, LONG)
            await anyio.sleep(0.1)
            process.stdin.write("rate_limited\n")
            process.stdin.flush()
    still_asking, done = heard
    assert still_asking == PeerOutcome()
    assert done
    assert done.outcome is Outcome.RATE_LIMITED


async def test_two_collections_of_one_process_do_not_ask_the_same_either(file: Path) -> None:
    locks = locks_in(file)
    assert await locks.claim("kraken.ticker") is None
    heard: list[PeerOutcome | None] = []

    async def other() -> None:
        heard.append(await locks_in(file.parent / "." / file.name).claim("kraken.ticker", patience=LONG))

    async with anyio.create_task_group() as group:
        group.start_soon(other)
        await anyio.sleep(0.1)
        locks.release("kraken.ticker", Outcome.OK, NOW)
    assert heard == [PeerOutcome(NOW, Outcome.OK)]
    assert await locks.claim("kraken.ticker") is None


async def test_of_several_outcomes_the_last_since_the_waiting_began_counts(file: Path) -> None:
    locks = locks_in(file)
    assert await locks.claim("kraken.ticker") is None
    locks.release("kraken.ticker", Outcome.TIMEOUT, NOW)
    assert await locks.claim("kraken.ticker") is None
    heard: list[PeerOutcome | None] = []

    async def other() -> None:
        heard.append(await locks_in(file).claim("kraken.ticker", patience=LONG))

    async with anyio.create_task_group() as group:
        group.start_soon(other)
        await anyio.sleep(0.1)
        with file.open("a") as lines:
            lines.write(f"{NOW.isoformat()} blocked kraken.ticker\n{NOW.isoformat()} empty kraken.candles\n")
        locks.release("kraken.ticker", Outcome.OK, NOW)
    assert heard == [PeerOutcome(NOW, Outcome.OK)]


async def test_what_became_of_an_endpoint_before_the_waiting_is_not_what_became_of_it_now(file: Path) -> None:
    locks = locks_in(file)
    assert await locks.claim("kraken.ticker") is None
    locks.release("kraken.ticker", Outcome.OK, NOW)
    assert await locks.claim("kraken.ticker") is None
    heard: list[PeerOutcome | None] = []

    async def other() -> None:
        heard.append(await locks_in(file).claim("kraken.ticker", patience=10))

    async with anyio.create_task_group() as group:
        group.start_soon(other)
        await anyio.sleep(0.1)
        locks._let_go("kraken.ticker")  # as the kernel does for a process that is killed
    assert heard == [None], "nobody has an answer of now: it is ours to ask"


async def test_a_process_that_is_killed_leaves_its_endpoint_to_others(file: Path) -> None:
    with another_process(file, "kraken.ticker") as process:
        process.kill()
        process.wait()
        assert await locks_in(file).claim("kraken.ticker", patience=LONG) is None


async def test_five_hundred_endpoints_cost_next_to_nothing(file: Path) -> None:
    locks = locks_in(file)
    began = time.process_time()
    for number in range(500):
        assert await locks.claim(f"source{number}.ticker") is None
        locks.release(f"source{number}.ticker", Outcome.OK, NOW)
    assert time.process_time() - began < 1


async def test_the_file_does_not_grow_for_ever(file: Path) -> None:
    file.parent.mkdir()
    file.write_text("x" * (LONGEST + 1))
    assert await EndpointLocks(file).claim("kraken.ticker") is None
    assert file.stat().st_size == 0
