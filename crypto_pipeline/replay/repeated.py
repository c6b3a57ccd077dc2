"""What an answer repeats of its request (the name of a market, a coin), said as another request says it.

Belongs here: finding it, however the source spells it.
Does not belong here: which request a recording answered (collection/answered_request.py), values of another moment (replay/world.py).
"""

from __future__ import annotations

from crypto_pipeline.collection.answered_market import plain_name
from crypto_pipeline.replay.leaves import Place, exchanged, leaves
from crypto_pipeline.sources.kit import Payload, RequestSpec

_LETTERS_MORE = 2
"""That a market may have in an answer beside those of its name."""


def readdressed(payload: Payload, recorded_for: RequestSpec, ask: RequestSpec) -> Payload:
    """The payload with what it repeats of its request (the name of a market, a coin) as another request says it."""
    return exchanged(payload, repeated(payload, recorded_for, ask))


def repeated(payload: Payload, recorded_for: RequestSpec, ask: RequestSpec) -> dict[Place, str]:
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
        name = plain_name(market)
        for place, leaf in texts:
            if market in leaf:
                said[place] = leaf.replace(market, other)
            elif _may_be_spelled_in(name, leaf) and _is_spelled_in(name, plain_name(leaf)):
                said[place] = other
    return said


def _may_be_spelled_in(market: str, text: str) -> bool:
    """Whether a text has the first letter of a market: most texts of an answer are numbers, which is seen at once."""
    return market[:1] in text or market[:1].lower() in text


def _is_spelled_in(market: str, text: str) -> bool:
    """Whether a text is the letters of a market in their order, with a few more."""
    left = iter(text)
    return len(text) - len(market) <= _LETTERS_MORE and all(letter in left for letter in market)
