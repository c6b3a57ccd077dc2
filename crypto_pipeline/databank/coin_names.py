"""From what a person calls a coin to its code: "bitcoin", "Bitcoin Cash", "بیت‌کوین" and "btc" are coins.

Belongs here: names that are known without a database.
Does not belong here: what sources call coins (the table coins, api/data/coins.py), names in headlines (collection/normalise/news/tags.py).
"""

from __future__ import annotations

from functools import cache

from crypto_pipeline.sources.lexicon.coins import NAMES
from crypto_pipeline.sources.symbols import COINGECKO_IDS


def symbol_called(text: str) -> str:
    """The code that is meant: the text itself where it is one, else the coin of that name; upper case where nobody knows it."""
    code = text.strip().upper()
    return code if code in COINGECKO_IDS else names().get(folded(text), code)


def symbols_like(text: str) -> frozenset[str]:
    """Codes of the coins with a name that begins with the text, in any language that we know names in."""
    beginning = folded(text)
    return frozenset(symbol for name, symbol in names().items() if beginning and name.startswith(beginning))


@cache
def names() -> dict[str, str]:
    """Codes by folded name."""
    by_id = {folded(coin_id.replace("-", " ")): symbol for symbol, coin_id in COINGECKO_IDS.items()}
    return by_id | {folded(name): symbol for name, symbol in NAMES.items()}


def folded(text: str) -> str:
    """A name without what people write differently: case, dashes, zero-width non-joiners, Arabic letters for Persian ones."""
    plain = text.strip().lower().replace("-", " ").replace("_", " ").replace("\u200c", " ")
    return " ".join(plain.replace("ي", "ی").replace("ك", "ک").split())
