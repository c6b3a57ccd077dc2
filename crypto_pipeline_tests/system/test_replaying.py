"""The replay server of a demo: without it every source is unreachable."""

from __future__ import annotations

import os
import signal

import httpx
import pytest

from crypto_pipeline.api.errors import StartError
from crypto_pipeline.system.replaying import ReplayServer, replay_server
from crypto_pipeline.system.supervisor import Ended
from crypto_pipeline_tests.waiting import until


def answers(server: ReplayServer) -> bool:
    try:
        return httpx.get(f"{server.url}/_replay/requests", trust_env=False, timeout=60).is_success
    except httpx.HTTPError:
        return False


def test_one_that_is_killed_comes_back_where_it_was_and_its_end_is_said_once() -> None:
    with replay_server("--speed", "0") as server:
        before = server.url
        assert answers(server)
        os.kill(server.pid, signal.SIGKILL)
        ended: list[Ended] = []

        def has_ended() -> bool:
            ended.extend(server.look())
            return bool(ended)

        until(has_ended)
        assert [(one.part.name, one.times, one.why) for one in ended] == [
            ("replay", 1, "SIGKILL, as when memory runs out")
        ]
        until(lambda: list(server.look()) == [] and answers(server))
        assert server.url == before
    assert not answers(server)


def test_one_that_cannot_start_is_named() -> None:
    with pytest.raises(StartError, match="did not start"), replay_server("--speed", "never"):
        pass
