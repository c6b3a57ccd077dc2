"""The recordings: one answer of each endpoint in its true shape, with invented values.

Belongs here: where they lie, reading them, the moment at which all of them pretend to have been made, what they become.
Does not belong here: what becomes of them when they are served (replay/world.py), the rows that are expected of them (the tests).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import cached_property
from pathlib import Path
from typing import Any

from crypto_pipeline.collection.saved import lines, read_saved
from crypto_pipeline.sources.kit import Endpoint, Payload

RECORDED_AT = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)
RECORDED_RATES = {"EUR": 1.16, "GBP": 1.31, "JPY": 0.0064, "AUD": 0.65, "CAD": 0.71, "CHF": 1.24}
"""Dollars for a unit of other money at that moment, for exchanges whose answer does not say."""
RECORDINGS = Path(__file__).parent / "recordings"
"""Package data: a demo works wherever the package is installed."""


def file_of(endpoint: Endpoint, folder: Path = RECORDINGS) -> Path:
    """Where the recording of an endpoint lies, if there is one."""
    return folder / endpoint.provider.name / f"{endpoint.name}.{endpoint.answer.format}"


def file_of_past(endpoint: Endpoint, folder: Path = RECORDINGS) -> Path:
    """Where a recorded answer about the past lies, for an endpoint that answers in another shape then."""
    return folder / endpoint.provider.name / f"{endpoint.name}.past.{endpoint.answer.format}"


def rows_of(endpoint: Endpoint, folder: Path = RECORDINGS) -> list[dict[str, Any]]:
    """The rows that the recorded answer becomes, each with the name of its table; none where there is no recording.

    Raises SourceError where the recording is none that can be read.
    """
    file = file_of(endpoint, folder)
    if not file.is_file():
        return []
    return list(lines(read_saved(endpoint, file.read_bytes(), RECORDED_AT, usd_per_unit=RECORDED_RATES)))


def filled_rows_of(endpoint: Endpoint) -> list[dict[str, Any]]:
    """The same without what they leave empty."""
    return [{name: value for name, value in row.items() if value is not None} for row in rows_of(endpoint)]


class ReplayError(Exception):
    """The replay cannot be started as asked; the message says why and what to do."""


@dataclass(frozen=True)
class Recording:
    """One recorded answer. Its payload must not be changed."""

    endpoint: Endpoint
    body: bytes

    @cached_property
    def payload(self) -> Payload:
        """The values of a JSON answer. Of any other its bytes as text, one character each: feeds have many charsets."""
        return json.loads(self.body) if self.endpoint.answer.format == "json" else self.body.decode("latin-1")


class Recordings:
    """A folder with PROVIDER/ENDPOINT.FORMAT, each file read when it is first asked for. Raises ReplayError where there is none."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or RECORDINGS
        self._read: dict[Path, Recording | None] = {}
        if not self._folder.is_dir():
            raise ReplayError(
                f"There are no recordings at {self._folder}; "
                "run this in a checkout of the project, or name their folder with --recordings."
            )

    def of(self, endpoint: Endpoint) -> Recording | None:
        """The recorded answer of an endpoint, read once; None where there is none."""
        return self._at(file_of(endpoint, self._folder), endpoint)

    def of_past(self, endpoint: Endpoint) -> Recording | None:
        """The recorded answer about the past, read once: the usual one, unless that has another shape. None where there is none."""
        return self._at(file_of_past(endpoint, self._folder), endpoint) or self.of(endpoint)

    def _at(self, file: Path, endpoint: Endpoint) -> Recording | None:
        if file not in self._read:
            self._read[file] = Recording(endpoint, file.read_bytes()) if file.is_file() else None
        return self._read[file]
