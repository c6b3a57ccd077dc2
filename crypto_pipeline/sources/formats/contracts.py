"""What the names of perpetual contracts say: 1000PEPEUSDT, kPEPE, SHIB1000USDT are bundles of coins. And which are of no coin.

Belongs here: coin and bundle size of a contract's name; whether an exchange says that a market is one of shares, metals or money.
Does not belong here: how spot markets are split and what coins are called (sources/symbols.py).
"""

from __future__ import annotations

import re

from crypto_pipeline.schema.dollars import DOLLARS
from crypto_pipeline.sources.kit import scaled
from crypto_pipeline.sources.symbols import split

_BUNDLE = re.compile(r"(?P<size>10{3,}|1M|k)(?P<coin>[A-Z][A-Z0-9]*)")
_BUNDLE_BEHIND = re.compile(r"(?P<coin>[A-Z]{2,})(?P<size>10{3,})")
_NO_COIN = re.compile(r"stock|share|equit|nasdaq|nyse|metal|commodit|forex|indices", re.IGNORECASE)
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


def of_no_coin(*classes: object) -> bool:
    """Whether an exchange says of a market that shares, metals or money are traded there: their tickers are those of coins as
    well (STX is Stacks and Seagate, META is a coin and Facebook's owner). Nothing said is a coin, and so is a word that is not known.

    >>> of_no_coin("STOCK"), of_no_coin("CRYPTO", "NASDAQ"), of_no_coin("xstocks"), of_no_coin("", None, "innovation")
    (True, True, True, False)
    """
    return any(isinstance(one, str) and _NO_COIN.search(one) for one in classes)
