"""The whole in numbers for Prometheus: what is known at one moment, as metric families.

Belongs here: names, labels and units of the metrics, by the conventions of https://prometheus.io/docs/practices/naming/.
Does not belong here: facts (monitoring/gather.py), HTTP (api/probes.py), what is kept in the table system_metrics (monitoring/metrics.py).

Numbers that are counted in the log are gauges, not counters: the log loses what is older than a month.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector

from crypto_pipeline.monitoring.alerts import Alert
from crypto_pipeline.monitoring.conditions import Limits
from crypto_pipeline.monitoring.facts import Facts, SourceHealth, Stored
from crypto_pipeline.monitoring.metrics import standing

T = TypeVar("T")
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
        yield from _told(OF_FACTS, one.facts)
        if one.facts and one.facts.stored:
            sources = _by_standing(one.facts.stored.sources, one.limits)
            yield _gauge("sources", "Endpoints that are on, by how they do.", sources)
            yield from _told(OF_STORED, one.facts.stored)
        yield from _told(OF_LOG, one.logged)
        if one.alerts is not None:
            yield _gauge("alerts_open", "Alerts that are open.", _by_kind(one.alerts))


@dataclass(frozen=True, slots=True)
class Family(Generic[T]):
    """A family of metrics, as it is made of what is known."""

    name: str
    help: str
    samples: Callable[[T], Iterable[Sample] | None]
    """None where there is nothing to tell: the family is left out."""


OF_FACTS: tuple[Family[Facts], ...] = (
    Family("database_bytes", "Size of the database file.", lambda facts: _one(facts.database_bytes)),
    Family("disk_free_bytes", "Free space on the disk of the data folder.", lambda facts: _one(facts.disk.free_bytes)),
    Family(
        "database_writable",
        "Whether rows can be stored; 1 also while another program holds it.",
        lambda facts: _one(not facts.problem),
    ),
    Family("spool_batches", "Batches that wait for the database.", lambda facts: _one(facts.spool.batches)),
    Family("spool_bytes", "Size of the batches that wait.", lambda facts: _one(facts.spool.bytes)),
    Family("spool_set_aside", "Batches and rows that no table can take.", lambda facts: _one(facts.spool.set_aside)),
    Family(
        "spool_oldest_timestamp_seconds",
        "When the oldest of them was written.",
        lambda facts: _one(_seconds(facts.spool.oldest_at)),
    ),
    Family(
        "table_stored_timestamp_seconds",
        "When a collected table was last stored.",
        lambda facts: [({"table": one.name}, one.stored_at.timestamp()) for one in facts.tables],
    ),
    Family(
        "table_age_seconds",
        "How long ago that was.",
        lambda facts: [({"table": one.name}, (facts.now - one.stored_at).total_seconds()) for one in facts.tables],
    ),
    Family(
        "table_age_limit_seconds",
        "From this age on the table counts as stale.",
        lambda facts: [({"table": one.name}, one.windows.warn.total_seconds()) for one in facts.tables],
    ),
    Family(
        "schedule_ticked_timestamp_seconds",
        "Newest tick of each schedule that is on.",
        lambda facts: [({"schedule": one.name}, one.ticked_at.timestamp()) for one in facts.schedules if one.ticked_at],
    ),
    Family(
        "process_ended_timestamp_seconds",
        "When a part of the system last ended by itself.",
        lambda facts: [({"part": one.part}, one.ended_at.timestamp()) for one in facts.restarts],
    ),
)
OF_STORED: tuple[Family[Stored], ...] = (
    Family(
        "hub_followed_timestamp_seconds",
        "When the file last took rows from the shared PostgreSQL.",
        lambda stored: _one(_seconds(stored.hub_followed_at)),
    ),
    Family(
        "source_failures_in_a_row",
        "How often an endpoint has failed since it was last well.",
        lambda stored: [({"source": one.endpoint}, one.consecutive_failures) for one in stored.sources],
    ),
    Family(
        "source_succeeded_timestamp_seconds",
        "When an endpoint was last well.",
        lambda stored: [
            ({"source": one.endpoint}, one.succeeded_at.timestamp()) for one in stored.sources if one.succeeded_at
        ],
    ),
    Family("requests_last_hour", "Requests of the last hour.", lambda stored: _one(stored.last_hour.get("requests"))),
    Family(
        "request_failures_last_hour",
        "Requests of the last hour that failed.",
        lambda stored: _one(stored.last_hour.get("failures")),
    ),
    Family(
        "request_median_seconds",
        "Median time of the requests of the last hour that were well.",
        lambda stored: _one(_in_seconds(stored.last_hour.get("median_milliseconds"))),
    ),
    Family(
        "request_p95_seconds",
        "95th percentile of their time.",
        lambda stored: _one(_in_seconds(stored.last_hour.get("p95_milliseconds"))),
    ),
    Family(
        "schedule_lag_seconds",
        "How long after the newest tick of a schedule its run began.",
        lambda stored: [({"schedule": schedule}, lag) for schedule, lag in stored.lags.items()],
    ),
    Family(
        "machine_lag_seconds",
        "Time in which the machine did not run the newest collection.",
        lambda stored: _one(stored.lag.lost_seconds if stored.lag else None),
    ),
)
OF_LOG: tuple[Family[Logged], ...] = (
    Family(
        "logged_collections",
        "Collections in the log, which goes back a month.",
        lambda logged: _by_job(logged, "collections"),
    ),
    Family(
        "collection_finished_timestamp_seconds",
        "When the newest collection of a job ended.",
        lambda logged: [({"job": str(row["job"])}, row["finished_at"].timestamp()) for row in logged.collections],
    ),
    Family(
        "collection_seconds",
        "How long the newest collection of a job took.",
        lambda logged: _by_job(logged, "seconds"),
    ),
    Family("collection_requests", "Requests that it made.", lambda logged: _by_job(logged, "requests")),
    Family(
        "collection_bytes",
        "Bytes that it was answered, after decompression.",
        lambda logged: _by_job(logged, "bytes"),
    ),
    Family("collection_rows", "Rows that its sources gave.", lambda logged: _by_job(logged, "rows")),
    Family("collection_rejected_rows", "Rows that it refused.", lambda logged: _by_job(logged, "rejected")),
    Family("collection_sources_ok", "Endpoints that were well in it.", lambda logged: _by_job(logged, "ok")),
    Family("collection_sources_failed", "Endpoints that failed in it.", lambda logged: _by_job(logged, "failed")),
    Family(
        "source_outcome",
        "1 for what came of an endpoint when it was last asked.",
        lambda logged: [
            ({"source": str(row["endpoint"]), "outcome": str(row["outcome"])}, 1) for row in logged.outcomes
        ],
    ),
    Family(
        "source_seconds",
        "How long an endpoint took when it was last asked.",
        lambda logged: [
            ({"source": str(row["endpoint"])}, row["milliseconds"] / 1000)
            for row in logged.outcomes
            if row["milliseconds"]
        ],
    ),
    Family(
        "table_sources",
        "Endpoints that feed a table, by what came of them when they were last asked.",
        lambda logged: _by_table(logged.outcomes),
    ),
    Family(
        "table_rows",
        "Rows of a table.",
        lambda logged: [({"table": str(row["name"])}, row["rows"]) for row in logged.tables],
    ),
)


def _told(families: Iterable[Family[T]], known: T | None) -> Iterator[Metric]:
    """What can be told of what is known; nothing of what is not."""
    if known is None:
        return
    for family in families:
        samples = family.samples(known)
        if samples is not None:
            yield _gauge(family.name, family.help, samples)


def _by_standing(sources: Iterable[SourceHealth], limits: Limits) -> list[Sample]:
    counts = Counter(standing(source, limits) for source in sources)
    return [({"standing": name}, counts[name]) for name in ("online", "degraded", "offline")]


def _by_job(logged: Logged, column: str) -> list[Sample]:
    return [({"job": str(row["job"])}, row[column] or 0) for row in logged.collections]


def _by_table(outcomes: Iterable[Mapping[str, Any]]) -> list[Sample]:
    counts = Counter(
        (table.strip(), str(row["outcome"]))
        for row in outcomes
        for table in str(row["table_names"] or "").split(",")
        if table
    )
    return [({"table": table, "outcome": outcome}, count) for (table, outcome), count in sorted(counts.items())]


def _by_kind(alerts: Iterable[Alert]) -> list[Sample]:
    counts = Counter((alert.kind, alert.severity) for alert in alerts)
    return [({"kind": kind, "severity": severity}, count) for (kind, severity), count in sorted(counts.items())]


def _one(value: float | None) -> list[Sample] | None:
    return None if value is None else [({}, value)]


def _seconds(moment: datetime | None) -> float | None:
    return moment.timestamp() if moment else None


def _in_seconds(milliseconds: float | None) -> float | None:
    return None if milliseconds is None else milliseconds / 1000


def _gauge(name: str, help: str, samples: Iterable[Sample]) -> Metric:
    samples = list(samples)
    labels = list(samples[0][0]) if samples else []
    family = GaugeMetricFamily(f"{PREFIX}_{name}", help, labels=labels)
    for given, value in samples:
        family.add_metric([given[label] for label in labels], float(value))
    return family
