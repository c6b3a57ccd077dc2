"""Collection log: the tables.

Belongs here: requests, endpoints, budgets and refusals of each run.
Does not belong here: what one run leaves for the next (schema/tables/state.py).
"""

from __future__ import annotations

from crypto_pipeline.schema.declare import INT, REAL, TEXT, TIME, Column, Group, Table
from crypto_pipeline.schema.tables.shared import BODY_DAYS, COLLECTED, LOG_DAYS, REGION

COLLECTION_LOG = Group("collection_log", "Collection log: what was asked, and what came of it")

CONNECTION_ATTEMPTS = Table(
    "connection_attempts",
    COLLECTION_LOG,
    "Each request that went out, retries included.",
    key=("run_id", "endpoint", "ask", "attempt"),
    write="log",
    keep_days=LOG_DAYS,
    columns=(
        Column("endpoint", TEXT, "Id of the endpoint: kraken.ticker"),
        Column("ask", TEXT, "Which of the endpoint's requests; empty where it has one"),
        Column("attempt", INT, "1 for the first try; each redirect that was followed is part of its attempt"),
        Column("provider", TEXT, "Provider of the endpoint"),
        Column("host", TEXT, "Host that was asked"),
        Column("method", TEXT, "HTTP method"),
        Column("url", TEXT, "Address without any key"),
        Column("started_at", TIME, "When the request went out"),
        Column("queued_milliseconds", REAL, "How long it waited in this process before it went out", "ms"),
        Column(
            "milliseconds",
            REAL,
            "From then until the whole body was there or the attempt was given up, without time in which this process did "
            "not run",
            "ms",
        ),
        Column("status_code", INT, "HTTP status; NULL when no answer came"),
        Column("bytes", INT, "Size of the body after decompression", "bytes"),
        Column("outcome", TEXT, "ok, not_modified, timeout, unreachable, rate_limited, blocked, server_error, ..."),
        Column("error", TEXT, "What went wrong, in a sentence"),
        Column(
            "clock_ahead_seconds",
            REAL,
            "How far the clock of this machine was ahead of that of the host, by the Date of its answer; NULL where it has none",
            "seconds",
        ),
        REGION,
        *COLLECTED,
    ),
)

DATA_COLLECTIONS = Table(
    "data_collections",
    COLLECTION_LOG,
    "Each endpoint in each run, with its outcome.",
    key=("run_id", "endpoint"),
    write="log",
    keep_days=LOG_DAYS,
    columns=(
        Column("endpoint", TEXT, "Id of the endpoint"),
        Column("provider", TEXT, "Provider of the endpoint"),
        Column("job", TEXT, "Job of the run"),
        Column("table_names", TEXT, "Tables that it feeds, separated by commas"),
        Column("pool", TEXT, "Pool it belongs to; NULL when it stands alone"),
        Column("started_at", TIME, "When it was its turn"),
        Column("finished_at", TIME, "When its outcome was known"),
        Column(
            "milliseconds",
            REAL,
            "The slowest of its requests, as in connection_attempts: no waiting in this process",
            "ms",
        ),
        Column("lag_milliseconds", REAL, "Time of its turn in which this machine did not run the collection", "ms"),
        Column("requests", INT, "Requests that went out, retries included", "count"),
        Column("status_code", INT, "HTTP status of the last answer"),
        Column("bytes", INT, "Size of the bodies after decompression", "bytes"),
        Column("rows", INT, "Rows that it gave to its tables", "count"),
        Column("rejected", INT, "Rows of its answer that were rejected", "count"),
        Column("outcome", TEXT, "ok, not_modified, empty, stale, error_in_body, unparseable, timeout, not_due, ..."),
        Column("error", TEXT, "What went wrong, in a sentence"),
        Column("gateway", TEXT, "Address that stood in the place of the internet; NULL when live"),
        REGION,
        *COLLECTED,
    ),
)

FAILURE_LOGS = Table(
    "failure_logs",
    COLLECTION_LOG,
    "Each request that failed for good, after its retries, and each answer that could not be used.",
    key=("run_id", "endpoint", "ask"),
    write="log",
    keep_days=LOG_DAYS,
    columns=(
        Column("endpoint", TEXT, "Id of the endpoint"),
        Column("ask", TEXT, "Which of the endpoint's requests; empty where it has one"),
        Column("provider", TEXT, "Provider of the endpoint"),
        Column("failed_at", TIME, "When it was given up"),
        Column("outcome", TEXT, "Kind of failure"),
        Column("status_code", INT, "HTTP status; NULL when no answer came"),
        Column("error", TEXT, "What went wrong, in a sentence"),
        REGION,
        *COLLECTED,
    ),
)

RATE_LIMIT_USAGE = Table(
    "rate_limit_usage",
    COLLECTION_LOG,
    "Requests per host and run against the host's budget.",
    key=("run_id", "host"),
    write="log",
    keep_days=LOG_DAYS,
    columns=(
        Column("host", TEXT, "Host"),
        Column("window_start", TIME, "First request of the run"),
        Column("window_end", TIME, "Last request of the run"),
        Column("requests", INT, "Requests that went out", "count"),
        Column("budget_requests", INT, "Requests allowed in budget_seconds", "count"),
        Column("budget_seconds", REAL, "Period of the budget", "seconds"),
        Column("rate_limited", INT, "Answers that said 'too many requests'", "count"),
        *COLLECTED,
    ),
)

ROTATION_HISTORY = Table(
    "rotation_history",
    COLLECTION_LOG,
    "Each time another member of a pool took over, because one failed or because it was its turn.",
    key=("run_id", "pool", "to_endpoint"),
    write="log",
    keep_days=LOG_DAYS,
    columns=(
        Column("pool", TEXT, "Name of the pool"),
        Column("from_endpoint", TEXT, "Member that failed, or that answered in the run before"),
        Column("to_endpoint", TEXT, "Member that was asked instead"),
        Column("reason", TEXT, "Why: 'failed: ...' or 'planned: ...'"),
        Column("rotated_at", TIME, "When"),
        *COLLECTED,
    ),
)

REJECTED_ROWS = Table(
    "rejected_rows",
    COLLECTION_LOG,
    "Each row of an answer that was rejected, with the reason.",
    key=("run_id", "endpoint", "number"),
    write="log",
    keep_days=LOG_DAYS,
    columns=(
        Column("endpoint", TEXT, "Id of the endpoint"),
        Column("number", INT, "Counts the rejected rows of this endpoint in this run, from 1"),
        Column("table_name", TEXT, "Table that it would have gone to"),
        Column("reason", TEXT, "Why it was rejected"),
        Column("row", TEXT, "The row as it came, shortened"),
        Column("rejected_at", TIME, "When"),
        *COLLECTED,
    ),
)

QUARANTINED_PAYLOADS = Table(
    "quarantined_payloads",
    COLLECTION_LOG,
    "Bodies that no parser understood.",
    key=("run_id", "endpoint", "ask"),
    write="log",
    keep_days=BODY_DAYS,
    columns=(
        Column("endpoint", TEXT, "Id of the endpoint"),
        Column("ask", TEXT, "Which of the endpoint's requests; empty where it has one"),
        Column("reason", TEXT, "What the parser said"),
        Column("content_type", TEXT, "Content type of the answer"),
        Column("bytes", INT, "Size of the whole body", "bytes"),
        Column("body", TEXT, "Its first 64 KB, as text"),
        Column("received_at", TIME, "When it came"),
        *COLLECTED,
    ),
)
