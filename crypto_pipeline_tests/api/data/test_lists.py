"""News, metrics and transfers: what is told of them and how they are narrowed."""

from __future__ import annotations

import pytest

from crypto_pipeline_tests.api.data.asking import Data
from crypto_pipeline_tests.api.data.rows import article, at, consensus, metric, transfer


def titles(data: Data, question: str = "") -> list[str]:
    return [one["title"] for one in data.get(f"news?{question}")["news"]]


def test_articles_are_told_as_they_are_stored(past: Data) -> None:
    columns = (
        "title, content, source, published_at, first_seen_at, sentiment, sentiment_score, language, author, story_id"
    )
    stored = past.sql(
        f"SELECT {columns} FROM news_articles ORDER BY coalesce(published_at, first_seen_at) DESC, url LIMIT 50"
    )
    assert len(stored) == 50
    rows = past.get("news?limit=50")["news"]
    assert [{name: one[name] for name in stored[0]} for one in rows] == stored


def test_an_article_without_a_time_of_its_own_counts_from_when_it_was_seen(data: Data) -> None:
    data.store(
        news_articles=[
            article(1, at(hours=-2)),
            article(2, at(hours=-1), published_at=None),
            article(3, at(hours=-3), first_seen_at=at()),
        ]
    )
    assert titles(data) == ["Title 2", "Title 1", "Title 3"]


def test_only_an_address_that_a_browser_may_follow_is_told(data: Data) -> None:
    urls = ["https://a.example/1", "http://a.example/2", "ni:///sha-256;abc", "javascript:alert(1)", "data:text/html,x"]
    data.store(news_articles=[article(number, url=url) for number, url in enumerate(urls)])
    links = {one["title"]: one["url"] for one in data.get("news")["news"]}
    assert links == {f"Title {number}": url if url.startswith("http") else None for number, url in enumerate(urls)}


def test_news_are_narrowed_by_each_of_their_marks(data: Data) -> None:
    data.store(
        news_articles=[
            article(1, language="zh-Hans", tags="BTC,etf", title="Größe"),
            article(2, language="zh", tags="BTCX", sentiment="positive"),
            article(3, language="en", source="gazette", tags=None, title="100% sure"),
            article(4, language="fa", title="قیمت بیت‌کوین"),
        ]
    )
    assert titles(data, "language=zh") == ["Größe", "Title 2"]
    assert titles(data, "language=zh-Hans") == ["Größe"]
    assert titles(data, "tag=btc") == ["Größe"]
    assert titles(data, "sentiment=positive") == ["Title 2"]
    assert titles(data, "source=gazette") == ["100% sure"]
    assert titles(data, "q=GRÖSSE") == []
    assert titles(data, "q=größe") == ["Größe"]
    assert titles(data, "q=%25") == ["100% sure"]
    assert titles(data, "q=بیت") == ["قیمت بیت‌کوین"]
    assert titles(data, "q=_") == []
    assert titles(data, "language=en&tag=btc") == []
    data.refusal("news?sentiment=glad", 422)


def test_news_about_crypto_are_told_from_those_of_other_things(data: Data) -> None:
    data.store(
        news_articles=[
            article(1, about_crypto=True, title="coin"),
            article(2, about_crypto=False, title="film"),
            article(3, about_crypto=None, title="old"),
        ]
    )
    assert titles(data, "about_crypto=true") == ["coin", "old"]
    assert titles(data, "about_crypto=false") == ["film"]
    assert titles(data, "") == ["coin", "film", "old"]
    assert [one["about_crypto"] for one in data.get("news")["news"]] == [True, False, None]


def test_tags_are_a_list_and_languages_are_counted_over_the_last_week(data: Data) -> None:
    data.store(
        news_articles=[
            article(1, tags="BTC,etf"),
            article(2),
            article(3, at(days=-8)),
            article(4, language="fa"),
            article(5, language=None),
        ]
    )
    answer = data.get("news?language=fa")
    assert answer["languages"] == [{"language": "en", "articles": 2}, {"language": "fa", "articles": 1}]
    assert {one["title"]: one["tags"] for one in data.get("news")["news"]}["Title 1"] == ["BTC", "etf"]


def test_a_metric_is_told_over_time_as_it_is_stored(past: Data) -> None:
    stored = past.sql(
        "SELECT metric_name, value, unit, classification, timestamp, source FROM sentiment_metrics "
        "WHERE metric_name = 'fear_greed_index' ORDER BY timestamp DESC, source LIMIT 50"
    )
    assert past.get("metrics?name=fear_greed_index&limit=50")["metrics"] == stored
    assert len(stored) == 50


