"""Lists of markets: every coin that a source's candles are replayed of, since when they are.

Belongs here: entries for the markets that a recorded list lacks.
Does not belong here: when a market opened (replay/trading.py), what else is recorded in such a list: markets that are new,
announced or gone stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterable

from crypto_pipeline.collection.normalise.values import moment
from crypto_pipeline.replay import times
from crypto_pipeline.replay.leaves import KEY, exchanged, leaves, part_at
from crypto_pipeline.replay.tracing import Trace
from crypto_pipeline.replay.trading import Trading
from crypto_pipeline.schema.dollars import DOLLARS
from crypto_pipeline.schema.rows import Listing
from crypto_pipeline.sources.dated_markets import DATED_SYMBOLS
from crypto_pipeline.sources.kit import Endpoint, Payload
from crypto_pipeline.sources.symbols import COINGECKO_IDS

TEMPLATE = "BTC"
"""The coin whose recorded market the others are made from."""


def with_every_market(endpoint: Endpoint, payload: Payload, traces: Iterable[Trace], trading: Trading) -> Payload:
    """The list with a market of each coin in the place of the template's; as it is where the source says no dates.

    :param traces: of this payload.
    """
    found = [one for one in traces if isinstance(one.row, Listing) and one.row.symbol == TEMPLATE]
    listed = next((one for one in found if one.field == "listed_at"), None)
    row = listed.row if listed else None
    when = moment(row.listed_at) if isinstance(row, Listing) else None
    if listed is None or not isinstance(row, Listing) or when is None or not isinstance(listed.place[-2], int):
        return payload
    *rows, number, member = listed.place
    source = endpoint.provider.source.removesuffix("_perpetual")
    opened = _opened(f"{source}_perpetual" if row.kind == "perpetual" else source, endpoint, trading)
    template = part_at(payload, (*rows, number))
    entries = [
        {**_renamed(template, coin), member: times.moved(template[member], at - int(when.timestamp()))}
        for coin, at in opened.items()
    ]
    others = part_at(payload, tuple(rows))
    return exchanged(payload, {tuple(rows): [*others[:number], *entries, *others[number + 1 :]]})


def _opened(source: str, endpoint: Endpoint, trading: Trading) -> dict[str, int]:
    """By coin when its market opened, of those that are still traded."""
    found = {}
    for coin in sorted({*COINGECKO_IDS, *DATED_SYMBOLS} - {*DOLLARS} - {*endpoint.provider.aliases}):
        lives = trading.lives(source, coin)
        if lives and lives[-1].until is None:
            found[coin] = lives[-1].since
    return found


def _renamed(entry: Payload, coin: str) -> Payload:
    return exchanged(
        entry,
        {at: leaf.replace(TEMPLATE, coin) for at, leaf in leaves(entry) if isinstance(leaf, str) and at[-1] is not KEY},
    )
