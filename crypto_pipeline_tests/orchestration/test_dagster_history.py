"""Which of Dagster's records are about us; what is read of them is in monitoring/test_evaluate.py."""

from __future__ import annotations

from itertools import permutations
from types import SimpleNamespace
from typing import cast

import dagster as dg
from dagster._core.definitions.run_request import InstigatorType
from dagster._core.remote_origin import InProcessCodeLocationOrigin, RemoteInstigatorOrigin, RemoteRepositoryOrigin
from dagster._core.scheduler.instigation import InstigatorState, InstigatorStatus, ScheduleInstigatorData
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin

from crypto_pipeline.orchestration.dagster_history import _states
from crypto_pipeline.schema.jobs import HISTORICAL_SCHEDULE, UI_SCHEDULE


def state_in(location: str, name: str, visited: float | None) -> InstigatorState:
    origin = InProcessCodeLocationOrigin(LoadableTargetOrigin(module_name=location))
    schedule = RemoteInstigatorOrigin(RemoteRepositoryOrigin(origin, "__repository__"), name)
    data = ScheduleInstigatorData("*/5 * * * *", 0.0, visited)
    return InstigatorState(schedule, InstigatorType.SCHEDULE, InstigatorStatus.RUNNING, data)


def test_of_a_schedule_in_several_code_locations_the_one_that_was_visited_last_counts() -> None:
    newest = state_in("new", UI_SCHEDULE, 2.0)
    other = state_in("new", HISTORICAL_SCHEDULE, 1.0)
    states = [state_in("old", UI_SCHEDULE, 1.0), newest, state_in("never", UI_SCHEDULE, None), other]
    for order in permutations(states):
        instance = SimpleNamespace(all_instigator_state=lambda order=order: list(order))
        assert _states(cast(dg.DagsterInstance, instance)) == {UI_SCHEDULE: newest, HISTORICAL_SCHEDULE: other}
