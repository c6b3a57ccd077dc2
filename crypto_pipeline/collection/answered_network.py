"""Whether an answer is of a network for trying out, whose coins are play money and look like real ones.

Belongs here: the members in which nodes and exchanges say which network they are of, and the words for such networks.
Does not belong here: answers about another market (collection/answered_market.py), other kinds of refusal (collection/reading.py).
"""

from __future__ import annotations

import re

from crypto_pipeline.sources.kit import Payload

_FLAGS = ("testnet", "stagenet", "is_testnet", "isTestnet")
_NAMES = (
    "chain",
    "chain_id",
    "chainId",
    "chain-id",
    "network",
    "networkName",
    "network_name",
    "networkId",
    "genesis-id",
)
_ENVELOPES = ("data", "result", "results", "block", "header", "head", "status", "blockdag", "stats", "info", "state")
"""Members that hold the rest: of a list of coins nobody wants to look at each."""
_DEEPEST = 4
_FOR_TRYING_OUT = re.compile(
    r"test-?net|(?:^|[-_])test(?:[-_]|$)|dev-?net|stage-?net|regtest|signet|sandbox|ghostnet|shadownet|sepolia|goerli|holesky|hoodi"
    r"|amoy|mumbai|fuji|chapel|mocha|arabica|westend|rococo|paseo|shasta|nile|preprod|preview|fuchsia",
    re.IGNORECASE,
)


def network_for_trying_out(payload: Payload) -> str | None:
    """What an answer calls the network that it is of, when that is one for trying out; None for every other answer.

    >>> network_for_trying_out({"result": {"chain": "ghostnet"}}), network_for_trying_out({"chain": "mainnet"})
    ('ghostnet', None)
    """
    level = [payload]
    for _ in range(_DEEPEST):
        parts = [part for part in level if isinstance(part, dict)]
        for part in parts:
            if any(part.get(flag) is True for flag in _FLAGS):
                return "testnet"
            for name in _NAMES:
                said = part.get(name)
                if isinstance(said, str) and _FOR_TRYING_OUT.search(said):
                    return said[:60]
        level = [part[name] for part in parts for name in _ENVELOPES if name in part]
    return None
