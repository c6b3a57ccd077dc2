"""The whole system as processes: Dagster's UI, daemon and code server, the HTTP API, the replay server of the demo.

Belongs here: starting, watching and ending processes of ours.
Does not belong here: what they do.
"""

from __future__ import annotations

import ctypes
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import yaml

from crypto_pipeline.api.errors import StartError
from crypto_pipeline.api.ports import LOOPBACK
from crypto_pipeline.orchestration.instance import open_instance, prepare_home
from crypto_pipeline.settings import PREFIX, Settings

STOPS_IN = 15
"""Seconds that a process gets to end by itself."""


_PR_SET_PDEATHSIG = 1
_prctl = getattr(ctypes.CDLL(None), "prctl", None) if sys.platform == "linux" else None
"""Looked up here: between fork and exec nothing may be loaded."""


@contextmanager
def dagster(settings: Settings) -> Iterator[subprocess.Popen[bytes]]:
    """``dagster dev`` with our instance and code location; ends with the block, together with what it started."""
    home = prepare_home(settings)
    # Makes the SQLite files of a new instance: several processes that do so at once break their schema.
    open_instance(settings).dispose()
    workspace = home / "workspace.yaml"
    location = {"python_module": {"module_name": "crypto_pipeline.definitions", "location_name": "crypto_pipeline"}}
    workspace.write_text(yaml.safe_dump({"load_from": [location]}), "utf-8")
    command = [sys.executable, "-m", "crypto_pipeline.system.dagster_dev", "-w", str(workspace), "-h", LOOPBACK]
    command += ["-p", str(settings.ui_port), "--log-level", "warning"]
    if settings.log_format == "json":
        command += ["--log-format", "json"]
    with (home / "dagster.log").open("ab") as log, _process(command, environment(settings), home, log.fileno()) as dev:
        yield dev


@contextmanager
def api(settings: Settings) -> Iterator[subprocess.Popen[bytes]]:
    """The HTTP API; ends with the block."""
    home = prepare_home(settings)
    command = [sys.executable, "-m", "crypto_pipeline", "api"]
    with (home / "api.log").open("ab") as log, _process(command, environment(settings), home, log.fileno()) as process:
        yield process


@contextmanager
def replay_server(settings: Settings, *options: str) -> Iterator[str]:
    """The loopback server that answers like every source; gives its address. Raises StartError."""
    command = [sys.executable, "-m", "crypto_pipeline", "replay", "--port", "0", *options]
    with _process(command, dict(os.environ), Path.cwd(), subprocess.PIPE) as replay:
        assert replay.stdout is not None
        line = replay.stdout.readline()
        if not line:
            raise StartError("The replay server did not start; run 'crypto-pipeline replay' to see why.")
        yield f"http://{LOOPBACK}:{json.loads(line)['port']}"


def environment(settings: Settings) -> dict[str, str]:
    """The environment of our processes: the settings as they are now, wherever they came from."""
    ours = {f"{PREFIX}{name.upper()}": _as_text(value) for name, value in settings.model_dump().items()}
    return {
        **settings.keys(),
        **os.environ,
        **ours,
        "DAGSTER_HOME": str(settings.dagster_home),
        "PYTHONWARNINGS": "ignore",
    }


def wait_until_it_listens(port: int, process: subprocess.Popen[bytes], log: Path, *, seconds: float = 90) -> None:
    """Return when somebody listens on the port. Raises StartError when the process ends first, or never gets that far."""
    give_up = time.monotonic() + seconds
    while time.monotonic() < give_up:
        if process.poll() is not None:
            raise StartError(f"Dagster ended by itself with code {process.returncode}; see {log}.")
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex((LOOPBACK, port)) == 0:
                return
        time.sleep(0.2)
    raise StartError(f"Dagster did not start within {seconds:g} s; see {log}.")


def require_guard(port: int) -> None:
    """Raise StartError when Dagster's UI answers a page of elsewhere: then nothing that is open to browsers may go on."""
    probe = http.client.HTTPConnection(LOOPBACK, port, timeout=30)
    try:
        probe.request("GET", "/server_info", headers={"Host": "somewhere.example"})
        status = probe.getresponse().status
    except OSError as error:
        raise StartError(f"Dagster's UI does not answer on port {port}: {error}.") from None
    finally:
        probe.close()
    if status != 403:
        raise StartError(f"Dagster's UI on port {port} answers pages of elsewhere (HTTP {status}) and was stopped.")


@contextmanager
def _process(
    command: list[str], env: Mapping[str, str], folder: Path, stdout: int
) -> Iterator[subprocess.Popen[bytes]]:
    """A child in a session of its own, so that Ctrl-C reaches us first and we end it in order."""
    stderr = subprocess.STDOUT if stdout != subprocess.PIPE else None
    process = subprocess.Popen(
        command,
        env=dict(env),
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=stderr,
        start_new_session=True,
        preexec_fn=_default_signals,
    )
    try:
        yield process
    finally:
        _end(process)


def _default_signals() -> None:
    """A shell that starts us in the background has SIGINT ignored, and Dagster then ignores SIGTERM as well.

    Where the kernel can, it sends the child a SIGTERM when we are gone without a word: nobody else would stop it.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if _prctl:
        _prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(STOPS_IN)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _as_text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
