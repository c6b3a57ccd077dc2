"""A sign of life for whoever watches from outside."""

from __future__ import annotations

import logging

import pytest

from crypto_pipeline.monitoring.heartbeat import beat
from crypto_pipeline.replay.server import ServedRequest, ServedResponse, running_server
from crypto_pipeline_tests.project import free_port


def test_the_address_is_asked_once_for_each_beat() -> None:
    asked: list[str] = []

    def answer(request: ServedRequest) -> ServedResponse:
        asked.append(f"{request.method} {request.path}")
        return ServedResponse(200, {}, b"OK")

    with running_server(answer) as address:
        assert beat(f"{address}/ping/secret-word")
        assert beat(f"{address}/ping/secret-word")
    assert asked == ["GET /ping/secret-word"] * 2


def test_without_an_address_nobody_is_asked() -> None:
    assert beat("") is False


@pytest.mark.parametrize("status", [404, 500])
def test_a_service_that_does_not_answer_well_costs_a_line_and_no_secret(
    status: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    with running_server(lambda request: ServedResponse(status, {}, b"")) as address:
        assert beat(f"{address}/ping/secret-word") is False
    assert beat(f"http://127.0.0.1:{free_port()}/ping/secret-word") is False
    assert beat("http://[/secret-word") is False
    assert len(caplog.records) == 3
    assert "secret-word" not in caplog.text
