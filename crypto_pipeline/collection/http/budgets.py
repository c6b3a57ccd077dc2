"""How many requests a host may get, and when the next one may go out.

Belongs here: the sliding window that keeps a budget exactly, and a pause that the host asks for.
Does not belong here: what a host's budget is (sources/providers), waiting (collection/http/client.py), how many may be in
flight at once (collection/http/gates.py).
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable

from crypto_pipeline.sources.kit import Budget


class SlidingWindow:
    """The requests of the last period, and those that were promised a moment to come.

    A leaky bucket of the same size would let nearly two budgets through in one period: the burst, and what leaks in
    meanwhile. Hosts count differently, so no period of any position may hold more than the budget. The moment of each
    request is known when it is asked for; one that would come too late can be refused at once instead of after a wait.

    A promise is an estimate: what waits for its place among the requests in flight goes out later. What counts against
    the budget is the moment at which a request really leaves.

    :param spent: moments and weights of requests that went out before, in earlier runs.
    """

    def __init__(self, budget: Budget, spent: Iterable[tuple[float, int]] = ()) -> None:
        self._budget = budget
        self._gone = deque(sorted(spent))
        self._promised: deque[tuple[float, int]] = deque()
        self.paused_until = -math.inf

    def reserve(self, weight: int, now: float, latest: float) -> float | None:
        """The moment at which a request may go out, on the clock of ``now``; None if that is after ``latest``.

        Promises are made in the order in which requests ask. One that weighs more than the whole budget gets a period of
        its own.
        """
        period, allowed = self._budget.seconds, self._budget.requests
        weight = min(weight, allowed)
        self._forget(now)
        granted = sorted([*self._gone, *self._promised])
        spent = sum(weight for _, weight in granted)
        moment = max(now, self.paused_until, granted[-1][0] if granted else now)
        for earlier, weighs in granted:
            if earlier + period > moment:
                if spent + weight <= allowed:
                    break
                moment = earlier + period
            spent -= weighs
        if moment > latest:
            return None
        self._promised.append((moment, weight))
        return moment

    def depart(self, promised: float, weight: int, now: float) -> bool:
        """Whether a request may leave now, which redeems its promise. Where it may not, it has to ask for another one."""
        weight = min(weight, self._budget.requests)
        if (promised, weight) in self._promised:
            self._promised.remove((promised, weight))
        self._forget(now)
        if now < self.paused_until or sum(gone for _, gone in self._gone) + weight > self._budget.requests:
            return False
        self._gone.append((now, weight))
        return True

    def pause(self, now: float, until: float) -> None:
        """Let nothing out before ``until``. What was promised an earlier moment and has not gone out must ask again."""
        self.paused_until = max(self.paused_until, until)
        self._promised = deque(
            (moment, weight) for moment, weight in self._promised if not now < moment < self.paused_until
        )

    def _forget(self, now: float) -> None:
        """Let go of what is a period old."""
        for granted in (self._gone, self._promised):
            while granted and granted[0][0] + self._budget.seconds <= now:
                granted.popleft()
