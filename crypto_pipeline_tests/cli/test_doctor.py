"""One look at everything: what is said, what to do, and what is mended."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from crypto_pipeline.maintenance import checkup
from crypto_pipeline.maintenance.checkup import CLOCK_OFF, Diagnosis, look
from crypto_pipeline.settings import Settings
from crypto_pipeline.system import stale_processes
from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse
from crypto_pipeline_tests import templates
from crypto_pipeline_tests.command import run_here
from crypto_pipeline_tests.users import plain_user
from crypto_pipeline_tests.warehouse.facts import price

NOW = datetime(2026, 11, 24, 12, tzinfo=timezone.utc)


def doctor(folder: Path, *options: str, **settings: str) -> tuple[int, dict[str, list[dict[str, Any]]]]:
    """The exit code, and what was found by what it is about. A gateway stands in the place of the internet."""
    run = run_here("doctor", "--json", *options, data_dir=folder, gateway_url="http://127.0.0.1:1", **settings)
    found: dict[str, list[dict[str, Any]]] = {}
    for row in json.loads(run.stdout):
        found.setdefault(row["about"], []).append(row)
    return run.returncode, found


@pytest.fixture(scope="module")
def one_price(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with a row, to be copied."""
    file = Path(shutil.copy(templates.empty_database(), tmp_path_factory.mktemp("well")))
    DuckDBWarehouse(file).merge({"market_prices": [price(run="a", fetched=-60)]})
    return file


@pytest.fixture
def folder(one_price: Path, tmp_path: Path) -> Path:
    """A data bank that is well and does not run."""
    settings = Settings(data_dir=tmp_path)
    templates.dagster_home(settings.dagster_home)
    shutil.copy(one_price, settings.database)
    return tmp_path


def test_when_all_is_well_it_says_so_and_ends_with_0(folder: Path) -> None:
    code, found = doctor(folder)
    assert code == 0, found
    assert found["database"][0]["said"].startswith("1 row in ")
    assert {row["verdict"] for rows in found.values() for row in rows} == {"well"}
    assert set(found) == {"versions", "disk", "database", "spool", "network", "Dagster's history", "system", "ports"}


def test_the_demo_is_well_without_any_network(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkup, "ASKED", ("https://no-such-host.invalid",))
    settings = Settings(data_dir=folder, demo=True)
    templates.dagster_home(settings.dagster_home)
    shutil.copy(templates.empty_database(), settings.database)
    run = run_here("doctor", "--demo", "--json", data_dir=folder)
    (network,) = [row for row in json.loads(run.stdout) if row["about"] == "network"]
    assert (run.returncode, network["said"]) == (0, "the demo needs none"), run.stdout


def test_a_damaged_history_is_begun_anew_when_it_may_repair(folder: Path) -> None:
    file = folder / "dagster" / "history" / "runs.db"
    for name in file.parent.glob("runs.db*"):
        name.unlink()
    file.write_bytes(b"no database at all, but long enough to be looked at" * 100)
    code, found = doctor(folder)
    assert (code, found["Dagster's history"][0]["verdict"]) == (3, "wrong")
    assert "--repair" in found["Dagster's history"][0]["advice"]
    code, found = doctor(folder, "--repair")
    assert (code, found["Dagster's history"][0]["repaired"]) == (0, "It was set aside and begun anew.")
    assert doctor(folder)[0] == 0


def test_a_dagster_yaml_that_hides_the_storage_of_the_settings_is_told(folder: Path) -> None:
    settings = {"dagster_storage": "postgresql://crypto:correct-horse@127.0.0.1:1/x"}
    (away,) = doctor(folder, **settings)[1]["Dagster's history"]
    assert (away["verdict"], "correct-horse" in away["said"]) == ("wrong", False)
    assert "postgresql://crypto@127.0.0.1:1/x, where Dagster keeps its runs, cannot be used" in away["said"]
    (folder / "dagster" / "dagster.yaml").write_text("telemetry: {enabled: false}\n")
    (hidden,) = doctor(folder, **settings)[1]["Dagster's history"]
    assert (hidden["verdict"], hidden["said"]) == (
        "warning",
        f"{folder / 'dagster' / 'dagster.yaml'} was changed by a person and says where runs are; "
        "CRYPTO_PIPELINE_DAGSTER_STORAGE does not",
    )
    assert "Delete the file" in hidden["advice"]


