"""Text as people read it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto_pipeline.collection.normalise.news.text import folded, plain, shortened, without_tail

MOST_RAW = 20_000


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("BTC < $100K and ETH > $5K", "BTC < $100K and ETH > $5K"),
        ("a <3 b", "a <3 b"),
        ("price is up <span class='green'>20.99%</span>", "price is up 20.99%"),
        ("<p>One</p><p>Two</p>", "One Two"),
        ("One<br>Two<br/>three", "One Two three"),
        ("bo<b>ld</b>er", "bolder"),
        ("<script>track('<b>')</script>Text<style>p{}</style>", "Text"),
        ("<!-- note > --><p>Text</p>", "Text"),
        ("<![CDATA[Text]]>", "Text"),
        ('<p><img src="a.png" alt="Text"></p><p>Text</p>', "Text"),
        ("AT&amp;T", "AT&T"),
        ("AT&amp;amp;T", "AT&T"),
        ("&amp;lt;b&amp;gt;Text&amp;lt;/b&amp;gt;", "Text"),
        ("Bitcoin&#39;s &ldquo;floor&rdquo;", "Bitcoin's “floor”"),
        ("  a \n\t b\xa0 c ", "a b c"),
        ("بیت\u200cکوین", "بیت\u200cکوین"),
        ("\u202bقیمت\u202c \u2066BTC\u2069", "قیمت BTC"),
        ("a\x00b\x1fc\x9fd\ufeffe\u200bf\xadg", "abcdefg"),
        ("half \ud83d emoji", "half emoji"),
        ("cafe\u0301", "café"),
        ("Text <img src='cut off", "Text <img src='cut off"),
        ("<script>never closed", ""),
    ],
)
def test_text_is_what_a_reader_would_see(raw: str, text: str) -> None:
    assert plain(raw, 500) == text


def test_a_long_text_ends_at_a_word_with_an_ellipsis() -> None:
    assert plain("one two three four", 12) == "one two…"
    assert shortened("x" * 20, 10) == "x" * 9 + "…"


@pytest.mark.parametrize(
    "piece", ["<script", "<!--", "<a", "<p ", "&amp;", "&", "<![CDATA[", "</script ", "<br>", "> <b"]
)
def test_only_the_beginning_of_an_endless_text_is_worked_on(piece: str) -> None:
    assert len(plain(piece * 1_000_000, 500)) <= 500
    assert plain("word " * 1_000_000 + "<b>", 500).endswith("…")
    assert MOST_RAW < 1_000_000


@pytest.mark.parametrize(
    "tail",
    [
        "The post BTC jumps appeared first on Outlet.",
        "The post BTC jumps first appeared on Outlet and is written by Ann.",
        "La entrada BTC sube se publicó primero en Outlet.",
        "Der Beitrag BTC steigt erschien zuerst auf Outlet.",
        "O post BTC sobe apareceu primeiro em Outlet.",
        "L’article BTC monte est apparu en premier sur Outlet.",
        "نوشته بیت‌کوین اولین بار در میهن بلاکچین. پدیدار شد.",
    ],
)
def test_the_line_that_wordpress_adds_is_no_part_of_the_text(tail: str) -> None:
    assert without_tail(f"Volume doubled. {tail}") == "Volume doubled."
    assert without_tail("The post office takes bitcoin now.") == "The post office takes bitcoin now."


def test_folding_makes_one_of_what_reads_the_same() -> None:
    assert folded("بيت\u200cكوين") == folded("بیت کوین")
    assert folded("ＢＴＣ Straße") == folded("btc STRASSE")


markup = st.sampled_from(
    [
        "<",
        ">",
        "&",
        ";",
        "&amp;",
        "&lt;",
        "&#60;",
        "#",
        "x3c",
        "<b>",
        "</p>",
        "<script>",
        "<!--",
        "-->",
        "\u202e",
        "\u0338",
    ]
)


@given(st.one_of(st.text(), st.lists(markup | st.text(max_size=3)).map("".join)), st.integers(2, 600))
def test_cleaning_never_fails_and_leaves_nothing_to_clean(raw: str, most: int) -> None:
    text = plain(raw, most)
    assert len(text) <= most
    assert plain(text, most) == text
    text.encode("utf-8")
