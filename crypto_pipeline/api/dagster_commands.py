"""What Dagster is asked to do where its UI does not run: by its own commands, which ask the code location.

Belongs here: switching schedules and launching runs without a webserver.
Does not belong here: the same through the webserver, which is quicker (api/webserver.py); deciding (api/worker.py).
https://docs.dagster.io/api/clis/cli
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Mapping

from crypto_pipeline.api.errors import DagsterAway
from crypto_pipeline.settings import Settings

COMMAND_SECONDS = 60.0
LOCATION = "crypto_pipeline"
PROGRAM = "crypto_pipeline.orchestration.dagster_program"


class DagsterCommands:
    """Dagster's command line, with the code location that the system runs. Threads may share it."""

    def __init__(self, settings: Settings) -> None:
        self._home = settings.dagster_home
        self._notes = settings.notes
        self._workspace = settings.notes / "workspace.yaml"

    def close(self) -> None:
        """Nothing is open between two commands."""

    def require(self) -> None:
        """Raise DagsterAway where the system has never run."""
        if not self._workspace.exists():
            raise DagsterAway("Dagster has not run here yet; 'crypto-pipeline up --no-ui' starts it.")

    def start(self, schedule: str) -> None:
        """Switch a schedule on. Raises DagsterAway when the code location does not answer."""
        self._run("schedule", "start", schedule)

    def stop(self, schedule: str) -> None:
        """Switch a schedule off. Raises DagsterAway when the code location does not answer."""
        self._run("schedule", "stop", schedule)

    def launch(self, job: str, tags: Mapping[str, str]) -> str:
        """Put a run of the job into the queue; gives its id."""
        run_id = str(uuid.uuid4())
        self._run("job", "launch", "-j", job, "--run-id", run_id, "--tags", json.dumps(dict(tags)))
        return run_id

    def _run(self, *command: str) -> None:
        self.require()
        try:
            done = subprocess.run(
                [sys.executable, "-m", PROGRAM, "dagster", *command, "-w", str(self._workspace), "-l", LOCATION],
                env={**os.environ, "DAGSTER_HOME": str(self._home), "PYTHONWARNINGS": "ignore"},
                cwd=self._notes,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=COMMAND_SECONDS,
            )
        except subprocess.TimeoutExpired:
            raise DagsterAway(f"Dagster did not answer within {COMMAND_SECONDS:g} s.") from None
        if done.returncode:
            raise DagsterAway(f"Dagster could not do it: {_last_words(done.stderr) or f'exit code {done.returncode}'}")


def _last_words(printed: str) -> str:
    """What a traceback ends with; below its error Python may underline a place in a line of code."""
    lines = [line.strip() for line in printed.splitlines() if any(map(str.isalnum, line))]
    return lines[-1] if lines else ""
