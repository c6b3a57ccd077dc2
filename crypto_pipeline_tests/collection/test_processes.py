"""Runs in different processes know of each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from crypto_pipeline.replay.server import App, ServedRequest, ServedResponse, running_server
from crypto_pipeline_tests import forked
from crypto_pipeline_tests.collection import one_run
from crypto_pipeline_tests.collection.collected import usual_answers
from crypto_pipeline_tests.waiting import until


@contextmanager
def in_another_process(folder: Path, gateway: str) -> Iterator[Future[dict[str, str]]]:
    with ProcessPoolExecutor(1, mp_context=forked.CONTEXT) as other:
        yield other.submit(one_run.run, folder, gateway)


def noting(app: App, requests: list[ServedRequest]) -> App:
    def noted(request: ServedRequest) -> ServedResponse:
        requests.append(request)
        return app(request)

    return noted


def test_two_runs_one_after_the_other_take_one_budget_together(tmp_path: Path) -> None:
    requests: list[ServedRequest] = []
    with running_server(noting(usual_answers, requests)) as gateway:
        with in_another_process(tmp_path, gateway) as other:
            first = other.result()
        second = one_run.run(tmp_path, gateway)
    assert Counter(first.values()) == {"ok": 5}
    assert Counter(second.values()) == {"ok": 3, "no_budget": 2}
    assert Counter(request.host for request in requests) == {"small.example": 6, "large.example": 2}


def test_two_runs_at_once_ask_every_endpoint_once(tmp_path: Path) -> None:
    requests: list[ServedRequest] = []

    def slow(request: ServedRequest) -> ServedResponse:
        return replace(usual_answers(request), delay=1.0)

    with running_server(noting(slow, requests)) as gateway, in_another_process(tmp_path, gateway) as other:
        until(lambda: requests or other.done())
        ours = one_run.run(tmp_path, gateway)
        theirs = other.result()
    assert Counter(theirs.values()) == {"ok": 5}
    assert Counter(ours.values()) == {"not_due": 5}
    assert len(requests) == 5
