"""Large transfers.

Belongs here: /transfers.
Does not belong here: which transfers are large enough to be kept (the setting whale_usd).
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from pydantic import Field

from crypto_pipeline.api.data.filters import Filters
from crypto_pipeline.api.data.paging import Page
from crypto_pipeline.api.data.query_session import Reading
from crypto_pipeline.api.data.shapes import Moment, Paged, Shape, newest, of
from crypto_pipeline.warehouse.sql import not_ahead

_KEY = {"timestamp": datetime, "blockchain": str, "transaction_hash": str, "event_index": int}


class Transfer(Shape):
    """A large transfer on a chain: the amount in coins, its worth in dollars."""

    blockchain: str = of("whale_transactions", "blockchain")
    transaction_hash: str = of("whale_transactions", "transaction_hash")
    event_index: int = of("whale_transactions", "event_index")
    from_address: str | None = of("whale_transactions", "from_address")
    to_address: str | None = of("whale_transactions", "to_address")
    symbol: str | None = of("whale_transactions", "symbol")
    amount: float | None = of("whale_transactions", "amount")
    amount_usd: float | None = of("whale_transactions", "amount_usd")
    price_source: str | None = of("whale_transactions", "price_source")
    block_number: int | None = of("whale_transactions", "block_number")
    timestamp: Moment = of("whale_transactions", "timestamp")
    source: str | None = of("whale_transactions", "source")


class Transfers(Paged):
    """A page of large transfers."""

    rows: ClassVar[str] = "transfers"

    transfers: list[Transfer] = Field(description="Newest first.")


def transfers(
    reading: Reading,
    page: Page,
    *,
    blockchain: str | None = None,
    symbol: str | None = None,
    min_usd: float | None = None,
) -> Transfers:
    """:param min_usd: leaves out what is worth less, and what nobody knows the worth of.
    :raises InvalidQuery: a cursor that is none."""
    filters = Filters()
    filters.add(not_ahead("timestamp"))
    filters.equal(blockchain=blockchain, symbol=symbol)
    if min_usd is not None:
        filters.add("amount_usd >= $min_usd", min_usd=min_usd)
    page.goes_on(filters, _KEY)
    rows = reading.rows(
        f"SELECT * FROM whale_transactions WHERE {filters} "
        f"ORDER BY timestamp DESC, blockchain, transaction_hash, event_index LIMIT {page.limit + 1}",
        **filters.parameters,
    )
    following = page.next(rows, _KEY)
    return Transfers(transfers=[Transfer.model_validate(row) for row in rows], next=following, as_of=newest(rows))
