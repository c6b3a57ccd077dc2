"""What a process of ours is told of the settings, and how one of Dagster's is found."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from unittest.mock import patch

import dagster
import pytest

from crypto_pipeline.orchestration import dagster_program
from crypto_pipeline.settings import Settings, load_settings
from crypto_pipeline.system import parts
from crypto_pipeline.system.processes import environment


@pytest.mark.parametrize(
    "chosen", [{}, {"demo": True}, {"publish": "data", "publish_dir": "elsewhere", "dagster_dir": "mine", "ui": False}]
)
def test_it_has_the_settings_that_we_have(chosen: dict[str, object], tmp_path: Path) -> None:
    with patch.dict(os.environ, {"CRYPTO_PIPELINE_DATA_DIR": str(tmp_path)}):
        ours = load_settings(**chosen)
        with patch.dict(os.environ, environment(ours), clear=True):
            assert Settings() == ours
            assert os.environ["DAGSTER_HOME"] == str(ours.dagster_home)


@pytest.mark.parametrize("name", ["PUBLISH_DIR", "DAGSTER_DIR"])
def test_a_folder_that_is_set_to_nothing_is_the_usual_one(name: str, tmp_path: Path) -> None:
    usual = Settings(data_dir=tmp_path)
    with patch.dict(os.environ, {f"CRYPTO_PIPELINE_{name}": ""}):
        assert load_settings(data_dir=tmp_path) == usual


def test_the_daemon_starts_where_dagster_is_seen_and_its_scripts_are_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As in an environment of its own that sees the packages of the system."""
    python, m, module, program, *words = parts.daemon(Settings(data_dir=tmp_path)).command
    assert (python, m, module) == (sys.executable, "-m", dagster_program.__name__)
    with (
        patch.dict(os.environ, {"PATH": str(tmp_path)}),
        patch.object(sys, "argv", [str(dagster_program.__file__), program, "--version"]),
        pytest.raises(SystemExit) as ended,
    ):
        dagster_program.main()
    assert not ended.value.code
    assert dagster.__version__ in capsys.readouterr().out
    assert not any("bin/dagster-daemon" in word for word in (program, *words))


def test_what_keeps_the_others_running_loads_nothing_large() -> None:
    """It stays for months; with DuckDB, numpy and a web framework it took a third more."""
    large = {"aiohttp", "dagster", "duckdb", "fastapi", "httpx", "numpy", "pandas", "sqlalchemy", "starlette"}
    loads = "import crypto_pipeline.cli.app, crypto_pipeline.system.operation, sys; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", loads], capture_output=True, text=True, check=True).stdout
    assert large & set(loaded.split()) == set()
