"""Recordings as they would be now: times follow the clock, prices follow one market, candles lie on their grid.

Belongs here: what becomes of each leaf of a recording at a moment.
Does not belong here: answers about the past (replay/past_answers.py), finding the leaves (replay/tracing.py), forms of times (replay/times.py), prices (replay/market.py), requests (replay/routes.py).

An answer depends on the recording, the seed, the request and the minute, and on nothing else: it stays the same, down to
its ETag, until the next minute, and two runs of one seed are alike.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from crypto_pipeline.collection.answered_request import answered_request
from crypto_pipeline.collection.normalise.values import moment
from crypto_pipeline.replay import times
from crypto_pipeline.replay.analysed import Analysed
from crypto_pipeline.replay.future_names import ending_later
from crypto_pipeline.replay.leaves import KEY, Place, as_number, exchanged, part_at
from crypto_pipeline.replay.market import UNITS_PER_DOLLAR, Market, in_style_of, to_six_digits, usual_price
from crypto_pipeline.replay.market_lists import with_every_market
from crypto_pipeline.replay.older_candles import with_older_candles
from crypto_pipeline.replay.option_names import listed_again
from crypto_pipeline.replay.past_answers import PastAnswers
from crypto_pipeline.replay.past_lines import lines_of
from crypto_pipeline.replay.recorded import RECORDED_AT, Recording
from crypto_pipeline.replay.repeated import repeated
from crypto_pipeline.replay.routes import Target
from crypto_pipeline.replay.tracing import PRICES, SIZES, TIMES, Trace, trace
from crypto_pipeline.schema.intervals import INTERVAL_SECONDS
from crypto_pipeline.schema.rows import (
    Article,
    Book,
    Candle,
    ChainMetric,
    ChainStat,
    DatedFuture,
    Defi,
    Derivative,
    Funding,
    Gas,
    Liquidation,
    Listing,
    Metric,
    Observation,
    Option,
    Quote,
    Rate,
    Row,
    Transfer,
)
from crypto_pipeline.sources.formats.contracts import bundle
from crypto_pipeline.sources.kit import Endpoint, Payload, Provider, RequestSpec
from crypto_pipeline.sources.symbols import coin, split

TRANSFERS_LAST = 15 * times.MINUTE
"""How long the same transfers are shown; then there are others."""
FEES_LAST = 15 * times.MINUTE
"""How long the answer about the same fees is the same; a chain's fees are stale after four times as long."""
_BLANKS = 97
USUAL_FUNDING_HOURS = 8
_STALE_DAYS: Mapping[type[Row], int] = {
    Article: 90,
    Metric: 30,
    ChainMetric: 30,
    ChainStat: 30,
    Defi: 30,
    Rate: 30,
    Observation: 90,
}
_STALE_USUALLY = 3


