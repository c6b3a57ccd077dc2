"""State: the tables.

Belongs here: whose turn it is, and how each endpoint is.
Does not belong here: what happened in a run (schema/tables/collection_log.py).
"""

from __future__ import annotations

from crypto_pipeline.schema.declare import INT, REAL, TEXT, TIME, Column, Group, Table
from crypto_pipeline.schema.tables.shared import COLLECTED, REGION

STATE = Group("state", "State: what one collection leaves for the next")

ROTATION_STATE = Table(
    "rotation_state",
    STATE,
    "Which member of a pool is asked next.",
    key=("region", "pool"),
    write="latest",
    newer_by="changed_at",
    columns=(
        Column("pool", TEXT, "Name of the pool"),
        Column("endpoint", TEXT, "Member that answered last"),
        Column("next_endpoint", TEXT, "Member that comes first in the next run, if all stay as they are"),
        Column("changed_at", TIME, "When the last one answered"),
        REGION,
        *COLLECTED,
    ),
)

HOST_PAUSES = Table(
    "host_pauses",
    STATE,
    "Until when a host wants no requests at all. Back-fills and collections that are under way heed it within seconds, "
    "whichever process was told so.",
    key=("host",),
    write="latest",
    newer_by="told_at",
    columns=(
        Column("host", TEXT, "Host name"),
        Column("not_before", TIME, "Nothing there is asked before this time"),
        Column("endpoint", TEXT, "Id of the endpoint that was asked"),
        Column("told_at", TIME, "When the host said so"),
        *COLLECTED,
    ),
)

SOURCE_HEALTH = Table(
    "source_health",
    STATE,
    "What is remembered of each endpoint from one run to the next, by each region that has asked it.",
    key=("region", "endpoint"),
    write="latest",
    newer_by="asked_at",
    columns=(
        Column("endpoint", TEXT, "Id of the endpoint"),
        Column(
            "breaker_state",
            TEXT,
            "closed; open: not asked until not_before; half_open: the pause is over, the next request is a probe",
        ),
        Column("consecutive_failures", INT, "Failures since the last success", "count"),
        Column("asked_at", TIME, "When it was last asked"),
        Column("succeeded_at", TIME, "When it last gave a usable answer"),
        Column("outcome", TEXT, "Its last outcome"),
        Column("milliseconds", REAL, "How long its last answer took", "ms"),
        Column(
            "not_before", TIME, "Not asked before this time: the source said so, refused us, or its breaker is open"
        ),
        Column("host_not_before", TIME, "Nothing at the same host is asked before this time: it had too many requests"),
        Column("etag", TEXT, "Validator for the next conditional request"),
        Column("last_modified", TEXT, "Validator for the next conditional request"),
        Column("body_hash", TEXT, "Hash of the last usable answer, to recognise the same answer again"),
        Column("fresh_until", TIME, "Until when 'nothing new' is a good answer; then it is asked for all that it has"),
        Column("fields", TEXT, "Fields of its JSON answers, to tell when one comes or goes (schema_drift)"),
        REGION,
        *COLLECTED,
    ),
)
