"""From the body of an answer to table rows.

Belongs here: decoding bodies, running the parser, telling empty, stale, rejected and unreadable answers apart.
Does not belong here: getting the body (collection/http/client.py), the meaning of rows (collection/normalise/simple_rows.py, collection/normalise/markets.py, collection/normalise/aggregates.py, collection/normalise/transfers.py, collection/normalise/options.py, collection/normalise/books.py, collection/normalise/news/articles.py).
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain, islice
from typing import Any

from crypto_pipeline.collection import json_text
from crypto_pipeline.collection.answered_market import other_market
from crypto_pipeline.collection.answered_network import network_for_trying_out
from crypto_pipeline.collection.errors import SourceError
from crypto_pipeline.collection.normalise import aggregates, books, markets, options, simple_rows, transfers
from crypto_pipeline.collection.normalise.candle_columns import candle_columns
from crypto_pipeline.collection.normalise.context import MOST_ROWS, NormalisationContext, Normalised, TableRow
from crypto_pipeline.collection.normalise.news.articles import normalise_articles
from crypto_pipeline.foundation.counted import counted
from crypto_pipeline.schema.columns import Columns
from crypto_pipeline.schema.intervals import INTERVAL_SECONDS
from crypto_pipeline.schema.outcomes import Outcome
from crypto_pipeline.schema.rows import Article, Book, Candle, Option, Price, Quote, Row, Transfer
from crypto_pipeline.schema.tables import feed_of
from crypto_pipeline.sources.errors import PageForPeople
from crypto_pipeline.sources.formats.charsets import text_of
from crypto_pipeline.sources.kit import MALFORMED, Endpoint, ErrorInBody, Format, Payload, RequestSpec, Unreadable
from crypto_pipeline.sources.symbols import COINGECKO_IDS, Universe

_PAGE = re.compile(rb"^(?:\xef\xbb\xbf)?\s*(?:<!--.*?-->\s*)?(?:<!doctype\s+html|<html|<head|<body)", re.I | re.S)

MOST_TEXT_BYTES = 32 * 1024 * 1024
"""That the text of an answer may take in memory. One character beyond the usual planes makes each of the others take four bytes; then
an answer may be half as large as others. The largest honest answer that we know has four million characters."""
_BEYOND_THE_USUAL_PLANES = re.compile(rb"[\xf0-\xf4]|\\u[dD][89abAB]")
"""Such a character in UTF-8, or escaped in JSON."""

MOST_ENTRIES = 500_000
"""Of one answer. A quarter of an hour of the busiest chain holds 100,000 transfers."""
MOST_SECONDS = 3.0
"""Of CPU that the rows of one answer may cost, for all others wait meanwhile. The largest honest answers take half a second."""
ENTRIES_BETWEEN_LOOKS = 1_000
"""At the clock."""


def decode(body: bytes, format: Format, content_type: str = "") -> Payload:
    """The payload that a parser gets: JSON values, or the text of CSV and XML in the charset that ``content_type`` names.

    Raises SourceError for an empty body, for a page for people where data should be, for what is no JSON, and for more of it
    than can be held.
    """
    if not body.strip():
        raise SourceError(Outcome.EMPTY, "the answer has no body")
    if _PAGE.match(body[:2048]):
        raise SourceError(Outcome.BLOCKED, f"a page for people came instead of {format.upper()}")
    if len(body) * 4 > MOST_TEXT_BYTES and _has_wide_characters(body):
        raise SourceError(
            Outcome.TOO_LARGE, f"the answer has {len(body)} bytes of wide characters, too many to be held"
        )
    text = text_of(body, content_type)
    return json_text.values_of(text) if format == "json" else text


def _has_wide_characters(body: bytes) -> bool:
    """Most answers are ASCII without an escape, which takes a hundredth of the time to find out."""
    may_have = not body.isascii() or b"\\u" in body
    return may_have and _BEYOND_THE_USUAL_PLANES.search(body) is not None


USUAL_COINS = frozenset(COINGECKO_IDS)
UNREADABLE = "it cannot be read"
"""How the reason begins why an entry was rejected that the parser could not read."""


@dataclass(frozen=True, slots=True)
class Read:
    """What one answer gave."""

    normalised: Normalised
    entries: int
    """Entries of the answer, those that were not kept included."""


def parse(endpoint: Endpoint, payload: Payload, ask: RequestSpec, context: NormalisationContext) -> Read:
    """Table rows of a payload and the rows that were rejected.

    Raises SourceError when the source said that it cannot answer, and when its answer has another shape.
    """
    _require_market(endpoint, payload, ask)
    unreadable = Normalised()
    entries, began = 0, time.thread_time()

    def readable() -> Iterator[Any]:
        nonlocal entries
        for row in endpoint.parse(payload, ask):
            entries += 1
            if entries > MOST_ENTRIES:
                raise SourceError(Outcome.TOO_LARGE, f"the answer has more than {MOST_ENTRIES} entries")
            if entries % ENTRIES_BETWEEN_LOOKS == 0 and time.thread_time() - began > MOST_SECONDS:
                raise SourceError(Outcome.TOO_LARGE, f"reading the answer takes more than {MOST_SECONDS:g} s")
            if isinstance(row, Unreadable):
                unreadable.reject(endpoint.tables[0], f"{UNREADABLE}: {row.reason}", row.entry)
            else:
                yield row

    normalised = Normalised()
    try:
        for kind, rows in _by_kind(endpoint, readable()):
            normalised.extend(_NORMALISERS.get(kind, _normalise_simple)(rows, endpoint, context))
    except ErrorInBody as error:
        raise SourceError(Outcome.ERROR_IN_BODY, f"the source says: {error}") from None
    except PageForPeople as error:
        raise SourceError(Outcome.BLOCKED, f"a page for people came instead of a feed: {error}") from None
    except MALFORMED as error:
        raise SourceError(Outcome.UNPARSEABLE, f"the answer has another shape: {_said(error)}") from None
    if normalised.contradiction and not normalised.rows:
        raise SourceError(Outcome.UNPARSEABLE, normalised.contradiction)
    normalised.extend(unreadable)
    return Read(normalised, entries)


def _require_market(endpoint: Endpoint, payload: Payload, ask: RequestSpec) -> None:
    """Raises SourceError, UNPARSEABLE, for an answer that names a test network, or another market than the one asked for."""
    if network := network_for_trying_out(payload):
        raise SourceError(Outcome.UNPARSEABLE, f"the answer is of {network!r}, a network for trying out")
    if other := other_market(payload, ask, endpoint.provider):
        raise SourceError(Outcome.UNPARSEABLE, f"the answer is about {other[:60]!r}, which was not asked for")


def objection_to(endpoint: Endpoint, read: Read, context: NormalisationContext) -> SourceError | None:
    """Why an answer is no success although it could be read: it is empty, stale, or none of its rows was believed.

    Where fewer coins are tracked than usual, objection_with_usual_coins() has the last word.
    """
    normalised = read.normalised
    rows, rejected = normalised.rows, normalised.rejected_count
    nothing_believed = rejected and not (endpoint.answer.may_be_empty and read.entries > rejected)
    if not rows and nothing_believed:
        if normalised.stale_count * 2 > rejected:
            why = next((f"; {one.reason}" for one in normalised.rejected if one.stale), "")
            verb = "is" if normalised.stale_count == 1 else "are"
            said = f"{normalised.stale_count} of {counted(rejected, 'row')} {verb} too old{why}"
            return SourceError(Outcome.STALE, said, clock_off=normalised.clock_off)
        first = normalised.rejected[0].reason
        all_of_them = (
            "the only row was rejected" if rejected == 1 else f"all {rejected:,} rows were rejected; the first"
        )
        said = f"{all_of_them}: {first}"
        return SourceError(Outcome.UNPARSEABLE, said, clock_off=normalised.clock_off)
    if not rows and not endpoint.answer.may_be_empty:
        found = f"none of its {counted(read.entries, 'entry', 'entries')} is of a tracked coin"
        entries = found if read.entries else "it has no entries"
        return SourceError(Outcome.EMPTY, f"the answer holds nothing to keep: {entries}")
    for table, (newest, limit) in _newest_of(endpoint, read).items():
        too_old = context.fetched_at - newest - limit
        if too_old > timedelta(0):
            said = f"its newest row for {table} is of {newest:%Y-%m-%d %H:%M} UTC"
            return SourceError(Outcome.STALE, said, clock_off=too_old)
    return None


def objection_with_usual_coins(
    endpoint: Endpoint, payload: Payload, ask: RequestSpec, context: NormalisationContext, objection: SourceError
) -> SourceError | None:
    """What is to be said against an answer without a row where fewer coins are tracked than usual: what would be if those were.

    Who tracks one coin has a hundred sources that do not have it, or in which nobody trades it: that is nobody's failure.
    """
    if context.universe.symbols is None or context.universe.symbols >= USUAL_COINS:
        return objection  # it is the usual coins that it has nothing of
    usual = replace(context, universe=Universe(context.universe.symbols | USUAL_COINS))
    try:
        return objection_to(endpoint, parse(endpoint, payload, ask, usual), usual)
    except SourceError:
        return objection


def fresh_until(endpoint: Endpoint, read: Read) -> datetime | None:
    """Until when it is no fault that a source has nothing newer than this answer; None for what cannot grow stale."""
    return min((newest + limit for newest, limit in _newest_of(endpoint, read).values()), default=None)


def _newest_of(endpoint: Endpoint, read: Read) -> dict[str, tuple[datetime, timedelta]]:
    """Of each table that can grow stale the time of the newest row, and how old that may be."""
    found: dict[str, tuple[datetime, timedelta]] = {}
    for table, made in read.normalised.rows.items():
        limit = _stale_after(endpoint, table)
        if limit and made:
            found[table] = (_newest(table, made), limit)
    return found


def _stale_after(endpoint: Endpoint, table: str) -> timedelta | None:
    """How old the newest row of an answer may be: as the endpoint says, else as the table does."""
    if endpoint.answer.stale_after_minutes:
        return timedelta(minutes=endpoint.answer.stale_after_minutes)
    return feed_of(table).stale_after


def _by_kind(endpoint: Endpoint, rows: Iterator[Any]) -> Iterable[tuple[type[Row], Iterable[Any]]]:
    """Rows by type. One type is passed on as it streams, because a chain's transfers are too many to hold."""
    if len(endpoint.rows) == 1:
        return [(endpoint.rows[0], rows)]
    sorted_out: dict[type[Row], list[Any]] = {}
    for row in rows:
        sorted_out.setdefault(type(row), []).append(row)
    return sorted_out.items()


