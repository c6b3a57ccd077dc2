"""What a saved answer becomes: the same reading as in a collection, without asking anybody.

Belongs here: reading a body that somebody kept, for ``crypto-pipeline parse`` and for the recordings of the tests.
Does not belong here: the limits of a collection; a saved answer shows every coin, every transfer and any age.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import pairwise
from types import MappingProxyType
from typing import Any

from crypto_pipeline.collection import reading
from crypto_pipeline.collection.normalise.context import NormalisationContext
from crypto_pipeline.collection.normalise.values import moment
from crypto_pipeline.schema.intervals import INTERVAL_SECONDS
from crypto_pipeline.schema.rows import Candle
from crypto_pipeline.sources.kit import MALFORMED, Context, Endpoint, ErrorInBody, Payload, RequestSpec
from crypto_pipeline.sources.symbols import Universe

NO_RATES: Mapping[str, float] = MappingProxyType({})


def read_saved(
    endpoint: Endpoint,
    body: bytes,
    at: datetime,
    ask_label: str | None = None,
    usd_per_unit: Mapping[str, float] = NO_RATES,
) -> reading.Read:
    """Rows and refused rows of a saved body, as if it had arrived at ``at``.

    ``ask_label`` says which of the endpoint's requests it answers ("ETH 1d"); left out, it is the first one, in the
    interval that the candles themselves have. ``usd_per_unit`` turns markets in local money into dollars that the answer
    itself has no rate for. Raises SourceError for a body that no collection could use either, and
    KeyError for a label that the endpoint does not have.
    """
    payload = reading.decode(body, endpoint.answer.format)
    around = NormalisationContext(at, Universe(None), usd_per_unit, whale_usd=0, any_age=True)
    return reading.parse(endpoint, payload, ask_of(endpoint, payload, at, ask_label), around)


def kept(read: reading.Read, universe: Universe, whale_usd: float) -> int:
    """How many of the rows are of tracked coins and large enough, and so would be stored."""

    def is_kept(row: dict[str, Any]) -> bool:
        if "amount_usd" in row:
            return bool((row["amount_usd"] or 0) >= whale_usd)
        return "symbol" not in row or row["symbol"] in universe

    return sum(is_kept(row) for rows in read.normalised.rows.values() for row in rows)


def ask_labels(endpoint: Endpoint, at: datetime) -> list[str]:
    """The labels of an endpoint's requests."""
    return [ask.label for ask in endpoint.requests_in(Context(Universe(), at, tuple(INTERVAL_SECONDS)))]


def ask_of(endpoint: Endpoint, payload: Payload, at: datetime, label: str | None) -> RequestSpec:
    """The request that a saved payload answers."""
    requests = endpoint.requests_in(Context(Universe(), at, tuple(INTERVAL_SECONDS)))
    if label is not None:
        return {ask.label: ask for ask in requests}[label]
    if endpoint.rows != (Candle,):
        return requests[0]
    try:
        interval = _spacing(endpoint, payload, requests[0])
    except (*MALFORMED, ErrorInBody):
        return requests[0]  # no candles at all; the reading itself says what is wrong
    return next((ask for ask in requests if ask.values.get("interval") == interval), requests[0])


def lines(read: reading.Read) -> Iterator[dict[str, Any]]:
    """One flat object a row: its table, then its columns."""
    for table, rows in read.normalised.rows.items():
        for row in rows:
            yield {"table": table, **row}


def _spacing(endpoint: Endpoint, payload: Payload, ask: RequestSpec) -> str | None:
    """The interval that the opening times of candles have among themselves."""
    opened = sorted(
        {
            time.timestamp()
            for row in endpoint.parse(payload, ask)
            if isinstance(row, Candle) and (time := moment(row.timestamp)) is not None
        }
    )
    steps = [later - earlier for earlier, later in pairwise(opened)]
    return {float(seconds): name for name, seconds in INTERVAL_SECONDS.items()}.get(min(steps, default=0))
