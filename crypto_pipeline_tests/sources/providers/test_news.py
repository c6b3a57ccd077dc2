"""The family of outlets, and what is special about single ones."""

from __future__ import annotations

from datetime import datetime, timezone

from crypto_pipeline.schema.rows import Article
from crypto_pipeline.sources.kit import Context
from crypto_pipeline.sources.providers.blockbeats import blockbeats
from crypto_pipeline.sources.providers.google_news import search
from crypto_pipeline.sources.providers.hackernews_stories import hackernews_stories
from crypto_pipeline.sources.providers.news_feeds import OUTLETS, feed_about_crypto, feed_marked, news_feeds
from crypto_pipeline.sources.symbols import Universe


def test_every_outlet_is_declared_once_with_an_address_of_its_own() -> None:
    assert (
        len({outlet.name for outlet in OUTLETS}) == len({(o.url, *o.params.items()) for o in OUTLETS}) == len(OUTLETS)
    )
    assert [provider.endpoints[0].id for provider in news_feeds] == [f"{outlet.name}.feed" for outlet in OUTLETS]


def test_path_and_query_of_an_outlet_are_kept_apart() -> None:
    (coinpost,) = (provider.endpoints[0] for provider in news_feeds if provider.name == "coinpost")
    assert (coinpost.url(), coinpost.request.params, coinpost.answer.language) == (
        "https://coinpost.jp/",
        {"feed": "rss2"},
        "ja",
    )


def test_of_an_outlet_with_other_subjects_only_what_is_about_crypto_is_taken() -> None:
    titles = ["Bank fined", "Paper on payment stablecoins", "Grain contracts", "Settlement with CoinCo"]
    items = "".join(f"<item><title>{title}</title></item>" for title in titles)
    about = "<item><title>Warning</title><description>of virtual currency schemes</description></item>"
    document = f"<rss><channel>{items}{about}</channel></rss>".encode()
    assert [row.title for row in feed_about_crypto(document) if isinstance(row, Article)] == [
        "Paper on payment stablecoins",
        "Warning",
    ]


def test_of_an_outlet_that_writes_about_other_things_too_all_is_taken_and_the_rest_is_marked() -> None:
    titles = [
        "Bitcoin climbs",
        "A robot that folds shirts",
        "Cardano turns nine",
        "The year in films",
        "Tron: a review",
    ]
    items = "".join(f"<item><title>{title}</title></item>" for title in titles)
    broken = "<item><title><b>open</title></item>"
    rows = list(feed_marked(f"<rss><channel>{items}{broken}</channel></rss>".encode()))
    assert [row.about_crypto for row in rows if isinstance(row, Article)] == [True, False, True, False, False]
    assert len(rows) == len(titles) + 1


def test_what_an_outlet_writes_about_is_declared_in_one_way() -> None:
    assert [outlet.name for outlet in OUTLETS if outlet.mixed and outlet.wide] == []
    assert {"decrypt", "cryptopolitan"} <= {outlet.name for outlet in OUTLETS if outlet.wide}


def test_hacker_news_is_asked_once_a_word_for_the_last_two_days() -> None:
    now = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)
    requests = hackernews_stories.endpoints[0].requests_in(Context(Universe(), now))
    assert [ask.params["query"] for ask in requests] == ["bitcoin", "ethereum", "crypto"]
    assert {ask.params["numericFilters"] for ask in requests} == {f"created_at_i>{int(now.timestamp()) - 2 * 86400}"}


def test_the_language_of_the_chinese_feed_is_chosen_by_a_header() -> None:
    assert blockbeats.headers == {"language": "cn"}


def test_the_outlet_is_taken_off_the_title_that_google_news_gives() -> None:
    item = "<item><title>Ether - a guide - Northwire</title><link>https://news.google.com/rss/articles/1</link></item>"
    (article,) = search(f"<rss><channel>{item}</channel></rss>".encode())
    assert isinstance(article, Article)
    assert (article.title, article.author, article.content) == ("Ether - a guide", "Northwire", None)
