"""A host that fails, and how many of its requests find out whether that passes.

Belongs here: which requests are tried again while a host fails, and what becomes of the others meanwhile.
Does not belong here: which failures may pass and how long a request waits (collection/http/client.py), refusals
(collection/http/hosts.py).

Most failures that a second try mends are over in a moment and are everybody's: a server that starts again, a proxy that lost its way.
Three tries of each request would send such a host three times what it is asked for otherwise, just when it can bear least. So a few
requests try again for all of them; the others follow when one of these is answered, and give up when none is.
"""

from __future__ import annotations

import anyio

SCOUTS = 3
"""Requests that are tried again before anybody knows whether that helps."""


class Trouble:
    """The failures of one host in one run, from the last answer on."""

    def __init__(self) -> None:
        self._scouts: set[int] = set()
        self._lost = 0
        self._verdict = anyio.Event()

    @property
    def is_lasting(self) -> bool:
        """Whether as many as were to find out have found no answer."""
        return self._lost >= SCOUTS

    async def is_over(self, request: int, seconds: float) -> bool:
        """Whether a request that has failed is worth another try. Some find out; the others wait for these, so long at most.

        :param request: by what the same request is known when it fails again.
        """
        if self.is_lasting:
            return False
        if request in self._scouts or len(self._scouts) + self._lost < SCOUTS:
            self._scouts.add(request)
            return True
        verdict = self._verdict
        with anyio.move_on_after(seconds):
            await verdict.wait()
        return verdict.is_set() and not self.is_lasting

    def answered(self) -> None:
        """The host answers: whoever waits may try again."""
        if self._scouts or self._lost:
            self._scouts.clear()
            self._lost = 0
            self._tell()

    def gave_up(self, request: int) -> None:
        """A request is over without an answer."""
        if request in self._scouts:
            self._scouts.remove(request)
            self._lost += 1
            if self.is_lasting:
                self._tell()

    def _tell(self) -> None:
        self._verdict.set()
        self._verdict = anyio.Event()
