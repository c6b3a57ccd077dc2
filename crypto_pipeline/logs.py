"""Log lines: readable ones for people, JSON ones for programs.

Belongs here: how a line looks.
Does not belong here: what lines say (orchestration/resources.py, ...), the collection log, which is tables (collection/log.py).
"""

from __future__ import annotations

import json
import logging
import sys
import time

from crypto_pipeline.foundation.printable import printable

LOGGER = "crypto_pipeline"
_JSON_TIME = "%Y-%m-%dT%H:%M:%S+00:00"
_TEXT = "%(asctime)s %(levelname)s %(message)s"

log = logging.getLogger(LOGGER)


def configure(format: str) -> None:
    """Send our log lines to standard error, once a process, as ``text`` or ``json``."""
    if log.handlers:
        return
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_formatter(format))
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    log.propagate = False


def line_of_another(logger: str, message: str, level: str = "INFO") -> str:
    """The JSON line of something that was not logged here: printed by another program, or said to a person."""
    at = time.strftime(_JSON_TIME, time.gmtime())
    return json.dumps({"timestamp": at, "level": level, "logger": logger, "message": message}, ensure_ascii=False)


class _Readable(logging.Formatter):
    """Lines for people: text of a source that stands in them is shown and not obeyed by the terminal."""

    def format(self, record: logging.LogRecord) -> str:
        return printable(super().format(record))


def _formatter(format: str) -> logging.Formatter:
    if format == "json":
        from pythonjsonlogger.json import JsonFormatter

        return _utc(
            JsonFormatter(
                "%(asctime)s %(levelname)s %(name)s %(message)s",
                rename_fields={"asctime": "timestamp", "levelname": "level", "name": "logger"},
                datefmt=_JSON_TIME,
                json_ensure_ascii=False,
            )
        )
    return _utc(_Readable(_TEXT, datefmt="%H:%M:%S"))


def _utc(formatter: logging.Formatter) -> logging.Formatter:
    formatter.converter = time.gmtime
    return formatter
