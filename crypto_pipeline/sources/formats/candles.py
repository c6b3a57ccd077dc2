"""Candles of exchanges: which requests there are, and how their rows are read.

Belongs here: the fan-out over coins and intervals, and reading rows whose columns every exchange orders differently.
Does not belong here: what an exchange lists and how it spells markets and intervals (providers/).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from crypto_pipeline.schema.intervals import INTERVAL_SECONDS
from crypto_pipeline.schema.rows import Candle
from crypto_pipeline.sources.kit import Context, Payload, RequestSpec, RequestSpecs, Rows, each, scaled

LARGE_COINS = ("BTC", "ETH", "SOL", "XRP")
"""Large coins that nearly every exchange trades. Every coin costs a request per exchange and interval."""

SIZE_NOT_DOCUMENTED = "How many candles one answer may hold is not documented."
NOT_CONFIRMED = "How its past is paged was not confirmed by its documentation."
"""What is not sure of the past of some exchanges."""

CANDLES = 100
"""How many candles the requests ask for that name a span of time."""


def candle_requests(
    market_of: Callable[[str], str | None],
    intervals: Mapping[str, str],
    *,
    kept_up: Collection[str] | None = None,
    **params: str,
) -> RequestSpecs:
    """One request for each tracked coin and wanted interval.

    :param market_of: the exchange's name of the market of a coin in the money that its candles are in, None where it has
        none.
    :param kept_up: the coins that the cadence asks for; the past of others can be asked for all the same. None is all.
    :param intervals: the exchange's words for our intervals, those that it has.
    :param params: parameters in which ``{market}`` and ``{length}`` (the exchange's word for the interval) are filled;
        both can be used in the path as well. ``{start}`` and ``{end}`` are the unix seconds between which the newest
        candles lie, ``{start_ms}`` and ``{end_ms}`` the same in milliseconds, ``{now_ms}`` is the moment of asking.
    """

    def requests(context: Context) -> Iterable[RequestSpec]:
        spans = {interval: _times(context, interval) for interval in context.intervals if interval in intervals}
        for symbol in context.universe.listed:
            if not context.on_purpose and kept_up is not None and symbol not in kept_up:
                continue
            market = market_of(symbol)
            if market is None:
                continue
            for interval, span in spans.items():
                names = {"market": market, "length": intervals[interval]}
                filled = {**names, **span}
                yield RequestSpec(
                    f"{symbol} {interval}",
                    values={"symbol": symbol, "interval": interval, **names},
                    params={key: value.format_map(filled) for key, value in params.items()},
                )

    return requests


def span_ms(context: Context, interval: str) -> tuple[int, int]:
    """The span of the newest candles in unix milliseconds.

    It lies on whole candles, so that its requests are the same until the next one opens, and ends when the open candle
    does: an end that were rounded down would leave that one out.
    """
    length = INTERVAL_SECONDS[interval] * 1000
    end = (int(context.now.timestamp() * 1000) // length + 1) * length
    return end - CANDLES * length, end


def _times(context: Context, interval: str) -> dict[str, int]:
    start, end = span_ms(context, interval)
    return {
        "start": start // 1000,
        "end": end // 1000,
        "start_ms": start,
        "end_ms": end,
        "now_ms": int(context.now.timestamp() * 1000),
    }


def from_columns(payload: Mapping[str, Payload], *names: str) -> list[list[Payload]]:
    """Entries of an answer that has one list for each column, in the order of the names; the first must be there.

    Raises ValueError when the lists are not of one length.
    """
    length = len(payload[names[0]])
    columns = (payload.get(name) or [None] * length for name in names)
    return [list(entry) for entry in zip(*columns, strict=True)]


def candles(
    entries: Iterable[Payload],
    spec: RequestSpec,
    *,
    time: int | str,
    open: int | str,
    high: int | str,
    low: int | str,
    close: int | str,
    volume: int | str,
    volume_quote: int | str | None = None,
    trades: int | str | None = None,
    currency: str = "USD",
    coins: int = 1,
) -> Rows:
    """Candles of entries that are lists or objects; the arguments are the places or the names of their parts.

    :param volume_quote: traded value in the money of the market, where the source documents it. An entry may be without it.
    :param trades: number of trades, likewise.
    :param currency: the money of the market; dollar coins count as dollars.
    :param coins: of how many coins the prices are, and in how many the volume is counted.

    Raises TypeError when the entries are the names of an object: a text has places like a list, and letters in them.
    """
    if isinstance(entries, Mapping | str):
        raise TypeError("no list of candles came")

    def candle(entry: Payload) -> Candle:
        if isinstance(entry, str):
            raise TypeError(f"{entry!r:.40} is no candle")
        made = Candle(
            spec.values["symbol"],
            spec.values["interval"],
            entry[time],
            open=entry[open],
            high=entry[high],
            low=entry[low],
            close=entry[close],
            volume=_perhaps(entry, volume),
            pair=spec.values["market"],
            currency=currency,
            volume_quote=_perhaps(entry, volume_quote),
            trades=_perhaps(entry, trades),
        )
        return made if coins == 1 else _of_one_coin(made, coins)

    return each(entries, candle)


def _of_one_coin(candle: Candle, coins: int) -> Candle:
    share = 1 / coins
    return candle._replace(
        open=scaled(candle.open, share),
        high=scaled(candle.high, share),
        low=scaled(candle.low, share),
        close=scaled(candle.close, share),
        volume=scaled(candle.volume, coins),
    )


def _perhaps(entry: Payload, part: int | str | None) -> Any:
    """A part that a candle can be without: None where the entry does not have it."""
    if isinstance(part, int):
        return entry[part] if part < len(entry) else None
    return None if part is None else entry.get(part)


def steps_between(times: Sequence[float | None]) -> list[float]:
    """The time from each of these candles to the next, in the order of time; None stands for one whose time cannot be read.

    Such a one takes up time as well: of three candles that lie an hour apart the outer two do not lie two hours apart.

    >>> steps_between([0, None, 1800, 2700])
    [900.0, 900.0]
    """
    unread: dict[tuple[float, float], int] = {}
    last: float | None = None
    missed = 0
    for at in times:
        if at is None:
            missed += 1
            continue
        if last is not None:
            unread[min(last, at), max(last, at)] = missed
        last, missed = at, 0
    known = sorted({at for at in times if at is not None})
    return [(later - earlier) / (1 + unread.get((earlier, later), 0)) for earlier, later in pairwise(known)]


def binance_candles(payload: Payload, spec: RequestSpec) -> Rows:
    """[[1795431600000, "90400.1", "90600.2", "90300.0", "90500.12", "5.5", 1795435199999, "497000.1", 100, ...]]

    Binance's klines, and those of exchanges that took them over: time of opening, open, high, low, close, coins; then the
    time of closing, turnover, trades. MEXC ends with the turnover.
    """
    return candles(payload, spec, time=0, open=1, high=2, low=3, close=4, volume=5, volume_quote=7, trades=8)


def upbit_candles(payload: Payload, spec: RequestSpec) -> Rows:
    """[{"market": "KRW-BTC", "candle_date_time_utc": "2026-11-23T11:00:00", "candle_date_time_kst": "2026-11-23T20:00:00",
    "opening_price": 132000000.0, "high_price": 133400000.0, "low_price": 131900000.0, "trade_price": 133000000.0,
    "timestamp": 1795435199000, "candle_acc_trade_price": 6700000000.0, "candle_acc_trade_volume": 50.5, "unit": 60}]

    Upbit's candles, which Bithumb serves word for word: in won, newest first. timestamp is the last trade; a candle in
    which nobody traded is missing. (Bithumb's tickers are its own.)
    """
    return candles(
        payload,
        spec,
        time="candle_date_time_utc",
        open="opening_price",
        high="high_price",
        low="low_price",
        close="trade_price",
        volume="candle_acc_trade_volume",
        volume_quote="candle_acc_trade_price",
        currency="KRW",
    )
