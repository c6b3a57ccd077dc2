"""Derivatives: the tables.

Belongs here: funding and open interest of contracts, what dated ones cost, positions that were closed by force, what options say.
Does not belong here: spot markets (schema/tables/market.py).
"""

from __future__ import annotations

from datetime import timedelta

from crypto_pipeline.schema.declare import INT, REAL, TEXT, TIME, Column, Feed, Group, Table
from crypto_pipeline.schema.rows import DatedFuture, Derivative, Funding, Liquidation, Option
from crypto_pipeline.schema.tables.shared import FETCHED, SOURCE_TIME, said_by

DERIVATIVES = Group("derivatives", "Derivatives")

DERIVATIVES_METRICS = Table(
    "derivatives_metrics",
    DERIVATIVES,
    "Funding and open interest of a perpetual contract.",
    key=("source", "contract", "timestamp"),
    newer_by="fetched_at",
    feed=Feed(cadence=15, rows=(Derivative,), new_for=timedelta(hours=3), stale_after=timedelta(hours=1)),
    columns=(
        Column("symbol", TEXT, "Coin code of the underlying"),
        Column("contract", TEXT, "The exchange's own name of the contract"),
        Column("funding_rate", REAL, "Funding per interval, as the exchange says it", "fraction"),
        Column("funding_interval_hours", REAL, "How often funding is paid", "hours"),
        Column("funding_rate_8h", REAL, "The same rate over eight hours, to compare exchanges", "fraction"),
        Column("next_funding_at", TIME, "When funding is paid next"),
        Column("open_interest", REAL, "Open contracts", "coins"),
        Column("open_interest_usd", REAL, "Open contracts", "USD"),
        Column("mark_price", REAL, "Mark price", "USD"),
        Column("index_price", REAL, "Index price", "USD"),
        Column("volume_24h_usd", REAL, "Traded value of the last 24 hours", "USD"),
        SOURCE_TIME,
        said_by("source"),
        *FETCHED,
    ),
)

DATED_FUTURES = Table(
    "dated_futures",
    DERIVATIVES,
    "A future that ends on a day, at one exchange at one moment. Perpetual contracts, which end on none, are in derivatives_metrics.",
    key=("source", "contract", "timestamp"),
    newer_by="fetched_at",
    feed=Feed(cadence=15, rows=(DatedFuture,), new_for=timedelta(hours=3), stale_after=timedelta(hours=1)),
    columns=(
        Column("symbol", TEXT, "Coin code of the underlying"),
        Column("contract", TEXT, "The exchange's own name of the contract"),
        Column("expiry", TIME, "When it ends: 08:00 UTC of the day in its name"),
        Column("mark_price", REAL, "What the exchange takes the contract to be worth, for one coin", "USD"),
        Column("index_price", REAL, "What the exchange takes the coin itself to be worth", "USD"),
        Column(
            "basis_percent",
            REAL,
            "How much dearer the contract is than the coin: mark_price over index_price; NULL where the exchange does not tell both",
            "percent",
        ),
        Column("open_interest", REAL, "Open contracts", "coins"),
        Column("open_interest_usd", REAL, "Open contracts", "USD"),
        Column("volume_24h_usd", REAL, "Traded value of the last 24 hours", "USD"),
        SOURCE_TIME,
        said_by("source"),
        *FETCHED,
    ),
)

FUNDING_RATES = Table(
    "funding_rates",
    DERIVATIVES,
    "What a perpetual contract has paid at one moment. The rate that is still running is in derivatives_metrics.",
    key=("source", "contract", "funding_at"),
    newer_by="fetched_at",
    feed=Feed(
        cadence=15,
        rows=(Funding,),
        time_column="funding_at",
        arrival_column="funding_at",
        shortest_interval=timedelta(hours=1),
        new_for=timedelta(days=3),
        usual_age=timedelta(hours=12),  # most contracts pay every eight hours
        stale_after=timedelta(hours=12),
    ),
    columns=(
        Column("symbol", TEXT, "Coin code of the underlying"),
        Column("contract", TEXT, "The exchange's own name of the contract"),
        Column("funding_at", TIME, "When it was paid, to the minute: exchanges are some milliseconds late"),
        Column("rate", REAL, "What was paid, positive from long to short", "fraction per interval"),
        Column(
            "interval_hours",
            REAL,
            "The time that the payment is for: as the exchange says it, else since the payment before it; NULL while neither is known",
            "hours",
            keep_first=True,
        ),
        Column("rate_8h", REAL, "The same rate over eight hours, to compare exchanges", "fraction", keep_first=True),
        Column("mark_price", REAL, "Mark price of one coin at that moment, where the exchange says it", "USD"),
        said_by("source"),
        *FETCHED,
    ),
)

