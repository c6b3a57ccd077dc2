"""The median price of each coin over the sources of one collection, its spread, and who is too far off.

Belongs here: the consensus and the outliers.
Does not belong here: what one source says (collection/normalise/markets.py).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from statistics import median

from crypto_pipeline.collection.normalise.context import TableRow
from crypto_pipeline.collection.normalise.rejections import Rejected
from crypto_pipeline.schema.dollars import DOLLARS
from crypto_pipeline.sources.symbols import FIAT

TABLE = "consensus_prices"
TOO_FAR = 0.20
"""A price this far off the median of the others is of another coin that shares the symbol, or of a broken source."""
LOCAL_MONIES = FIAT - {"USD"}
ENOUGH_OTHERS = 5
"""With fewer others nobody can say which of them is wrong."""


def consensus(
    rows: Iterable[TableRow], at: datetime, other_coins: Collection[tuple[str, str]] = ()
) -> tuple[list[TableRow], list[Rejected]]:
    """One consensus_prices row per coin out of market_prices rows, and the rows that were left out as outliers.

    A source counts once per coin, with its newest row. A dollar coin in local money does not count: its price there has the
    local premium in it (collection/normalise/markets.py).

    :param other_coins: sources with a symbol by which they mean another coin, as earlier collections showed; left out.
    """
    by_coin: dict[str, dict[str, TableRow]] = {}
    rejected: list[Rejected] = []
    for row in rows:
        if row["symbol"] in DOLLARS and row.get("quote") in LOCAL_MONIES:
            continue
        if (row["source"], row["symbol"]) in other_coins:
            rejected.append(Rejected(TABLE, f"{row['source']} means another coin by {row['symbol']}", row))
            continue
        newest = by_coin.setdefault(row["symbol"], {})
        if row["source"] not in newest or newest[row["source"]]["timestamp"] < row["timestamp"]:
            newest[row["source"]] = row
    made: list[TableRow] = []
    for symbol, by_source in sorted(by_coin.items()):
        outliers = {source for source in by_source if _is_outlier(source, by_source)}
        if len(outliers) == len(by_source):
            outliers = set()  # two camps of equal size: nobody can say which is wrong, and the spread shows it
        counted = [row for source, row in by_source.items() if source not in outliers]
        prices = [row["price_usd"] for row in counted]
        changes = [row["price_change_24h"] for row in counted if row["price_change_24h"] is not None]
        middle = median(prices)
        made.append(
            {
                "symbol": symbol,
                "price_usd": middle,
                "sources": len(prices),
                "lowest_usd": min(prices),
                "highest_usd": max(prices),
                "spread_percent": (max(prices) - min(prices)) / middle * 100,
                "price_change_24h": median(changes) if changes else None,
                "outliers": ",".join(sorted(outliers)) or None,
                "timestamp": at,
            }
        )
        for source in sorted(outliers):
            row = by_source[source]
            off = (row["price_usd"] / middle - 1) * 100
            reason = f"its price {row['price_usd']:g} is {off:+.0f} % off the median {middle:g} of {len(prices)} others"
            rejected.append(Rejected(TABLE, reason, row))
    return made, rejected


def _is_outlier(source: str, by_source: dict[str, TableRow]) -> bool:
    others = [row["price_usd"] for name, row in by_source.items() if name != source]
    if len(others) < ENOUGH_OTHERS:
        return False
    middle = median(others)
    return bool(abs(by_source[source]["price_usd"] / middle - 1) > TOO_FAR)
