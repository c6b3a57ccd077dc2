"""JSON-RPC answers, as nodes of most chains give them.

Belongs here: telling a result from an error, reading hexadecimal quantities.
Does not belong here: methods and their fields (providers/).
"""

from __future__ import annotations

import re

from crypto_pipeline.sources.kit import Payload, is_missing, reject

TOO_OFTEN = ('"code":-32005', '"code":-32029', '"code":429')
"""By which nodes and the gateways before them say "too often" (EIP-1474: -32005 is "limit exceeded").

Not for Solana, where -32005 is a node that has fallen behind.
"""

_QUANTITY = re.compile(r"(?:0x)?[0-9a-fA-F]+")


def result(answer: Payload) -> Payload:
    """The result of one answer. Raises ErrorInBody for {"error": {"code": -32005, "message": "limit exceeded"}}."""
    reject(answer.get("error"))
    return answer["result"]


def quantity(text: str) -> int:
    """The whole number in a hexadecimal quantity: "0x14" is 20. Never a float: wei do not fit into one. ValueError for anything else."""
    if not _QUANTITY.fullmatch(text):
        raise ValueError(f"not a hexadecimal quantity: {text[:40]!r}")
    return int(text, 16)


def quantity_or_none(text: str | None) -> int | None:
    """The same; None where the answer does not have it (see ``is_missing``), ValueError for what is no quantity."""
    return None if text is None or is_missing(text) else quantity(text)
