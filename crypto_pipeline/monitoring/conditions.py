"""What is wrong: conditions, each a pure function of the facts.

Belongs here: when something counts as wrong, how severe that is, and the sentence for a person.
Does not belong here: facts (monitoring/evaluate.py), once for as long as it lasts (monitoring/alerts.py), who is told (monitoring/notify.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from crypto_pipeline.foundation.counted import counted
from crypto_pipeline.monitoring.facts import Facts
from crypto_pipeline.schema.clock import is_ahead
from crypto_pipeline.schema.price_watches import UNITS, PriceWatch

Severity = Literal["warning", "error"]

SPOOL_DRAINS_IN = timedelta(minutes=15)
"""Every collection merges what waits; after this long several have failed to."""
TICK_TAKES = timedelta(minutes=2)
"""The scheduler looks every minute or so."""
RESTART_IS_SHOWN = timedelta(minutes=15)
"""How long a process of ours that ended by itself is worth an alert."""
OFTEN = 3
"""Ends of a process in a row that are an error."""
DEPEGGED = 0.005
"""How far a dollar coin may be from its dollar."""
DEPEGGED_GRAVELY = 0.05
ENOUGH_SOURCES = 5
"""Of a consensus on a dollar coin, before anybody is alarmed."""
GB = 1_000_000_000
CLOCK_OFF_SECONDS = 5.0
"""How far the clocks of machines that share a PostgreSQL may be apart."""
CLOCK_WRONG_SECONDS = 60.0
"""How far the clock of this machine may be off those of most hosts."""
LAG_SECONDS, LAG_SHARE = 10.0, 0.25
"""Seconds, and part of a collection, that this machine may be away without anybody being told."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What the settings say about when to speak up."""

    failures: int = 3
    disk_free_gb: float = 1
    watches: tuple[PriceWatch, ...] = ()
    """What a person wants to be told of prices."""


@dataclass(frozen=True, slots=True)
class Condition:
    """Something that is wrong now. ``name`` is its kind and what it is about: stale_table.market_prices."""

    name: str
    severity: Severity
    message: str


@dataclass(frozen=True, slots=True)
class AlertKind:
    """Conditions that are found alike. ``when`` is what docs/operations.md says of them."""

    find: Callable[[Facts, Limits], Iterator[Condition]]
    when: str
    about: tuple[str, ...] = ()
    """What follows the kind in a condition's name, one word for each part."""
    is_stored: bool = False
    """Only the database can tell of it."""
    is_common: bool = False
    """It is the same for all regions that share the data bank: one of them tells of it."""


def conditions(facts: Facts, limits: Limits) -> list[Condition]:
    """All that is wrong, by kind; of what is the same for all regions one of them tells."""
    regions = facts.stored.regions if facts.stored else None
    tells = regions is None or regions.leads
    kinds = [kind for kind in KINDS.values() if tells or not kind.is_common]
    return [condition for kind in kinds for condition in kind.find(facts, limits)]


def unjudged(facts: Facts) -> frozenset[str]:
    """Kinds of which these facts say nothing: their alerts are neither raised nor resolved."""
    if facts.stored:
        return frozenset()
    unknown = frozenset(name for name, kind in KINDS.items() if kind.is_stored)
    return unknown if facts.tables else unknown | {"stale_table"}


def _run_failed(facts: Facts, limits: Limits) -> Iterator[Condition]:
    for run in facts.failed_runs:
        why = f": {run.why}" if run.why else ""
        yield Condition(f"run_failed.{run.job}", "error", f"Run {run.run_id[:8]} of {run.job} failed{why}")


def _source_failing(facts: Facts, limits: Limits) -> Iterator[Condition]:
    for source in facts.stored.sources if facts.stored else ():
        if source.consecutive_failures >= limits.failures:
            well = f"it was last well at {_at(source.succeeded_at)}" if source.succeeded_at else "it was never well"
            yield Condition(
                f"source_failing.{source.endpoint}",
                "warning",
                f"{source.endpoint} failed {source.consecutive_failures} times in a row ({source.outcome}); {well}",
            )


