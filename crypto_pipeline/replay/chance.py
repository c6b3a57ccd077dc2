"""Numbers that follow from names, and walks made of them: the same on every machine, any one of them at once.

Belongs here: chances, and walks that turn at regular distances.
Does not belong here: what is priced or traded with them (replay/market.py, replay/trading.py).
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

_NUMBERS = struct.Struct(">8Q")
SWINGS = ((1440, 0.03), (240, 0.012), (60, 0.006), (15, 0.002), (5, 0.001), (1, 0.0004))
"""Minutes between two turns, and how far they reach: a few percent in hours, a tenth of one in five minutes."""


def chance(name: str, number: int) -> float:
    """A number from -1 to 1 that depends on nothing else."""
    return _eight(name, number // 8)[number % 8]


def chances(name: str, first: int, count: int) -> NDArray[np.float64]:
    """So many of them in a row."""
    within = first % 8
    return eights(name, range(first // 8, (first + count + 7) // 8)).ravel()[within : within + count]


def eights(name: str, blocks: Iterable[int]) -> NDArray[np.float64]:
    """Rows of eight of them: those from eight times the number of each block on."""
    hashes = b"".join([_hash(name, block) for block in blocks])
    return np.frombuffer(hashes, ">u8").reshape(-1, 8) / 2**63 - 1


@lru_cache(maxsize=20_000)
def _eight(name: str, block: int) -> list[float]:
    return [number / 2**63 - 1 for number in _NUMBERS.unpack(_hash(name, block))]


def _hash(name: str, block: int) -> bytes:
    """Neighbours are asked for together, and one hash is long enough for eight of them."""
    return hashlib.blake2b(f"{name}:{block}".encode()).digest()


def pick(name: str, number: int, of: int) -> int:
    """One of so many: 0, 1, ..."""
    return min(int((chance(name, number) + 1) / 2 * of), of - 1)


def picks(name: str, first: int, count: int, of: int) -> list[int]:
    """So many of them in a row."""
    picked = ((chances(name, first, count) + 1) / 2 * of).astype(int)
    return list(np.minimum(picked, of - 1).tolist())


def smoothly(name: str, turn: int, part: float) -> float:
    """A walk between two turns, a part of the way from one to the next; it goes straight up or down between them."""
    before = chance(name, turn)
    if not part:
        return before
    return before + part * part * (3 - 2 * part) * (chance(name, turn + 1) - before)


@lru_cache(maxsize=20_000)
def swing(name: str, minute: int) -> float:
    """A walk that does not run away: turns at regular distances, smooth between them."""
    moved = 0.0
    for length, reach in SWINGS:
        turn, since = divmod(minute, length)
        moved += reach * smoothly(f"{name}/{length}", turn, since / length)
    return moved
