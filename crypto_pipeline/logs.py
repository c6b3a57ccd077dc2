"""Log lines: readable ones for people, JSON ones for programs.

Belongs here: how a line looks, and which sentence an endpoint's result becomes.
Does not belong here: the collection log, which is tables (collection/log.py).
"""

from __future__ import annotations

import logging
import sys
import time
from typing import TYPE_CHECKING, Any

from crypto_pipeline.printable import printable
from crypto_pipeline.settings import Settings

if TYPE_CHECKING:
    from crypto_pipeline.collection.results import EndpointResult

LOGGER = "crypto_pipeline"
_TEXT = "%(asctime)s %(levelname)s %(message)s"

log = logging.getLogger(LOGGER)


def configure(settings: Settings) -> None:
    """Send our log lines to standard error, once a process, in the format of the settings."""
    if log.handlers:
        return
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_formatter(settings.log_format))
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    log.propagate = False


def told(result: EndpointResult) -> None:
    """One line for what became of an endpoint: a warning when it failed."""
    fields: dict[str, Any] = {
        "endpoint": result.endpoint.id,
        "outcome": result.outcome.value,
        "status_code": result.status_code,
        "milliseconds": round(result.milliseconds, 1),
        "rows": result.row_count,
        "rejected": result.rejected_count,
    }
    why = f": {result.error}" if result.error else ""
    level = logging.WARNING if result.failed else logging.INFO
    log.log(level, "%s %s%s", result.endpoint.id, result.outcome, why, extra=fields)


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
                datefmt="%Y-%m-%dT%H:%M:%S+00:00",
                json_ensure_ascii=False,
            )
        )
    return _utc(_Readable(_TEXT, datefmt="%H:%M:%S"))


def _utc(formatter: logging.Formatter) -> logging.Formatter:
    formatter.converter = time.gmtime
    return formatter