def _breaker_open(facts: Facts, limits: Limits) -> Iterator[Condition]:
    """A breaker that waits for its probe is not closed yet: one alert for as long as the source is away."""
    for source in facts.stored.sources if facts.stored else ():
        if source.breaker_state != "closed":
            until = f" before {_at(source.not_before)}" if source.not_before else " for a while"
            yield Condition(
                f"breaker_open.{source.endpoint}",
                "warning",
                f"{source.endpoint} is not asked{until}: it failed {source.consecutive_failures} times in a row "
                f"({source.outcome})",
            )


def _stale_table(facts: Facts, limits: Limits) -> Iterator[Condition]:
    for table in facts.tables:
        late = facts.now - facts.awake_since
        if not is_ahead(table.stored_at, facts.now):  # else nobody knows when
            late = min(facts.now - table.stored_at, late)
        if late > table.windows.warn:
            severity: Severity = "error" if late > table.windows.fail else "warning"
            yield Condition(
                f"stale_table.{table.name}", severity, f"{table.name} was last stored at {_at(table.stored_at)}"
            )


def _schedule_not_ticking(facts: Facts, limits: Limits) -> Iterator[Condition]:
    for schedule in facts.schedules:
        moments = (schedule.ticked_at, schedule.started_at, facts.awake_since)
        since = max(moment for moment in moments if moment and not is_ahead(moment, facts.now))
        if facts.now - since > 2 * schedule.longest_wait + TICK_TAKES:
            ticked = f"last ticked at {_at(schedule.ticked_at)}" if schedule.ticked_at else "has never ticked"
            yield Condition(
                f"schedule_not_ticking.{schedule.name}", "error", f"{schedule.name} is switched on but {ticked}"
            )


def _spool_not_draining(facts: Facts, limits: Limits) -> Iterator[Condition]:
    oldest = facts.spool.oldest_at
    if oldest and facts.now - oldest > SPOOL_DRAINS_IN:
        yield Condition(
            "spool_not_draining",
            "warning",
            f"{counted(facts.spool.batches, 'batch waits', 'batches wait')} beside the database since {_at(oldest)}: "
            f"{_who_is_in_the_way(facts)}; nothing is lost so far",
        )


def _who_is_in_the_way(facts: Facts) -> str:
    if facts.hub:
        return f"{facts.hub} does not answer, or does not take them"
    return "another program holds it, or it cannot be written"


def _database_unusable(facts: Facts, limits: Limits) -> Iterator[Condition]:
    if facts.problem:
        yield Condition("database_unusable", "error", facts.problem)


def _rows_set_aside(facts: Facts, limits: Limits) -> Iterator[Condition]:
    if aside := facts.spool.set_aside:
        yield Condition(
            "rows_set_aside",
            "warning",
            f"{counted(aside, 'file of rows could not be merged and lies', 'files of rows could not be merged and lie')} "
            "in the folder 'damaged' of the spool, beside the database, with the reason in the log; "
            f"{'look at it, then remove it' if aside == 1 else 'look at them, then remove them'}",
        )


def _clock_was_ahead(facts: Facts, limits: Limits) -> Iterator[Condition]:
    rows = facts.stored.rows_of_the_future if facts.stored else 0
    if rows:
        yield Condition(
            "clock_was_ahead",
            "warning",
            f"{counted(rows, 'row says that it was', 'rows say that they were')} collected at a time that has not come: "
            "the clock of this machine was ahead once, or is behind now; "
            f"'crypto-pipeline maintain --set-future-right' sets {'it' if rows == 1 else 'them'} right",
        )


def _clock_off(facts: Facts, limits: Limits) -> Iterator[Condition]:
    off = facts.clock_off_seconds
    if off is not None and abs(off) > CLOCK_OFF_SECONDS:
        yield Condition(
            "clock_off",
            "warning",
            f"The clock of this machine is {abs(off):.0f} s {'ahead of' if off > 0 else 'behind'} that of the shared PostgreSQL: "
            "of two rows the wrong one may count as the newer; let NTP keep both",
        )


