"""A host while it is asked: what it may get, and what follows when it has had too much.

Belongs here: a host's budget, its place among the requests in flight, the quiet after it refused.
Does not belong here: recognising a refusal (collection/http/too_often.py), the bounds themselves (collection/http/gates.py),
failures that may pass (collection/http/trouble.py).
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from crypto_pipeline.collection.http.budgets import SlidingWindow
from crypto_pipeline.collection.http.gates import FIRST_PER_HOST, MAX_PER_HOST, Gate
from crypto_pipeline.collection.http.trouble import Trouble
from crypto_pipeline.sources.kit import Budget

_ROOM_FOR_MORE = 2
"""Requests that may be out in addition after each good answer."""


class Host:
    """One host in one run. Moments are those of the event loop's clock.

    The first "too often" quiets the host for all its requests. After the pause one of them tries whether it is over. When
    it is answered the others follow; when it is refused as well, the host is left alone for the rest of the run. So it is when
    it serves nobody here: as many requests as it gets at first were turned away, and none was answered.
    """

    def __init__(self, budget: Budget, spent: Iterable[tuple[float, int]] = ()) -> None:
        self.window = SlidingWindow(budget, spent)
        self.gate = Gate(FIRST_PER_HOST)
        self.trouble = Trouble()
        self._refusals = 0
        self.serves_us = True
        """Not, when it has turned away whoever asked so far."""
        self._turned_away = 0
        self._has_answered = False
        self._quiet_since = -math.inf

    @property
    def is_done_with(self) -> bool:
        """Whether it is asked no more in this run."""
        return self.window.paused_until == math.inf

    def answered(self, sent_at: float) -> None:
        """It gave an answer that is none of its refusals: let more in. Those from before the quiet say nothing about it."""
        self._has_answered = True
        self.trouble.answered()
        if sent_at >= self._quiet_since:
            self.gate.widen(_ROOM_FOR_MORE, MAX_PER_HOST)

    def refused(self, sent_at: float, now: float, until: float) -> None:
        """It had too many requests, and should be left alone until a moment.

        Requests that were out together are refused together: that is one refusal, whose longest pause counts.
        """
        if sent_at >= self._quiet_since:
            self._refusals += 1
            self._quiet_since = now
            self.gate.limit = 1
        self.window.pause(now, until if self._refusals == 1 else math.inf)

    def leave_alone(self, now: float, until: float) -> None:
        """It told somebody else to leave it alone until a moment: that is no refusal of ours."""
        if until > max(now, self.window.paused_until):
            self._quiet_since = now
            self.gate.limit = 1
            self.window.pause(now, until)

    def turned_away(self, now: float) -> None:
        """It does not serve this address or country, or wants a login or money: so one of its requests was told."""
        self._turned_away += 1
        if self._turned_away >= FIRST_PER_HOST and not self._has_answered:
            self.serves_us = False
            self.window.pause(now, math.inf)
