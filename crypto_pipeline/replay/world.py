"""Recordings as they would be now: times follow the clock, prices follow one market, candles lie on their grid.

Belongs here: what becomes of each leaf of a recording at a moment.
Does not belong here: finding the leaves (replay/tracing.py), forms of times (replay/times.py), prices (replay/market.py), requests (replay/routes.py).

An answer depends on the recording, the seed, the request and the minute, and on nothing else: it stays the same, down to
its ETag, until the next minute, and two runs of one seed are alike.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from crypto_pipeline.collection.answered_market import plain_name
from crypto_pipeline.collection.answered_request import answered_request
from crypto_pipeline.collection.normalise.values import moment, number
from crypto_pipeline.replay import times
from crypto_pipeline.replay.future_names import ending_later
from crypto_pipeline.replay.leaves import KEY, Place, exchanged, leaves, part_at
from crypto_pipeline.replay.market import UNITS_PER_DOLLAR, Market, Traded, in_style_of, to_six_digits, usual_price
from crypto_pipeline.replay.market_lists import with_every_market
from crypto_pipeline.replay.option_names import listed_again
from crypto_pipeline.replay.past import PastRequest
from crypto_pipeline.replay.past_entries import Entries, entries_of
from crypto_pipeline.replay.past_lines import lines_of
from crypto_pipeline.replay.recorded import RECORDED_AT, Recording
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
from crypto_pipeline.sources.kit import Endpoint, Pages, Payload, Provider, RequestSpec, Whole
from crypto_pipeline.sources.symbols import coin, split

TRANSFERS_LAST = 15 * times.MINUTE
"""How long the same transfers are shown; then there are others."""
FEES_LAST = 15 * times.MINUTE
"""How long the answer about the same fees is the same; a chain's fees are stale after four times as long."""
_BLANKS = 97
CANDLES = 30
"""How many candles an answer has that has more than one."""
USUAL_FUNDING_HOURS = 8
_MONDAY = 4 * times.DAY
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
    """The answers of all sources at any moment."""

    def __init__(self, seed: int = 0) -> None:
        self._market = Market(seed)
        self._recorded: dict[tuple[str, int], tuple[Payload, RequestSpec]] = {}
        self._entries: dict[str, tuple[Entries | None, Row | None]] = {}
        self._traces: dict[tuple[str, str], list[Trace]] = {}

    def body(self, target: Target, recording: Recording, now: datetime, *, stale: bool = False) -> bytes | None:
        """The answer to a request; None when the recording has none to this call. A stale one was true days ago."""
        now = now.replace(second=0, microsecond=0) - (_age_of_stale(target.endpoint) if stale else timedelta())
        if target.past and target.endpoint.answer.format == "csv":
            moments = _moments(target.past, now)
            return lines_of(recording.payload, moments).encode("latin-1")
        if target.endpoint.answer.format != "json":
            return _moved_text(recording.payload, target.endpoint, now).encode("latin-1")
        payload = self.past(target.past, recording, now) if target.past else self.payload(target, recording, now)
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
        said = _repeated(recorded, recorded_for, ask)
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

    def past(self, asked: PastRequest, recording: Recording, now: datetime) -> Payload:
        """A recorded payload with the entries of a window of the past in the place of its own."""
        endpoint, spec, seconds = asked.endpoint, asked.spec, asked.seconds
        recorded, recorded_for = self._prepared(recording)
        if endpoint.id not in self._entries:
            traces = trace(endpoint, recorded, recorded_for)
            self._entries[endpoint.id] = entries_of(recorded, traces), traces[0].row if traces else None
        found, row = self._entries[endpoint.id]
        if found is None:
            return _readdressed(recorded, recorded_for, spec)
        moments = _moments(asked, now)
        if moments and isinstance(endpoint.history, Whole) and found.step and found.step < seconds:
            moments += range(
                moments[-1] + found.step, _end(asked, now), found.step
            )  # else all of it is old by the evening
        units, bundled = 1.0, _bundled(asked.spec.values.get("market"))
        traded: dict[int, Traded] = {}
        if isinstance(row, Candle):
            units = UNITS_PER_DOLLAR[row.currency] * self._market.offset(endpoint.provider.source)
            traded = self._candles_of(asked, moments, now)
            moments = list(traded)

        def value(field: str, leaf: Any, at: int) -> Any:
            if field in TIMES:
                return times.moved(leaf, at - found.recorded)
            return _part_of(traded[at], field, leaf, units, bundled) if at in traded else leaf

        return _readdressed(found.answer(moments, value), recorded_for, spec)

    def _candles_of(self, asked: PastRequest, moments: list[int], now: datetime) -> dict[int, Traded]:
        """What was traded in each candle that the source has: none before a listing and in a halt.

        A candle in which nobody traded is there with a volume of 0, unless the source leaves such candles out.
        """
        history, source = asked.endpoint.history, asked.endpoint.provider.source
        leaves_out = isinstance(history, Pages) and history.leaves_out_empty
        name = asked.spec.values["symbol"]
        if "since" in asked.spec.values:
            name = asked.spec.values["market"].removesuffix("USDT")
        trading, found = self._market.trading, {}
        listed, gone = trading.listed_at(source, name), trading.delisted_at(source, name)
        for at in moments:
            made = self._market.traded(source, name, at, asked.seconds, now.timestamp())
            if made is None and not leaves_out and listed is not None and listed <= at and (gone is None or at < gone):
                coin = trading.coin_of(name, at)
                if coin is not None and not trading.is_halted(source, at, asked.seconds):
                    price = self._market.dollars(coin, at)
                    made = Traded(price, price, price, price, 0.0, 0.0, 0)
            if made is not None:
                found[at] = made
        return found

    def _prepared(self, recording: Recording) -> tuple[Payload, RequestSpec]:
        """A recorded payload with more candles, where it has some, and the request that it answered."""
        endpoint = recording.endpoint
        key = (endpoint.id, id(recording))
        if key not in self._recorded:
            ask = answered_request(endpoint, recording.payload, RECORDED_AT).spec
            payload = recording.payload
            if Candle in endpoint.rows:
                payload = _with_older_candles(payload, trace(endpoint, payload, ask))
            self._recorded[key] = payload, ask
        return self._recorded[key]

    def _traced(self, endpoint: Endpoint, payload: Payload, ask: RequestSpec) -> list[Trace]:
        key = (endpoint.id, ask.label)
        if key not in self._traces:
            self._traces[key] = trace(endpoint, payload, ask)
        return self._traces[key]

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
            value, at = _number(leaf), now.timestamp()
            base, quote = _market_of(row, provider)
            if not value or not base:
                return None
            recorded_base, _ = _market_of(recorded, provider)
            another_coin = usual_price(base) / usual_price(recorded_base)
            factor = another_coin * self._market.level(base, at) / self._market.level(quote, at)
            return in_style_of(leaf, value * factor * (self._market.offset(provider.source) if factor != 1 else 1))
        if field == SIZES and (value := _number(leaf)):
            (base, _), (recorded_base, _) = _market_of(row, provider), _market_of(recorded, provider)
            factor = usual_price(recorded_base) / usual_price(base)  # as many dollars of another coin
            return in_style_of(leaf, value * factor) if factor != 1 else None
        return None

    def _of_candle(
        self, row: Candle, recorded: Candle, field: str, leaf: Any, provider: Provider, now: datetime
    ) -> Any:
        """A part of the candle that is as many candles before the open one as the recorded one was."""
        length = INTERVAL_SECONDS[row.interval]
        was_open = _opened(RECORDED_AT, INTERVAL_SECONDS[recorded.interval])
        opened_then = moment(recorded.timestamp)
        if opened_then is None:
            return None
        steps = (was_open - int(opened_then.timestamp())) // INTERVAL_SECONDS[recorded.interval]
        opened = _opened(now, length) - steps * length
        if field == "timestamp":
            return times.moved(leaf, opened - int(opened_then.timestamp()))
        return self._of_candle_at(row, length, recorded, field, leaf, provider, opened, now)

    def _of_candle_at(
        self,
        row: Candle,
        seconds: int,
        recorded: Candle,
        field: str,
        leaf: Any,
        provider: Provider,
        opened: int,
        now: datetime,
    ) -> Any:
        """A part of the candle that opened at a moment; None when it stays as it was recorded."""
        if not _number(leaf):
            return None
        symbol, bundled = row.symbol, _bundled(row.pair)
        if field == "volume":
            return in_style_of(leaf, self._market.volume(symbol, opened, seconds, now.timestamp()) / bundled)
        units = UNITS_PER_DOLLAR[recorded.currency] * self._market.offset(provider.source)
        if field == "volume_quote":
            return in_style_of(leaf, units * self._market.turnover(symbol, opened, seconds, now.timestamp()))
        if field == "trades":
            return type(leaf)(self._market.trades(symbol, opened, seconds, now.timestamp()))
        if field not in PRICES[Candle]:
            return None
        price: float = getattr(self._market.candle(symbol, opened, seconds, now.timestamp()), field)
        return in_style_of(leaf, to_six_digits(price * units * bundled))


