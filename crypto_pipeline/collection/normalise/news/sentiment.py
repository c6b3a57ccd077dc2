"""Whether a headline is good or bad news, by the parts that its words play.

Belongs here: how words act upon each other: what rises or falls, what is ended, denied or only the reason.
Does not belong here: the words (sources/lexicon/english_sentiment.py).

A single label is noise; means over a day are what it is good for (docs/decisions/headlines.md has the figures).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import dropwhile, takewhile
from typing import Literal, NamedTuple, TypeAlias

from crypto_pipeline.collection.normalise.news.text import folded
from crypto_pipeline.sources.lexicon import english_sentiment as english

METHOD = "words-6"
"""Our word lists and their version, so that a later list does not pass for this one."""

Label: TypeAlias = Literal["positive", "neutral", "negative"]
Role: TypeAlias = Literal["rises", "falls", "good", "bad", "ends"]

CLEAR = 0.9
"""From this weight on a headline is good or bad news; below it nobody can tell."""

_REACH = 5
"""How many words away a word can act upon another: "dismisses the last of the charges", "fees on Solana fall"."""
_NEGATED = 3
"""And how far a negation reaches."""
_CRITICISED = 2.0
"""What it weighs that somebody speaks against something."""
_TURNED = -0.8
"""What is left of a weight that was turned into its opposite."""
_QUESTION = 0.5
"""A question tells less than a statement."""
_TEACHES = 0.2
"""And a headline that teaches tells next to nothing."""
_USUAL = 15
"""Weights add up to this before their score reaches 0.7; the scale of VADER."""

_TOKEN = re.compile(r"§[a-z][+-]?[\d.]*|\$?\d[\d.,]*\w*%?|\w+(?:['-]\w+)*|[,;:!?–—|]")
_ATTACHES = frozenset({"of", "on", "in", "into", "from", "at", "for", "to", "by"})
_AUXILIARIES = frozenset({"has", "have", "had", "is", "are", "was", "were", "starts", "begins", "continues", "to"})
_SPELT = str.maketrans({"’": "'", "§": " "})
_COMPARATIVE = re.compile(r"\w+[^aeiou]er|worse")
_PASSIVE = re.compile(r"\w+(?:ed|en|wn)|gone|unlikely|doubtful")


class Sentiment(NamedTuple):
    """What a headline says, and how clearly."""

    label: Label
    score: float
    """-1 to 1."""


@dataclass(slots=True)
class _Word:
    """A word of a headline, the part that it plays and its weight."""

    text: str
    role: Role | None = None
    weight: float = 0.0
    other: tuple[Role, float] | None = None
    """What it is where it has nothing to end: "drops charges", but "bitcoin drops"."""
    used: bool = False
    """Its weight was counted by the word that acts upon it."""


def sentiment(title: str, language: str | None) -> Sentiment | None:
    """None for languages without a list, and for titles in another script.

    >>> [sentiment(title, "en").label for title in ("Outflows from bitcoin funds fall", "Court tosses fraud charges")]
    ['positive', 'positive']
    """
    if (language or "").partition("-")[0].lower() != "en" or not _is_latin(title):
        return None
    text = folded(title).translate(_SPELT)
    total = _total([weight * _score(clause) for clause, weight in _clauses(_marked(text))])
    total *= _TEACHES if _informative().match(text) else _QUESTION if text.endswith("?") else 1.0
    label: Label = "neutral" if abs(total) < CLEAR else "positive" if total > 0 else "negative"
    return Sentiment(label, round(total / math.sqrt(total * total + _USUAL), 4))


def _is_latin(title: str) -> bool:
    letters = [char for char in title if char.isalpha()]
    return sum(char < "\u0370" for char in letters) * 2 >= len(letters)  # Greek and all other scripts come behind


def _total(clauses: Sequence[float]) -> float:
    """What a headline weighs. Its first clear clause is the news; what contradicts it takes at most half of it away."""
    news = next((place for place, weight in enumerate(clauses) if abs(weight) >= CLEAR), 0)
    main, others = clauses[news], sum(clauses[:news]) + sum(clauses[news + 1 :])
    return main + (others if main * others >= 0 else math.copysign(min(abs(others), abs(main) / 2), others))


def _marked(text: str) -> str:
    """The text with a mark in the place of each known phrase: §r2.5 rises, §f2.5 falls, §g2 is good, §b2 bad, §n neither, §h0.3
    says that what follows is not so yet.
    """
    for expression, mark in _phrases():
        text = expression.sub(f" {mark} ", text)
    return text


def _clauses(text: str) -> Iterator[tuple[list[_Word], float]]:
    """The clauses of a headline, and how much each counts."""
    clause: list[_Word] = []
    weight = 1.0
    for token in _TOKEN.findall(text):
        begins = english.CONJUNCTIONS.get(token)
        if begins is None and any(word.role in {"rises", "falls", "ends"} or word.text[0] == "§" for word in clause):
            begins = english.PREPOSITIONS.get(token)
        if token.startswith("§h"):
            begins = weight * float(token[2:])
        begins = weight * english.HEDGES[token] if token in english.HEDGES else begins
        if begins is None:
            clause.append(_word(token))
        else:
            yield clause, weight
            clause, weight = [], begins
    yield clause, weight


def _word(token: str) -> _Word:
    if token.startswith("§"):
        size = float(token[2:] or 0)
        return {
            "r": _Word(token, "rises", size),
            "f": _Word(token, "falls", -size),
            "g": _Word(token, "good", size),
            "b": _Word(token, "bad", -size),
        }.get(token[1], _Word(token))
    role, weight = _lexicon().get(token, (None, 0.0))
    if token in _endings():
        return _Word(token, "ends", _endings()[token], (role, weight) if role else None)
    return _Word(token, role, weight)


def _score(clause: list[_Word]) -> float:
    for place, word in enumerate(clause):
        if word.role and _compares(clause, place):
            word.role, word.weight = None, 0.0
    for place, word in enumerate(clause):
        if word.role == "ends":
            _end(clause, place)
    for place, word in enumerate(clause):
        if word.text in _criticisms() and place:
            word.role, word.weight = "bad", -_CRITICISED
            for other in clause[place + 1 : place + 1 + _REACH]:
                other.used = True
    for place, word in enumerate(clause):
        if word.role in {"rises", "falls"} and not word.used:
            _move(clause, place)
    for place, word in enumerate(clause):
        if word.text in _negators():
            _negate(clause, place)
    return sum(word.weight for word in clause if not word.used)


def _compares(clause: list[_Word], place: int) -> bool:
    """Whether a word only holds two things against each other: "faster than banks", but "stronger than expected"."""
    if not _COMPARATIVE.fullmatch(clause[place].text):
        return False
    behind = [word.text for word in clause[place + 1 : place + 1 + _REACH]]
    return "than" in behind and not english.EXPECTATIONS.intersection(behind)


def _negate(clause: list[_Word], place: int) -> None:
    """Turns the next thing that weighs anything; what stands right before says the same ("suffers no losses")."""
    target = next((word for word in clause[place + 1 : place + 1 + _NEGATED] if word.role and not word.used), None)
    if target is not None:
        target.weight *= _TURNED
        if place:
            clause[place - 1].used = True


def _end(clause: list[_Word], place: int) -> None:
    """Turns what it ends into its opposite: what follows, or in the passive what stood before. Else it is its other self."""
    word = clause[place]
    ahead = clause[place + 1 : place + 1 + _REACH]
    back = clause[max(0, place - _REACH) : place][::-1] if _PASSIVE.fullmatch(word.text) else []
    if word.other and word.other[0] == "falls" and ahead and ahead[0].text.startswith("§f"):
        word.role, word.weight = word.other  # "drops below $83K" says it twice
        return
    for words in (ahead, back):
        if targets := _first_run(words):
            word.role, word.weight = "good", targets[0].weight * _TURNED
            for target in targets:
                target.used = True
            return
    if word.other:
        word.role, word.weight = word.other


def _first_run(words: list[_Word]) -> list[_Word]:
    """The first of the words that weigh something, with those right behind it: "the end of bullish momentum"."""
    weighing = dropwhile(lambda word: word.used or word.role in {None, "ends"}, words)
    return list(takewhile(lambda word: not word.used and word.role not in {None, "ends"}, weighing))


def _move(clause: list[_Word], place: int) -> None:
    """A fall is good where what falls is better low: "fees fall", "cuts fees"; but "outflows sink bitcoin", "fees wipe out $5M"."""
    word = clause[place]
    ahead, back = clause[place + 1 : place + 1 + _REACH], clause[max(0, place - _REACH) : place][::-1]
    moved = _better_low([] if word.text.startswith("§") else _object(ahead), word, forward=True)
    has_object = word.text.startswith("§") and bool(ahead) and ahead[0].text.startswith("$")
    if not moved and not has_object and not any(_is_market(other) for other in ahead[:2]):
        moved = _better_low(back, word)
        for other in takewhile(lambda other: other.text not in _better_low_words(), back if moved else []):
            other.used |= other.role in {"good", "bad"}  # part of the subject: "losses from hackers fall"
        before = next((other for other in back if other.text not in _AUXILIARIES), None)
        if not moved and word.role == "falls" and before and before.weight > 0:
            before.used = True  # "the rally fades", "demand has weakened": what was good is over
    for other in moved:
        other.used = True
    if moved:
        size = max(abs(other.weight) for other in (word, *moved))
        word.weight = -math.copysign(size, word.weight)


def _object(ahead: list[_Word]) -> list[_Word]:
    """What a verb acts upon: the words behind it up to a preposition, or behind one that follows at once ("a drop in fees")."""
    if ahead and ahead[0].text in _ATTACHES:
        return ahead[1:] if ahead[0].text in {"in", "of"} else []
    return list(takewhile(lambda word: word.text not in _ATTACHES, ahead))


def _better_low(words: list[_Word], mover: _Word, *, forward: bool = False) -> list[_Word]:
    """The nearest of the words that are better low ("scam losses"), unless something stands between that moves or is moved.

    A market right before such a word belongs to it: "cuts crypto fees".
    """
    for place, word in enumerate(words):
        if word.text in _better_low_words():
            return list(takewhile(lambda other: other.text in _better_low_words(), words[place:]))
        attached = any(other.text in _ATTACHES for other in words[place + 1 : place + 3])
        attached |= forward and any(other.text in _better_low_words() for other in words[place + 1 : place + 2])
        against = word.role in {"rises", "falls"} and word.role != mover.role
        if against or (_is_market(word) and word.text not in {"price", "prices"} and not attached):
            return []
    return []


def _is_market(word: _Word) -> bool:
    return word.text in _market_words()


@cache
def _lexicon() -> dict[str, tuple[Role, float]]:
    """Every form of every word with its part and weight; what falls and what is bad weighs less than nothing."""
    parts: tuple[tuple[Role, english.Weights, int], ...] = (
        ("good", english.GOOD, 1),
        ("bad", english.BAD, -1),
        ("rises", english.RISES, 1),
        ("falls", english.FALLS, -1),
    )
    return {form: (role, sign * weight) for role, weights, sign in parts for form, weight in _forms_of(weights)}


@cache
def _endings() -> dict[str, float]:
    return dict(_forms_of(english.ENDS))


def _forms_of(weights: english.Weights) -> Iterator[tuple[str, float]]:
    for weight, words in weights.items():
        for word in words.split():
            for form in forms(word):
                yield form, weight


def forms(word: str) -> Iterator[str]:
    """A word as it is listed, and the regular forms of the verb or noun that it may be; of "=word" the word alone.

    >>> sorted(forms("drop")), sorted(forms("rally")), list(forms("=lists"))
    (['drop', 'dropped', 'dropping', 'drops'], ['rallied', 'rallies', 'rally', 'rallying'], ['lists'])
    """
    if word.startswith("="):
        yield word[1:]
        return
    yield word
    stem = word[:-1] if word.endswith("e") else word
    if re.search(r"[^aeiou]y$", word):
        yield from (f"{word[:-1]}ies", f"{word[:-1]}ied", f"{word}ing")
        return
    if re.fullmatch(r"[^aeiou]*[aeiou][^aeiouwxy]", word):
        stem += word[-1]
    yield f"{word}es" if re.search(r"(?:s|x|z|ch|sh)$", word) else f"{word}s"
    yield from (f"{stem}ed", f"{stem}ing")


@cache
def _phrases() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Each phrase with the mark that takes its place."""
    moves = [(phrase, f"§{'r' if weight > 0 else 'f'}{abs(weight)}") for phrase, weight in english.MOVES]
    others = [
        (phrase, f"§{'g' if weight > 0 else 'b' if weight else 'n'}{abs(weight)}") for phrase, weight in english.PHRASES
    ]
    doubts = [(phrase, f"§h{weight}") for phrase, weight in english.DOUBTS]
    return tuple((re.compile(rf"(?<![\w§])(?:{phrase})(?!\w)"), mark) for phrase, mark in (*doubts, *moves, *others))


@cache
def _informative() -> re.Pattern[str]:
    return re.compile(rf"(?:{english.INFORMATIVE})")


@cache
def _better_low_words() -> frozenset[str]:
    return frozenset(english.LOW_IS_GOOD.split())


@cache
def _market_words() -> frozenset[str]:
    return frozenset(english.MARKETS.split())


@cache
def _criticisms() -> frozenset[str]:
    return frozenset(english.CRITICISES.split())


@cache
def _negators() -> frozenset[str]:
    return frozenset(english.NEGATORS.split())