LIQUIDATIONS = Table(
    "liquidations",
    DERIVATIVES,
    "A position, or a part of one, that an exchange closed by force. What exchanges list is a part of it at best: the largest "
    "ones list nothing, and of some only the newest can be had.",
    key=("source", "liquidation_id"),
    newer_by="fetched_at",
    feed=Feed(
        cadence=15,
        rows=(Liquidation,),
        time_column="liquidated_at",
        arrival_column="liquidated_at",
        new_for=timedelta(days=3),
        usual_age=timedelta(hours=6),  # on quiet nights hardly anybody is forced out
    ),
    columns=(
        Column(
            "liquidation_id",
            TEXT,
            "The exchange's own id and the time, or else contract, side, price, amount and time: the same one told twice is one "
            "row, and so are two without an id that are alike in all of that",
        ),
        Column("symbol", TEXT, "Coin code of the underlying"),
        Column("contract", TEXT, "The exchange's own name of the contract"),
        Column("side", TEXT, "Of the position: long or short"),
        Column("liquidated_at", TIME, "When it was closed"),
        Column("price", REAL, "At which it was closed, for one coin", "USD"),
        Column("amount", REAL, "What was closed", "coins"),
        Column("value_usd", REAL, "price times amount", "USD"),
        said_by("source"),
        *FETCHED,
    ),
)

OPTION_METRICS = Table(
    "option_metrics",
    DERIVATIVES,
    "What the options on a coin that expire at one moment say together, at one exchange. Deltas are those of Black's formula on "
    "the forward, from the exchange's implied volatilities, so that exchanges compare.",
    key=("source", "symbol", "expiry", "timestamp"),
    newer_by="fetched_at",
    feed=Feed(cadence=15, rows=(Option,), stale_after=timedelta(hours=1)),
    columns=(
        Column("symbol", TEXT, "Coin code of the underlying"),
        Column("expiry", TIME, "When the contracts expire"),
        Column("days_to_expiry", REAL, "From timestamp until then", "days"),
        Column("underlying_price", REAL, "What the exchange takes one coin to be worth at expiry (a forward)", "USD"),
        Column(
            "atm_iv",
            REAL,
            "Implied volatility at the money: between the two strikes around underlying_price, along the strike; NULL unless "
            "there is one on either side",
            "percent a year",
        ),
        Column(
            "iv_25d_call",
            REAL,
            "Implied volatility of the call with a delta of 0.25: between the two strikes around it, along the delta; NULL where "
            "there are none, or where their deltas are more than 0.3 apart",
            "percent a year",
        ),
        Column("iv_25d_put", REAL, "The same of the put with a delta of -0.25", "percent a year"),
        Column(
            "skew_25d",
            REAL,
            "iv_25d_put - iv_25d_call; above zero protection against a fall is dearer than a bet on a rise",
            "percentage points",
        ),
        Column(
            "call_volume_24h", REAL, "Traded calls of the last 24 hours; NULL where not every contract says it", "coins"
        ),
        Column("put_volume_24h", REAL, "The same of puts", "coins"),
        Column("put_call_volume", REAL, "put_volume_24h / call_volume_24h; NULL where no call was traded", "ratio"),
        Column("call_open_interest", REAL, "Open calls; NULL where not every contract says it", "coins"),
        Column("put_open_interest", REAL, "The same of puts", "coins"),
        Column(
            "put_call_open_interest",
            REAL,
            "put_open_interest / call_open_interest; NULL where no call is open",
            "ratio",
        ),
        Column(
            "max_pain",
            REAL,
            "The strike at which all open contracts together would pay least; of several the lowest",
            "USD",
        ),
        Column("strikes", INT, "Different strikes", "count"),
        Column("contracts", INT, "Contracts that were counted", "count"),
        Column(
            "contracts_rejected",
            INT,
            "Contracts that could not be believed and are in none of the numbers: where there is one, sums, ratios and max_pain are NULL",
            "count",
        ),
        SOURCE_TIME,
        said_by("source"),
        *FETCHED,
    ),
)
