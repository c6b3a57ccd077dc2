"""Which sources are asked for which coin.

Belongs here: "best": for each coin the one source whose past reaches furthest where the coin is really traded.
Does not belong here: the series of a source (collection/backfill/series.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from crypto_pipeline.collection.backfill.series import Series
from crypto_pipeline.collection.backfill.wish import cost
from crypto_pipeline.sources.kit import Pages

PERPETUAL = "_perpetual"
"""How the names of sources end whose candles are of contracts."""
ENOUGH_OF_THE_VOLUME = 0.1
"""Part of the largest market's turnover that a source must have to be believed about a coin's price."""


def best_of(series: Iterable[Series], volumes: Mapping[tuple[str, str], float]) -> list[Series]:
    """Of each coin the series of one source; those that are of no coin, or come as a whole, stay as they are.

    Spot markets come before perpetual contracts, whatever is traded there: only they are in the consensus. Sources that do not
    trade a coin to speak of are passed over, as far as that is known; of the others the one without a bound that reaches back
    furthest is taken, then the one that costs least.

    :param volumes: dollars of the last day by source and coin, where they are known.
    """
    listed = list(series)
    chosen: dict[str, str] = {}
    for symbol in dict.fromkeys(one.symbol for one in listed if one.symbol):
        of_coin = [one for one in listed if one.symbol == symbol and _is_choice(one)]
        if of_coin:
            chosen[symbol] = _best(of_coin, volumes, symbol)
    return [one for one in listed if not _is_choice(one) or chosen[one.symbol or ""] == one.source]


def _is_choice(series: Series) -> bool:
    """Whether another source could be asked for the same: candles of a coin."""
    return bool(series.symbol and series.interval and isinstance(series.endpoint.history, Pages))


def _best(listed: list[Series], volumes: Mapping[tuple[str, str], float], symbol: str) -> str:
    series = [one for one in listed if not one.source.endswith(PERPETUAL)] or listed
    known = {one.source: volumes[one.source, symbol] for one in series if (one.source, symbol) in volumes}
    enough = ENOUGH_OF_THE_VOLUME * max(known.values(), default=0.0)
    trading = [one for one in series if known.get(one.source, 0.0) >= enough > 0] or series

    def order(one: Series) -> tuple[bool, bool, int, float, str]:
        is_bounded, seconds, name = cost(one.endpoint)
        history = one.endpoint.history
        year = int(history.since[:4]) if history and enough else 0
        return one.endpoint.provider.local_money is not None, is_bounded, year, seconds, name

    return min(trading, key=order).source
