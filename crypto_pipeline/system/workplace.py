"""The virtual environment made to fit the project: ``make install`` runs this once.

Belongs here: defaults that Dagster's own commands need before they read any file of ours.
Does not belong here: settings of the data bank (settings.py), the instance's configuration (orchestration/instance.py).

``dagster job launch`` wants DAGSTER_HOME, and four commands (``dagster job execute`` is one) want to hear where the code is;
neither looks into pyproject.toml or workspace.yaml. A .pth file in the environment gives both as defaults. Whoever says
where their code is, by an option or by a variable of Dagster's, has none of ours: Dagster refuses a file and a module
together. See docs/decisions/dagster-home.md.
"""

from __future__ import annotations

import sysconfig
from pathlib import Path

DEFAULTS_FILE = "crypto_pipeline_dagster.pth"
MODULE = "crypto_pipeline.definitions"
MODULE_VARIABLES = tuple(
    f"DAGSTER_CLI_{command}_MODULE_NAME"
    for command in ("JOB_EXECUTE", "JOB_SCAFFOLD_CONFIG", "ASSET_MATERIALIZE", "ASSET_LIST")
)
"""One for each of Dagster's commands that take no workspace, as click derives it from the command."""
_PLACES = ("-f", "--python-file", "--package-name", "--autoload-defs-module-name")
"""Options that say where the code is and do not go with a module. ``-m`` does: what is typed wins over a variable."""
_PLACE_VARIABLES = (
    "DAGSTER_PYTHON_FILE",
    "DAGSTER_MODULE_NAME",
    "DAGSTER_PACKAGE_NAME",
    "DAGSTER_autoload_defs_module_name",
)


_PROGRAM = """
import os, sys
os.environ.setdefault("DAGSTER_HOME", {home!r})
is_named = any(word.startswith({places!r}) for word in sys.orig_argv) or any(name in os.environ for name in {named_by!r})
for name in {variables!r}:
    if not is_named:
        os.environ.setdefault(name, {module!r})
    elif os.environ.get(name) == {module!r}:  # inherited from the Python that started this one
        del os.environ[name]
"""


def defaults_line(project: Path) -> str:
    """The line of the .pth file. Python runs it at every start, so it does nothing but set some variables."""
    program = _PROGRAM.format(
        home=str(project), places=_PLACES, named_by=_PLACE_VARIABLES, variables=MODULE_VARIABLES, module=MODULE
    )
    return f"import os; exec({program!a}, {{}})\n"


def main() -> None:
    """Write the file into the environment that runs this, when the package lies in a checkout; otherwise do nothing."""
    project = Path(__file__).resolve().parent.parent.parent
    if (project / "dagster.yaml").exists():
        target = Path(sysconfig.get_paths()["purelib"]) / DEFAULTS_FILE
        target.write_text(defaults_line(project), "utf-8")


if __name__ == "__main__":
    main()
