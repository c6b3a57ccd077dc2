"""The coins that a person wants to keep, from the words in which they said so.

Belongs here: the setting SYMBOLS understood, and refused where nobody knows what is meant.
Does not belong here: the coins themselves (sources/symbols.py), what is kept of an answer (collection/normalise/).
"""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache

from crypto_pipeline.collection.errors import UnknownCoinError
from crypto_pipeline.schema.dollars import DOLLARS
from crypto_pipeline.settings import Settings, words_in
from crypto_pipeline.sources.lexicon.coins import NAMES
from crypto_pipeline.sources.symbols import ALIASES, COINGECKO_IDS, SYMBOL_OF_COINGECKO_ID, Universe, coin, split

EVERY = "ALL"
AS_IT_IS = "+"
"""Before a coin that our lists do not have: it is kept as it is written."""


def universe_of(settings: Settings, named_by: str = "CRYPTO_PIPELINE_SYMBOLS") -> Universe:
    """The coins that are kept. Raises UnknownCoinError for a word that means none, with the name of what named it.

    A coin may be called by its code, by any other code that sources use for it (XBT), by its name (bitcoin) or by one of
    its markets (BTC/USDT).
    """
    return _universe(settings.symbols, named_by)


@cache
def _universe(wish: str, named_by: str) -> Universe:
    words = words_in(wish.upper())
    if EVERY in words:
        return Universe(None)
    return Universe(frozenset(_coin_called(word, named_by) for word in words)) if words else Universe()


def _coin_called(word: str, named_by: str) -> str:
    if word.startswith(AS_IT_IS) and len(word) > len(AS_IT_IS):
        return word.removeprefix(AS_IT_IS)
    parts = split(word)
    for name in (word, parts[0] if parts else word):
        symbol = _by_name().get(name) or coin(name)
        if symbol in _codes():
            return symbol
    raise UnknownCoinError(
        f"{named_by} names a coin that nobody knows: {word}; {_hint(word)}{AS_IT_IS}{word} keeps it all the same."
    )


def _hint(word: str) -> str:
    close = get_close_matches(word, [*_codes(), *_by_name()], n=3, cutoff=0.7)
    meant = dict.fromkeys(_by_name().get(name, name) for name in close)
    return f"did you mean {' or '.join(meant)}? " if meant else ""


@cache
def _codes() -> frozenset[str]:
    return frozenset({*COINGECKO_IDS, *ALIASES.values(), *DOLLARS, *NAMES.values()}) - {"USD"}


@cache
def _by_name() -> dict[str, str]:
    return {name.upper(): symbol for name, symbol in {**NAMES, **SYMBOL_OF_COINGECKO_ID}.items()}
