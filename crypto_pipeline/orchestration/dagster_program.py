"""A program of Dagster's in a process of ours: ``python -m crypto_pipeline.orchestration.dagster_program dagster-daemon run ...``.

Belongs here: finding it, and what has to hold before it is read.
Does not belong here: which programs with which options (system/parts.py), the webserver, which has our guard around it
(system/dagster_webserver.py).

Not every program has a module that is public, and its script lies elsewhere where an environment sees the packages of another
one. A run is a process that the code location starts: it reads this module first as well, under another name.
"""

from __future__ import annotations

import sys
from importlib.metadata import entry_points

from crypto_pipeline.foundation import programs
from crypto_pipeline.foundation.garbage import search_later


def main() -> None:
    """Run the program that the first argument names, with the others as its own."""
    del sys.argv[0]
    program = next(iter(entry_points(group="console_scripts", name=sys.argv[0])))
    sys.exit(program.load()())


if __name__ == "__main__":
    programs.run(main)
elif __name__ == "__mp_main__":
    search_later()
