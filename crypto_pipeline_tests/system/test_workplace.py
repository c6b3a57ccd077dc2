"""The defaults that make Dagster's own commands work in the project's folder."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from crypto_pipeline.orchestration.instance import instance_config, prepare_home
from crypto_pipeline.schema.jobs import JOB_TAG
from crypto_pipeline.settings import Settings
from crypto_pipeline.system.workplace import DEFAULTS_FILE, defaults_line


def variables(site: Path, **given: str) -> list[str]:
    """What a Python that starts with this site folder sees."""
    program = (
        f"import site; site.addsitedir({str(site)!r}); import os;"
        "print(os.environ['DAGSTER_HOME']); print(os.environ['DAGSTER_CLI_JOB_EXECUTE_MODULE_NAME'])"
    )
    clean = {name: value for name, value in os.environ.items() if not name.startswith("DAGSTER")}
    run = subprocess.run(
        [sys.executable, "-S", "-c", program], capture_output=True, text=True, check=True, env={**clean, **given}
    )
    return run.stdout.splitlines()


def test_dagster_finds_its_instance_and_its_module_unless_told_otherwise(tmp_path: Path) -> None:
    (tmp_path / DEFAULTS_FILE).write_text(defaults_line(Path("/a folder/with 'quotes'")))
    assert variables(tmp_path) == ["/a folder/with 'quotes'", "crypto_pipeline.definitions"]
    assert variables(tmp_path, DAGSTER_HOME="/mine")[0] == "/mine"


def test_the_home_of_an_instance_is_made_with_its_configuration_and_keeps_to_itself(tmp_path: Path) -> None:
    home = prepare_home(Settings(data_dir=tmp_path))
    assert home == tmp_path / "dagster"
    assert str(home) in (home / "dagster.yaml").read_text("utf-8")
    assert prepare_home(Settings(data_dir=tmp_path, demo=True)) == tmp_path / "dagster_demo"


def test_one_run_of_a_job_at_a_time_gets_through_the_queue() -> None:
    (limit,) = instance_config("x")["concurrency"]["runs"]["tag_concurrency_limits"]
    assert limit == {"key": JOB_TAG, "value": {"applyLimitPerUniqueValue": True}, "limit": 1}
