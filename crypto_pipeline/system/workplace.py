"""The virtual environment made to fit the project: ``make install`` runs this once.

Belongs here: defaults that Dagster's own commands need before they read any file of ours.
Does not belong here: settings of the data bank (settings.py), the instance's configuration (orchestration/instance.py).

``dagster job launch`` wants DAGSTER_HOME, and ``dagster job execute`` wants a module name on its command line; neither
looks into pyproject.toml or workspace.yaml. A .pth file in the environment gives both as defaults that anything said
explicitly overrides. See docs/decisions/dagster-home.md.
"""

from __future__ import annotations

import sysconfig
from pathlib import Path

DEFAULTS_FILE = "crypto_pipeline_dagster.pth"


def defaults_line(project: Path) -> str:
    """The line of the .pth file. Python runs it at every start, so it does nothing but set two variables."""
    defaults = {
        "DAGSTER_HOME": str(project),
        "DAGSTER_CLI_JOB_EXECUTE_MODULE_NAME": "crypto_pipeline.definitions",
    }
    return f"import os; [os.environ.setdefault(name, value) for name, value in {defaults!r}.items()]\n"


def main() -> None:
    """Write the file into the environment that runs this, when the package lies in a checkout; otherwise do nothing."""
    project = Path(__file__).resolve().parent.parent.parent
    if (project / "dagster.yaml").exists():
        target = Path(sysconfig.get_paths()["purelib"]) / DEFAULTS_FILE
        target.write_text(defaults_line(project), "utf-8")


if __name__ == "__main__":
    main()
