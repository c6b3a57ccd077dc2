"""Links as they are seen from their page."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto_pipeline.sources.formats.links import joined

BASE = "https://outlet.example/news/"


@pytest.mark.parametrize(
    ("base", "link", "seen"),
    [
        (BASE, "/post/1", "https://outlet.example/post/1"),
        (BASE, " post/1 ", "https://outlet.example/news/post/1"),
        (BASE, "http://other.example/1", "http://other.example/1"),
        (BASE, "javascript:alert(1)", "javascript:alert(1)"),
        (BASE, "outlet.example/1", "https://outlet.example/1"),
        (BASE, "www.outlet.example/1", "https://www.outlet.example/1"),
        (BASE, "other.example/1", "https://outlet.example/news/other.example/1"),
        (BASE, "", BASE),
        ("", "/post/1", "/post/1"),
        (BASE, "http://[half/1", "http://[half/1"),
        ("http://[half/", "/1", "/1"),
    ],
)
def test_a_link_is_seen_from_its_base(base: str, link: str, seen: str) -> None:
    assert joined(base, link) == seen


@given(st.text(max_size=30), st.text(max_size=30))
def test_any_two_texts_are_joined_or_left_alone(base: str, link: str) -> None:
    assert isinstance(joined(base, link), str)
