"""Dagster's webserver with our guard around it: ``python -m crypto_pipeline.system.dagster_webserver`` takes its options.

Belongs here: the program, and what has to hold before it is read.
Does not belong here: the guard (system/guarded_webserver.py), the system that runs it (system/parts.py).
"""

from __future__ import annotations

from crypto_pipeline.foundation.garbage import search_later


def main() -> None:
    """Run until it is told to stop."""
    search_later()
    from dagster_webserver import app, cli

    from crypto_pipeline.system.guarded_webserver import GuardedWebserver

    app.DagsterWebserver = GuardedWebserver  # type: ignore[attr-defined]  # it builds its application of this name
    cli.main()  # type: ignore[no-untyped-call]  # the decorator of Dagster's has no types


if __name__ == "__main__":
    main()
