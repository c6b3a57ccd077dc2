"""What coins are called.

Belongs here: /coins, and the names for those who show coins.
Does not belong here: names that are known without a database (databank/coin_names.py), prices (api/data/prices.py).
"""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from crypto_pipeline.api.data.query_session import Reading
from crypto_pipeline.api.data.shapes import Answer, Shape, newest, of
from crypto_pipeline.databank.coin_names import folded, symbols_like

_COINS = """
    SELECT symbol, arg_min(name, place) AS name, arg_min(logo, place) FILTER (logo IS NOT NULL) AS logo,
        arg_min(rank, place) AS rank, max(collected_at) AS collected_at
    FROM (SELECT *, CAST(source <> 'coingecko' AS VARCHAR) || source AS place FROM coins)
    GROUP BY symbol
    ORDER BY rank NULLS LAST, symbol
"""
"""CoinGecko's names where it has one: its ids tell coins of one symbol apart."""


class CoinCalled(Shape):
    """A coin with its name."""

    symbol: str = of("coins", "symbol")
    name: str | None = of("coins", "name")
    logo: str | None = of("coins", "logo")
    rank: int | None = of("coins", "rank")


class Coins(Answer):
    """Coins by name."""

    rows: ClassVar[str] = "coins"

    coins: list[CoinCalled] = Field(description="By rank, largest first.")


def coins(reading: Reading, text: str | None = None) -> Coins:
    """All coins that have a name, or those whose code or name holds the text."""
    rows = _rows(reading)
    if text:
        wanted, known = folded(text), symbols_like(text)
        rows = [
            row
            for row in rows
            if row["symbol"] in known
            or wanted in folded(str(row["symbol"]))
            or wanted in folded(str(row["name"] or ""))
        ]
    return Coins(coins=[CoinCalled.model_validate(row) for row in rows], as_of=newest(rows))


def names_of_coins(reading: Reading) -> dict[str, str]:
    """Names by code."""
    return {str(row["symbol"]): str(row["name"]) for row in _rows(reading)}


def _rows(reading: Reading) -> list[dict[str, object]]:
    return reading.rows(_COINS)
