"""Markets of an exchange whose names were understood: which coin trades there, and for what money.

Belongs here: from a quote to its coin and its money, and the order in which monies are preferred.
Does not belong here: how names are split into coins (sources/symbols.py), which market is a coin's price (collection/normalise/choice.py).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from crypto_pipeline.schema.dollars import DOLLARS
from crypto_pipeline.schema.rows import Quote
from crypto_pipeline.sources.kit import Provider
from crypto_pipeline.sources.symbols import (
    ALIASES,
    FIAT,
    FIAT_OF_COIN,
    coin,
    is_leveraged,
    odd_character,
    split,
    split_parts,
)

BRIDGES = ("BTC", "ETH")
"""Coins in which others are quoted; worth what the same source says in dollars."""
DOLLAR_RANK: Mapping[str, int] = {money: rank for rank, money in enumerate(DOLLARS)}
LOCAL_RANK = len(DOLLARS)
BRIDGE_RANK = LOCAL_RANK + 1

_BUNDLE = re.compile(r"^(?:1000+|1M)[A-Z]")
"""1000SATS and the like price a bundle of coins."""


class NamedMarket(NamedTuple):
    """One quote, with the coin and the money that its name stands for."""

    symbol: str
    currency: str
    rank: int
    """How its money is preferred: dollars, dollar coins, local money, bridges."""
    quote: Quote
    by_old_name: bool = False
    """Whether the source calls the coin by one of ALIASES: another coin may bear that name as well."""


def named_market(quote: Quote, provider: Provider) -> NamedMarket | None:
    """The market that a quote is of; None when it trades for a money whose worth cannot be known, or cannot be split.

    ValueError when the name holds a character that no ticker has.
    """
    given = (quote.base, quote.quote) if quote.base and quote.quote else None
    for name in given or (str(quote.pair),):
        if (odd := odd_character(name)) is not None:
            raise ValueError(f"its name {name!r} holds {odd!r}, which no ticker does")
    if given and any(_is_of_several(name, provider) for name in given):
        raise ValueError(f"{quote.base!r} against {quote.quote!r} is more than one coin against one money")
    names = given or split(str(quote.pair), quote_first=provider.quote_first, quotes=provider.quotes)
    if names is None:
        return None
    symbol, currency = coin(names[0], provider.aliases), coin(names[1], provider.aliases)
    rank = _rank(currency)
    if rank is None:
        return None
    name = names[0].strip().upper()
    return NamedMarket(
        symbol, currency, rank, quote, by_old_name=name in ALIASES and name not in (provider.aliases or {})
    )


def _is_of_several(name: str, provider: Provider) -> bool:
    """Whether what a source gives as one coin or money is the name of a market: it has two parts, and no alias knows it."""
    return len(split_parts(name)) > 1 and coin(name, provider.aliases) == name.strip().upper()


def is_a_coin(symbol: str) -> bool:
    """Whether a name stands for one coin: not for money, a leveraged token or a bundle of coins."""
    return bool(symbol) and symbol not in FIAT and not is_leveraged(symbol) and not _BUNDLE.match(symbol)


def _rank(currency: str) -> int | None:
    if currency in DOLLAR_RANK:
        return DOLLAR_RANK[currency]
    if currency in FIAT or currency in FIAT_OF_COIN:
        return LOCAL_RANK
    return BRIDGE_RANK if currency in BRIDGES else None
