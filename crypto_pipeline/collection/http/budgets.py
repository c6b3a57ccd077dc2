"""How many requests a host may get, and when the next one may go out.

Belongs here: the sliding window that keeps a budget exactly, and a pause that the host asks for.
Does not belong here: what a host's budget is (sources/providers), waiting (collection/http/client.py).
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable

from crypto_pipeline.sources.kit import Budget


class Window:
    """The requests of the last period, and those that were promised a moment to come.

    A leaky bucket of the same size would let nearly two budgets through in one period: the burst, and what leaks in
    meanwhile. Hosts count differently, so no period of any position may hold more than the budget. The moment of each
    request is known when it is asked for; one that would come too late can be refused at once instead of after a wait.

    :param spent: moments and weights of requests that went out before, in earlier runs.
    """

    def __init__(self, budget: Budget, spent: Iterable[tuple[float, int]] = ()) -> None:
        self._budget = budget
        self._granted = deque(sorted(spent))
        self.paused_until = -math.inf

    def reserve(self, weight: int, now: float, latest: float) -> float | None:
        """The moment at which a request may go out, on the clock of ``now``; None if that is after ``latest``.

        Requests go out in the order in which they ask. One that weighs more than the whole budget gets a period of its own.
        """
        period, allowed = self._budget.seconds, self._budget.requests
        weight = min(weight, allowed)
        while self._granted and self._granted[0][0] + period <= now:
            self._granted.popleft()
        spent = sum(granted for _, granted in self._granted)
        moment = max(now, self.paused_until, self._granted[-1][0] if self._granted else now)
        for earlier, granted in self._granted:
            if earlier + period > moment:
                if spent + weight <= allowed:
                    break
                moment = earlier + period
            spent -= granted
        if moment > latest:
            return None
        self._granted.append((moment, weight))
        return moment

    def pause(self, now: float, until: float) -> None:
        """Let nothing out before ``until``. What was promised an earlier moment and has not gone out must ask again."""
        self.paused_until = max(self.paused_until, until)
        self._granted = deque(
            (moment, weight) for moment, weight in self._granted if not now < moment < self.paused_until
        )
