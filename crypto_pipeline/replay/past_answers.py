"""Recordings as answers about the past: of which moments they have entries, and what was traded then.

Belongs here: what stands in each entry of a window.
Does not belong here: which window is asked for (replay/past.py), where entries lie in an answer (replay/past_entries.py), what a
price was (replay/market.py), answers about now (replay/world.py).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from crypto_pipeline.replay import times
from crypto_pipeline.replay.leaves import as_number
from crypto_pipeline.replay.market import UNITS_PER_DOLLAR, Market, Traded, in_style_of, to_six_digits
from crypto_pipeline.replay.past import PastRequest
from crypto_pipeline.replay.past_entries import Entries, entries_of
from crypto_pipeline.replay.repeated import readdressed
from crypto_pipeline.replay.tracing import PRICES, TIMES, trace
from crypto_pipeline.schema.rows import Candle, Row
from crypto_pipeline.sources.formats.contracts import bundle
from crypto_pipeline.sources.kit import Pages, Payload, RequestSpec, Whole


class PastAnswers:
    """The answers of all sources to requests for the past.

    :param entries: by endpoint what was found out already, and will be: where the entries of its answers lie, and a row of one.
    """

    def __init__(self, market: Market, entries: dict[str, tuple[Entries | None, Row | None]]) -> None:
        self._market = market
        self._entries = entries

    def payload(self, asked: PastRequest, recorded: Payload, recorded_for: RequestSpec, now: datetime) -> Payload:
        """A recorded payload with the entries of a window of the past in the place of its own.

        :param recorded_for: the request that it answered.
        """
        endpoint, spec, seconds = asked.endpoint, asked.spec, asked.seconds
        if endpoint.id not in self._entries:
            traces = trace(endpoint, recorded, recorded_for)
            self._entries[endpoint.id] = entries_of(recorded, traces), traces[0].row if traces else None
        found, row = self._entries[endpoint.id]
        if found is None:
            return readdressed(recorded, recorded_for, spec)
        moments = asked.moments(now)
        if moments and isinstance(endpoint.history, Whole) and found.step and found.step < seconds:
            moments += range(
                moments[-1] + found.step, asked.end(now), found.step
            )  # else all of it is old by the evening
        units, bundled = 1.0, bundle(asked.spec.values.get("market", ""))[1]
        traded: dict[int, Traded] = {}
        if isinstance(row, Candle):
            units = UNITS_PER_DOLLAR[row.currency] * self._market.offset(endpoint.provider.source)
            traded = self._candles_of(asked, moments, now)
            moments = list(traded)

        def value(field: str, leaf: Any, at: int) -> Any:
            if field in TIMES:
                return times.moved(leaf, at - found.recorded)
            return _part_of(traded[at], field, leaf, units, bundled) if at in traded else leaf

        return readdressed(found.answer(moments, value), recorded_for, spec)

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


def _part_of(traded: Traded, field: str, leaf: Any, units: float, bundled: int) -> Any:
    """A part of a candle in the style of the recorded one.

    :param units: of the market's money for a dollar.
    :param bundled: coins in one unit of the market.
    """
    if as_number(leaf) is None:
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
