"""Articles become rows of news_articles, each once, and never with a made-up date."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from crypto_pipeline.collection.normalise.context import TableRow
from crypto_pipeline.collection.normalise.news.articles import distinct_articles, normalise_articles
from crypto_pipeline.collection.normalise.news.sentiment import METHOD
from crypto_pipeline.schema.rows import Article
from crypto_pipeline.schema.tables import TABLES

MOST_CONTENT = 500

NOW = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)
DATE = "Mon, 23 Nov 2026 10:00:00 +0000"


def rows_of(*given: Article, source: str = "outlet", language: str | None = "en") -> list[TableRow]:
    rows, rejected = normalise_articles(given, source=source, language=language, fetched_at=NOW)
    assert rejected == []
    return rows


def reasons(*given: Article) -> list[str]:
    rows, rejected = normalise_articles(given, source="outlet", language="en", fetched_at=NOW)
    assert rows == []
    return [reason for _, reason in rejected]


def test_an_article_becomes_a_row_with_every_column_of_its_table_that_a_source_can_fill() -> None:
    (row,) = rows_of(
        Article(
            title="<b>Bitcoin</b> surges as SEC clears ETF ",
            url="http://www.outlet.example/a/?utm_source=rss",
            published=DATE,
            content="<p><img src='x'></p><p>Volume &amp; price rose.</p>",
            updated="2026-11-23T11:00:00Z",
            guid="g-1",
            author=" Ann ",
            categories=("Solana",),
        )
    )
    assert row == {
        "title": "Bitcoin surges as SEC clears ETF",
        "content": "Volume & price rose.",
        "source": "outlet",
        "url": "https://outlet.example/a",
        "published_at": datetime(2026, 11, 23, 10, tzinfo=timezone.utc),
        "updated_at": datetime(2026, 11, 23, 11, tzinfo=timezone.utc),
        "about_crypto": True,
        "sentiment": "positive",
        "sentiment_score": row["sentiment_score"],
        "sentiment_method": METHOD,
        "tags": "BTC,SOL,etf,regulation",
        "language": "en",
        "author": "Ann",
        "guid": "g-1",
        "date_note": None,
        "first_seen_at": NOW,
        "fetched_at": NOW,
    }
    assert {*TABLES["news_articles"].column_names} - row.keys() == {"story_id", "collected_at", "run_id"}


def test_an_article_without_a_date_has_none_and_says_so() -> None:
    (row,) = rows_of(Article("T", "https://outlet.example/a"))
    assert (row["published_at"], row["date_note"], row["first_seen_at"]) == (None, "no date", NOW)


def test_an_article_that_is_not_about_crypto_says_so_and_keeps_its_sentiment() -> None:
    (row,) = rows_of(Article("Sales of robots surge", "https://outlet.example/a", about_crypto=False))
    assert (row["about_crypto"], row["sentiment"], row["sentiment_score"]) == (False, "positive", 0.6124)
    (row,) = rows_of(Article("Firm files for NEAR ETF", "https://outlet.example/a", about_crypto=False))
    assert (row["about_crypto"], row["sentiment"], row["tags"]) == (True, "positive", "NEAR,etf")


ONCE = Article("T", "https://outlet.example/a", guid="1")


def test_an_article_that_comes_twice_is_one_row() -> None:
    again = ONCE._replace(url="https://outlet.example/a/?utm_source=x#top", guid="again-1")
    assert [row["url"] for row in rows_of(ONCE, again)] == ["https://outlet.example/a"]


def test_of_two_titles_of_one_article_the_second_is_counted_as_rejected() -> None:
    for guid in ("1", None):
        first, second = ONCE._replace(guid=guid), ONCE._replace(guid=guid, title="U")
        rows, rejected = normalise_articles([first, second], source="outlet", language="en", fetched_at=NOW)
        assert [row["title"] for row in rows] == ["T"]
        assert rejected == [(second, "its address and identity are those of another article: T")]


def test_articles_of_one_address_and_several_identities_are_rows_of_their_own_whatever_their_order() -> None:
    given = [ONCE, ONCE._replace(guid="2", title="U"), ONCE._replace(guid=None, title="V")]
    urls = {row["title"]: row["url"] for row in rows_of(*given)}
    assert urls == {
        "T": "https://outlet.example/a#6b86b273ff34fce1",
        "U": "https://outlet.example/a#d4735e3a265e16ee",
        "V": "https://outlet.example/a",
    }
    assert urls == {row["title"]: row["url"] for row in rows_of(*reversed(given))}


def test_who_repeats_others_numbers_what_is_repeated_and_so_tells_nothing_apart() -> None:
    given = [ONCE, ONCE._replace(guid="2", title="U")]
    rows, rejected = normalise_articles(given, source="finnhub", language="en", fetched_at=NOW)
    assert [(row["title"], row["url"]) for row in rows] == [("T", "https://outlet.example/a")]
    assert [article for article, _ in rejected] == given[1:]


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("/post/1", "https://outlet.example/post/1"),
        ("post/1", "https://outlet.example/news/post/1"),
        ("../post/1", "https://outlet.example/post/1"),
        ("?p=1", "https://outlet.example/news/feed?p=1"),
        ("//other.example/1", "https://other.example/1"),
        ("www.outlet.example/post/1", "https://outlet.example/post/1"),
        ("outlet.example/post/1", "https://outlet.example/post/1"),
        ("https://other.example/1", "https://other.example/1"),
    ],
)
def test_a_relative_link_is_seen_from_the_address_that_was_asked(link: str, address: str) -> None:
    asked = "https://www.outlet.example/news/feed"
    rows, _ = normalise_articles([Article("T", link)], source="outlet", language="en", fetched_at=NOW, asked=asked)
    assert [row["url"] for row in rows] == [address]


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "data:text/html,x", "mailto:a@outlet.example", "n/a", "", None]
)
def test_what_is_no_link_is_not_made_one(link: str | None) -> None:
    asked = "https://outlet.example/feed"
    rows, _ = normalise_articles(
        [Article("T", link, guid="1")], source="outlet", language="en", fetched_at=NOW, asked=asked
    )
    assert rows[0]["url"].startswith("ni:///sha-256;")


def test_without_a_usable_link_the_guid_is_the_address() -> None:
    (row,) = rows_of(Article("T", "javascript:alert(1)", guid="https://outlet.example/?p=7"))
    assert row["url"] == "https://outlet.example/?p=7"


def test_without_any_address_the_guid_or_title_and_date_tell_articles_apart() -> None:
    given = [
        Article("T", None, guid="1"),
        Article("T", None, guid="2"),
        Article("T", None, published=DATE),
        Article("U", None, published=DATE),
    ]
    urls = [row["url"] for row in rows_of(*given)]
    assert len({*urls}) == 4
    assert all(url.startswith("ni:///sha-256;") for url in urls)
    assert urls == [row["url"] for row in rows_of(*given)]
    assert {*urls}.isdisjoint(row["url"] for row in rows_of(*given, source="another"))


@pytest.mark.parametrize("title", [None, "", "  ", "<p></p>", "n/a", {}, 7])
def test_an_article_without_a_title_is_refused(title: Any) -> None:
    assert len(reasons(Article(title, "https://outlet.example/a"))) == 1


def test_an_article_that_cannot_be_told_from_others_is_refused_and_costs_only_itself() -> None:
    rows, rejected = normalise_articles(
        [Article("T", None), Article("U", "https://outlet.example/u")], source="outlet", language="en", fetched_at=NOW
    )
    assert [row["title"] for row in rows] == ["U"]
    assert rejected == [(Article("T", None), "it has neither an address nor an identity nor a date")]


def test_content_is_short_and_without_the_line_that_wordpress_adds() -> None:
    (row,) = rows_of(
        Article("T", "https://outlet.example/a", content="<p>Short.</p><p>The post T appeared first on O.</p>")
    )
    assert row["content"] == "Short."
    (row,) = rows_of(Article("T", "https://outlet.example/a", content="word " * 5000))
    assert len(row["content"]) <= MOST_CONTENT
    (row,) = rows_of(Article("T", "https://outlet.example/a", content="<p> </p>"))
    assert row["content"] is None


@pytest.mark.parametrize(
    ("source", "language"),
    [
        ("outlet", "fa"),
        ("outlet", None),
        ("chainwire", "en"),
        ("hackernews_stories", "en"),
        ("okx_announcements", "en"),
    ],
)
def test_sentiment_is_null_without_a_word_list_and_for_those_who_speak_for_themselves(
    source: str, language: str | None
) -> None:
    (row,) = rows_of(Article("Bitcoin surges", "https://outlet.example/a"), source=source, language=language)
    assert (row["sentiment"], row["sentiment_score"], row["tags"]) == (None, None, "BTC")


def test_of_one_address_at_several_sources_the_outlets_own_row_is_kept() -> None:
    url = "https://outlet.example/a"
    (repeated,) = rows_of(Article("T", url, published="Mon, 23 Nov 2026 08:00:00 GMT"), source="hackernews_stories")
    (own,) = rows_of(Article("T", url, published=DATE), source="outlet")
    (later,) = rows_of(Article("T", url), source="a_later_one")
    (other,) = rows_of(Article("T", "https://outlet.example/b"), source="outlet")
    assert distinct_articles([repeated, later, other, own]) == [own, other]


def test_a_clock_a_little_ahead_does_not_make_an_article_young() -> None:
    (row,) = rows_of(Article("T", "https://outlet.example/a", published=(NOW + timedelta(minutes=3)).isoformat()))
    assert row["published_at"] == NOW


def test_what_an_outlet_makes_long_is_kept_short() -> None:
    (row,) = rows_of(
        Article(title="t" * 400, url="https://outlet.example/a", published=DATE, guid="g" * 400, author="a" * 200)
    )
    assert (len(row["title"]), len(row["guid"]), len(row["author"])) == (300, 300, 120)
