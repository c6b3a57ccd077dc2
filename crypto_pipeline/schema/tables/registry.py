"""Registry: the tables.

Belongs here: the declarations of sources, schedules and fees as rows.
Does not belong here: what came of asking them (schema/tables/collection_log.py).
"""

from __future__ import annotations

from crypto_pipeline.schema.declare import FLAG, INT, REAL, TEXT, Column, Group, Table
from crypto_pipeline.schema.tables.shared import COLLECTED

REGISTRY = Group("registry", "Registry: what is declared, as SQL can see it")

PROVIDERS = Table(
    "providers",
    REGISTRY,
    "What is declared: one host or family of hosts that is asked.",
    key=("name",),
    write="replace",
    columns=(
        Column("name", TEXT, "Name of the provider, first part of its endpoints' ids"),
        Column("host", TEXT, "Host that is asked"),
        Column("docs", TEXT, "The provider's documentation"),
        Column("endpoints", INT, "Declared endpoints", "count"),
        Column("enabled_endpoints", INT, "Endpoints that are on with the present settings", "count"),
        Column("tables", TEXT, "Tables that it feeds, separated by commas"),
        Column("budget_requests", INT, "Requests allowed in budget_seconds", "count"),
        Column("budget_seconds", REAL, "Period of the budget", "seconds"),
        Column("key_env", TEXT, "Environment variable of its key; NULL when there is none"),
        Column("needs_key", FLAG, "True when nothing is asked without that key"),
        Column("quirks", TEXT, "What a reader of its numbers should know"),
        *COLLECTED,
    ),
)

SOURCE_POOLS = Table(
    "source_pools",
    REGISTRY,
    "Groups of endpoints that say the same, of which one is asked.",
    key=("name",),
    write="replace",
    columns=(
        Column("name", TEXT, "Name of the pool"),
        Column("table_name", TEXT, "Table that it feeds"),
        Column("strategy", TEXT, "How the member to ask is chosen: priority, round_robin or least_used"),
        Column("members", INT, "Members of the pool", "count"),
        *COLLECTED,
    ),
)

POOL_MEMBERS = Table(
    "pool_members",
    REGISTRY,
    "Which endpoint belongs to which pool.",
    key=("pool", "endpoint"),
    write="replace",
    columns=(
        Column("pool", TEXT, "Name of the pool"),
        Column("endpoint", TEXT, "Id of the endpoint"),
        Column("provider", TEXT, "Provider of the endpoint"),
        Column("priority", INT, "0 is asked first"),
        *COLLECTED,
    ),
)

TRADING_FEES = Table(
    "trading_fees",
    REGISTRY,
    "What spot exchanges take of a trade. Declared, not collected: schedules as they were told in the month of the row; look at the "
    "exchange's own page before you count with them.",
    key=("exchange",),
    write="replace",
    columns=(
        Column("exchange", TEXT, "Exchange, as the column source of book_snapshots says it"),
        Column(
            "taker_percent",
            REAL,
            "Of the value of a trade, from whoever takes what stands in the book, at the first step of the schedule",
            "percent",
        ),
        Column("as_of", TEXT, "Year and month that it is of"),
        Column("docs", TEXT, "Where the exchange publishes its schedule"),
        Column("worth_knowing", TEXT, "Where other fees are taken; NULL where nothing is known of it"),
        *COLLECTED,
    ),
)

SCHEDULE_CONFIG = Table(
    "schedule_config",
    REGISTRY,
    "The schedules as the settings have them.",
    key=("name",),
    write="replace",
    columns=(
        Column("name", TEXT, "Name of the schedule"),
        Column("job", TEXT, "Job that it starts"),
        Column("cron", TEXT, "When, as a cron expression in UTC"),
        Column("description", TEXT, "What it is for"),
        *COLLECTED,
    ),
)
