"""Recordings with more candles than were kept: an answer has many, and a recording two or three.

Belongs here: repeating a recorded candle before the oldest one.
Does not belong here: what becomes of each of them at a moment (replay/world.py).
"""

from __future__ import annotations

from crypto_pipeline.collection.normalise.values import moment
from crypto_pipeline.replay import times
from crypto_pipeline.replay.leaves import as_number, exchanged, part_at
from crypto_pipeline.replay.tracing import Trace
from crypto_pipeline.schema.rows import Candle
from crypto_pipeline.sources.kit import Payload

CANDLES = 30
"""How many candles an answer has that has more than one."""


def with_older_candles(payload: Payload, traces: list[Trace]) -> Payload:
    """The payload with a whole candle repeated before the oldest one, so that the answer has CANDLES of them."""
    opened = {
        int(when.timestamp()): found
        for found in traces
        if isinstance(found.row, Candle) and found.field == "timestamp"
        if (when := moment(found.row.timestamp)) is not None
    }
    whole = [at for at, found in opened.items() if isinstance(found.row, Candle) and as_number(found.row.close)]
    if len(opened) < 2 or not whole:
        return payload
    first, second, *_ = sorted(opened)
    oldest, next_oldest, model = opened[first].place, opened[second].place, opened[whole[0]].place
    depth = next(i for i, (one, other) in enumerate(zip(oldest, next_oldest, strict=True)) if one != other)
    entries, in_entry = part_at(payload, oldest[:depth]), oldest[depth + 1 :]
    if not isinstance(entries, list) or not in_entry:
        return payload  # candles in columns, one list for each of their parts
    entry = entries[model[depth]]
    older = [
        exchanged(entry, {in_entry: times.moved(part_at(entry, in_entry), first - step * (second - first) - whole[0])})
        for step in range(1, CANDLES + 1 - len(opened))
    ]
    is_ascending = oldest[depth] < next_oldest[depth]
    return exchanged(payload, {oldest[:depth]: [*older[::-1], *entries] if is_ascending else [*entries, *older]})
