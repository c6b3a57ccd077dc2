"""What the sources of a region say of each coin in a tick: rows of price_answers, of which the consensus of all regions is made.

Belongs here: prices as such rows, and such rows as prices.
Does not belong here: the consensus itself (collection/normalise/consensus.py), which prices count (collection/collector.py).

All that the consensus looks at is kept as it came, so that it is the same number as if one machine had asked everybody.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from crypto_pipeline.collection.normalise.context import TableRow

_FIELDS = ("source", "price_usd", "price_change_24h", "timestamp", "quote")


def answer_rows(
    prices: Iterable[Mapping[str, Any]], tick: datetime, earlier: Iterable[Mapping[str, Any]] = ()
) -> list[TableRow]:
    """Rows of price_answers, one a coin.

    :param prices: market_prices rows.
    :param earlier: rows of price_answers of the same region and tick: what its sources said in an earlier run counts where they
        have said nothing since.
    """
    said: dict[str, dict[str, list[Mapping[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for price in prices:
        said[price["symbol"]][price["source"]].append(price)
    before: dict[str, dict[str, list[Mapping[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for price in prices_of(earlier):
        before[price["symbol"]][price["source"]].append(price)
    return [
        {"tick": tick, "symbol": symbol, "sources": len(of_coin), "answers": _text(of_coin)}
        for symbol in sorted({*said, *before})
        for of_coin in [{**before[symbol], **said[symbol]}]
    ]


def prices_of(rows: Iterable[Mapping[str, Any]]) -> list[TableRow]:
    """The market_prices rows that rows of price_answers hold, with the columns that a consensus looks at."""
    prices: list[TableRow] = []
    for row in rows:
        for values in json.loads(row["answers"]):
            price = dict(zip(_FIELDS, values, strict=True))
            prices.append({"symbol": row["symbol"], **price, "timestamp": datetime.fromisoformat(price["timestamp"])})
    return prices


def _text(by_source: Mapping[str, Iterable[Mapping[str, Any]]]) -> str:
    rows = [price for source in sorted(by_source) for price in by_source[source]]
    return json.dumps([_values(price) for price in rows], ensure_ascii=False, separators=(",", ":"))


def _values(price: Mapping[str, Any]) -> list[Any]:
    values = [price.get(name) for name in _FIELDS]
    values[_FIELDS.index("timestamp")] = price["timestamp"].isoformat()
    return values
