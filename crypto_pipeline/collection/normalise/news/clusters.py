"""Clusters of one story: articles of several outlets that share enough words of their titles get one story_id.

Belongs here: how alike two titles are, which articles are one story.
Does not belong here: one article listed twice, which is one row (collection/normalise/news/articles.py).

A soft grouping: measured on 475 pairs of headlines of two outlets, true pairs share 31 to 50 % of their words and the best
false one 24 %. Few pairs, so nothing but the story_id rests on it.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from crypto_pipeline.collection.normalise.context import TableRow
from crypto_pipeline.collection.normalise.news.text import folded

ALIKE = 0.30
"""Share of common words (Jaccard) from which on two titles tell one story."""
TOGETHER = timedelta(hours=48)
"""A story is news for two days; what comes later is another one."""
FEWEST_WORDS = 4
"""Shorter titles are alike by chance."""

_WORD = re.compile(r"[^\W_]+")
_ENDING = re.compile(r"(?:'s|ing|ed|es|s)$")
_EMPTY = frozenset(
    {
        "a", "an", "and", "as", "at", "by", "for", "from", "has", "have", "in", "into", "is", "it", "its", "of", "on",
        "or", "over", "says", "that", "the", "to", "up", "was", "will", "with",
    }
)  # fmt: skip


class ClusteredArticle(NamedTuple):
    """An article of an earlier collection, which has its cluster already."""

    title: str
    language: str | None
    at: datetime
    story_id: str


@dataclass(frozen=True, slots=True)
class _Entry:
    words: frozenset[str]
    at: datetime
    story_id: str


def with_story_clusters(rows: Sequence[TableRow], earlier: Iterable[ClusteredArticle] = ()) -> list[TableRow]:
    """The same news_articles rows with their story_id, in the order of their times.

    A story is called after the article that told it first. Only titles of one language are compared.
    """
    index = _Index()
    for article in earlier:
        index.put(article.language, _Entry(words_of(article.title), article.at, article.story_id))
    made = []
    for row in sorted(rows, key=_time_of):
        words, at = words_of(row["title"]), _time_of(row)
        same = index.most_alike(row["language"], words, at) if len(words) >= FEWEST_WORDS else None
        story_id = same.story_id if same else _new_cluster(row)
        index.put(row["language"], _Entry(words, at, story_id))
        made.append({**row, "story_id": story_id})
    return made


class _Index:
    """Articles by the words of their titles: comparing each with each would take seconds."""

    def __init__(self) -> None:
        self._articles: list[_Entry] = []
        self._by_word: dict[tuple[str | None, str], list[int]] = {}

    def put(self, language: str | None, article: _Entry) -> None:
        for word in article.words:
            self._by_word.setdefault((language, word), []).append(len(self._articles))
        self._articles.append(article)

    def most_alike(self, language: str | None, words: frozenset[str], at: datetime) -> _Entry | None:
        """The article of about that time that shares the largest part of these words, if that part is large enough."""
        shared = Counter(place for word in words for place in self._by_word.get((language, word), ()))
        best, most = None, ALIKE
        for place, count in shared.items():
            article = self._articles[place]
            alike = count / len(words | article.words)
            if alike >= most and abs(at - article.at) <= TOGETHER:
                best, most = article, alike
        return best


def clustered(row: TableRow) -> ClusteredArticle:
    """A news_articles row of an earlier collection, as far as clusters need it."""
    return ClusteredArticle(row["title"], row["language"], _time_of(row), row["story_id"])


def words_of(title: str) -> frozenset[str]:
    """The words of a title that carry meaning, lightly stemmed.

    >>> sorted(words_of("Bitcoin's ETFs are seeing $1.2B of inflows"))
    ['1', '2b', 'are', 'bitcoin', 'etf', 'inflow', 'see']
    """
    words = (_ENDING.sub("", word) or word for word in _WORD.findall(folded(title).replace("'s ", " ")))
    return frozenset(word for word in words if word not in _EMPTY)


def _time_of(row: TableRow) -> datetime:
    moment: datetime = row["published_at"] or row["first_seen_at"]
    return moment


def _new_cluster(row: TableRow) -> str:
    return hashlib.sha256(str(row["url"]).encode()).hexdigest()[:16]
