"""The Dagster instance: where runs, events and schedule ticks are kept, and how many runs there may be.

Belongs here: the instance's configuration and opening it from our own commands.
Does not belong here: jobs and schedules; the data itself (warehouse/).
https://docs.dagster.io/deployment/oss/oss-instance-configuration
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from dagster import DagsterInstance

from crypto_pipeline.orchestration.dagster_internals import local_artifacts_in, local_logs_in
from crypto_pipeline.schema.jobs import JOB_TAG
from crypto_pipeline.settings import Settings


def instance_config(folder: Path | str) -> dict[str, Any]:
    """The content of dagster.yaml, with all state in one folder."""
    return {
        "storage": {"sqlite": {"base_dir": f"{folder}"}},
        "local_artifact_storage": local_artifacts_in(f"{folder}"),
        "compute_logs": local_logs_in(f"{folder}/compute_logs"),
        "concurrency": {
            "runs": {
                "max_concurrent_runs": 4,
                "tag_concurrency_limits": [
                    {"key": JOB_TAG, "value": {"applyLimitPerUniqueValue": True}, "limit": 1},
                ],
            }
        },
        "run_monitoring": {"enabled": True, "start_timeout_seconds": 180, "poll_interval_seconds": 30},
        "run_retries": {"enabled": False},
        "retention": {
            "schedule": {"purge_after_days": 30},
            "sensor": {"purge_after_days": {"skipped": 7, "started": 30, "success": 30, "failure": 30}},
        },
        "python_logs": {"python_log_level": "INFO"},
        "telemetry": {"enabled": False},
        "nux": {"enabled": False},
    }


def prepare_home(settings: Settings) -> Path:
    """The DAGSTER_HOME of these settings, with its dagster.yaml, made when it is missing."""
    home = settings.dagster_home
    home.mkdir(parents=True, exist_ok=True)
    content = yaml.safe_dump(instance_config(home), sort_keys=False)
    file = home / "dagster.yaml"
    if not file.exists() or file.read_text("utf-8") != content:
        file.write_text(content, "utf-8")
    return home


def open_instance(settings: Settings) -> DagsterInstance:
    """The instance that ``dagster dev`` and the schedules use as well."""
    return DagsterInstance.from_config(str(prepare_home(settings)))
