"""What is shipped for service managers: it is what their own tools accept, and says what the package does.

A tool that is not here is not waited for: then that test is skipped. Images are not built here.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from crypto_pipeline.cli.service import PartName
from crypto_pipeline.docgen.setting_pages import variable
from crypto_pipeline.settings import Settings
from crypto_pipeline.system.stale_processes import ENDS_IN
from crypto_pipeline.version import VERSION
from crypto_pipeline_tests.project import PROJECT

DEPLOY = PROJECT / "deploy"
OURS = {variable(name) for name in Settings.model_fields}


def needs(tool: str) -> str:
    """The tool; skips the test where it is not."""
    found = shutil.which(tool)
    if found is None:
        pytest.skip(f"no {tool} here")
    return found


def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
    return loaded


def manifests() -> dict[str, Any]:
    documents = yaml.safe_load_all((DEPLOY / "kubernetes" / "data-bank.yaml").read_text("utf-8"))
    return {document["kind"]: document for document in documents}


def test_systemd_finds_nothing_wrong_with_the_unit(tmp_path: Path) -> None:
    unit = (DEPLOY / "crypto-pipeline.service").read_text("utf-8")
    file = tmp_path / "crypto-pipeline.service"
    file.write_text(re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", unit, flags=re.MULTILINE))
    run = subprocess.run([needs("systemd-analyze"), "verify", file], capture_output=True, text=True)
    assert (run.returncode, [line for line in run.stderr.splitlines() if "crypto-pipeline" in line]) == (0, [])


def test_compose_accepts_its_file_and_wants_a_token() -> None:
    command = [needs("docker-compose"), "-f", str(DEPLOY / "compose.yaml"), "config", "-q"]
    with_postgres = [*command[:3], "-f", str(DEPLOY / "compose.postgres.yaml"), "config", "-q"]
    bare = {name: value for name, value in os.environ.items() if not name.startswith("CRYPTO_PIPELINE_")}
    given = {**bare, "CRYPTO_PIPELINE_API_TOKEN": "a long random word"}
    assert subprocess.run(command, env=given, capture_output=True, text=True).returncode == 0
    both = {**given, "POSTGRES_WORD": "another"}
    assert subprocess.run(with_postgres, env=both, capture_output=True, text=True).returncode == 0
    assert "${POSTGRES_WORD:?" in (DEPLOY / "compose.postgres.yaml").read_text("utf-8")  # refused as below
    refused = subprocess.run(command, env=bare, capture_output=True, text=True)
    assert refused.returncode != 0
    assert "set a long random word" in refused.stderr


def test_kubernetes_accepts_the_manifests() -> None:
    validator = pytest.importorskip("kubernetes_validate")
    for document in manifests().values():
        validator.validate(document, validator.latest_version(), strict=True)


def test_caddy_accepts_its_file(tmp_path: Path) -> None:
    """nginx is tried with its file in dashboard/test_behind_nginx.py."""
    env = {**os.environ, "HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path)}
    command = [needs("caddy"), "validate", "--adapter", "caddyfile", "--config", str(DEPLOY / "Caddyfile")]
    assert subprocess.run(command, capture_output=True, env=env).returncode == 0


def test_every_setting_that_they_name_is_one() -> None:
    files = [file for file in DEPLOY.rglob("*") if file.is_file()]
    named = {name for file in files for name in re.findall(r"CRYPTO_PIPELINE_[A-Z_]+[A-Z]", file.read_text("utf-8"))}
    assert named
    assert named <= OURS


def test_every_container_runs_a_command_that_there_is() -> None:
    commands = {name: service["command"] for name, service in compose()["services"].items()}
    parts = {part.value: ["serve", part.value] for part in PartName}
    assert commands == {**parts, "api": ["api"]}


def test_everybody_gives_the_system_the_time_that_it_takes_to_stop() -> None:
    grace = {service["stop_grace_period"] for service in compose()["services"].values()}
    pod = manifests()["StatefulSet"]["spec"]["template"]["spec"]
    (unit,) = re.findall(r"TimeoutStopSec=(\d+)", (DEPLOY / "crypto-pipeline.service").read_text("utf-8"))
    for seconds in (
        *(float(one.removesuffix("s")) for one in grace),
        pod["terminationGracePeriodSeconds"],
        float(unit),
    ):
        assert seconds >= ENDS_IN + 5


def test_nothing_runs_as_root_or_may_become_it() -> None:
    dockerfile = (DEPLOY / "Dockerfile").read_text("utf-8")
    assert "\nUSER crypto\n" in dockerfile
    assert "HEALTHCHECK" in dockerfile
    pod = manifests()["StatefulSet"]["spec"]["template"]["spec"]
    assert pod["securityContext"]["runAsNonRoot"]
    (uid,), (gid,) = (re.findall(rf"--{kind} (\d+)", dockerfile) for kind in ("uid", "gid"))
    assert (pod["securityContext"]["runAsUser"], pod["securityContext"]["runAsGroup"]) == (int(uid), int(gid))
    assert not pod["containers"][0]["securityContext"]["allowPrivilegeEscalation"]


def test_the_probes_ask_paths_that_the_api_has_and_the_image_is_of_this_version() -> None:
    container = manifests()["StatefulSet"]["spec"]["template"]["spec"]["containers"][0]
    paths = {probe: container[f"{probe}Probe"]["httpGet"]["path"] for probe in ("startup", "liveness", "readiness")}
    assert paths == {"startup": "/healthz", "liveness": "/healthz", "readiness": "/readyz"}
    assert container["image"] == f"crypto-pipeline:{VERSION}"


def test_what_the_image_is_built_of_is_there_and_reaches_the_builder() -> None:
    dockerfile = (DEPLOY / "Dockerfile").read_text("utf-8")
    copied = [
        word for line in re.findall(r"^COPY (?!--from)(.+) \S+$", dockerfile, re.MULTILINE) for word in line.split()
    ]
    sent = {line.removeprefix("!") for line in (PROJECT / ".dockerignore").read_text("utf-8").splitlines()}
    assert copied
    for name in copied:
        assert (PROJECT / name).exists()
        assert name in sent


def test_the_image_holds_its_modules_compiled_whatever_becomes_of_the_times_of_its_files() -> None:
    """Nobody can write there later, and each run is a process of its own."""
    dockerfile = (DEPLOY / "Dockerfile").read_text("utf-8")
    assert "-m compileall -q --invalidation-mode unchecked-hash /opt/crypto-pipeline/lib\n" in dockerfile
    assert "__pycache__" not in dockerfile


@pytest.mark.parametrize("page", ["docs/operations.md", "docs/fa/operations.md"])
@pytest.mark.parametrize("file", ["nginx.conf", "Caddyfile"])
def test_the_documents_show_the_proxies_files_as_they_are(page: str, file: str) -> None:
    assert (DEPLOY / file).read_text("utf-8").strip() in (PROJECT / page).read_text("utf-8")
