"""Whether a headline is good or bad news."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto_pipeline.collection.normalise.news.sentiment import sentiment


@pytest.mark.parametrize(
    ("title", "label"),
    [
        ("Bitcoin surges past $90K", "positive"),
        ("Bitcoin plunges below $90K", "negative"),
        ("Bitcoin trades little changed", "neutral"),
        ("A day in the life of a node", "neutral"),
        ("Exchange denies hack", "positive"),
        ("SEC drops lawsuit against exchange", "positive"),
        ("Ether crashes through resistance", "positive"),
        ("Stablecoin loses its dollar peg", "negative"),
        ("Bitcoin hits record high", "positive"),
        ("Volume at a 43-month low", "negative"),
        ("Hacker returns stolen funds", "neutral"),
        ("Company’s shares and trust in securities", "neutral"),
    ],
)
def test_a_headline_is_good_news_bad_news_or_neither(title: str, label: str) -> None:
    found = sentiment(title, "en")
    assert found is not None
    assert found.label == label


@pytest.mark.parametrize("language", ["fa", "zh-Hans", "de", None, ""])
def test_a_language_without_a_list_has_no_mood(language: str | None) -> None:
    assert sentiment("Bitcoin surges", language) is None


def test_regional_english_is_english() -> None:
    assert sentiment("Bitcoin surges", "en-US") == sentiment("Bitcoin surges", "en")


@given(st.text())
def test_the_score_is_bounded_and_agrees_with_the_label(title: str) -> None:
    found = sentiment(f"surges {title} hack", "en")
    assert found is not None
    assert -1 <= found.score <= 1
    if found.label != "neutral":
        assert (found.score > 0) == (found.label == "positive")