class World:
    """The answers of all sources at any moment.

    :param analysed: what others have found out about the same recordings.
    """

    def __init__(self, seed: int = 0, analysed: Analysed | None = None) -> None:
        self._market = Market(seed)
        self._analysed = analysed or Analysed()
        self._past = PastAnswers(self._market, self._analysed.entries)

    def body(self, target: Target, recording: Recording, now: datetime, *, stale: bool = False) -> bytes | None:
        """The answer to a request; None when the recording has none to this call. A stale one was true days ago."""
        now = now.replace(second=0, microsecond=0) - (_age_of_stale(target.endpoint) if stale else timedelta())
        if target.past and target.endpoint.answer.format == "csv":
            moments = target.past.moments(now)
            return lines_of(recording.payload, moments).encode("latin-1")
        if target.endpoint.answer.format != "json":
            return _moved_text(recording.payload, target.endpoint, now).encode("latin-1")
        if target.past:
            payload = self._past.payload(target.past, *self._prepared(recording), now)
        else:
            payload = self.payload(target, recording, now)
        if target.call is not None:
            payload = payload.get(target.call)
        if payload is None:
            return None
        blanks = 0 if stale else _blanks(target.endpoint, now)
        return json.dumps(payload, ensure_ascii=False).encode() + b" " * blanks

    def payload(self, target: Target, recording: Recording, now: datetime) -> Payload:
        """A recorded payload as it would be for this request at this moment."""
        endpoint, ask = target.endpoint, target.ask
        recorded, recorded_for = self._prepared(recording)
        said = repeated(recorded, recorded_for, ask)
        payload = exchanged(recorded, said)
        if Option in endpoint.rows:
            payload = self._listed_again(payload, recorded_for, ask, now)
        if DatedFuture in endpoint.rows:
            payload = ending_later(payload, _days_since_recorded(now))
        names = {place[-2]: name for place, name in said.items() if place[-1] is KEY}
        recorded_rows = {
            (tuple(names.get(step, step) for step in found.place), found.field): found.row
            for found in self._traced(endpoint, recorded, recorded_for)
        }
        new: dict[Place, Any] = {}
        for found in self._traced(endpoint, payload, ask):
            recorded_row = recorded_rows.get((found.place, found.field), found.row)
            value = self._value(found, recorded_row, part_at(payload, found.place), endpoint.provider, now)
            if value is not None:
                new.setdefault(found.place, value)
        moved = exchanged(payload, new)
        if Listing in endpoint.rows:
            moved = with_every_market(endpoint, moved, trace(endpoint, moved, ask), self._market.trading)
        return moved

    def _listed_again(self, payload: Payload, recorded_for: RequestSpec, ask: RequestSpec, now: datetime) -> Payload:
        """Option contracts of the coin that is asked for, around its price at midnight."""
        recorded_coin, coin_asked = recorded_for.values["coin"], ask.values["coin"]
        days = _days_since_recorded(now)
        midnight = now.replace(hour=0, minute=0).timestamp()
        factor = usual_price(coin_asked) / usual_price(recorded_coin) * self._market.level(coin_asked, midnight)
        return listed_again(payload, coin_asked, days, factor if (days, coin_asked) != (0, recorded_coin) else 1.0)

    def _prepared(self, recording: Recording) -> tuple[Payload, RequestSpec]:
        """A recorded payload with more candles, where it has some, and the request that it answered."""
        endpoint = recording.endpoint
        key = (endpoint.id, id(recording))
        if key not in self._analysed.prepared:
            ask = answered_request(endpoint, recording.payload, RECORDED_AT).spec
            payload = recording.payload
            if Candle in endpoint.rows:
                payload = with_older_candles(payload, trace(endpoint, payload, ask))
            self._analysed.prepared[key] = payload, ask
        return self._analysed.prepared[key]

    def _traced(self, endpoint: Endpoint, payload: Payload, ask: RequestSpec) -> list[Trace]:
        key = (endpoint.id, ask.label)
        if key not in self._analysed.traces:
            self._analysed.traces[key] = trace(endpoint, payload, ask)
        return self._analysed.traces[key]

    def _value(self, found: Trace, recorded: Row, leaf: Any, provider: Provider, now: datetime) -> Any:
        """What a leaf becomes; None when it stays."""
        row, field = found.row, found.field
        if isinstance(row, Candle) and isinstance(recorded, Candle):
            return self._of_candle(row, recorded, field, leaf, provider, now)
        if field in TIMES:
            shift = _shift(row, field, now)
            if found.tick != 1:
                shift = int((shift if isinstance(shift, int) else shift(times.MINUTE)) // found.tick)
            return times.moved(leaf, shift)
        if isinstance(row, Transfer) and field == "transaction_hash":
            return _renamed(leaf, int(now.timestamp()) // TRANSFERS_LAST)
        if field in PRICES.get(type(row), ()):
            value, at = as_number(leaf), now.timestamp()
            base, quote = _market_of(row, provider)
            if not value or not base:
                return None
            recorded_base, _ = _market_of(recorded, provider)
            another_coin = usual_price(base) / usual_price(recorded_base)
            factor = another_coin * self._market.level(base, at) / self._market.level(quote, at)
            return in_style_of(leaf, value * factor * (self._market.offset(provider.source) if factor != 1 else 1))
        if field == SIZES and (value := as_number(leaf)):
            (base, _), (recorded_base, _) = _market_of(row, provider), _market_of(recorded, provider)
            factor = usual_price(recorded_base) / usual_price(base)  # as many dollars of another coin
            return in_style_of(leaf, value * factor) if factor != 1 else None
        return None

    def _of_candle(
        self, row: Candle, recorded: Candle, field: str, leaf: Any, provider: Provider, now: datetime
    ) -> Any:
        """A part of the candle that is as many candles before the open one as the recorded one was; None where it stays."""
        recorded_at, seconds = _unix(recorded.timestamp), INTERVAL_SECONDS[row.interval]
        if recorded_at is None:
            return None
        opened = _opened(int(now.timestamp()), seconds) - _candles_ago(recorded_at, recorded.interval) * seconds
        if field == "timestamp":
            return times.moved(leaf, opened - recorded_at)
        if not as_number(leaf):
            return None
        candle = (row.symbol, opened, seconds, now.timestamp())
        bundled = bundle(row.pair or "")[1]
        units = UNITS_PER_DOLLAR[recorded.currency] * self._market.offset(provider.source)
        if field == "volume":
            return in_style_of(leaf, self._market.volume(*candle) / bundled)
        if field == "volume_quote":
            return in_style_of(leaf, units * self._market.turnover(*candle))
        if field == "trades":
            return type(leaf)(self._market.trades(*candle))
        if field not in PRICES[Candle]:
            return None
        price: float = getattr(self._market.candle(*candle), field)
        return in_style_of(leaf, to_six_digits(price * units * bundled))


def _blanks(endpoint: Endpoint, now: datetime) -> int:
    """How many blanks an answer about fees ends with. Fees stay as they were recorded and say no time, and a chain that says the
    same for an hour is taken for stuck: every quarter of an hour the same fees are another answer."""
    return int(now.timestamp()) // FEES_LAST % _BLANKS if Gas in endpoint.rows else 0


def _market_of(row: Row, provider: Provider) -> tuple[str, str]:
    """The coin of a row and what it is priced in; "" for a market whose name says no coin."""
    if not isinstance(row, Quote | Book):
        return coin(getattr(row, "symbol", ""), provider.aliases), "USD"
    sides = (
        (row.base, row.quote)
        if row.base and row.quote
        else split(row.pair, quote_first=provider.quote_first, quotes=provider.quotes)
    )
    if sides is None:
        return "", "USD"
    return coin(sides[0], provider.aliases), coin(sides[1], provider.aliases)


def _days_since_recorded(now: datetime) -> int:
    return times.in_steps(now, RECORDED_AT.replace(hour=0), times.DAY) // times.DAY


def _shift(row: Row, field: str, now: datetime) -> times.Shift:
    """How far the times of a row move. What happened once keeps its time for a while: a day, a quarter of an hour.

    Funding is paid at the hours at which it was paid.
    """
    if isinstance(row, Article):
        return times.in_steps(now, RECORDED_AT, times.DAY)
    if isinstance(row, Transfer | Liquidation):
        return times.in_steps(now, RECORDED_AT, TRANSFERS_LAST)
    if isinstance(row, Funding) and (paid_at := moment(row.funding_at)) is not None:
        step = int((row.interval_hours or USUAL_FUNDING_HOURS) * times.HOUR)
        since = int(paid_at.timestamp()) % step
        return times.on_grid(now - timedelta(seconds=since), RECORDED_AT - timedelta(seconds=since))(step)
    if isinstance(row, Derivative) and field == "next_funding_at":
        step = int((as_number(row.funding_interval_hours) or USUAL_FUNDING_HOURS) * times.HOUR)
        return times.on_grid(now, RECORDED_AT)(step)
    return times.on_grid(now, RECORDED_AT)


@lru_cache(maxsize=1024)
def _unix(recorded: Any) -> int | None:
    """A recorded time in unix seconds: each part of a candle is asked with it."""
    when = moment(recorded)
    return None if when is None else int(when.timestamp())


def _opened(at: int, seconds: int) -> int:
    """When the candle opened that is open at a moment (unix seconds)."""
    origin = times.MONDAY if seconds == 7 * times.DAY else 0
    return (at - origin) // seconds * seconds + origin


def _candles_ago(recorded_at: int, interval: str) -> int:
    """How many candles before the one that was open then a recorded candle is."""
    seconds = INTERVAL_SECONDS[interval]
    return (_opened(_RECORDED_AT, seconds) - recorded_at) // seconds


_RECORDED_AT = int(RECORDED_AT.timestamp())


def _age_of_stale(endpoint: Endpoint) -> timedelta:
    days = max(_STALE_DAYS.get(kind, _STALE_USUALLY) for kind in endpoint.rows)
    return max(timedelta(days=days), timedelta(minutes=2 * (endpoint.answer.stale_after_minutes or 0)))


def _moved_text(text: str, endpoint: Endpoint, now: datetime) -> str:
    """A feed or a table in text: every element, attribute and field that is a time is moved."""
    is_news = Article in endpoint.rows
    shift = times.in_steps(now, RECORDED_AT, times.DAY) if is_news else times.on_grid(now, RECORDED_AT)

    def moved(found: re.Match[str]) -> str:
        time = found[0].lstrip()
        return found[0][: len(found[0]) - len(time)] + (times.moved(time, shift) or time)

    return times.IN_TEXT.sub(moved, text)


def _renamed(name: str, salt: int) -> str:
    """Another hash of the same length and alphabet."""
    prefix = "0x" if name.startswith("0x") else ""
    digest = hashlib.shake_256(f"{salt}/{name}".encode()).digest(len(name))
    is_hex = all(letter in "0123456789abcdef" for letter in name[len(prefix) :])
    letters = [_another(old, number, is_hex) for old, number in zip(name, digest, strict=True)]
    return prefix + "".join(letters)[len(prefix) :]


def _another(letter: str, number: int, is_hex: bool) -> str:
    for alphabet in ("0123456789abcdef",) if is_hex else _ALPHABETS:
        if letter in alphabet:
            return alphabet[number % len(alphabet)]
    return letter


_ALPHABETS = ("23456789", "abcdefghijkmnpqrstuvwxyz", "ABCDEFGHJKLMNPQRSTUVWXYZ")
