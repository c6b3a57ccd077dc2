"""``dagster dev`` with a guarded webserver: ``python -m crypto_pipeline.system.dagster_dev`` takes its options.

Belongs here: the one change to what ``dagster dev`` starts.
Does not belong here: how it is changed (orchestration/dagster_internals.py), the guard (system/dagster_guard.py), when and with which options it is started (system/processes.py).

``dagster dev`` starts ``python -m dagster_webserver`` and has no public option for another one: system/processes.py looks whether
the guard stands before it says that the UI is there.
"""

from __future__ import annotations

from crypto_pipeline.orchestration.dagster_internals import run_dev
from crypto_pipeline.system import dagster_webserver


def main() -> None:
    """Run until it is told to stop."""
    run_dev(webserver=dagster_webserver.__name__)


if __name__ == "__main__":
    main()
