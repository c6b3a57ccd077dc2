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
    LEADS,
    NAMES,
    NEVER_BY_PRICE,
    NEXT_TO_A_COIN,
    PRICE_MOVES,
    PRICE_WORDS,
    SELDOM_EVERYDAY,
    STEMS,
    TICKERS,
)
from crypto_pipeline.sources.lexicon.topics import TOPICS
from crypto_pipeline.sources.symbols import COINGECKO_IDS, coin

_WORD = re.compile(r"\w+")
_LETTER = r"[^\W\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]"
"""A letter or digit of a script that puts blanks between words; beside Chinese, Japanese and Korean a word may begin."""


_NAMED = "¤"
"""Stands in the place of a name of a coin that was found."""
_FIGURE = re.compile(r"(?: \S+){1,4}? (?:\$?\d[\d.,]*%?)")
"""A number within four words behind a name."""
_LAST_WORD = re.compile(r"(\w+) \Z")


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
    others = _names().sub(_NAMED, title.translate({0x200C: " "}))
    yield from (coin(code) for code in _codes(others))
    yield from _everyday(others)


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
    return _next_word(after) in PRICE_WORDS


def _everyday(text: str) -> Iterator[str]:
    for match in _everyday_names().finditer(text):
        before, after = text[: match.start()], text[match.end() :]
        if _next_word(after) in NEXT_TO_A_COIN or _in_a_list(before, after) or _moves_in_price(match[0], before, after):
            yield EVERYDAY_NAMES[match[0]]


def _in_a_list(before: str, after: str) -> bool:
    """Whether another coin stands beside a name: "Solana, Avalanche and Near"."""
    return _coin_before().search(before) is not None or _coin_after().match(after) is not None


def _moves_in_price(name: str, before: str, after: str) -> bool:
    """Whether a name begins a clause and its price moves in it."""
    if name in NEVER_BY_PRICE or _next_word(after) not in PRICE_MOVES or _has_a_partner(before):
        return False
    return name in SELDOM_EVERYDAY or _FIGURE.match(after) is not None


def _has_a_partner(before: str) -> bool:
    """Whether the word before a name makes one thing with it: "cash flow", "Market Maker", "Justin Sun"."""
    word = _LAST_WORD.search(before)
    return word is not None and word[1] not in LEADS and word[1][0].isupper()


def _next_word(text: str) -> str | None:
    following = _WORD.match(text[1:]) if text.startswith(" ") else None
    return following[0].lower() if following else None


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
    return re.compile(rf"(?<!\w)(?:{_alternatives(EVERYDAY_NAMES)})(?=[ ,]|$)")


@cache
def _coin_before() -> re.Pattern[str]:
    return re.compile(
        rf"(?:{_NAMED}|(?<!\w)(?:{_alternatives({*COINGECKO_IDS, *EVERYDAY_NAMES} - AMBIGUOUS_TICKERS)}))(?:,| and|, and| &) \Z"
    )


@cache
def _coin_after() -> re.Pattern[str]:
    return re.compile(
        rf"(?:,| and|, and| &) (?:{_NAMED}|(?:{_alternatives({*COINGECKO_IDS} - AMBIGUOUS_TICKERS)})(?!\w))"
    )


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
