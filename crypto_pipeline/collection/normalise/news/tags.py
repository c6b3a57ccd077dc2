"""Coins and topics that a headline names.

Belongs here: the rules by which a word means a coin.
Does not belong here: the words (sources/lexicon/coins.py, sources/lexicon/topics.py).

Codes alone are a poor guide: "U.S." would give S, and a president a memecoin. Names are what headlines use; codes that
are words as well count only where the writing shows that a coin is meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from crypto_pipeline.collection.normalise.news.text import folded
from crypto_pipeline.sources.lexicon.coins import (
    AMBIGUOUS_TICKERS,
    EVERYDAY_NAMES,
    NAMES,
    NEXT_TO_A_COIN,
    PRICE_WORDS,
    STEMS,
    TICKERS,
)
from crypto_pipeline.sources.lexicon.topics import TOPICS
from crypto_pipeline.sources.symbols import COINGECKO_IDS, coin

_WORD = re.compile(r"\w+")
_LETTER = r"[^\W\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]"
"""A letter or digit of a script that puts blanks between words; beside Chinese, Japanese and Korean a word may begin."""


def tags(title: str, categories: Iterable[str] = ()) -> str | None:
    """Sorted and separated by commas, coins in upper and topics in lower case; None where nothing is named.

    A category of the outlet counts when it is the name of a coin or topic and nothing else.

    >>> tags("Ethereum Classic (ETC) jumps as SEC clears spot Solana ETF")
    'ETC,SOL,etf,regulation'
    """
    found = {*_coins(title), *_topics(folded(title))}
    for category in categories:
        found.update(_of_category(category))
    return ",".join(sorted(found)) or None


def _coins(title: str) -> Iterator[str]:
    text = folded(title)
    for match in _names().finditer(text):
        yield NAMES[match[0]]
    for match in _stems().finditer(text):
        yield STEMS[match[0]]
    without_names = _names().sub(" ", title.translate({0x200C: " "}))
    yield from (coin(code) for code in _codes(without_names))
    yield from _everyday(without_names)


def _codes(text: str) -> Iterator[str]:
    for match in _tickers().finditer(text):
        code = match["code"]
        if code not in AMBIGUOUS_TICKERS or _shows_a_coin(text, match):
            yield code


def _shows_a_coin(text: str, match: re.Match[str]) -> bool:
    before, after = text[: match.start()], text[match.end() :]
    if before.endswith("$") or (before.endswith("(") and after.startswith(")")):
        return True
    if after[:4].upper() in {"/USD", "/BTC", "/ETH", "-USD"}:
        return True
    following = _WORD.match(after[1:]) if after.startswith(" ") else None
    return following is not None and following[0].lower() in PRICE_WORDS


def _everyday(text: str) -> Iterator[str]:
    for match in _everyday_names().finditer(text):
        following = _WORD.match(text[match.end() + 1 :])
        if following is not None and following[0].lower() in NEXT_TO_A_COIN:
            yield EVERYDAY_NAMES[match[0]]


def _topics(text: str) -> Iterator[str]:
    for topic, expression in _topic_expressions():
        if expression.search(text):
            yield topic


def _of_category(category: str) -> Iterator[str]:
    name = folded(category)
    if name in NAMES:
        yield NAMES[name]
    elif category.strip() in COINGECKO_IDS and category.strip() not in AMBIGUOUS_TICKERS:
        yield category.strip()
    for topic, expression in _topic_expressions():
        if expression.fullmatch(name):
            yield topic


def _alternatives(words: Iterable[str]) -> str:
    """Longest first, so that Ethereum Classic is not read as Ethereum."""
    return "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))


@cache
def _names() -> re.Pattern[str]:
    return re.compile(rf"(?<!{_LETTER})(?:{_alternatives(NAMES)})(?!{_LETTER})", re.IGNORECASE)


@cache
def _stems() -> re.Pattern[str]:
    return re.compile(rf"(?<!{_LETTER})(?<![\uac00-\ud7a3])(?:{_alternatives(STEMS)})")


@cache
def _everyday_names() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{_alternatives(EVERYDAY_NAMES)})(?= )")


@cache
def _tickers() -> re.Pattern[str]:
    """A code after a slash is the money of a market, not the coin that the headline is about."""
    codes = _alternatives({*TICKERS, *COINGECKO_IDS})
    return re.compile(rf"(?<!{_LETTER})(?<![./])(?P<code>{codes})(?!\.?{_LETTER})")


@cache
def _topic_expressions() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple(
        (topic, re.compile(rf"(?<!{_LETTER})(?<!/)(?:{expression})(?!{_LETTER})"))
        for topic, expression in TOPICS.items()
    )
