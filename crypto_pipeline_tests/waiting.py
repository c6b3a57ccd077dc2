"""Waiting until something is so that another process or thread brings about.

Belongs here: looking again, at once at first and then ever more seldom.
Does not belong here: what a thread of the test itself says it has done: that is an event or a join.
"""

from __future__ import annotations

import time
from collections.abc import Callable

SHORTEST, LONGEST, GROWS = 0.005, 0.4, 1.5
"""Seconds between two looks: what comes soon is seen soon, and what takes long is not slowed down by being looked at."""
SECONDS = 600.0
"""Far more than a busy machine takes: only what never comes about takes so long."""


def until(condition: Callable[[], object], seconds: float = SECONDS) -> None:
    """Come back when the condition holds; AssertionError when it does not for so long."""
    give_up, pause = time.monotonic() + seconds, SHORTEST
    while not condition():
        assert time.monotonic() < give_up, "it did not come about in time"
        time.sleep(pause)
        pause = min(pause * GROWS, LONGEST)
