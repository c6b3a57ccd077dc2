"""Dagster's webserver with our guard around it: ``python -m crypto_pipeline.system.dagster_webserver`` takes its options.

Belongs here: the program.
Does not belong here: the guard (system/guarded_webserver.py), the system that runs it (system/parts.py).
"""

from __future__ import annotations

from crypto_pipeline.foundation import programs


def main() -> None:
    """Run until it is told to stop."""
    from dagster_webserver import app, cli

    from crypto_pipeline.system.guarded_webserver import GuardedWebserver

    app.DagsterWebserver = GuardedWebserver  # type: ignore[attr-defined]  # it builds its application of this name
    cli.main()  # type: ignore[no-untyped-call]  # the decorator of Dagster's has no types


if __name__ == "__main__":
    programs.run(main)
