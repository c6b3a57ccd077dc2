"""Answers that were given, kept for as long as they fit.

Belongs here: a bounded memory, least recently used first out.
Does not belong here: when an answer may be given again (api/data/query_session.py).
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass

OVERHEAD_BYTES = 1_000
"""What an entry costs beside its body: the address, the objects."""


@dataclass(frozen=True, slots=True)
class CachedResponse:
    """An answer as it was given."""

    body: bytes
    version: str
    """The state of the database that the answer was made from."""
    at: float
    """When, on the monotonic clock."""


class ResponseCache:
    """The last answer to each question. Threads may share it."""

    def __init__(self, at_most_bytes: int) -> None:
        self._at_most = at_most_bytes
        self._bytes = 0
        self._entries: OrderedDict[str, CachedResponse] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, question: str) -> CachedResponse | None:
        """What was answered to this question the last time, and is then the last to be dropped; None when it is not there."""
        with self._lock:
            entry = self._entries.get(question)
            if entry:
                self._entries.move_to_end(question)
            return entry

    def put(self, question: str, entry: CachedResponse) -> None:
        """Keep an answer in the place of the former one; the ones that nobody has asked for longest make room."""
        with self._lock:
            known = self._entries.pop(question, None)
            self._bytes += _size(question, entry) - (_size(question, known) if known else 0)
            self._entries[question] = entry
            while self._bytes > self._at_most:
                dropped, old = self._entries.popitem(last=False)
                self._bytes -= _size(dropped, old)

    @property
    def bytes(self) -> int:
        """The memory that all entries take, with what Python needs for each."""
        return self._bytes


def _size(question: str, entry: CachedResponse) -> int:
    return len(question) + len(entry.body) + OVERHEAD_BYTES
