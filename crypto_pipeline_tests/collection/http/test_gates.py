"""A gate lets so many in, and the smallest rank first."""

from __future__ import annotations

import anyio
import pytest

from crypto_pipeline.collection.http.gates import Gate

pytestmark = pytest.mark.anyio


class Visits:
    """Who has been inside, and how many were there at once."""

    def __init__(self, gate: Gate) -> None:
        self.gate = gate
        self.order: list[float] = []
        self.most = 0
        self.leave = anyio.Event()

    async def visit(self, rank: float) -> None:
        async with self.gate.passing(rank):
            self.order.append(rank)
            self.most = max(self.most, self.gate.inside)
            await self.leave.wait()


async def test_as_many_as_the_limit_are_inside_and_no_more() -> None:
    visits = Visits(Gate(3))
    async with anyio.create_task_group() as group:
        for rank in range(5):
            group.start_soon(visits.visit, rank)
        await anyio.wait_all_tasks_blocked()
        assert visits.order == [0, 1, 2]
        visits.leave.set()
    assert visits.order == [0, 1, 2, 3, 4]
    assert visits.most == 3
    assert visits.gate.inside == 0


async def test_the_smallest_rank_goes_next_and_among_equals_who_came_first() -> None:
    visits = Visits(Gate(1))
    async with anyio.create_task_group() as group:
        for rank in (5, 15, 5.5, 15.5, 5):
            group.start_soon(visits.visit, rank)
            await anyio.wait_all_tasks_blocked()
        visits.leave.set()
    assert visits.order == [5, 5, 5.5, 15, 15.5]


async def test_one_that_gives_up_waiting_takes_nobodys_place() -> None:
    visits = Visits(Gate(1))
    async with anyio.create_task_group() as group:
        group.start_soon(visits.visit, 1)
        await anyio.wait_all_tasks_blocked()
        with anyio.move_on_after(0):
            await visits.visit(2)
        group.start_soon(visits.visit, 3)
        await anyio.wait_all_tasks_blocked()
        visits.leave.set()
    assert visits.order == [1, 3]
    assert visits.gate.inside == 0


async def test_one_that_gives_up_when_it_has_just_been_let_in_leaves_again() -> None:
    gate = Gate(1)
    scope = anyio.CancelScope()
    first, second = Visits(gate), Visits(gate)

    async def give_up() -> None:
        with scope:
            await second.visit(2)

    async with anyio.create_task_group() as group:
        group.start_soon(first.visit, 1)
        await anyio.wait_all_tasks_blocked()
        group.start_soon(give_up)
        await anyio.wait_all_tasks_blocked()
        first.leave.set()
        scope.cancel()
    assert gate.inside == 0
    assert second.order == []


async def test_a_gate_can_be_widened_up_to_a_limit() -> None:
    visits = Visits(Gate(1))
    async with anyio.create_task_group() as group:
        for rank in range(9):
            group.start_soon(visits.visit, rank)
        await anyio.wait_all_tasks_blocked()
        visits.gate.widen(2, limit=4)
        await anyio.wait_all_tasks_blocked()
        assert visits.most == 3
        visits.gate.widen(2, limit=4)
        await anyio.wait_all_tasks_blocked()
        assert visits.most == 4
        visits.leave.set()


async def test_a_gate_that_was_narrowed_lets_nobody_in_until_there_is_room_again() -> None:
    gate = Gate(2)
    early, late = Visits(gate), Visits(gate)
    async with anyio.create_task_group() as group:
        for rank in range(2):
            group.start_soon(early.visit, rank)
        await anyio.wait_all_tasks_blocked()
        gate.limit = 1
        for rank in range(2):
            group.start_soon(late.visit, rank)
        early.leave.set()
        await anyio.wait_all_tasks_blocked()
        assert late.order == [0]
        late.leave.set()
    assert late.most == 1
