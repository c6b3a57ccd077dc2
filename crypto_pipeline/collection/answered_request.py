"""Which of an endpoint's requests a saved answer answers, and what of that is a guess.

Belongs here: the coin that an answer names, the interval that its candles have, and sentences for what neither says.
Does not belong here: reading the answer (collection/saved.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from itertools import chain, islice
from math import gcd
from typing import NamedTuple

from crypto_pipeline.collection.answered_market import markets_named_in, plain_name
from crypto_pipeline.collection.errors import SourceError
from crypto_pipeline.collection.normalise.values import moment
from crypto_pipeline.schema.intervals import INTERVAL_SECONDS
from crypto_pipeline.schema.outcomes import Outcome
from crypto_pipeline.schema.rows import Candle
from crypto_pipeline.sources.formats.candles import steps_between
from crypto_pipeline.sources.kit import (
    MALFORMED,
    ONE_REQUEST,
    Context,
    Endpoint,
    ErrorInBody,
    Payload,
    RequestSpec,
    RequestSpecs,
)
from crypto_pipeline.sources.symbols import Universe

TEXTS_LOOKED_AT = 2_000
"""Names of markets stand at the beginning of an answer, or beside each of its rows."""
SHORTEST_NAME = 3
"""Characters that a name must have to be looked for: "S" and "1" stand everywhere."""


class AnsweredRequest(NamedTuple):
    """The request that a saved answer is read as the answer to."""

    spec: RequestSpec
    guesses: tuple[str, ...] = ()
    """What the answer does not say of it and was taken nevertheless, a sentence each."""


def request_labels(endpoint: Endpoint, at: datetime) -> list[str]:
    """The labels of an endpoint's requests."""
    return [spec.label for spec in _requests(_asked(endpoint, at))]


def answered_request(endpoint: Endpoint, payload: Payload, at: datetime, label: str | None = None) -> AnsweredRequest:
    """The request that a saved payload answers.

    KeyError for a label that the endpoint does not have; SourceError for candles that lie as far apart as none of ours do, and
    for candles of a market that the answer names and no request asks for.
    """
    asked = _asked(endpoint, at)
    requests = _requests(asked)
    if label is not None:
        return AnsweredRequest({spec.label: spec for spec in requests}[label])
    if len(requests) == 1:
        return AnsweredRequest(requests[0])
    guesses: list[str] = []
    interval = _interval(endpoint, payload, requests, guesses) if Candle in endpoint.rows else None
    possible = _possible(asked, interval)
    in_payload = _names_in(payload)
    named = [spec for spec, names in possible if names & in_payload]
    if Candle in endpoint.rows and not named and (other := next(markets_named_in(payload), None)):
        raise SourceError(Outcome.UNPARSEABLE, f"its candles are of {other}, and none of its requests is for that")
    answered = named[0] if named else possible[0][0]
    if len(possible) > 1 and len(named) != 1:
        guesses.append(f"it does not say which request it answers; read as {answered.label!r}, --ask says which")
    return AnsweredRequest(answered, tuple(guesses))


class _Asked(NamedTuple):
    """What an endpoint is asked at a moment: all that its requests depend on."""

    requests: RequestSpecs | None
    at: datetime
    has_candles: bool
    has_past: bool


def _asked(endpoint: Endpoint, at: datetime) -> _Asked:
    return _Asked(endpoint.requests, at, Candle in endpoint.rows, endpoint.history is not None)


_KEPT = 8
"""Who reads one answer of an endpoint often reads hundreds, and its requests are made once."""


@lru_cache(maxsize=_KEPT)
def _requests(asked: _Asked) -> tuple[RequestSpec, ...]:
    """Those of a collection, and of candles those too that are asked for their past alone."""
    if asked.requests is None:
        return ONE_REQUEST
    context = Context(Universe(), asked.at, tuple(INTERVAL_SECONDS))
    usual = tuple(asked.requests(context))
    if not (asked.has_candles and asked.has_past):
        return usual
    known = {spec.label for spec in usual}
    return (
        *usual,
        *(spec for spec in asked.requests(replace(context, on_purpose=True)) if spec.label not in known),
    )


@lru_cache(maxsize=_KEPT)
def _possible(asked: _Asked, interval: str | None) -> tuple[tuple[RequestSpec, set[str]], ...]:
    """The requests that candles of this interval can answer, or whatever is no candle; each with what it alone is called."""
    requests: Sequence[RequestSpec] = _requests(asked)
    if asked.has_candles:
        requests = [spec for spec in requests if spec.values.get("interval") == interval] or _in_another(
            interval, requests
        )
    return tuple(zip(requests, _own_names(requests), strict=True))


