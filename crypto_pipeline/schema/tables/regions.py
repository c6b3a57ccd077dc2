"""Regions: the tables.

Belongs here: what several regions tell each other, so that each host is asked by one of them and the consensus is made of all.
Does not belong here: what a region keeps for itself (schema/tables/state.py, with its region in the key).

Where there are no regions these tables are empty.
"""

from __future__ import annotations

from crypto_pipeline.schema.declare import INT, TEXT, TIME, Column, Group, Table
from crypto_pipeline.schema.tables.shared import COLLECTED, LOG_DAYS, REGION

REGIONS = Group("regions", "Regions: several machines that divide the sources")

ANSWER_DAYS = 2
"""Of what a consensus was made of; a region that was cut off for longer comes too late for it."""

REGION_TICKS = Table(
    "region_ticks",
    REGIONS,
    "When each region was at work; one that is silent for three ticks is taken over.",
    key=("region", "began_at"),
    write="log",
    keep_days=LOG_DAYS,
    columns=(
        REGION,
        Column("began_at", TIME, "When its collection began"),
        Column("job", TEXT, "Job of the collection"),
        Column("awake", TEXT, "Regions among which it took the sources to be divided, separated by commas"),
        Column("hosts", INT, "Hosts that fell to it", "count"),
        *COLLECTED,
    ),
)

REGION_REFUSALS = Table(
    "region_refusals",
    REGIONS,
    "Hosts that refuse a region or are out of its reach; another region asks them, and once a day this one tries again.",
    key=("region", "host"),
    write="latest",
    newer_by="refused_at",
    columns=(
        REGION,
        Column("host", TEXT, "Host name"),
        Column("refused_at", TIME, "When it refused the last time"),
        Column("not_before", TIME, "The region does not ask it before this time, while another one can"),
        Column("endpoint", TEXT, "Id of an endpoint that was refused"),
        Column("outcome", TEXT, "How: blocked, unreachable, timeout"),
        Column("error", TEXT, "What went wrong, in a sentence"),
        *COLLECTED,
    ),
)

PRICE_ANSWERS = Table(
    "price_answers",
    REGIONS,
    "What the sources of a region said of a coin in a tick: of these rows of all regions the consensus is made.",
    key=("tick", "region", "symbol"),
    newer_by="collected_at",
    keep_days=ANSWER_DAYS,
    columns=(
        Column("tick", TIME, "The tick that the collection worked for"),
        REGION,
        Column("symbol", TEXT, "Coin code"),
        Column("sources", INT, "Sources that said something", "count"),
        Column(
            "answers",
            TEXT,
            "What they said, as JSON: a list of source, price in USD, change in percent, time and quote for each price",
        ),
        *COLLECTED,
    ),
)
