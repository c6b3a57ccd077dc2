"""Keeping the parts of the system running: one that ends by itself is started again, with growing pauses.

Belongs here: when a part is started again, and what is noted of its end.
Does not belong here: which parts there are (system/parts.py), starting a process (system/processes.py), the alert
(monitoring/conditions.py).

The others go on meanwhile: collections need the code location and the daemon, and neither the UI nor the API.
"""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from crypto_pipeline.system.parts import Part

LONGEST_PAUSE = 60.0
"""Seconds between the end of a part that ends all the time and its next start; the first pause is one second."""
WELL_AFTER = 300.0
"""Seconds after which a part counts as running well: should it end later, its pauses begin anew."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A part that ended by itself."""

    part: Part
    code: int
    times: int
    """In a row, without having run well in between."""
    pause: float
    """Seconds until it is started again."""

    @property
    def why(self) -> str:
        """How it ended, for a person."""
        if self.code >= 0:
            return f"exit code {self.code}"
        try:
            name = signal.Signals(-self.code).name
        except ValueError:
            name = f"signal {-self.code}"
        return f"{name}, as when memory runs out" if name == "SIGKILL" else name


@dataclass
class _Running:
    part: Part
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_at: float = 0.0
    times: int = 0


@dataclass
class Supervisor:
    """The parts that are kept running. ``look`` is to be called again and again; it never waits."""

    launch: Callable[[Part], subprocess.Popen[bytes]]
    clock: Callable[[], float] = time.monotonic
    _running: dict[str, _Running] = field(default_factory=dict)

    def start(self, part: Part) -> None:
        """Start a part, and keep it running from now on."""
        self._running[part.name] = running = _Running(part)
        self._launch(running)

    def look(self) -> Iterable[Ended]:
        """Start what is due; gives the parts that have ended since the last look."""
        ended = []
        for running in self._running.values():
            if running.process is None:
                if self.clock() >= running.start_at:
                    self._launch(running)
            elif running.process.poll() is not None:
                ended.append(self._note_end(running, running.process.returncode))
        return ended

    def times_ended(self, name: str) -> int:
        """How often a part has ended in a row."""
        return self._running[name].times

    def processes(self) -> dict[str, subprocess.Popen[bytes]]:
        """The processes of the parts that run at this moment, by name."""
        return {name: one.process for name, one in self._running.items() if one.process}

    def _launch(self, running: _Running) -> None:
        running.process = self.launch(running.part)
        running.started_at = self.clock()

    def _note_end(self, running: _Running, code: int) -> Ended:
        now = self.clock()
        running.times = 1 if now - running.started_at >= WELL_AFTER else running.times + 1
        pause = min(LONGEST_PAUSE, 2.0 ** (running.times - 1))
        running.process, running.start_at = None, now + pause
        return Ended(running.part, code, running.times, pause)
