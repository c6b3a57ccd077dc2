"""Feeds to read, short to write in a test."""

from __future__ import annotations

from crypto_pipeline.schema.rows import Article
from crypto_pipeline.sources.formats.feeds import feed

NAMESPACES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:atom="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/"'
)
ITEM = "<item><title>T</title><link>https://outlet.example/a</link></item>"


def rss(*items: str) -> bytes:
    return f'<rss version="2.0" {NAMESPACES}><channel>{"".join(items)}</channel></rss>'.encode()


def articles_in(document: str | bytes) -> list[Article]:
    return [row for row in feed(document) if isinstance(row, Article)]


def one(payload: bytes) -> Article:
    (row,) = feed(payload)
    assert isinstance(row, Article)
    return row
