"""Where the fees of each chain can lie, by unit.

Belongs here: lowest and highest believable fee by chain and unit.
Does not belong here: the check (warehouse/quality.py, orchestration/checks.py), fees themselves.

A range is three or four powers of ten wide around what the chain usually asks: busy days stay inside, a fee in wei or in
the coin itself where gwei should be (a factor of a billion) never does.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_GWEI: Mapping[tuple[float, float], str] = {
    # Roll-ups and other chains whose fees are fractions of a gwei; their slow fee is at times the bare minimum of a few wei.
    (
        1e-7,
        100,
    ): "arbitrum arbitrum_nova base berachain blast filecoin hyperevm ink linea lisk mantle metis opbnb optimism "
    "plasma rootstock scroll soneium taiko unichain worldchain zksync",
    (1e-6, 1_000): "gnosis",
    (1e-3, 5_000): "avalanche bsc core ethereum ethereum_classic fantom fuse kava moonriver ronin sei",
    (1e-1, 20_000): "celo cronos flare kaia monad moonbeam polygon sonic telos",
    (1e2, 1e9): "pulsechain",
}
_OTHERS: Mapping[tuple[str, str], tuple[float, float]] = {
    ("algorand", "microAlgo/tx"): (1_000, 1_000_000),
    ("aptos", "octas/gas"): (50, 1_000_000),
    ("arbitrum", "ETH/tx"): (1e-9, 1e-2),
    ("base", "ETH/tx"): (1e-9, 1e-2),
    ("bitcoin", "sat/vB"): (0.05, 5_000),
    ("cosmoshub", "uatom/gas"): (1e-4, 10),
    ("dash", "sat/vB"): (0.05, 10_000),
    ("dogecoin", "sat/vB"): (50, 10_000_000),
    ("hedera", "tinybar/gas"): (1, 10_000),
    ("kaspa", "sompi/gram"): (0.5, 1_000_000),
    ("litecoin", "sat/vB"): (0.05, 10_000),
    ("monero", "piconero/byte"): (100, 1e8),
    ("monero", "piconero/kB"): (1e5, 1e11),
    ("near", "yoctoNEAR/gas"): (1e7, 1e12),
    ("osmosis", "uosmo/gas"): (1e-4, 100),
    ("solana", "micro-lamports/CU"): (0, 1e9),
    ("stacks", "microSTX/byte"): (0.1, 100_000),
    ("starknet", "gfri"): (0.01, 100_000),
    ("stellar", "stroops/op"): (100, 1e8),
    ("sui", "MIST/gas"): (50, 1_000_000),
    ("tron", "sun/energy"): (10, 10_000),
    ("xrpl", "drops/tx"): (5, 1e8),
}

PLAUSIBLE_FEES: Mapping[tuple[str, str], tuple[float, float]] = MappingProxyType(
    {**{(chain, "gwei"): limits for limits, chains in _GWEI.items() for chain in chains.split()}, **_OTHERS}
)
"""Lowest and highest fee by (blockchain, unit)."""