def _clock_wrong(facts: Facts, limits: Limits) -> Iterator[Condition]:
    ahead = facts.stored.clock_ahead_seconds if facts.stored else None
    if ahead is not None and abs(ahead) > CLOCK_WRONG_SECONDS:
        yield Condition(
            "clock_wrong",
            "error",
            f"The clock of this machine is {abs(ahead):.0f} s {'ahead of' if ahead > 0 else 'behind'} those of most hosts that "
            "answered in the last hour: times of rows are as wrong, and sources that seem stale or ahead are not to blame; set it right",
        )


def _region_silent(facts: Facts, limits: Limits) -> Iterator[Condition]:
    regions = facts.stored.regions if facts.stored else None
    for region in regions.silent if regions else ():
        since = f"since {_at(region.heard_at)}" if region.heard_at else "so far"
        yield Condition(
            f"region_silent.{region.name}",
            "warning",
            f"{region.name} has not been at work {since}; the other regions ask its sources",
        )


def _disk_nearly_full(facts: Facts, limits: Limits) -> Iterator[Condition]:
    free = facts.disk.free_bytes / GB
    if free < limits.disk_free_gb:
        yield Condition(
            "disk_nearly_full",
            "error",
            f"{free:.1f} GB are free on the disk of {facts.disk.folder}; {limits.disk_free_gb:g} GB should be",
        )


def _process_ended(facts: Facts, limits: Limits) -> Iterator[Condition]:
    for one in facts.restarts:
        if facts.now - one.ended_at < RESTART_IS_SHOWN:
            often = f"{one.times} times in a row, the last time" if one.times > 1 else "once,"
            yield Condition(
                f"process_ended.{one.part}",
                "error" if one.times >= OFTEN else "warning",
                f"The process '{one.part}' of the system ended by itself, {often} at {_at(one.ended_at)} ({one.why}); "
                "it is started again each time",
            )


def _depeg(facts: Facts, limits: Limits) -> Iterator[Condition]:
    for coin in facts.stored.dollar_coins if facts.stored else ():
        off = coin.price_usd - 1
        if coin.sources >= ENOUGH_SOURCES and abs(off) > DEPEGGED:
            yield Condition(
                f"depeg.{coin.symbol}",
                "error" if abs(off) > DEPEGGED_GRAVELY else "warning",
                f"{coin.symbol} costs {coin.price_usd:.4f} dollars by the consensus of "
                f"{counted(coin.sources, 'source')}, {off * 100:+.1f} %; prices that are quoted in it are converted at that",
            )


def _price(facts: Facts, limits: Limits) -> Iterator[Condition]:
    coins = {coin.symbol: coin for coin in facts.stored.watched_coins} if facts.stored else {}
    for watch in limits.watches:
        coin = coins.get(watch.symbol)
        value = coin.figures.get(watch.figure) if coin else None
        if coin and value is not None and watch.is_beyond(value):
            beyond = "more" if watch.above else "less"
            yield Condition(
                f"price.{watch.name}",
                "warning",
                f"{watch.symbol}: {value:,.6g} {UNITS[watch.figure]} by the consensus of "
                f"{counted(coin.sources, 'source')}, {beyond} than {watch.limit:,.6g}",
            )


def _new_coin(facts: Facts, limits: Limits) -> Iterator[Condition]:
    for coin in facts.stored.new_coins if facts.stored else ():
        opens = "opens" if coin.opened_at > facts.now else "has opened"
        yield Condition(
            f"new_coin.{coin.symbol}",
            "warning",
            f"{coin.symbol} is new at {', '.join(coin.sources)}: no exchange had a market of it before; it {opens} at "
            f"{_at(coin.opened_at)}",
        )


def _another_coin(facts: Facts, limits: Limits) -> Iterator[Condition]:
    for one in facts.stored.other_coins if facts.stored else ():
        yield Condition(
            f"another_coin.{one.source}.{one.symbol}",
            "warning",
            f"{one.source} means another coin by {one.symbol}: its price was far from the consensus three times in a row, "
            f"now {one.times:.3g} times as high; it is left out of the consensus until an alias of the source says what it is",
        )


