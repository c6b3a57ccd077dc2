"""``crypto-pipeline api`` as a service of its own: it lives before anything else does, says so, and ends when it is told to."""

from __future__ import annotations

import signal
from contextlib import suppress
from pathlib import Path

import httpx

from crypto_pipeline_tests.forked import Command
from crypto_pipeline_tests.project import free_port
from crypto_pipeline_tests.waiting import until


def test_alone_it_lives_and_is_not_ready_and_ends_well_when_it_is_told_to(tmp_path: Path) -> None:
    address = f"http://127.0.0.1:{(port := free_port())}"

    def lives() -> bool:
        with suppress(httpx.HTTPError):
            return httpx.get(f"{address}/healthz", timeout=60, trust_env=False).is_success
        return False

    api = Command("api", data_dir=tmp_path, api_port=str(port))
    try:
        until(lambda: api.poll() is not None or lives())
        assert api.poll() is None, api.ended()
        refused = httpx.get(f"{address}/readyz", timeout=60, trust_env=False)
        assert (refused.status_code, bool(refused.json()["reasons"])) == (503, True)
    finally:
        api.send_signal(signal.SIGTERM)
        ended = api.ended()
    assert ended.returncode == 0, ended.stderr
