"""What the names of perpetual contracts say: 1000PEPEUSDT, kPEPE, SHIB1000USDT are bundles of coins.

Belongs here: coin and bundle size of a contract's name.
Does not belong here: how spot markets are split and what coins are called (sources/symbols.py).
"""

from __future__ import annotations

import re

from crypto_pipeline.sources.kit import scaled
from crypto_pipeline.sources.symbols import DOLLARS, split

_BUNDLE = re.compile(r"(?P<size>10{3,}|1M|k)(?P<coin>[A-Z][A-Z0-9]*)")
_BUNDLE_BEHIND = re.compile(r"(?P<coin>[A-Z]{2,})(?P<size>10{3,})")
_WORDS = {"1M": 1_000_000, "k": 1_000}


def bundle(name: str) -> tuple[str, int]:
    """The coin that a contract is about, and how many of it one unit of the contract's price and amounts holds.

    >>> bundle("BTC"), bundle("1000PEPE"), bundle("kPEPE"), bundle("SHIB1000"), bundle("1MBABYDOGE"), bundle("1INCH")
    (('BTC', 1), ('PEPE', 1000), ('PEPE', 1000), ('SHIB', 1000), ('BABYDOGE', 1000000), ('1INCH', 1))
    """
    match = _BUNDLE.fullmatch(name) or _BUNDLE_BEHIND.fullmatch(name)
    if match is None:
        return name, 1
    return match["coin"], _WORDS.get(match["size"]) or int(match["size"])


def dollar_bundle(contract: str) -> tuple[str, int] | None:
    """The same for the name of a contract that is quoted in dollars or a dollar coin; None for every other.

    >>> dollar_bundle("1000PEPEUSDT"), dollar_bundle("ETHBTC"), dollar_bundle("BTCUSDT_261225")
    (('PEPE', 1000), None, None)
    """
    names = split(contract)
    return bundle(names[0]) if names and names[1] in DOLLARS else None


def per_coin(price: object, size: int) -> float | None:
    """The price of one coin where the contract's price is that of ``size`` coins; None where the source has no price.

    ValueError or TypeError for a price that is no number."""
    of_bundle = scaled(price, 1)
    return None if of_bundle is None else of_bundle / size
