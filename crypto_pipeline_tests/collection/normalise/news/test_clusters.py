"""The same story of several outlets gets one story_id; other stories do not."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto_pipeline.collection.normalise.news.clusters import ClusteredArticle, with_story_clusters

NOON = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)


def article(title: str, *, hours: float = 0, language: str = "en", url: str | None = None) -> dict[str, Any]:
    at = NOON + timedelta(hours=hours)
    return {"title": title, "language": language, "url": url or title, "published_at": at, "first_seen_at": at}


def groups(*rows: dict[str, Any]) -> list[set[str]]:
    """The titles of each story."""
    clusters: dict[str, set[str]] = {}
    for row in with_story_clusters(rows):
        clusters.setdefault(row["story_id"], set()).add(row["title"])
    return sorted(clusters.values(), key=sorted)


SAME = [
    "SEC approves first Solana ETF after months of delay",
    "First Solana ETF approved by the SEC after long delay",
    "Solana ETF: SEC approves the first after delays",
]


def test_outlets_that_tell_the_same_story_share_its_id() -> None:
    assert groups(*map(article, SAME)) == [set(SAME)]


def test_different_stories_about_the_same_coin_stay_apart() -> None:
    titles = ["Bitcoin miners sell reserves as hash price falls", "Bitcoin reclaims a key level as traders return"]
    assert groups(*map(article, titles)) == [{titles[0]}, {titles[1]}]


def test_the_story_is_called_after_the_article_that_told_it_first() -> None:
    late, early = article(SAME[0], hours=3), article(SAME[1])
    (first, second) = with_story_clusters([late, early])
    assert first["title"] == SAME[1]
    assert second["story_id"] == first["story_id"]


def test_two_days_later_it_is_another_story() -> None:
    assert len(groups(article(SAME[0]), article(SAME[1], hours=49))) == 2


def test_titles_in_other_languages_are_not_compared() -> None:
    assert len(groups(article(SAME[0]), article(SAME[0] + "!", language="de"))) == 2


def test_short_titles_are_alike_by_chance_and_are_not_grouped() -> None:
    assert len(groups(article("Bitcoin price today"), article("Bitcoin price"))) == 2


def test_a_story_that_is_known_from_earlier_goes_on() -> None:
    (row,) = with_story_clusters(
        [article(SAME[0])], [ClusteredArticle(SAME[1], "en", NOON - timedelta(hours=5), "earlier")]
    )
    assert row["story_id"] == "earlier"


@pytest.mark.parametrize(
    ("other", "clusters"),
    [
        ("alpha bravo chalk kilo lima mike", 1),  # 3 of 10 words: 0.30
        ("alpha bravo chalk kilo lima mike nova", 2),  # 3 of 11
        ("alpha bravo chalk delta kilo lima mike", 1),
    ],
)
def test_titles_are_alike_from_three_tenths_of_their_words_on(other: str, clusters: int) -> None:
    assert len(groups(article("alpha bravo chalk delta easy foxtrot golf"), article(other))) == clusters


@pytest.mark.parametrize(("hours", "clusters"), [(48, 1), (48.001, 2), (-48, 1), (-48.001, 2)])
def test_a_story_is_news_for_two_days_to_the_second(hours: float, clusters: int) -> None:
    assert len(groups(article(SAME[0]), article(SAME[1], hours=hours))) == clusters


@pytest.mark.parametrize(("title", "clusters"), [("alpha bravo chalk", 2), ("alpha bravo chalk delta", 1)])
def test_titles_of_four_words_and_more_are_grouped(title: str, clusters: int) -> None:
    assert len(groups(article(title), article(f"{title}!"))) == clusters


def test_of_several_stories_the_most_alike_goes_on() -> None:
    earlier = [
        ClusteredArticle("alpha bravo chalk delta easy foxtrot", "en", NOON, "near"),
        ClusteredArticle("alpha bravo chalk delta kilo lima", "en", NOON, "far"),
    ]
    for order in (earlier, earlier[::-1]):
        (row,) = with_story_clusters([article("alpha bravo chalk delta easy golf")], order)
        assert row["story_id"] == "near"


@given(st.lists(st.text(max_size=60), max_size=12))
def test_every_article_comes_back_once_with_a_story(titles: list[str]) -> None:
    rows = with_story_clusters([article(title, url=f"{number}") for number, title in enumerate(titles)])
    assert sorted(row["title"] for row in rows) == sorted(titles)
    assert all(row["story_id"] for row in rows)