def test_without_a_name_the_newest_of_each_metric_and_source_is_told(past: Data) -> None:
    stored = past.sql(
        "SELECT metric_name, value, unit, classification, timestamp, source FROM sentiment_metrics "
        "QUALIFY row_number() OVER (PARTITION BY metric_name, source ORDER BY timestamp DESC) = 1 ORDER BY metric_name, source"
    )
    assert past.get("metrics?limit=1000")["metrics"] == stored
    assert len(stored) > 10


def test_metrics_are_narrowed_by_source_and_time(data: Data) -> None:
    data.store(
        sentiment_metrics=[
            metric("fear", "a", 1.0),
            metric("fear", "b", 2.0, at(days=-1)),
            metric("fear", "b", 3.0, at(days=-2)),
            metric("stars", "b", 4.0, at(days=-20)),
        ]
    )

    def values(question: str) -> list[float]:
        return [one["value"] for one in data.get(f"metrics?{question}")["metrics"]]

    assert values("name=fear") == [1.0, 2.0, 3.0]
    assert values("name=fear&source=b") == [2.0, 3.0]
    assert values("name=fear&from=2026-11-22T12:00&to=2026-11-23T12:00") == [3.0]
    assert values("") == [1.0, 2.0]
    assert values("source=b&from=2026-01-01") == [2.0, 4.0]
    assert values("to=2026-11-23") == [3.0]
    assert values("name=nothing") == []


def test_transfers_are_told_as_they_are_stored(past: Data) -> None:
    columns = (
        "blockchain, transaction_hash, event_index, from_address, to_address, symbol, amount, amount_usd, price_source, "
        "block_number, timestamp, source"
    )
    stored = past.sql(
        f"SELECT {columns} FROM whale_transactions ORDER BY timestamp DESC, blockchain, transaction_hash, event_index LIMIT 100"
    )
    assert past.get("transfers?limit=100")["transfers"] == stored
    assert len(stored) == 100


def test_transfers_are_narrowed_by_chain_coin_and_worth(data: Data) -> None:
    data.store(
        whale_transactions=[
            transfer(1, at(minutes=-1)),
            transfer(2, at(minutes=-2), amount_usd=5e6),
            transfer(3, at(minutes=-3), amount_usd=None),
            transfer(4, at(minutes=-4), blockchain="tron", symbol="USDT", amount_usd=5e6),
        ]
    )

    def numbers(question: str) -> list[int]:
        return [int(one["transaction_hash"], 16) for one in data.get(f"transfers?{question}")["transfers"]]

    assert numbers("") == [1, 2, 3, 4]
    assert numbers("min_usd=5000000") == [2, 4]
    assert numbers("min_usd=0") == [1, 2, 4]
    assert numbers("blockchain=tron") == [4]
    assert numbers("symbol=btc&min_usd=1e6") == [2]


@pytest.mark.parametrize(
    "question",
    [
        "transfers?min_usd=-1",
        "transfers?min_usd=nan",
        "transfers?min_usd=inf",
        "transfers?limit=501",
        "news?limit=201",
        "metrics?limit=1001",
        "consensus?limit=2001",
        "news?q=" + "x" * 101,
        "overview?symbol=BTC",
    ],
)
def test_what_is_out_of_bounds_is_refused(question: str, data: Data) -> None:
    data.refusal(question, 422)


@pytest.mark.parametrize("text", ["%00", "%FF", "'; DROP TABLE alerts; --", "%F0%9F%92%A9", "\\", "%25%5F"])
@pytest.mark.parametrize(
    "question",
    [
        "news?q=",
        "news?tag=",
        "transfers?blockchain=",
        "sources?q=",
        "metrics?name=",
        "derivatives?symbol=",
        "funding?source=",
        "chain-metrics?name=",
        "options?source=",
        "listings?source=",
        "liquidations?source=",
        "books?source=",
        "macro?series=",
    ],
)
def test_no_text_does_harm(question: str, text: str, past: Data) -> None:
    assert past.ask(f"{question}{text}").status_code == 200


def test_every_consensus_is_told_as_it_is_stored(past: Data) -> None:
    stored = past.sql(
        "SELECT symbol, price_usd, sources, lowest_usd, highest_usd, spread_percent, price_change_24h, timestamp, run_id "
        "FROM consensus_prices WHERE symbol = 'ETH' ORDER BY timestamp DESC LIMIT 200"
    )
    rows = past.get("consensus?symbol=ETH")["consensus"]
    assert [{name: one[name] for name in stored[0]} for one in rows] == stored
    assert len(stored) == 200


def test_a_range_of_consensus_ends_before_its_end(data: Data) -> None:
    data.store(consensus_prices=[consensus("BTC", float(hour), at(hours=-hour)) for hour in range(4)])
    rows = data.get("consensus?from=2026-11-24T10:00&to=2026-11-24T12:00")["consensus"]
    assert [one["price_usd"] for one in rows] == [1.0, 2.0]
