"""The whole in numbers for Prometheus: what is known at one moment, as metric families.

Belongs here: names, labels and units of the metrics, by the conventions of https://prometheus.io/docs/practices/naming/.
Does not belong here: facts (monitoring/gather.py), HTTP (api/probes.py), what is kept in the table system_metrics (monitoring/metrics.py).

Numbers that are counted in the log are gauges, not counters: the log loses what is older than a month.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector

from crypto_pipeline.monitoring.alerts import Alert
from crypto_pipeline.monitoring.conditions import Limits
from crypto_pipeline.monitoring.facts import Facts
from crypto_pipeline.monitoring.metrics import standing

PREFIX = "crypto_pipeline"

Sample = tuple[Mapping[str, str], float]


@dataclass(frozen=True, slots=True)
class Logged:
    """What the collection log says, beside the facts that alerts are judged by."""

    collections: tuple[Mapping[str, Any], ...] = ()
    """Of each job: job, collections, and of its newest one finished_at, seconds, requests, bytes, rows, rejected, ok, failed."""
    outcomes: tuple[Mapping[str, Any], ...] = ()
    """Of each endpoint asked within a day: endpoint, table_names, outcome, milliseconds."""
    tables: tuple[Mapping[str, Any], ...] = ()
    """name, rows."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All that is told at one moment. What is not known (the database is held, Dagster's storage cannot be read) is not told."""

    version: str
    name: str
    """Of this data bank, where there are several."""
    facts: Facts | None
    limits: Limits
    logged: Logged | None = None
    alerts: tuple[Alert, ...] | None = None
    is_ready: bool = False
    memory: Mapping[str, int] = field(default_factory=dict)
    """Bytes of the processes of the system, by part."""


