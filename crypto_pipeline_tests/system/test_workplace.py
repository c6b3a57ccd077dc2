"""The defaults that make Dagster's own commands work in the project's folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from dagster._cli import cli as dagster_cli

from crypto_pipeline.orchestration.instance import instance_config, prepare_home
from crypto_pipeline.schema.jobs import JOB_TAG
from crypto_pipeline.settings import Settings
from crypto_pipeline.system.workplace import DEFAULTS_FILE, MODULE_VARIABLES, defaults_line

OURS = "crypto_pipeline.definitions"
WANT_A_PLACE = ("job execute", "job scaffold_config", "asset materialize", "asset list")
SHOWN = "import json, os; print(json.dumps({k: v for k, v in os.environ.items() if k.startswith('DAGSTER')}))"


def variables(site: Path, *words: str, program: str = SHOWN, **given: str) -> dict[str, str]:
    """Dagster's variables, as a Python that starts with this site folder and these words on its command line sees them."""
    add_site = f"import site; site.addsitedir({str(site)!r}); "
    clean = {name: value for name, value in os.environ.items() if not name.startswith("DAGSTER")}
    run = subprocess.run(
        [sys.executable, "-S", "-c", add_site + program, *words],
        capture_output=True,
        text=True,
        check=True,
        env={**clean, **given},
    )
    assert run.stderr == ""
    seen: dict[str, str] = json.loads(run.stdout)
    return seen


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / DEFAULTS_FILE).write_text(defaults_line(Path("/a folder/with 'quotes', پوشه")), "ascii")
    return tmp_path


def test_dagster_finds_its_instance_and_its_module_unless_told_otherwise(site: Path) -> None:
    seen = variables(site)
    assert seen["DAGSTER_HOME"] == "/a folder/with 'quotes', پوشه"
    assert {seen[name] for name in MODULE_VARIABLES} == {OURS}
    assert variables(site, DAGSTER_HOME="/mine")["DAGSTER_HOME"] == "/mine"
    assert variables(site, **{MODULE_VARIABLES[0]: "mine"})[MODULE_VARIABLES[0]] == "mine"


@pytest.mark.parametrize(
    "words",
    [("-f", "mine.py"), ("-fmine.py",), ("--python-file=mine.py",), ("--package-name", "mine"), ("--python-file", "x")],
)
def test_who_says_on_the_command_line_where_the_code_is_has_no_module_of_ours(site: Path, words: Sequence[str]) -> None:
    """Also where the Python that started this one has set it: the second one has the variables of the first."""
    inherited = dict.fromkeys(MODULE_VARIABLES, OURS)
    assert variables(site, *words, **inherited).keys() == {"DAGSTER_HOME"}
    assert variables(site, "-m", "mine").keys() == {"DAGSTER_HOME", *MODULE_VARIABLES}


def test_who_says_in_a_variable_where_the_code_is_has_no_module_of_ours(site: Path) -> None:
    seen = variables(site, DAGSTER_PYTHON_FILE="mine.py")
    assert seen.keys() == {"DAGSTER_HOME", "DAGSTER_PYTHON_FILE"}


def commands_of(group: click.Group, words: str = "") -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        path = f"{words} {name}".strip()
        if isinstance(command, click.Group):
            yield from commands_of(command, path)
        else:
            yield path, command


def test_every_command_of_dagster_that_takes_no_workspace_has_a_variable() -> None:
    """Servers of code aside: whoever starts one of them says of which."""
    takes = {path: {option.name for option in command.params} for path, command in commands_of(dagster_cli)}
    found = {path for path, names in takes.items() if "module_name" in names and "workspace" not in names}
    assert found - {"api grpc", "code-server start"} == set(WANT_A_PLACE)
    assert [f"DAGSTER_CLI_{path.upper().replace(' ', '_')}_MODULE_NAME" for path in WANT_A_PLACE] == [*MODULE_VARIABLES]


def test_dagster_takes_a_file_where_our_module_is_the_default(site: Path) -> None:
    file = site / "mine.py"
    file.write_text(
        "import dagster as dg\n\n@dg.asset\ndef mine() -> None: ...\n\ndefs = dg.Definitions(assets=[mine])\n"
    )
    words = ("asset", "list", "-f", str(file))
    default = dict.fromkeys(MODULE_VARIABLES, OURS)
    left = {**dict.fromkeys(MODULE_VARIABLES), **variables(site, *words, **default)}

    def listed(environment: Mapping[str, str | None]) -> tuple[int, list[str]]:
        prefix = "DAGSTER_CLI"  # as its command says it
        run = CliRunner().invoke(
            dagster_cli, words, env={**environment, "DAGSTER_HOME": str(site)}, auto_envvar_prefix=prefix
        )
        return run.exit_code, run.output.split()

    assert listed(left) == (0, ["mine"])
    assert listed(default)[0] != 0


def test_the_home_of_an_instance_is_made_with_its_configuration_and_keeps_to_itself(tmp_path: Path) -> None:
    home = prepare_home(Settings(data_dir=tmp_path))
    assert home == tmp_path / "dagster"
    assert str(home) in (home / "dagster.yaml").read_text("utf-8")
    assert prepare_home(Settings(data_dir=tmp_path, demo=True)) == tmp_path / "dagster_demo"


def test_one_run_of_a_job_at_a_time_gets_through_the_queue() -> None:
    (limit,) = instance_config("x")["concurrency"]["runs"]["tag_concurrency_limits"]
    assert limit == {"key": JOB_TAG, "value": {"applyLimitPerUniqueValue": True}, "limit": 1}
