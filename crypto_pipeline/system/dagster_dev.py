"""``dagster dev`` with a guarded webserver: ``python -m crypto_pipeline.system.dagster_dev`` takes its options.

Belongs here: the one change to what ``dagster dev`` starts.
Does not belong here: the guard (system/dagster_guard.py), when and with which options it is started (system/processes.py).

``dagster dev`` starts ``python -m dagster_webserver`` and has no option for another one. This name of Dagster's is not public:
system/processes.py looks whether the guard stands before it says that the UI is there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dagster._cli import dev

from crypto_pipeline.system import dagster_webserver

THEIRS = "dagster_webserver"


def main() -> None:
    """Run until it is told to stop."""
    start = dev.open_ipc_subprocess  # type: ignore[attr-defined]  # see above

    def start_guarded(parts: Sequence[str], **options: Any) -> Any:
        ours = [dagster_webserver.__name__ if part == THEIRS else part for part in parts]
        return start(ours, **options)

    dev.open_ipc_subprocess = start_guarded  # type: ignore[attr-defined]
    dev.dev_command(prog_name="dagster dev")


if __name__ == "__main__":
    main()
