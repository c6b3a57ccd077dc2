"""What the implied volatilities of one expiry say: at the money and at a delta; and the strike of max pain.

Belongs here: the arithmetic, on plain numbers.
Does not belong here: which contracts are believed and counted together (collection/normalise/options.py).

Nothing is ever extrapolated: between two strikes there is a volatility, beyond the outermost there is none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import fsum, log, sqrt
from statistics import NormalDist

QUARTER = 0.25
"""The delta by which a smile is usually described."""
FARTHEST_APART = 0.3
"""Between the deltas of two neighbouring strikes: farther apart, nobody knows what lies between them."""
_STANDARD_NORMAL = NormalDist()


@dataclass(frozen=True, slots=True)
class Smile:
    """The volatilities of the contracts of one expiry. ``forward`` and ``years`` are more than zero."""

    forward: float
    """Dollars for a coin at expiry."""
    years: float
    """Until then."""
    volatilities: Mapping[float, float]
    """Percent a year, by strike; each more than zero."""

    def call_delta(self, strike: float) -> float:
        """Of the call with one of the strikes, by Black's formula and without interest: N(d1), between 0 and 1.

        The put's is that less one. KeyError for a strike without a volatility.
        """
        deviation = self.volatilities[strike] / 100 * sqrt(self.years)
        return _STANDARD_NORMAL.cdf(log(self.forward / strike) / deviation + deviation / 2)

    @property
    def at_the_money(self) -> float | None:
        """At the forward, along the strike; None unless a strike lies on either side, or on it."""
        return _between(sorted(self.volatilities.items()), self.forward)

    @property
    def quarter_delta_call(self) -> float | None:
        """Of the call with a delta of 0.25, along the delta; None where no two neighbours enclose it closely enough."""
        return self._at_call_delta(QUARTER)

    @property
    def quarter_delta_put(self) -> float | None:
        """Of the put with a delta of -0.25, along the delta; None where no two neighbours enclose it closely enough."""
        return self._at_call_delta(1 - QUARTER)

    def _at_call_delta(self, delta: float) -> float | None:
        by_strike = sorted(self.volatilities)
        points = [(self.call_delta(strike), self.volatilities[strike]) for strike in by_strike]
        near = [
            (one, other)
            for one, other in pairwise(points)
            if min(one, other)[0] <= delta <= max(one, other)[0] and abs(one[0] - other[0]) <= FARTHEST_APART
        ]
        if not near:
            return None
        # A smile may be so crooked that two pairs enclose a delta: the one nearer to the money is meant.
        return _between(sorted(near[0] if delta < 1 / 2 else near[-1]), delta)


def _between(points: Sequence[tuple[float, float]], at: float) -> float | None:
    """The value at ``at`` on the straight line between its two neighbours; None beyond the outermost. Points are in order."""
    for place, value in points:
        if place == at:
            return value
    for (left, low), (right, high) in pairwise(points):
        if left < at < right:
            return low + (high - low) * (at - left) / (right - left)
    return None


def max_pain(calls: Mapping[float, float], puts: Mapping[float, float]) -> float | None:
    """The strike at which the holders of all open contracts would be paid least; of several the lowest.

    None where nothing is open.

    :param calls: open interest in coins, by strike.
    """
    if not any(calls.values()) and not any(puts.values()):
        return None
    strikes = sorted(calls.keys() | puts.keys())
    return min(strikes, key=lambda settled: (_paid(calls, puts, settled), settled))


def _paid(calls: Mapping[float, float], puts: Mapping[float, float], settled: float) -> float:
    return fsum(
        [
            *(coins * max(settled - strike, 0) for strike, coins in calls.items()),
            *(coins * max(strike - settled, 0) for strike, coins in puts.items()),
        ]
    )