def _newest(table: str, made: Sequence[TableRow]) -> datetime:
    """The time of the newest row."""
    column = feed_of(table).time_column
    if isinstance(made, Columns):  # of one series, see candle_columns()
        moments = made.expanded(column)
        made = [made[moments.index(max(moments))]]
    return max(_time_of(row, column) for row in made)


def _time_of(row: TableRow, column: str) -> datetime:
    """Up to when a row speaks: an article's publication, the end of a candle, the time of the data."""
    moment: datetime | None = row[column]
    length = INTERVAL_SECONDS.get(row.get("interval", ""), 0)
    return (moment or row["fetched_at"]) + timedelta(seconds=length)


def _normalise_articles(rows: Iterable[Article], endpoint: Endpoint, context: NormalisationContext) -> Normalised:
    made, rejected = normalise_articles(
        rows,
        source=endpoint.provider.source,
        language=endpoint.answer.language,
        fetched_at=context.fetched_at,
        asked=endpoint.url() if endpoint.answer.format == "xml" else "",
    )
    normalised = Normalised({"news_articles": made} if made else {})
    for row, reason in rejected:
        normalised.reject("news_articles", reason, row)
    return normalised


def _normalise_candles(rows: Iterable[Candle], endpoint: Endpoint, context: NormalisationContext) -> Normalised:
    """As columns where all of them are beyond doubt, else row by row."""
    rows = iter(rows)
    first = list(islice(rows, MOST_ROWS + 1))
    columns = candle_columns(first, endpoint.provider, context)
    if columns is not None:
        return Normalised({columns.table: columns})
    return _normalise_simple(chain(first, rows), endpoint, context)


def _normalise_simple(rows: Iterable[Row], endpoint: Endpoint, context: NormalisationContext) -> Normalised:
    return simple_rows.normalise_simple_rows(rows, endpoint.provider, context)


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:200]


_NORMALISERS: Mapping[type[Row], Callable[[Iterable[Any], Endpoint, NormalisationContext], Normalised]] = {
    Quote: lambda rows, endpoint, context: markets.normalise_quotes(rows, endpoint.provider, context),
    Price: lambda rows, endpoint, context: aggregates.normalise_prices(rows, endpoint.provider, context),
    Transfer: lambda rows, endpoint, context: transfers.normalise_transfers(rows, endpoint.provider, context),
    Option: lambda rows, endpoint, context: options.normalise_options(rows, endpoint.provider, context),
    Book: lambda rows, endpoint, context: books.normalise_books(rows, endpoint.provider, context),
    Article: _normalise_articles,
    Candle: _normalise_candles,
}
"""Kinds that need more than a conversion; all others are simple."""
