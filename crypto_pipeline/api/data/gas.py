"""Fees of the chains.

Belongs here: /gas.
Does not belong here: the other facts of a chain (api/data/chains.py).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, ClassVar

from pydantic import Field

from crypto_pipeline.api.data.query_session import Reading
from crypto_pipeline.api.data.ranges import BUCKET, range_of
from crypto_pipeline.api.data.shapes import Answer, Moment, Shape, newest, of
from crypto_pipeline.api.errors import InvalidQuery, NotFound
from crypto_pipeline.warehouse.sql import not_ahead

RECENT = timedelta(days=1)
"""A chain that nobody has spoken of for longer, counted from the newest of all, is no longer shown."""
TOGETHER = timedelta(minutes=30)
"""Sources that spoke of a chain within this time of the newest one are equally new."""
USUAL, LONGEST = timedelta(days=1), timedelta(days=31)
POINTS = 300

_GAS = f"""
    WITH recent AS (
        SELECT *, max(timestamp) OVER (PARTITION BY blockchain) AS newest FROM gas_prices
        WHERE timestamp >= $since AND {not_ahead("timestamp")} AND ($blockchain IS NULL OR blockchain = $blockchain)
    )
    SELECT * FROM recent WHERE timestamp >= newest - to_seconds($together)
    QUALIFY row_number() OVER (
        PARTITION BY blockchain
        ORDER BY fast_gas_price IS NOT NULL AND slow_gas_price IS NOT NULL AND derived IS NOT true DESC,
            base_fee IS NOT NULL DESC, timestamp DESC, source
    ) = 1
    ORDER BY blockchain
"""
_POINTS = f"""
    SELECT {BUCKET} AS bucket, median(slow_gas_price) AS slow, median(standard_gas_price) AS standard,
        median(fast_gas_price) AS fast
    FROM gas_prices
    WHERE blockchain = $blockchain AND unit IS NOT DISTINCT FROM $unit AND timestamp >= $since AND timestamp < $until
    GROUP BY bucket ORDER BY bucket
"""


class Gas(Shape):
    """The fees of a chain as one source tells them, in the unit that it names."""

    blockchain: str = of("gas_prices", "blockchain")
    unit: str | None = of("gas_prices", "unit", "Only values of one unit may be compared.")
    slow: float | None = of("gas_prices", "slow_gas_price")
    standard: float | None = of("gas_prices", "standard_gas_price")
    fast: float | None = of("gas_prices", "fast_gas_price")
    base_fee: float | None = of("gas_prices", "base_fee")
    gas_price: float | None = of("gas_prices", "gas_price")
    derived: bool | None = of("gas_prices", "derived")
    timestamp: Moment = of("gas_prices", "timestamp")
    source: str = of("gas_prices", "source")


class GasPoint(Shape):
    """The fees of a chain in one bucket of time."""

    timestamp: Moment = Field(validation_alias="bucket", description="When the bucket begins.")
    slow: float | None = Field(description="Fee that may wait, median of the sources. [in the unit of the chain]")
    standard: float | None = Field(description="Usual fee, median of the sources. [in the unit of the chain]")
    fast: float | None = Field(description="Fee for the next block, median of the sources. [in the unit of the chain]")


class GasPrices(Answer):
    """The fees of the chains now; of one chain over time where that was asked for."""

    rows: ClassVar[str] = "gas"

    gas: list[Gas] = Field(
        description="One source of each chain: of those who spoke within half an hour of the newest, one that knows slow "
        "and fast fees, and rather one that knows the base fee: it reads the chain, others round."
    )
    bucket_seconds: int | None = Field(None, description="Length of the buckets of points.")
    points: list[GasPoint] | None = Field(
        None, description="Over time, oldest first; null unless history was asked for. Empty buckets are absent."
    )


def gas(
    reading: Reading,
    *,
    blockchain: str | None = None,
    history: bool = False,
    since: datetime | None = None,
    until: datetime | None = None,
) -> GasPrices:
    """Raises NotFound for a chain without fees, InvalidQuery."""
    if history and not blockchain:
        raise InvalidQuery("With history=1 say of which chain: blockchain=ethereum, for example.")
    rows = gas_now(reading, blockchain)
    if blockchain and not rows:
        raise NotFound(f"There is no fee of {blockchain} in the database of the last day.")
    answer = GasPrices(gas=[Gas.model_validate(row) for row in rows], as_of=newest(rows))
    if history:
        range_ = range_of(since, until, reading.now, usual=USUAL, longest=LONGEST)
        step = range_.bucket_seconds(POINTS)
        points = reading.rows(
            _POINTS,
            blockchain=blockchain,
            unit=rows[0]["unit"],
            since=range_.since,
            until=range_.until,
            step=step * 1_000_000,
        )
        answer.bucket_seconds = step
        answer.points = [GasPoint.model_validate(row) for row in points]
    return answer


def gas_now(reading: Reading, blockchain: str | None = None) -> list[dict[str, Any]]:
    """Rows for Gas, by chain."""
    newest_at = reading.newest("gas_prices")
    if newest_at is None:
        return []
    together = int(TOGETHER.total_seconds())
    rows = reading.rows(_GAS, since=newest_at - RECENT, blockchain=blockchain, together=together)
    for row in rows:
        row |= {name: row[f"{name}_gas_price"] for name in ("slow", "standard", "fast")}
        if row.get("gas_price") is None:  # a row, or a file, of a version before this column
            row["gas_price"] = row["gas_price_gwei"]
    return rows
