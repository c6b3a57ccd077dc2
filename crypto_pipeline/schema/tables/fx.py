"""Exchange rates of currencies: the tables.

Belongs here: what the money of states is worth.
Does not belong here: prices of coins (schema/tables/market.py).
"""

from __future__ import annotations

from datetime import timedelta

from crypto_pipeline.schema.declare import INT, REAL, TEXT, Column, Feed, Group, Table
from crypto_pipeline.schema.rows import Rate
from crypto_pipeline.schema.tables.shared import FETCHED, SOURCE_TIME, said_by

FX = Group("fx", "Exchange rates of currencies")

EXCHANGE_RATES = Table(
    "exchange_rates",
    FX,
    "What one unit of a currency is worth in dollars.",
    key=("source", "currency", "timestamp"),
    newer_by="fetched_at",
    feed=Feed(
        cadence=5,
        rows=(Rate,),
        shortest_interval=timedelta(hours=1),
        usual_age=timedelta(days=5),  # banks rest over Easter
        new_for=timedelta(days=6),
        stale_after=timedelta(days=5),
    ),
    columns=(
        Column("currency", TEXT, "ISO 4217 code: EUR"),
        Column("usd_per_unit", REAL, "Dollars for one unit", "USD"),
        Column(
            "digits",
            INT,
            "Significant digits of the source's figure: of two rates of a day the more precise is used",
            "count",
        ),
        SOURCE_TIME,
        said_by("source"),
        *FETCHED,
    ),
)
