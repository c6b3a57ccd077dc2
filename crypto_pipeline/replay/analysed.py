"""What is found out about recordings and depends on no seed and no moment: one replay of a process leaves it to the next one.

Belongs here: keeping it.
Does not belong here: finding it out (replay/world.py, replay/past_answers.py, replay/tracing.py).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from crypto_pipeline.replay.past_entries import Entries
from crypto_pipeline.replay.tracing import Trace
from crypto_pipeline.schema.rows import Row
from crypto_pipeline.sources.kit import Payload, RequestSpec


@dataclass(frozen=True)
class Analysed:
    """Of the recordings of one folder."""

    prepared: dict[tuple[str, int], tuple[Payload, RequestSpec]] = field(default_factory=dict)
    """By endpoint and recording the payload with more candles, and the request that it answered."""
    traces: dict[tuple[str, str], list[Trace]] = field(default_factory=dict)
    """By endpoint and request."""
    entries: dict[str, tuple[Entries | None, Row | None]] = field(default_factory=dict)
    """By endpoint where the entries of an answer about the past lie, and a row of one."""