def _blanks(endpoint: Endpoint, now: datetime) -> int:
    """How many blanks an answer about fees ends with. Fees stay as they were recorded and say no time, and a chain that says the
    same for an hour is taken for stuck: every quarter of an hour the same fees are another answer."""
    return int(now.timestamp()) // FEES_LAST % _BLANKS if Gas in endpoint.rows else 0


def _bundled(market: str | None) -> int:
    """How many coins one unit of a market's prices and amounts holds: 1000 of kPEPE."""
    return bundle(market or "")[1]


def _part_of(traded: Traded, field: str, leaf: Any, units: float, bundled: int) -> Any:
    """A part of a candle in the style of the recorded one.

    :param units: of the market's money for a dollar.
    :param bundled: coins in one unit of the market.
    """
    if _number(leaf) is None:
        return leaf
    if field == "volume":
        return in_style_of(leaf, traded.volume / bundled)
    if field == "volume_quote":
        return in_style_of(leaf, units * traded.turnover)
    if field == "trades":
        return type(leaf)(traded.trades)
    return (
        in_style_of(leaf, to_six_digits(getattr(traded, field) * units * bundled)) if field in PRICES[Candle] else leaf
    )


def _moments(asked: PastRequest, now: datetime) -> list[int]:
    """The moments of which the source has entries in a window, in the order of time."""
    seconds = asked.seconds
    origin = _MONDAY if asked.spec.values.get("interval") == "1w" else 0
    start = -(-(max(asked.window.start, _oldest(asked.endpoint, seconds, now)) - origin) // seconds) * seconds + origin
    moments = list(range(start, _end(asked, now), seconds))
    return moments if asked.number is None else _on_page(moments, asked)


def _on_page(moments: list[int], asked: PastRequest) -> list[int]:
    """Those of a page that is asked for by its number: page 1 has the newest."""
    history = asked.endpoint.history
    size = history.size if isinstance(history, Pages) else len(moments)
    newer = ((asked.number or 1) - 1) * size
    return moments[::-1][newer : newer + size][::-1]


def _end(asked: PastRequest, now: datetime) -> int:
    return min(asked.window.end, int(now.timestamp()) + 1)


def _oldest(endpoint: Endpoint, seconds: int, now: datetime) -> int:
    """The first moment of which a source has anything now."""
    history = endpoint.history
    since = int(datetime.fromisoformat(history.since).replace(tzinfo=timezone.utc).timestamp()) if history else 0
    reach = history.reach if isinstance(history, Pages) else None
    return max(since, int(now.timestamp()) - reach * seconds) if reach else since


def _with_older_candles(payload: Payload, traces: list[Trace]) -> Payload:
    """The payload with a whole candle repeated before the oldest one, so that the answer has CANDLES of them."""
    opened = {
        int(when.timestamp()): found
        for found in traces
        if isinstance(found.row, Candle) and found.field == "timestamp"
        if (when := moment(found.row.timestamp)) is not None
    }
    whole = [at for at, found in opened.items() if isinstance(found.row, Candle) and _number(found.row.close)]
    if len(opened) < 2 or not whole:
        return payload
    first, second, *_ = sorted(opened)
    oldest, next_oldest, model = opened[first].place, opened[second].place, opened[whole[0]].place
    depth = next(i for i, (one, other) in enumerate(zip(oldest, next_oldest, strict=True)) if one != other)
    entries, in_entry = part_at(payload, oldest[:depth]), oldest[depth + 1 :]
    if not isinstance(entries, list) or not in_entry:
        return payload  # candles in columns, one list for each of their parts
    entry = entries[model[depth]]
    older = [
        exchanged(entry, {in_entry: times.moved(part_at(entry, in_entry), first - step * (second - first) - whole[0])})
        for step in range(1, CANDLES + 1 - len(opened))
    ]
    is_ascending = oldest[depth] < next_oldest[depth]
    return exchanged(payload, {oldest[:depth]: [*older[::-1], *entries] if is_ascending else [*entries, *older]})


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
        step = int((_number(row.funding_interval_hours) or USUAL_FUNDING_HOURS) * times.HOUR)
        return times.on_grid(now, RECORDED_AT)(step)
    return times.on_grid(now, RECORDED_AT)


def _opened(at: datetime, seconds: int) -> int:
    """When the candle opened that is open at a moment."""
    origin = _MONDAY if seconds == 7 * times.DAY else 0
    return (int(at.timestamp()) - origin) // seconds * seconds + origin


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


def _readdressed(payload: Payload, recorded_for: RequestSpec, ask: RequestSpec) -> Payload:
    """The payload with what it repeats of its request (the name of a market, a coin) as another request says it."""
    return exchanged(payload, _repeated(payload, recorded_for, ask))


def _repeated(payload: Payload, recorded_for: RequestSpec, ask: RequestSpec) -> dict[Place, str]:
    """What a payload repeats of its request, by its place, as another request says it.

    A market may be spelled otherwise than in the request (BTC/USD, market.btcusdt.kline.60min, XXBTZUSD for XBTUSD).
    """
    asked = {**ask.values, **ask.params}
    others = {
        value: asked[name]
        for name, value in {**recorded_for.values, **recorded_for.params}.items()
        if asked.get(name, value) != value
    }
    texts = [(place, leaf) for place, leaf in leaves(payload) if isinstance(leaf, str)] if others else []
    said = {place: others[leaf] for place, leaf in texts if leaf in others}
    market, other = recorded_for.values.get("market", ""), ask.values.get("market", "")
    if market != other and not said:
        for place, leaf in texts:
            if market in leaf:
                said[place] = leaf.replace(market, other)
            elif _is_spelled_in(plain_name(market), plain_name(leaf)):
                said[place] = other
    return said


_LETTERS_MORE = 2


def _is_spelled_in(market: str, text: str) -> bool:
    """Whether a text is the letters of a market in their order, with a few more."""
    left = iter(text)
    return len(text) - len(market) <= _LETTERS_MORE and all(letter in left for letter in market)


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


def _number(leaf: Any) -> float | None:
    try:
        return number(leaf)
    except ValueError:
        return None
