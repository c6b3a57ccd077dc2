"""The parts of the system, each a process of its own: the code location, the daemon, the UI, the HTTP API.

Belongs here: the command of each part, and what Dagster's parts are told about one another.
Does not belong here: keeping them running (system/supervisor.py), starting a process (system/processes.py), what they do.

This is how Dagster's documentation runs it in production: https://docs.dagster.io/deployment/oss/deployment-options/deploying-dagster-as-a-service
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import yaml

from crypto_pipeline.api.dagster_commands import PROGRAM
from crypto_pipeline.settings import Settings

LOCATION = "crypto_pipeline"
MODULE = "crypto_pipeline.definitions"
DAGSTER_LOG, API_LOG = "dagster.log", "api.log"


@dataclass(frozen=True, slots=True)
class Part:
    """A process that the system consists of. ``log`` is the name of its log in Dagster's home; empty: it has none there."""

    name: str
    command: tuple[str, ...]
    log: str = DAGSTER_LOG


@dataclass(frozen=True, slots=True)
class CodeServer:
    """Where the code location listens: a socket that is a file, or a port of a machine."""

    socket: Path | None = None
    host: str = ""
    port: int = 0

    @classmethod
    def at(cls, address: str) -> CodeServer:
        """The one at ``HOST:PORT``."""
        host, _, port = address.rpartition(":")
        return cls(host=host, port=int(port))

    @property
    def options(self) -> tuple[str, ...]:
        """What ``dagster api grpc`` is told."""
        return ("--socket", str(self.socket)) if self.socket else ("--host", self.host, "--port", str(self.port))

    @property
    def as_location(self) -> Mapping[str, object]:
        """What workspace.yaml says of it."""
        where = {"socket": str(self.socket)} if self.socket else {"host": self.host, "port": self.port}
        return {"grpc_server": {**where, "location_name": LOCATION}}


def code(settings: Settings, server: CodeServer) -> Part:
    """The code location, which starts the runs."""
    names = ("-m", MODULE, "--location-name", LOCATION)
    return Part(
        "code", (*_python(PROGRAM, "dagster", "api", "grpc"), *names, *server.options, *_logs(settings, "--log-level"))
    )


def daemon(settings: Settings) -> Part:
    """Dagster's daemon: schedules, sensors, the queue of runs."""
    command = _python(PROGRAM, "dagster-daemon", "run", "-w", str(workspace_file(settings)))
    return Part("daemon", (*command, *_logs(settings, "--log-level")))


def ui(settings: Settings) -> Part:
    """Dagster's webserver with our guard around it."""
    command = (*_python("crypto_pipeline.system.dagster_webserver"), "-w", str(workspace_file(settings)))
    where: tuple[str, ...] = ("-h", settings.ui_host, "-p", str(settings.ui_port))
    prefix = urlsplit(settings.dagster_public_url).path
    if prefix:
        where += ("--path-prefix", prefix)
    return Part("ui", (*command, *where, *_logs(settings, "--dagster-log-level")))


def api() -> Part:
    """The HTTP API with the dashboard."""
    return Part("api", (*_python("crypto_pipeline"), "api"), API_LOG)


def workspace_file(settings: Settings) -> Path:
    """The file by which the daemon and the UI find the code location."""
    return settings.notes / "workspace.yaml"


def write_workspace(settings: Settings, server: CodeServer) -> None:
    """Tell the daemon and the UI where the code location listens."""
    workspace_file(settings).write_text(yaml.safe_dump({"load_from": [dict(server.as_location)]}), "utf-8")


def _python(module: str, *command: str) -> tuple[str, ...]:
    return (sys.executable, "-m", module, *command)


def _logs(settings: Settings, level: str) -> tuple[str, ...]:
    return (level, "warning", "--log-format", "json" if settings.log_format == "json" else "colored")