def _machine_too_slow(facts: Facts, limits: Limits) -> Iterator[Condition]:
    lag = facts.stored.lag if facts.stored else None
    if lag and lag.lost_seconds >= LAG_SECONDS and lag.lost_seconds >= LAG_SHARE * lag.seconds:
        yield Condition(
            "machine_too_slow",
            "warning",
            f"This machine was away for {lag.lost_seconds:.0f} of the {lag.seconds:.0f} s of the collection {lag.run_id[:8]}: it was "
            "stopped, asleep or busy with other things; sources that were not heard meanwhile are not to blame",
        )


KINDS: Mapping[str, AlertKind] = {
    "run_failed": AlertKind(_run_failed, "the last run of the job failed", about=("JOB",)),
    "schedule_not_ticking": AlertKind(_schedule_not_ticking, "it is on and has missed two ticks", about=("SCHEDULE",)),
    "stale_table": AlertKind(
        _stale_table, "it was not stored for three cadences; an error after six", about=("TABLE",), is_common=True
    ),
    "database_unusable": AlertKind(
        _database_unusable,
        "rows cannot be stored: the file is damaged or cut short, the disk is full, or this user may not write",
    ),
    "spool_not_draining": AlertKind(
        _spool_not_draining, "batches have waited for the database for a quarter of an hour"
    ),
    "rows_set_aside": AlertKind(
        _rows_set_aside,
        "rows that no table can take, or spooled batches that cannot be read, lie in `crypto_data.duckdb.spool/damaged/`",
    ),
    "clock_was_ahead": AlertKind(
        _clock_was_ahead,
        "rows say that they were collected at a time that has not come",
        is_stored=True,
        is_common=True,
    ),
    "clock_off": AlertKind(_clock_off, "the clock of this machine is more than 5 s off that of the shared PostgreSQL"),
    "clock_wrong": AlertKind(
        _clock_wrong,
        "the clock of this machine is more than a minute off those of most hosts that answered in the last hour, by the `Date` of their answers",
        is_stored=True,
    ),
    "region_silent": AlertKind(
        _region_silent,
        "it was not at work for three ticks; the other regions ask its sources",
        about=("REGION",),
        is_stored=True,
        is_common=True,
    ),
    "disk_nearly_full": AlertKind(_disk_nearly_full, "less than 1 GB is free (`CRYPTO_PIPELINE_DISK_FREE_GB`)"),
    "source_failing": AlertKind(
        _source_failing,
        "it failed three times in a row (`CRYPTO_PIPELINE_FAILURES_BEFORE_ALERT`)",
        about=("SOURCE",),
        is_stored=True,
    ),
    "breaker_open": AlertKind(
        _breaker_open, "it failed so often that it is not asked for a while", about=("SOURCE",), is_stored=True
    ),
    "process_ended": AlertKind(
        _process_ended,
        "a process of the system (`code`, `daemon`, `ui`, `api`) ended by itself within the last quarter of an hour and was started again; an error from the third time in a row",
        about=("PART",),
    ),
    "depeg": AlertKind(
        _depeg,
        "the consensus of at least five sources on a dollar coin is more than 0.5 % off a dollar; an error beyond 5 %",
        about=("COIN",),
        is_stored=True,
        is_common=True,
    ),
    "price": AlertKind(
        _price,
        "what `CRYPTO_PIPELINE_PRICE_ALERTS` says of a coin has come true by its newest consensus, or by its perpetual contracts",
        about=("COIN", "WISH"),
        is_stored=True,
        is_common=True,
    ),
    "new_coin": AlertKind(
        _new_coin,
        "no exchange had a market of it until a day ago, and as many as `CRYPTO_PIPELINE_NEW_COINS` says have one, or will within a day",
        about=("COIN",),
        is_stored=True,
        is_common=True,
    ),
    "another_coin": AlertKind(
        _another_coin,
        "its price was more than five times, or less than a fifth of, the consensus three times in a row",
        about=("SOURCE", "COIN"),
        is_stored=True,
        is_common=True,
    ),
    "machine_too_slow": AlertKind(
        _machine_too_slow,
        "it was away for a quarter of a collection and at least 10 s: stopped, asleep or too busy",
        is_stored=True,
    ),
}
"""Every kind by its name, in the order in which conditions are given."""


def _at(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
