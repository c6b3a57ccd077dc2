"""The queries of docs/operations.md, as they stand there."""

from __future__ import annotations

import json
import os
import re
import subprocess
from typing import TYPE_CHECKING, Any

from crypto_pipeline_tests.project import PROJECT

if TYPE_CHECKING:
    from crypto_pipeline_tests.api.running import System

_SECTION = (PROJECT / "docs" / "operations.md").read_text("utf-8").partition("## GraphQL for run status\n")[2]
COMMANDS = re.findall(r"```sh\n(.*?)```", _SECTION.partition("\n## ")[0], re.DOTALL)


def answer_to(command: str, system: System, **variables: str) -> Any:
    """What a running system answers to one of the commands."""
    here = command.replace("http://127.0.0.1:3000/", f"http://127.0.0.1:{system.settings.ui_port}/")
    run = subprocess.run(["bash", "-c", here], capture_output=True, check=True, env={**os.environ, **variables})
    document = json.loads(run.stdout)
    assert "errors" not in document
    (field,) = document["data"].values()
    assert field
    assert "message" not in field
    return field


def command_with(field: str) -> str:
    """The one command that asks for this."""
    (command,) = [one for one in COMMANDS if field in one]
    return str(command)
