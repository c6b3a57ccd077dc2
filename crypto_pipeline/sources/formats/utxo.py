"""Transactions of Bitcoin-like chains: coins go in, coins come out, and some of them are change.

Belongs here: how much of a transaction left its senders, from whom and to whom.
Does not belong here: what an explorer calls inputs and outputs (providers/).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, TypeAlias

from crypto_pipeline.sources.kit import number

Part: TypeAlias = tuple[str | None, object]
"""An input or output: its address, None where it has none, and its value in the smallest unit."""

SATOSHIS_PER_COIN = 10**8


class Moved(NamedTuple):
    """What left the senders, in coins; the largest sender and the largest receiver."""

    amount: float
    sender: str | None
    receiver: str | None


def moved(inputs: Iterable[Part], outputs: Iterable[Part]) -> Moved | None:
    """What a transaction moved; None for one without inputs, which pays out new coins.

    ValueError or TypeError for an amount that is no number. An output to one of the senders' addresses is change. Change to a fresh address cannot be told from a payment.

    >>> moved([("a", 500)], [("b", 400_000_000), ("a", 99), (None, 0)])
    Moved(amount=4.0, sender='a', receiver='b')
    """
    given = [(address, number(value)) for address, value in inputs]
    if not given:
        return None
    senders = {address for address, _ in given if address}
    sent = [(address, number(value)) for address, value in outputs if address not in senders]
    return Moved(sum(value for _, value in sent) / SATOSHIS_PER_COIN, _largest(given), _largest(sent))


def _largest(parts: list[tuple[str | None, float]]) -> str | None:
    return max(parts, key=lambda part: part[1])[0] if parts else None
