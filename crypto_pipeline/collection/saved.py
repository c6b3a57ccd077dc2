"""What a saved answer becomes: the same reading as in a collection, without asking anybody.

Belongs here: reading a body that somebody kept, for ``crypto-pipeline parse`` and for the recordings of the tests.
Does not belong here: which request it answers (collection/answered_request.py), the limits of a collection; a saved answer shows every coin, every transfer and any age.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timezone
from types import MappingProxyType
from typing import Any, NamedTuple

from crypto_pipeline.collection import reading
from crypto_pipeline.collection.answered_request import answered_request
from crypto_pipeline.collection.backfill.series import seconds_between
from crypto_pipeline.collection.endpoint_order import too_often_marks
from crypto_pipeline.collection.errors import SourceError
from crypto_pipeline.collection.http import failures
from crypto_pipeline.collection.http.too_often import says_too_often
from crypto_pipeline.collection.normalise.context import NormalisationContext, Normalised
from crypto_pipeline.schema.outcomes import Outcome
from crypto_pipeline.schema.tables import feed_of
from crypto_pipeline.sources.kit import Endpoint, Payload, RequestSpec, Span, page_request
from crypto_pipeline.sources.symbols import Universe

NO_RATES: Mapping[str, float] = MappingProxyType({})


class TimeRange(NamedTuple):
    """The time that a page of history was asked for."""

    since: datetime | None = None
    until: datetime | None = None
    """The first moment that is not wanted any more."""

    def holds(self, at: datetime) -> bool:
        """Whether a moment lies in it: not before its beginning, and before its end."""
        return (self.since is None or at >= self.since) and (self.until is None or at < self.until)


ANY_TIME = TimeRange()


class Saved(NamedTuple):
    """What a saved answer becomes."""

    read: reading.Read
    guesses: tuple[str, ...]
    """What was not said and had to be taken for something, a sentence each."""


def read_saved(
    endpoint: Endpoint,
    body: bytes,
    at: datetime,
    label: str | None = None,
    usd_per_unit: Mapping[str, float] = NO_RATES,
) -> reading.Read:
    """Rows and rejected rows of a saved body, as if it had arrived at ``at``.

    :param label: which of the endpoint's requests it answers ("ETH 1d"); left out, the one whose market it names, in the
        interval that its candles have.
    :param usd_per_unit: dollars for a unit of a money, for markets whose answer does not say it.
    :raises SourceError: no collection could use the body either.
    :raises KeyError: the endpoint has no request of that label.
    """
    return parse_saved(endpoint, body, at, label, usd_per_unit).read


def parse_saved(
    endpoint: Endpoint,
    body: bytes,
    at: datetime,
    label: str | None = None,
    usd_per_unit: Mapping[str, float] = NO_RATES,
    wanted: TimeRange = ANY_TIME,
) -> Saved:
    """The same, with what was guessed.

    With a time range it is a page of history: all that it holds is read, and not only what is new; rows outside it are
    rejected, for no page holds them.

    :raises SourceError: no collection could use the body either.
    :raises KeyError: the endpoint has no request of that label.
    """
    if says_too_often(body, too_often_marks(endpoint)):
        raise failures.too_often(endpoint.host, 200, failures.excerpt(body, "text/plain"))
    payload = reading.decode(body, endpoint.answer.format)
    context = NormalisationContext(at, Universe(None), usd_per_unit, whale_usd=0, any_age=True)
    if wanted == ANY_TIME:
        return _read(endpoint, payload, context, at, label)
    read, guesses = _read(endpoint, payload, context, wanted.until or at, label, wanted)
    return Saved(replace(read, normalised=_within(wanted, read.normalised)), guesses)


def _read(
    endpoint: Endpoint,
    payload: Payload,
    context: NormalisationContext,
    at: datetime,
    label: str | None,
    wanted: TimeRange | None = None,
) -> Saved:
    """A saved payload read; one answer of several that are read together by itself, where the others are not needed."""
    names = [one.name for one in endpoint.request.sub_requests]
    if not names or (isinstance(payload, dict) and not payload.keys().isdisjoint(names)):
        request = answered_request(endpoint, payload, at, label)
        spec = _of_the_past(endpoint, request.spec, wanted, at) if wanted else request.spec
        return Saved(reading.parse(endpoint, payload, spec, context), request.guesses)
    failure: SourceError | None = None
    refused: Saved | None = None
    for name in names:
        try:
            request = answered_request(endpoint, {name: payload}, at, label)
            read = reading.parse(endpoint, {name: payload}, request.spec, context)
        except SourceError as error:
            failure = failure or error
            continue
        saved = Saved(read, (*request.guesses, f"it is one of several answers; read as that to {name!r} alone"))
        if read.normalised.rows:
            return saved
        if any(not one.reason.startswith(reading.UNREADABLE) for one in read.normalised.rejected):
            refused = refused or saved
    if refused:
        return refused
    answers = ", ".join(f'"{name}": ...' for name in names[:3])
    if failure and any(f"KeyError: {name!r}" in str(failure) for name in names):
        why = f"it is one of several answers, and cannot be read without the others, {{{answers}}}"
        raise SourceError(Outcome.UNPARSEABLE, why) from None
    raise failure or SourceError(Outcome.EMPTY, f"it is none of the answers that are read together, {{{answers}}}")


def _of_the_past(endpoint: Endpoint, spec: RequestSpec, wanted: TimeRange, at: datetime) -> RequestSpec:
    """The request for a page of history, where the endpoint has one: some parsers read only the newest of other answers."""
    history = endpoint.history
    if history is None:
        return spec
    since = wanted.since or datetime.fromisoformat(history.since).replace(tzinfo=timezone.utc)
    span = Span(int(since.timestamp()), int((wanted.until or at).timestamp()))
    return page_request(history, spec, span, seconds_between(history, spec))


def _within(wanted: TimeRange, normalised: Normalised) -> Normalised:
    kept = Normalised()
    for table, rows in normalised.rows.items():
        for row in rows:
            if wanted.holds(row.get(feed_of(table).time_column) or row["fetched_at"]):
                kept.add(table, row)
            else:
                kept.reject(table, "it is of a time outside the window that was asked for", row)
    kept.extend(Normalised(rejected=normalised.rejected, rejected_count=normalised.rejected_count))
    return kept


def kept(read: reading.Read, universe: Universe, whale_usd: float) -> int:
    """How many of the rows are of tracked coins and large enough, and so would be stored."""

    def is_kept(row: dict[str, Any]) -> bool:
        if "amount_usd" in row:
            return bool((row["amount_usd"] or 0) >= whale_usd)
        return "symbol" not in row or row["symbol"] in universe

    return sum(is_kept(row) for rows in read.normalised.rows.values() for row in rows)


def lines(read: reading.Read) -> Iterator[dict[str, Any]]:
    """One flat object a row: its table, then its columns."""
    for table, rows in read.normalised.rows.items():
        for row in rows:
            yield {"table": table, **row}
