"""Whether a headline is good or bad news, by a word list.

Belongs here: how weights of words and phrases add up.
Does not belong here: the words (sources/lexicon.py).

On real headlines this agrees with a person in about six cases of ten: half of all stories are mild or factual. A single
label is noise; means over a day are what it is good for.
"""

from __future__ import annotations

import math
import re
from functools import cache
from typing import Literal, NamedTuple

from crypto_pipeline.collection.normalise.news.text import folded
from crypto_pipeline.sources.lexicon import MOOD, MOOD_PHRASES, NEGATORS

_CLEAR = 0.5
_NEGATED = -0.7
_WINDOW = 3
_WORD = re.compile(r"\w+(?:-\w+)*")


METHOD = "words-1"
"""Our word lists and their version, so that a later list does not pass for this one."""


class Mood(NamedTuple):
    label: Literal["positive", "neutral", "negative"]
    score: float
    """-1 to 1."""


def sentiment(title: str, language: str | None) -> Mood | None:
    """None for languages without a list.

    >>> mood("Bitcoin crashes through resistance", "en").label, mood("Exchange denies hack", "en").label
    ('positive', 'positive')
    """
    key = (language or "").partition("-")[0].lower()
    if key not in MOOD:
        return None
    total, text = 0.0, folded(title).replace("’", "'")
    for phrase, weight in _phrases(key):
        text, found = phrase.subn(" ", text)
        total += weight * found
    words = _WORD.findall(text)
    weights = _weights(key)
    for place, word in enumerate(words):
        weight = weights.get(word, 0.0)
        negated = not NEGATORS[key].isdisjoint(words[max(0, place - _WINDOW) : place])
        total += weight * _NEGATED if negated else weight
    label: Literal["positive", "neutral", "negative"] = "neutral"
    if abs(total) >= _CLEAR:
        label = "positive" if total > 0 else "negative"
    return Mood(label, round(total / math.sqrt(total * total + 15), 4))


@cache
def _weights(language: str) -> dict[str, float]:
    return {word: weight for weight, words in MOOD[language].items() for word in words.split()}


@cache
def _phrases(language: str) -> tuple[tuple[re.Pattern[str], float], ...]:
    return tuple((re.compile(rf"\b(?:{phrase})\b"), weight) for phrase, weight in MOOD_PHRASES[language])
