"""The terminal of whoever starts the system, as the system needs it.

Belongs here: the interface.
Does not belong here: how anything looks (cli/progress.py, which implements it).
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from crypto_pipeline.settings import Settings
from crypto_pipeline.system.collecting import Collected, RecordingReporter


class Terminal(Protocol):
    """Lines for a person, and a collection that can be watched."""

    def say(self, line: str) -> None:
        """A line of what was asked for."""

    def note(self, line: str) -> None:
        """A line of what goes on meanwhile, or of what went wrong."""

    def following(self, settings: Settings) -> AbstractContextManager[RecordingReporter]:
        """A reporter that shows how a collection gets on while the block runs."""

    def sum_up(self, collected: Collected, *, demo: bool) -> None:
        """The closing words of a collection."""