def test_a_damaged_database_is_told_with_what_to_do_and_is_left_alone(folder: Path) -> None:
    file = folder / "crypto_data.duckdb"
    content = file.read_bytes()
    file.write_bytes(content[: len(content) // 2])
    code, found = doctor(folder, "--repair")
    assert (code, found["database"][0]["verdict"]) == (3, "wrong")
    assert "crypto-pipeline restore FILE" in found["database"][0]["advice"]
    assert file.stat().st_size == len(content) // 2


def test_what_an_earlier_start_left_behind_is_found_and_ended(folder: Path) -> None:
    word = stale_processes.secret_word(folder / "dagster")
    env = {**os.environ, stale_processes.MARK: word}
    with subprocess.Popen([sys.executable, "-S", "-c", "input()"], env=env, stdin=subprocess.PIPE) as left:
        code, found = doctor(folder)
        assert (code, str(left.pid) in found["system"][0]["said"]) == (3, True)
        code, found = doctor(folder, "--repair")
        assert (code, found["system"][0]["repaired"]) == (0, "1 processes were ended.")
        left.communicate()


def test_a_disk_that_is_nearly_full_and_a_misspelt_setting_are_told(folder: Path) -> None:
    code, found = doctor(folder, disk_free_gb="10000", simbols="BTC")
    assert code == 3
    assert found["disk"][0]["verdict"] == "wrong"
    assert "CRYPTO_PIPELINE_SYMBOLS" in found["settings"][0]["said"]


def test_before_the_first_start_it_says_what_makes_the_files(tmp_path: Path) -> None:
    code, found = doctor(tmp_path / "nowhere")
    assert code == 3
    assert "'crypto-pipeline up' makes it" in found["data folder"][0]["advice"]
    assert not (tmp_path / "nowhere").exists()


def test_a_folder_in_which_this_user_may_not_write_is_told(folder: Path) -> None:
    with tempfile.TemporaryDirectory() as name:
        bank = Path(name)
        shutil.copytree(folder, bank, dirs_exist_ok=True)
        with plain_user(bank):
            assert "data folder" not in doctor(bank)[1]
            bank.chmod(0o500)
            code, found = doctor(bank)
            bank.chmod(0o700)
    assert (code, found["data folder"][0]["verdict"]) == (3, "wrong")
    assert f"may not write to {bank}" in found["data folder"][0]["said"]


@pytest.mark.parametrize(
    ("off", "verdict"), [(0, "well"), (CLOCK_OFF, "well"), (CLOCK_OFF + 1, "wrong"), (-CLOCK_OFF - 1, "wrong")]
)
def test_the_clock_is_held_against_that_of_a_server(off: float, verdict: str) -> None:
    answer = httpx.Response(200, headers={"Date": format_datetime(NOW)})
    (found,) = checkup._clock(answer, NOW + timedelta(seconds=off))
    assert found.verdict == verdict


def test_a_look_that_breaks_is_told_and_the_others_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(settings: Settings) -> Any:
        raise ZeroDivisionError("a defect")

    def goes_on(settings: Settings) -> Any:
        yield Diagnosis("rest", "well", "fine")

    monkeypatch.setattr(checkup, "CHECKS", (breaks, goes_on))
    first, second = look(Settings(data_dir=tmp_path))
    assert (first.about, first.verdict, first.said) == (
        "breaks",
        "wrong",
        "could not be looked at: ZeroDivisionError: a defect",
    )
    assert second.about == "rest"


def test_what_belongs_to_another_user_is_told_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def opens_it(settings: Settings) -> Any:
        raise PermissionError(errno.EACCES, "Permission denied", str(settings.database))
        yield

    monkeypatch.setattr(checkup, "CHECKS", (opens_it,))
    (found,) = look(Settings(data_dir=tmp_path))
    assert (found.about, found.verdict) == ("opens it", "wrong")
    assert found.said == f"{tmp_path / 'crypto_data.duckdb'} belongs to another user and cannot be looked at"
    assert "as its owner" in found.advice


def test_for_people_it_is_a_table(folder: Path) -> None:
    run = run_here("doctor", data_dir=folder, gateway_url="http://127.0.0.1:1")
    assert run.returncode == 0
    assert "every value was read" in run.stdout
    shutil.rmtree(folder / "dagster")


@pytest.mark.parametrize(
    ("addresses", "verdict"), [("ntfy://topic", "well"), ("ntfy://topic, telegramm://x/y", "wrong"), ("foo", "wrong")]
)
def test_an_address_that_no_alert_would_reach_is_found_before_the_alert(
    addresses: str, verdict: str, folder: Path
) -> None:
    _, found = doctor(folder, alert_urls=addresses)
    (alerts,) = found["alerts"]
    assert (alerts["verdict"], "topic" in alerts["said"]) == (verdict, False)


def test_where_no_alerts_are_sent_nothing_is_said_of_them(folder: Path) -> None:
    assert "alerts" not in doctor(folder)[1]
