"""What the running Dagster is asked to do, through its GraphQL API. https://docs.dagster.io/api/graphql

Belongs here: switching schedules, launching runs, whether anybody answers.
Does not belong here: the same where no UI runs (api/dagster_commands.py), deciding (api/worker.py). Reading needs no running Dagster and is not done here (api/history.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx

from crypto_pipeline.api.errors import DagsterAway
from crypto_pipeline.api.ports import LOOPBACK
from crypto_pipeline.settings import Settings

LOCATION = {"repositoryLocationName": "crypto_pipeline", "repositoryName": "__repository__"}

PROBE_SECONDS = 1.0
COMMAND_SECONDS = 30.0

_FIND = """
query Find($schedule: ScheduleSelector!) {
  scheduleOrError(scheduleSelector: $schedule) {
    ... on Schedule { scheduleState { id } }
    ... on ScheduleNotFoundError { message }
    ... on PythonError { message }
  }
}
"""
_START = """
mutation Start($schedule: ScheduleSelector!) {
  startSchedule(scheduleSelector: $schedule) {
    ... on ScheduleStateResult { scheduleState { status } }
    ... on ScheduleNotFoundError { message }
    ... on UnauthorizedError { message }
    ... on PythonError { message }
  }
}
"""
_STOP = """
mutation Stop($id: String!) {
  stopRunningSchedule(id: $id) {
    ... on ScheduleStateResult { scheduleState { status } }
    ... on ScheduleNotFoundError { message }
    ... on UnauthorizedError { message }
    ... on PythonError { message }
  }
}
"""
_LAUNCH = """
mutation Launch($run: ExecutionParams!) {
  launchRun(executionParams: $run) {
    ... on LaunchRunSuccess { run { runId } }
    ... on Error { message }
  }
}
"""


class Webserver:
    """Dagster's webserver. Threads may share it."""

    def __init__(self, settings: Settings) -> None:
        self.address = settings.dagster_url or f"http://{LOOPBACK}:{settings.ui_port}"
        # trust_env: a proxy of the environment is for the internet, not for this machine.
        # verify: certificates are read, which takes 20 ms, where one will be shown.
        self._client = httpx.Client(
            base_url=self.address,
            timeout=COMMAND_SECONDS,
            trust_env=False,
            verify=self.address.startswith("https:"),
        )

    def close(self) -> None:
        """Close the connections to the webserver."""
        self._client.close()

    def require(self) -> None:
        """Raise DagsterAway unless it answers at once."""
        try:
            answer = self._client.get("/server_info", timeout=PROBE_SECONDS)
        except httpx.HTTPError:
            raise self._away() from None
        if not answer.is_success or "dagster_version" not in answer.text:
            raise DagsterAway(f"Something that is not Dagster answers at {self.address}.")

    def start(self, schedule: str) -> None:
        """Switch a schedule on. Raises DagsterAway when the webserver does not answer."""
        self._ask(_START, schedule={**LOCATION, "scheduleName": schedule})

    def stop(self, schedule: str) -> None:
        """Switch a schedule off. Raises DagsterAway when the webserver does not answer."""
        found = self._ask(_FIND, schedule={**LOCATION, "scheduleName": schedule})
        self._ask(_STOP, id=found["scheduleState"]["id"])

    def launch(self, job: str, tags: Mapping[str, str]) -> str:
        """Put a run of the job into the queue; gives its id. Raises DagsterAway."""
        launched = self._ask(
            _LAUNCH,
            run={
                "selector": {**LOCATION, "jobName": job},
                "runConfigData": {},
                "executionMetadata": {"tags": [{"key": key, "value": value} for key, value in tags.items()]},
            },
        )
        return str(launched["run"]["runId"])

    def _ask(self, query: str, **variables: object) -> dict[str, Any]:
        """The one field of the answer. Raises DagsterAway with Dagster's own words when it is an error."""
        try:
            answer = self._client.post("/graphql", json={"query": query, "variables": variables})
            message = answer.json()
        except httpx.HTTPError:
            raise self._away() from None
        except ValueError:
            raise DagsterAway(f"Dagster at {self.address} gave no JSON (HTTP {answer.status_code}).") from None
        if message.get("errors"):
            raise DagsterAway(f"Dagster at {self.address} refused: {message['errors'][0]['message']}")
        (field,) = message["data"].values()
        if "message" in field or not field:
            raise DagsterAway(f"Dagster at {self.address} refused: {field.get('message', 'it gave no reason')}")
        return dict(field)

    def _away(self) -> DagsterAway:
        return DagsterAway(f"Dagster does not answer at {self.address}; 'crypto-pipeline up' starts it.")