class Exposition(Collector):
    """A collector of prometheus_client that gives one snapshot."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def collect(self) -> Iterable[Metric]:
        """Each family of metrics."""
        one = self._snapshot
        yield InfoMetricFamily(
            PREFIX, "The data bank that tells this.", value={"version": one.version, "name": one.name}
        )
        yield _gauge("ready", "Whether it collects, as /readyz says.", [({}, float(one.is_ready))])
        yield _gauge(
            "process_memory_bytes",
            "Memory of each part of the system that 'up' runs (PSS).",
            [({"part": part}, float(size)) for part, size in one.memory.items()],
        )
        if one.facts:
            yield from _of_facts(one.facts, one.limits)
        if one.logged:
            yield from _of_log(one.logged)
        if one.alerts is not None:
            yield _gauge("alerts_open", "Alerts that are open.", _by_kind(one.alerts))


def _of_facts(facts: Facts, limits: Limits) -> Iterator[Metric]:
    yield _one("database_bytes", "Size of the database file.", facts.database_bytes)
    yield _one("disk_free_bytes", "Free space on the disk of the data folder.", facts.disk.free_bytes)
    yield _one(
        "database_writable", "Whether rows can be stored; 1 also while another program holds it.", not facts.problem
    )
    yield _one("spool_batches", "Batches that wait for the database.", facts.spool.batches)
    yield _one("spool_bytes", "Size of the batches that wait.", facts.spool.bytes)
    yield _one("spool_set_aside", "Batches and rows that no table can take.", facts.spool.set_aside)
    if facts.spool.oldest_at:
        yield _one(
            "spool_oldest_timestamp_seconds", "When the oldest of them was written.", facts.spool.oldest_at.timestamp()
        )
    yield _gauge(
        "table_stored_timestamp_seconds",
        "When a collected table was last stored.",
        [({"table": one.name}, one.stored_at.timestamp()) for one in facts.tables],
    )
    yield _gauge(
        "table_age_seconds",
        "How long ago that was.",
        [({"table": one.name}, (facts.now - one.stored_at).total_seconds()) for one in facts.tables],
    )
    yield _gauge(
        "table_age_limit_seconds",
        "From this age on the table counts as stale.",
        [({"table": one.name}, one.windows.warn.total_seconds()) for one in facts.tables],
    )
    yield _gauge(
        "schedule_ticked_timestamp_seconds",
        "Newest tick of each schedule that is on.",
        [({"schedule": one.name}, one.ticked_at.timestamp()) for one in facts.schedules if one.ticked_at],
    )
    yield _gauge(
        "process_ended_timestamp_seconds",
        "When a part of the system last ended by itself.",
        [({"part": one.part}, one.ended_at.timestamp()) for one in facts.restarts],
    )
    stored = facts.stored
    if stored is None:
        return
    if stored.hub_followed_at:
        yield _one(
            "hub_followed_timestamp_seconds",
            "When the file last took rows from the shared PostgreSQL.",
            stored.hub_followed_at.timestamp(),
        )
    counts = Counter(standing(source, limits) for source in stored.sources)
    yield _gauge(
        "sources",
        "Endpoints that are on, by how they do.",
        [({"standing": name}, counts[name]) for name in ("online", "degraded", "offline")],
    )
    yield _gauge(
        "source_failures_in_a_row",
        "How often an endpoint has failed since it was last well.",
        [({"source": one.endpoint}, one.consecutive_failures) for one in stored.sources],
    )
    yield _gauge(
        "source_succeeded_timestamp_seconds",
        "When an endpoint was last well.",
        [({"source": one.endpoint}, one.succeeded_at.timestamp()) for one in stored.sources if one.succeeded_at],
    )
    for said, name, words in _LAST_HOUR:
        if (value := stored.last_hour.get(said)) is not None:
            yield _one(name, words, value / 1000 if said.endswith("milliseconds") else value)
    yield _gauge(
        "schedule_lag_seconds",
        "How long after the newest tick of a schedule its run began.",
        [({"schedule": schedule}, lag) for schedule, lag in stored.lags.items()],
    )
    if stored.lag:
        yield _one(
            "machine_lag_seconds",
            "Time in which the machine did not run the newest collection.",
            stored.lag.lost_seconds,
        )


_LAST_HOUR = (
    ("requests", "requests_last_hour", "Requests of the last hour."),
    ("failures", "request_failures_last_hour", "Requests of the last hour that failed."),
    ("median_milliseconds", "request_median_seconds", "Median time of the requests of the last hour that were well."),
    ("p95_milliseconds", "request_p95_seconds", "95th percentile of their time."),
)
_NEWEST = (
    ("seconds", "collection_seconds", "How long the newest collection of a job took."),
    ("requests", "collection_requests", "Requests that it made."),
    ("bytes", "collection_bytes", "Bytes that it was answered, after decompression."),
    ("rows", "collection_rows", "Rows that its sources gave."),
    ("rejected", "collection_rejected_rows", "Rows that it refused."),
    ("ok", "collection_sources_ok", "Endpoints that were well in it."),
    ("failed", "collection_sources_failed", "Endpoints that failed in it."),
)


def _of_log(logged: Logged) -> Iterator[Metric]:
    by_job = [({"job": str(row["job"])}, row) for row in logged.collections]
    yield _gauge(
        "logged_collections",
        "Collections in the log, which goes back a month.",
        [(at, row["collections"]) for at, row in by_job],
    )
    yield _gauge(
        "collection_finished_timestamp_seconds",
        "When the newest collection of a job ended.",
        [(at, _seconds(row["finished_at"])) for at, row in by_job],
    )
    for column, name, words in _NEWEST:
        yield _gauge(name, words, [(at, float(row[column] or 0)) for at, row in by_job])
    yield _gauge(
        "source_outcome",
        "1 for what came of an endpoint when it was last asked.",
        [({"source": str(row["endpoint"]), "outcome": str(row["outcome"])}, 1) for row in logged.outcomes],
    )
    yield _gauge(
        "source_seconds",
        "How long an endpoint took when it was last asked.",
        [
            ({"source": str(row["endpoint"])}, row["milliseconds"] / 1000)
            for row in logged.outcomes
            if row["milliseconds"]
        ],
    )
    counts = Counter(
        (table, str(row["outcome"]))
        for row in logged.outcomes
        for table in str(row["table_names"] or "").split(",")
        if table
    )
    yield _gauge(
        "table_sources",
        "Endpoints that feed a table, by what came of them when they were last asked.",
        [({"table": table.strip(), "outcome": outcome}, count) for (table, outcome), count in sorted(counts.items())],
    )
    yield _gauge(
        "table_rows", "Rows of a table.", [({"table": str(row["name"])}, row["rows"]) for row in logged.tables]
    )


def _by_kind(alerts: Iterable[Alert]) -> list[Sample]:
    counts = Counter((alert.kind, alert.severity) for alert in alerts)
    return [({"kind": kind, "severity": severity}, count) for (kind, severity), count in sorted(counts.items())]


def _one(name: str, help: str, value: float) -> Metric:
    return _gauge(name, help, [({}, float(value))])


def _gauge(name: str, help: str, samples: Iterable[Sample]) -> Metric:
    samples = list(samples)
    labels = list(samples[0][0]) if samples else []
    family = GaugeMetricFamily(f"{PREFIX}_{name}", help, labels=labels)
    for given, value in samples:
        family.add_metric([given[label] for label in labels], float(value))
    return family


def _seconds(moment: datetime) -> float:
    return moment.timestamp()
