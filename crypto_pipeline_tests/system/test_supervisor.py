"""A part that ends by itself is started again, with growing pauses."""

from __future__ import annotations

import subprocess
import sys

import pytest

from crypto_pipeline.system.parts import Part
from crypto_pipeline.system.supervisor import LONGEST_PAUSE, WELL_AFTER, Ended, Supervisor

ENDS = Part("ends", (sys.executable, "-S", "-c", "raise SystemExit(3)"))
WAITS = Part("waits", (sys.executable, "-S", "-c", "import sys; sys.stdin.read()"))


class Clock:
    """A clock that goes on when it is told to."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


class Supervised:
    """A supervisor whose children are real and whose clock is not."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.launched: list[subprocess.Popen[bytes]] = []
        self.supervisor = Supervisor(self._launch, self.clock)

    def _launch(self, part: Part) -> subprocess.Popen[bytes]:
        child = subprocess.Popen(part.command, stdin=subprocess.PIPE)
        self.launched.append(child)
        return child

    def until_it_ended(self) -> Ended:
        self.launched[-1].wait()
        (ended,) = self.supervisor.look()
        return ended

    def close(self) -> None:
        for child in self.launched:
            child.kill()
            child.communicate()


@pytest.fixture
def supervised() -> Supervised:
    return Supervised()


def test_the_pauses_grow_from_a_second_to_a_minute(supervised: Supervised) -> None:
    supervised.supervisor.start(ENDS)
    pauses = []
    for _ in range(8):
        ended = supervised.until_it_ended()
        pauses.append(ended.pause)
        supervised.clock.now += ended.pause
        assert list(supervised.supervisor.look()) == []  # due: launched again
    supervised.close()
    assert pauses == [1, 2, 4, 8, 16, 32, LONGEST_PAUSE, LONGEST_PAUSE]


def test_before_its_pause_is_over_it_is_not_started(supervised: Supervised) -> None:
    supervised.supervisor.start(ENDS)
    ended = supervised.until_it_ended()
    assert (ended.code, ended.why, ended.times) == (3, "exit code 3", 1)
    supervised.clock.now += 0.99
    list(supervised.supervisor.look())
    assert len(supervised.launched) == 1
    supervised.clock.now += 0.01
    list(supervised.supervisor.look())
    assert len(supervised.launched) == 2
    supervised.close()


@pytest.mark.parametrize(("lived", "times"), [(WELL_AFTER - 1, 2), (WELL_AFTER, 1)])
def test_one_that_ran_well_for_five_minutes_begins_with_a_short_pause_again(
    supervised: Supervised, lived: float, times: int
) -> None:
    supervised.supervisor.start(ENDS)
    supervised.clock.now += supervised.until_it_ended().pause
    list(supervised.supervisor.look())
    supervised.clock.now += lived
    assert supervised.until_it_ended().times == times
    supervised.close()


def test_the_end_of_one_leaves_the_others_alone_and_a_kill_is_called_by_its_name(supervised: Supervised) -> None:
    supervised.supervisor.start(WAITS)
    supervised.supervisor.start(ENDS)
    waits, ends = supervised.launched
    ends.wait()
    assert [one.part.name for one in supervised.supervisor.look()] == ["ends"]
    assert supervised.supervisor.processes() == {"waits": waits}
    waits.kill()
    waits.wait()
    (ended,) = supervised.supervisor.look()
    assert ended.why == "SIGKILL, as when memory runs out"
    supervised.close()