def _interval(endpoint: Endpoint, payload: Payload, requests: Sequence[RequestSpec], guesses: list[str]) -> str | None:
    """The interval that candles have by the times at which they open; None for an answer that holds none."""
    offered = {name: INTERVAL_SECONDS[name] for spec in requests if (name := spec.values.get("interval"))}
    if not offered:
        _note_a_single_candle(endpoint, payload, requests[0], guesses)
        return None
    opened, steps = _opening_times(endpoint, payload, requests)
    if steps:
        step = min(steps)
        found = _interval_of(step) or _interval_of(gcd(*map(int, steps)))
        if found is None:
            raise SourceError(
                Outcome.UNPARSEABLE, f"its candles are {step:g} s apart, and it is asked for none of those"
            )
        if found not in offered:
            guesses.append(f"its candles are {found} apart, and a collection asks for none of those; read as {found}")
        return found
    if not opened:
        return None
    fitting = [name for name, seconds in offered.items() if opened[0] % seconds == 0]
    guess = "1h" if "1h" in fitting else max(fitting, key=offered.__getitem__, default=next(iter(offered)))
    guesses.append(f"one candle does not show its interval; read as one of {guess}, --ask says which")
    return guess


def _note_a_single_candle(endpoint: Endpoint, payload: Payload, spec: RequestSpec, guesses: list[str]) -> None:
    """Where the parser measures the interval, one candle by itself is taken for one of the usual length."""
    try:
        made = [row for row in endpoint.parse(payload, spec) if isinstance(row, Candle)]
    except (*MALFORMED, ErrorInBody):
        return
    if len({row.timestamp for row in made}) == 1:
        guesses.append(f"one candle does not show its interval; read as one of {made[0].interval}")


def _in_another(interval: str | None, requests: Sequence[RequestSpec]) -> Sequence[RequestSpec]:
    """The first request of each coin, as it would be if it were made for this interval."""
    if interval is None:
        return requests
    of_coin = {spec.values.get("symbol"): spec for spec in reversed(requests)}
    return [
        replace(spec, label=f"{symbol} {interval}", values={**spec.values, "interval": interval})
        for symbol, spec in reversed(of_coin.items())
    ]


def _interval_of(seconds: float) -> str | None:
    return next((name for name, length in INTERVAL_SECONDS.items() if length == seconds), None)


def _opening_times(
    endpoint: Endpoint, payload: Payload, requests: Sequence[RequestSpec]
) -> tuple[list[float], list[float]]:
    """When its candles open, in order, and the seconds from each to the next. Nothing where there are no candles, and then the
    reading itself says what is wrong.

    A candle that cannot be read stands between two others all the same: it is counted in the time between them. Some parsers
    refuse the candles of another coin, so one request of each is tried.
    """
    for spec in {spec.values.get("symbol"): spec for spec in reversed(requests)}.values():
        try:
            times = [_opened(row) for row in endpoint.parse(payload, spec)]
            return sorted({at for at in times if at is not None}), steps_between(times)
        except (*MALFORMED, ErrorInBody):
            continue
    return [], []


def _opened(row: object) -> float | None:
    """When a candle opened; None for one that cannot be read."""
    try:
        opened = moment(row.timestamp) if isinstance(row, Candle) else None
    except ValueError:
        return None
    return opened.timestamp() if opened else None


_plain_own_name = lru_cache(maxsize=10_000)(plain_name)
"""Of names in our own requests, which are the same each time; those of answers may be anything, and are not kept."""


def _own_names(requests: Sequence[RequestSpec]) -> Iterator[set[str]]:
    """What each request calls its market, and none of the others does."""
    values = [{_plain_own_name(name) for name in spec.values.values()} for spec in requests]
    used = Counter(
        chain.from_iterable(values)
    )  # in how many requests: there are hundreds, compared in pairs it takes seconds
    for spec, own in zip(requests, values, strict=True):
        names = own | {_plain_own_name(value) for value in spec.params.values()}
        yield {
            name for name in names if used[name] == (name in own) and len(name) >= SHORTEST_NAME and not name.isdigit()
        }


def _names_in(payload: Payload) -> set[str]:
    """Names and texts, and the parts of those like market.btcusdt.kline.60min."""
    texts = islice(_texts(payload), TEXTS_LOOKED_AT)
    return {plain_name(part) for text in texts for part in (text, *text.split(".")[1:])}


def _texts(payload: Payload) -> Iterator[str]:
    """Names and texts of an answer, the outer ones first."""
    level = [payload]
    while level:
        inner: list[Payload] = []
        for value in level:
            if isinstance(value, str):
                yield value
            elif isinstance(value, dict):
                yield from value
                inner += value.values()
            elif isinstance(value, list):
                inner += value
        level = inner
