"""When something counts as wrong, and what a person is told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from crypto_pipeline.monitoring.conditions import KINDS, Limits, conditions, unjudged
from crypto_pipeline.monitoring.facts import (
    Disk,
    DollarCoin,
    Facts,
    FailedRun,
    Lag,
    RegionsAtWork,
    Restart,
    SilentRegion,
    SourceHealth,
    Spool,
    Stored,
    WatchedCoin,
)
from crypto_pipeline.schema.price_watches import price_watches
from crypto_pipeline.warehouse.listing_queries import NewCoin
from crypto_pipeline.warehouse.price_queries import ApartPrice
from crypto_pipeline_tests.monitoring.moments import GB, WELL, minutes, schedule, table, well_but, with_source

LIMITS = Limits(failures=3, disk_free_gb=1)


def with_dollar_coin(price: float, sources: int) -> Facts:
    return well_but(stored=Stored(dollar_coins=(DollarCoin("USDC", price, sources),)))


def test_when_all_is_well_there_is_no_condition() -> None:
    assert conditions(WELL, LIMITS) == []


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param(with_source(consecutive_failures=2), id="a source that failed twice"),
        pytest.param(well_but(tables=(table(-15),)), id="a table at the edge of its window"),
        pytest.param(well_but(tables=(table(-90),), awake_since=minutes(-2)), id="a late table after a night's sleep"),
        pytest.param(well_but(schedules=(schedule(-12),)), id="one tick that did not come"),
        pytest.param(
            well_but(schedules=(schedule(-90),), awake_since=minutes(-3)), id="no ticks while nobody was awake"
        ),
        pytest.param(well_but(schedules=(schedule(-90, started=-1),)), id="a schedule that was just switched on again"),
        pytest.param(well_but(spool=Spool(3, 100, minutes(-15))), id="a spool that is a quarter of an hour old"),
        pytest.param(well_but(disk=Disk(Path("/data"), GB)), id="exactly as much room as is asked for"),
        pytest.param(
            well_but(spool=Spool(1, 100, minutes(-1), set_aside=0)), id="a spool in which nothing was set aside"
        ),
        pytest.param(well_but(stored=Stored(rows_of_the_future=0)), id="no row of the future"),
        pytest.param(well_but(stored=None), id="a database that cannot be read"),
        pytest.param(
            well_but(restarts=(Restart("api", minutes(-15), "exit code 1", 9),)), id="a process that ended a while ago"
        ),
        pytest.param(with_dollar_coin(0.9951, 9), id="a dollar coin a little below a dollar"),
        pytest.param(with_dollar_coin(1.0049, 9), id="a dollar coin a little above a dollar"),
        pytest.param(with_dollar_coin(0.5, 4), id="a dollar coin on which four sources speak"),
    ],
)
def test_what_may_happen_is_no_condition(facts: Facts) -> None:
    assert conditions(facts, LIMITS) == []


def test_a_region_that_was_taken_over_is_told_of_by_the_one_that_leads() -> None:
    silent = (SilentRegion("asia", minutes(-25)), SilentRegion("us", None))
    found = conditions(well_but(stored=Stored(regions=RegionsAtWork(True, silent))), LIMITS)
    assert [(one.name, one.message) for one in found] == [
        (
            "region_silent.asia",
            "asia has not been at work since 2026-11-24 11:35 UTC; the other regions ask its sources",
        ),
        ("region_silent.us", "us has not been at work so far; the other regions ask its sources"),
    ]


def test_of_what_is_the_same_for_all_regions_only_the_one_that_leads_tells() -> None:
    facts = well_but(tables=(table(-20),), disk=Disk(Path("/data"), 0))
    named = {
        leads: {
            one.name
            for one in conditions(
                replace(facts, stored=Stored(rows_of_the_future=1, regions=RegionsAtWork(leads))), LIMITS
            )
        }
        for leads in (True, False)
    }
    assert named[True] - named[False] == {"stale_table.market_prices", "clock_was_ahead"}
    assert named[False] == {"disk_nearly_full"}


@pytest.mark.parametrize(
    ("facts", "name", "severity", "message"),
    [
        (
            well_but(restarts=(Restart("api", minutes(-14.9), "SIGKILL, as when memory runs out"),)),
            "process_ended.api",
            "warning",
            "The process 'api' of the system ended by itself, once, at 2026-11-24 11:45 UTC (SIGKILL, as when memory runs out); "
            "it is started again each time",
        ),
        (
            well_but(restarts=(Restart("code", minutes(0), "exit code 1", 2),)),
            "process_ended.code",
            "warning",
            "The process 'code' of the system ended by itself, 2 times in a row, the last time at 2026-11-24 12:00 UTC "
            "(exit code 1); it is started again each time",
        ),
        (
            well_but(restarts=(Restart("code", minutes(0), "exit code 1", 3),)),
            "process_ended.code",
            "error",
            "The process 'code' of the system ended by itself, 3 times in a row, the last time at 2026-11-24 12:00 UTC "
            "(exit code 1); it is started again each time",
        ),
        (
            with_source(consecutive_failures=3, outcome="timeout", succeeded_at=minutes(-20)),
            "source_failing.kraken.ticker",
            "warning",
            "kraken.ticker failed 3 times in a row (timeout); it was last well at 2026-11-24 11:40 UTC",
        ),
        (
            with_source(consecutive_failures=7, outcome="blocked"),
            "source_failing.kraken.ticker",
            "warning",
            "kraken.ticker failed 7 times in a row (blocked); it was never well",
        ),
        (
            with_source(breaker_state="open", consecutive_failures=2, outcome="timeout", not_before=minutes(60)),
            "breaker_open.kraken.ticker",
            "warning",
            "kraken.ticker is not asked before 2026-11-24 13:00 UTC: it failed 2 times in a row (timeout)",
        ),
        (
            with_source(breaker_state="half_open", consecutive_failures=2, outcome="timeout"),
            "breaker_open.kraken.ticker",
            "warning",
            "kraken.ticker is not asked for a while: it failed 2 times in a row (timeout)",
        ),
        (
            well_but(tables=(table(-16),)),
            "stale_table.market_prices",
            "warning",
            "market_prices was last stored at 2026-11-24 11:44 UTC",
        ),
        (
            well_but(tables=(table(-30),)),
            "stale_table.market_prices",
            "warning",
            "market_prices was last stored at 2026-11-24 11:30 UTC",
        ),
        (
            well_but(tables=(table(-31),)),
            "stale_table.market_prices",
            "error",
            "market_prices was last stored at 2026-11-24 11:29 UTC",
        ),
        (
            well_but(tables=(table(-600),), awake_since=minutes(-20)),
            "stale_table.market_prices",
            "warning",
            "market_prices was last stored at 2026-11-24 02:00 UTC",
        ),
        (
            well_but(tables=(table(365 * 24 * 60),), awake_since=minutes(-20)),
            "stale_table.market_prices",
            "warning",
            "market_prices was last stored at 2027-11-24 12:00 UTC",
        ),
        (
            well_but(schedules=(schedule(365 * 24 * 60, started=-90),)),
            "schedule_not_ticking.ui_schedule",
            "error",
            "ui_schedule is switched on but last ticked at 2027-11-24 12:00 UTC",
        ),
        (
            well_but(schedules=(schedule(-13),)),
            "schedule_not_ticking.ui_schedule",
            "error",
            "ui_schedule is switched on but last ticked at 2026-11-24 11:47 UTC",
        ),
        (
            well_but(schedules=(schedule(None),)),
            "schedule_not_ticking.ui_schedule",
            "error",
            "ui_schedule is switched on but has never ticked",
        ),
        (
            well_but(spool=Spool(3, 100, minutes(-16))),
            "spool_not_draining",
            "warning",
            "3 batches wait beside the database since 2026-11-24 11:44 UTC: another program holds it, or it cannot be "
            "written; nothing is lost so far",
        ),
        (
            with_dollar_coin(0.9949, 5),
            "depeg.USDC",
            "warning",
            "USDC costs 0.9949 dollars by the consensus of 5 sources, -0.5 %; prices that are quoted in it are converted "
            "at that",
        ),
        (
            with_dollar_coin(0.9501, 30),
            "depeg.USDC",
            "warning",
            "USDC costs 0.9501 dollars by the consensus of 30 sources, -5.0 %; prices that are quoted in it are converted "
            "at that",
        ),
        (
            with_dollar_coin(0.9499, 30),  # one that falls is as grave as one that rises
            "depeg.USDC",
            "error",
            "USDC costs 0.9499 dollars by the consensus of 30 sources, -5.0 %; prices that are quoted in it are converted "
            "at that",
        ),
        (
            with_dollar_coin(1.0501, 30),
            "depeg.USDC",
            "error",
            "USDC costs 1.0501 dollars by the consensus of 30 sources, +5.0 %; prices that are quoted in it are converted "
            "at that",
        ),
        (
            well_but(stored=Stored(other_coins=(ApartPrice("bingx", "TRUMP", 0.00012),))),
            "another_coin.bingx.TRUMP",
            "warning",
            "bingx means another coin by TRUMP: its price was far from the consensus three times in a row, now 0.00012 "
            "times as high; it is left out of the consensus until an alias of the source says what it is",
        ),
        (
            well_but(stored=Stored(lag=Lag("0123456789", 40, 10))),
            "machine_too_slow",
            "warning",
            "This machine was away for 10 of the 40 s of the collection 01234567: it was stopped, asleep or busy with other "
            "things; sources that were not heard meanwhile are not to blame",
        ),
        (
            well_but(problem="crypto.duckdb is damaged and was left as it is; restore a copy of it"),
            "database_unusable",
            "error",
            "crypto.duckdb is damaged and was left as it is; restore a copy of it",
        ),
        (
            well_but(spool=Spool(set_aside=1)),
            "rows_set_aside",
            "warning",
            "1 file of rows could not be merged and lies in the folder 'damaged' of the spool, beside the database, with the "
            "reason in the log; look at it, then remove it",
        ),
        (
            well_but(stored=Stored(rows_of_the_future=1)),
            "clock_was_ahead",
            "warning",
            "1 row says that it was collected at a time that has not come: the clock of this machine was ahead once, or "
            "is behind now; 'crypto-pipeline maintain --set-future-right' sets it right",
        ),
        (
            well_but(clock_off_seconds=-5.6),
            "clock_off",
            "warning",
            "The clock of this machine is 6 s behind that of the shared PostgreSQL: of two rows the wrong one may count as the "
            "newer; let NTP keep both",
        ),
        (
            well_but(stored=Stored(clock_ahead_seconds=3600.4)),
            "clock_wrong",
            "error",
            "The clock of this machine is 3600 s ahead of those of most hosts that answered in the last hour: times of rows are as "
            "wrong, and sources that seem stale or ahead are not to blame; set it right",
        ),
        (
            well_but(disk=Disk(Path("/data"), GB // 2)),
            "disk_nearly_full",
            "error",
            "0.5 GB are free on the disk of /data; 1 GB should be",
        ),
        (
            well_but(failed_runs=(FailedRun("ui", "0123456789", "No source answered for gas_prices"),)),
            "run_failed.ui",
            "error",
            "Run 01234567 of ui failed: No source answered for gas_prices",
        ),
    ],
)
def test_what_is_wrong_is_a_condition_with_a_sentence(facts: Facts, name: str, severity: str, message: str) -> None:
    (condition,) = conditions(facts, LIMITS)
    assert (condition.name, condition.severity, condition.message) == (name, severity, message)


def test_every_condition_begins_with_its_kind() -> None:
    facts = well_but(
        stored=Stored(
            sources=(SourceHealth("kraken.ticker", breaker_state="open", consecutive_failures=9),),
            dollar_coins=(DollarCoin("USDC", 0.88, 9),),
            watched_coins=(WatchedCoin("BTC", {"price": 2.0}),),
            new_coins=(NewCoin("FRESH", minutes(-60), ("kraken",)),),
            other_coins=(ApartPrice("bingx", "TRUMP", 0.1),),
            lag=Lag("0123456789", 60, 40),
            rows_of_the_future=9,
            clock_ahead_seconds=-61.0,
            regions=RegionsAtWork(True, (SilentRegion("asia", None),)),
        ),
        problem="the disk is full",
        tables=(table(-600),),
        schedules=(schedule(-600),),
        spool=Spool(1, 1, minutes(-600), set_aside=1),
        disk=Disk(Path("/data"), 0),
        clock_off_seconds=60.0,
        failed_runs=(FailedRun("ui", "0123456789"),),
        restarts=(Restart("api", minutes(-1), "exit code 1"),),
    )
    limits = Limits(watches=price_watches("BTC > 1"))
    assert [condition.name.partition(".")[0] for condition in conditions(facts, limits)] == list(KINDS)


def test_of_sources_nothing_is_known_while_the_database_cannot_be_read() -> None:
    assert unjudged(WELL) == frozenset()
    assert unjudged(well_but(stored=None)) == {
        "source_failing",
        "breaker_open",
        "depeg",
        "price",
        "new_coin",
        "another_coin",
        "machine_too_slow",
        "clock_was_ahead",
        "clock_wrong",
        "region_silent",
    }
    nothing = unjudged(well_but(stored=None, tables=()))  # regions know by the database alone when a table was stored
    assert nothing - unjudged(well_but(stored=None)) == {"stale_table"}


@pytest.mark.parametrize(("seconds", "lost"), [(40, 9.9), (20, 9.9), (40.1, 10), (1000, 249), (10, 0)])
def test_a_machine_that_was_away_for_a_moment_or_a_small_part_is_quick_enough(
    seconds: int | float, lost: int | float
) -> None:
    assert conditions(well_but(stored=Stored(lag=Lag("r", seconds, lost))), LIMITS) == []


def test_a_clock_that_is_a_minute_off_those_of_hosts_is_well() -> None:
    for ahead in (None, 0.0, 60.0, -60.0):
        assert conditions(well_but(stored=Stored(clock_ahead_seconds=ahead)), Limits()) == []
    for ahead in (60.1, -60.1):
        assert [one.name for one in conditions(well_but(stored=Stored(clock_ahead_seconds=ahead)), Limits())] == [
            "clock_wrong"
        ]


def test_a_clock_that_is_little_off_the_shared_one_is_well() -> None:
    for off in (None, 0.0, 5.0, -5.0):
        assert conditions(well_but(clock_off_seconds=off), Limits()) == []
    assert [one.name for one in conditions(well_but(clock_off_seconds=5.1), Limits())] == ["clock_off"]
