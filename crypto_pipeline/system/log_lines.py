"""What the parts print, line by line: in files that rotate, and for programs as JSON and nothing else.

Belongs here: the files, and the form of a line that a part printed without asking.
Does not belong here: how our own log lines look (logs.py), reading from a part (system/processes.py).
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from logging.handlers import RotatingFileHandler
from pathlib import Path

from crypto_pipeline.logs import line_of_another

KEPT_BYTES = 10 << 20
KEPT_FILES = 3


class LogLines:
    """The log of some parts. Threads may share it.

    :param echo: hears each line as a JSON object, whatever the part printed, and so it stands in the file; None for lines
        as they were printed.
    """

    def __init__(self, file: Path, echo: Callable[[str], None] | None = None) -> None:
        self._echo = echo
        self._file = _Rotating(file, maxBytes=KEPT_BYTES, backupCount=KEPT_FILES, encoding="utf-8", delay=True)
        self._file.setFormatter(logging.Formatter("%(message)s"))

    def write(self, part: str, line: str) -> None:
        """Keep a line that this part has printed."""
        if self._echo:
            line = line if _is_json(line) else line_of_another(part, line)
            self._echo(line)
        self._file.handle(logging.makeLogRecord({"msg": line}))

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class _Rotating(RotatingFileHandler):
    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  # the name is of the standard library
        """A disk that is full costs lines of a log and must not end the system."""


def _is_json(line: str) -> bool:
    if not line.startswith("{"):
        return False
    try:
        json.loads(line)
    except ValueError:
        return False
    return True
