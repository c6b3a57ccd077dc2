"""News: the tables.

Belongs here: articles.
Does not belong here: what people feel, as numbers (schema/tables/sentiment.py).
"""

from __future__ import annotations

from datetime import timedelta

from crypto_pipeline.schema.declare import FLAG, REAL, TEXT, TIME, Column, Feed, Group, Table
from crypto_pipeline.schema.rows import Article
from crypto_pipeline.schema.tables.shared import FETCHED

NEWS = Group("news", "News")

NEWS_ARTICLES = Table(
    "news_articles",
    NEWS,
    "An article, once, whoever repeats it.",
    key=("url",),
    newer_by="fetched_at",
    feed=Feed(
        cadence=15,
        rows=(Article,),
        time_column="published_at",
        arrival_column="first_seen_at",
        usual_age=timedelta(hours=12),
        stale_after=timedelta(days=30),
    ),
    columns=(
        Column("title", TEXT, "Headline, as plain text"),
        Column("content", TEXT, "Summary as plain text, at most 500 characters"),
        Column("source", TEXT, "The outlet whose copy is kept", keep_first=True),
        Column(
            "url",
            TEXT,
            "Canonical address: https, no tracking parameters; ni:///sha-256 of the identity where it has none",
        ),
        Column(
            "published_at",
            TIME,
            "When the outlet says it was published; NULL when it does not say or cannot be right",
        ),
        Column("updated_at", TIME, "When the outlet says it was last edited"),
        Column(
            "about_crypto",
            FLAG,
            "False for an article that does not mention crypto, of an outlet that writes about other things too",
        ),
        Column("sentiment", TEXT, "positive, neutral or negative by word list; NULL where no list fits the language"),
        Column("sentiment_score", REAL, "The word list's score", "-1 to 1"),
        Column("sentiment_method", TEXT, "Word list and version that the sentiment comes from"),
        Column("tags", TEXT, "Coins and topics named, sorted, separated by commas: BTC,ETH,etf"),
        Column("language", TEXT, "Language of the outlet, as a BCP 47 code"),
        Column("author", TEXT, "Author, where given"),
        Column("guid", TEXT, "The outlet's own identity of the article"),
        Column(
            "story_id",
            TEXT,
            "The same for articles that seem to tell the same story; a soft guess",
            keep_first=True,
        ),
        Column("date_note", TEXT, "What had to be assumed about published_at: no zone, an unknown zone, in the future"),
        Column("first_seen_at", TIME, "When it was first collected", keep_first=True),
        *FETCHED,
    ),
)
