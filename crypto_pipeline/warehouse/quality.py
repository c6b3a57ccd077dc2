"""What is wrong with the rows that are stored: one question in SQL for each check of quality.

Belongs here: the questions, and the sentence that their answers make.
Does not belong here: which table is asked what, and how severe an answer is (orchestration/checks.py); limits of sources and chains.

A question looks at the last day or so: what is older was asked about when it was new, and ten million rows more must not
make a collection slower.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

from crypto_pipeline.foundation.counted import counted
from crypto_pipeline.schema.clock import CLOCK_TOLERANCE
from crypto_pipeline.schema.history import GAP_KINDS, SETTLED, SETTLED_FOR_A_WEEK
from crypto_pipeline.schema.intervals import WEEK_OPENS
from crypto_pipeline.schema.tables import TABLES, feed_of
from crypto_pipeline.warehouse.gaps import TOLD_TWICE
from crypto_pipeline.warehouse.interface import Warehouse
from crypto_pipeline.warehouse.sql import not_ahead, qualified, quoted

CANDLES_BACK = 50
"""How many intervals back candles are looked at, and at least a day."""
TOLERATED = 0.01
"""This part of the prices of a collection may be far off: a coin that shares its symbol with another one, a slow exchange."""
SHOWN = 5
"""Cases that a sentence names."""
LISTED = 50
"""Cases that are handed over for a list."""


REPAIR = (
    "crypto-pipeline backfill repair asks for candles that are missing between others, as it is done by itself every night; the "
    "back-fill whose pages failed, started again, asks for these. crypto-pipeline backfill status has all sources."
)


@dataclass(frozen=True, slots=True)
class Finding:
    """The answer to a question: a sentence, numbers for a chart, the cases for a list (their columns first), what to do."""

    passed: bool
    detail: str
    counts: Mapping[str, float] = field(default_factory=dict)
    cases: Sequence[Sequence[object]] = ()
    advice: str = ""


def enough_sources(ok: int, due: int, share: float) -> Finding:
    """Whether at least this share of the sources that should have answered did."""
    return Finding(
        ok >= due * share, f"{ok} of {counted(due, 'source')} answered", {"sources_ok": ok, "sources_due": due}
    )


def sources_of_newest_run(
    warehouse: Warehouse, table: str, successes: Collection[str], waits: Collection[str]
) -> tuple[int, int]:
    """Of the sources that should have fed a table in the newest run that fed it: how many did, and how many there were."""
    ((ok, due),) = _ask(
        warehouse,
        "SELECT count(*) FILTER (list_contains(?, outcome)), count(*) FILTER (NOT list_contains(?, outcome)) "
        "FROM data_collections WHERE list_contains(string_split(table_names, ','), ?) AND run_id = ("
        "SELECT arg_max(run_id, finished_at) FROM data_collections WHERE list_contains(string_split(table_names, ','), ?) "
        f"AND {not_ahead('finished_at')} "
        "AND list_contains(?, outcome))",
        list(successes),
        list(waits),
        table,
        table,
        list(successes),
    )
    return ok, due


def no_duplicates(warehouse: Warehouse, table: str, at: datetime) -> Finding:
    """Whether each key of the last day is there once; of all times where a row has no time of its own."""
    key = ", ".join(map(quoted, TABLES[table].key))
    since = "WHERE timestamp > ? - INTERVAL 1 DAY" if _has(table, "timestamp") else "WHERE ? IS NOT NULL"
    rows = _ask(
        warehouse,
        f"SELECT {key}, count(*) AS copies, count(*) OVER () FROM {qualified(TABLES[table])} {since} "
        f"GROUP BY {key} HAVING copies > 1 ORDER BY copies DESC, {key} LIMIT {LISTED}",
        at,
    )
    if not rows:
        return Finding(True, "no key is there twice", {"duplicate_keys": 0})
    total = rows[0][-1]
    named = _named(" ".join(map(str, row[:-2])) for row in rows)
    return Finding(
        False,
        f"{total} keys are there more than once: {named}",
        {"duplicate_keys": total},
        [(*TABLES[table].key, "copies"), *(row[:-1] for row in rows)],
    )


def nothing_in_the_future(warehouse: Warehouse, table: str, column: str, at: datetime) -> Finding:
    """Whether no row tells of a time that has not come yet."""
    ((count, newest),) = _ask(
        warehouse,
        f"SELECT count(*), max({quoted(column)}) FROM {qualified(TABLES[table])} WHERE {quoted(column)} > ?",
        at + CLOCK_TOLERANCE,
    )
    if not count:
        return Finding(True, "no row is of the future", {"future_rows": 0})
    return Finding(
        False,
        f"{counted(count, 'row is', 'rows are')} of the future, up to {newest:%Y-%m-%d %H:%M} UTC",
        {"future_rows": count},
    )


def fresh(warehouse: Warehouse, table: str, at_most: timedelta, at: datetime) -> Finding:
    """Whether the newest row that is new is no older than ``at_most``. What a back-fill brings of the past is not new."""
    feed = feed_of(table)
    column, time = quoted(feed.arrival_column), quoted(feed.time_column)
    since = at - feed.new_for if feed.new_for else datetime.min.replace(tzinfo=timezone.utc)
    ((newest,),) = _ask(
        warehouse,
        f"SELECT max({column}) FROM {qualified(TABLES[table])} WHERE {column} <= ? AND {time} > ?",
        at + CLOCK_TOLERANCE,
        since,
    )
    if newest is None:
        return Finding(False, "there is no row")
    age = max(at - newest, timedelta())
    detail = f"the newest row is of {newest:%Y-%m-%d %H:%M} UTC, {_told(age)} ago; {_told(at_most)} are usual"
    return Finding(age <= at_most, detail, {"age_seconds": age.total_seconds()})


def prices_within_band(warehouse: Warehouse, tolerance: float, at: datetime) -> Finding:
    """Whether the sources of the newest consensus agree with it, but for a few; coins that one source has cannot disagree."""
    rows = _ask(
        warehouse,
        """
        WITH consensus AS (
            SELECT symbol, price_usd AS median, timestamp FROM consensus_prices
            WHERE timestamp = (SELECT max(timestamp) FROM consensus_prices WHERE timestamp <= ?) AND sources > 1
        ), said AS (
            SELECT symbol, source, arg_max(price_usd, fetched_at) AS price FROM market_prices
            WHERE fetched_at > ? - INTERVAL 15 MINUTE AND fetched_at <= ? GROUP BY ALL
        )
        SELECT symbol, source, price, median, round(least((price / median - 1) * 100, 1e12), 1) AS percent_off,
            count(*) OVER () AS prices
        FROM said JOIN consensus USING (symbol)
        QUALIFY abs(price / median - 1) > ? OR row_number() OVER (ORDER BY symbol, source) = 1
        ORDER BY abs(percent_off) DESC
        """,
        at + CLOCK_TOLERANCE,
        at,
        at + CLOCK_TOLERANCE,
        tolerance,
    )
    if not rows:
        return Finding(True, "no coin has two prices to compare", {"prices": 0, "prices_far_off": 0})
    prices = rows[0][-1]
    off = [row[:-1] for row in rows if abs(row[4]) > tolerance * 100]
    detail = f"{len(off)} of {prices} prices are more than {tolerance:.0%} off the median of their coin"
    if off:
        detail += ": " + _named(f"{symbol} at {source} {percent:+g} %" for symbol, source, _, _, percent in off)
    return Finding(
        len(off) <= prices * TOLERATED,
        detail,
        {"prices": prices, "prices_far_off": len(off)},
        [("symbol", "source", "price", "median", "percent off"), *off[:LISTED]] if off else (),
    )


def candles_complete(warehouse: Warehouse, seconds: Mapping[str, int], at: datetime) -> Finding:
    """Whether between the oldest and the newest candle that are looked at none is missing.

    :param seconds: length of each interval.
    """
    rows = _ask(
        warehouse,
        f"""
        WITH recent AS ({_RECENT_CANDLES}), incomplete AS (
            SELECT provider, symbol, interval FROM recent GROUP BY ALL
            HAVING count(DISTINCT timestamp) * any_value(seconds)
                <= epoch(max(timestamp)) - epoch(min(timestamp))
        ), spaced AS (
            SELECT provider, symbol, interval, timestamp AS after, seconds,
                lead(timestamp) OVER (PARTITION BY provider, symbol, interval ORDER BY timestamp) AS before
            FROM recent SEMI JOIN incomplete USING (provider, symbol, interval)
        ), gaps AS (
            SELECT *, CAST((epoch(before) - epoch(after)) / seconds - 1 AS BIGINT) AS missing FROM spaced
            WHERE epoch(before) - epoch(after) > seconds
        )
        SELECT provider, symbol, interval, after, before, missing, count(*) OVER (), sum(missing) OVER () FROM gaps
        ORDER BY missing DESC, provider, symbol, interval, after LIMIT {LISTED}
        """,
        *_intervals(seconds),
        at,
    )
    if not rows:
        return Finding(True, "no candle is missing", {"gaps": 0, "missing_candles": 0})
    gaps, missing = rows[0][-2:]
    named = _named(
        f"{provider} {symbol} {interval} lacks {lacks} after {after:%Y-%m-%d %H:%M}"
        for provider, symbol, interval, after, _, lacks, *_ in rows
    )
    return Finding(
        False,
        f"{missing} candles are missing in {gaps} gaps: {named}",
        {"gaps": gaps, "missing_candles": float(missing)},
        [("provider", "symbol", "interval", "after", "before", "missing"), *(row[:-2] for row in rows)],
    )


def history_complete(warehouse: Warehouse) -> Finding:
    """Whether everything that is known to be missing of the past is explained, or was asked for as often as makes sense.

    A halt, hours in which nobody traded and candles that were refused are explained; nobody can fill them. Counts are candles by
    kind of gap, and pages whose request failed.
    """
    rows = warehouse.query(
        """
        SELECT provider AS source, kind, sum(missing)::BIGINT AS missing,
            coalesce(sum(missing) FILTER (kind = 'not_asked' OR kind = 'unexplained' AND coalesce(times_told, 0) < $times), 0)::BIGINT
                AS to_ask_again,
            0::BIGINT AS failed_pages
        FROM candle_gaps GROUP BY ALL
        UNION ALL
        SELECT source, outcome, 0, 0, count(*) FROM history_pages WHERE NOT list_contains($settled, outcome) GROUP BY ALL
        ORDER BY to_ask_again DESC, failed_pages DESC, missing DESC, source, kind
        """,
        {"times": TOLD_TWICE, "settled": sorted(SETTLED | SETTLED_FOR_A_WEEK)},
    ).rows
    open_, pages = (sum(row[place] for row in rows) for place in (3, 4))
    counts = {kind: float(sum(row[2] for row in rows if row[1] == kind)) for kind in GAP_KINDS}
    counts = {**counts, "to_ask_again": float(open_), "failed_pages": float(pages)}
    cases = [("source", "kind", "missing", "to_ask_again", "failed_pages"), *rows[:LISTED]]
    if not open_ and not pages:
        explained = sum(row[2] for row in rows)
        said = (
            f"{counted(explained, 'candle is', 'candles are')} missing, each with its reason"
            if explained
            else "nothing is known to be missing"
        )
        return Finding(True, said, counts, cases if rows else ())
    return Finding(
        False,
        f"{counted(open_, 'candle')} and {counted(pages, 'page')} of the past can be asked for again",
        counts,
        cases,
        REPAIR,
    )


def candles_possible(warehouse: Warehouse, seconds: Mapping[str, int], at: datetime) -> Finding:
    """Whether each candle opens where its interval allows it, and its high and low enclose its open and close."""
    rows = _ask(
        warehouse,
        f"""
        WITH recent AS ({_RECENT_CANDLES}), judged AS (
            SELECT *, CASE
                WHEN least(open, high, low, close) <= 0 THEN 'a price of zero or less'
                WHEN high < greatest(open, close, low) OR low > least(open, close) THEN 'high and low do not enclose it'
                WHEN (epoch(timestamp) - CASE WHEN interval = '1w' THEN {WEEK_OPENS} ELSE 0 END) % seconds <> 0
                    THEN 'does not open where its interval allows it'
                END AS fault
            FROM recent
        )
        SELECT provider, symbol, interval, timestamp, open, high, low, close, fault, count(*) OVER () FROM judged
        WHERE fault IS NOT NULL ORDER BY timestamp DESC, provider, symbol LIMIT {LISTED}
        """,
        *_intervals(seconds),
        at,
    )
    if not rows:
        return Finding(True, "every candle is aligned and possible", {"impossible_candles": 0})
    total = rows[0][-1]
    named = _named(f"{row[0]} {row[1]} {row[2]} of {row[3]:%Y-%m-%d %H:%M}: {row[8]}" for row in rows)
    return Finding(
        False,
        f"{total} candles are impossible: {named}",
        {"impossible_candles": total},
        [
            ("provider", "symbol", "interval", "timestamp", "open", "high", "low", "close", "fault"),
            *(row[:-1] for row in rows),
        ],
    )


def fees_plausible(
    warehouse: Warehouse, limits: Mapping[tuple[str, str], tuple[float, float]], at: datetime
) -> Finding:
    """Whether the fees of the last hour lie where those of their chain can lie; a fee in gwei that is one in wei does not.

    :param limits: lowest and highest fee by chain and unit. A pair that is not there is reported: nobody has thought
        about it.
    """
    rows = _ask(
        warehouse,
        f"""
        WITH limits AS (
            SELECT unnest(?::VARCHAR[]) AS blockchain, unnest(?::VARCHAR[]) AS unit,
                unnest(?::DOUBLE[]) AS lowest, unnest(?::DOUBLE[]) AS highest
        ), said AS (
            SELECT source, blockchain, unit, lowest, highest,
                unnest([coalesce(gas_price, gas_price_gwei), slow_gas_price, standard_gas_price, fast_gas_price]) AS fee
            FROM gas_prices LEFT JOIN limits USING (blockchain, unit) WHERE timestamp > ? - INTERVAL 1 HOUR
        ), judged AS (
            SELECT blockchain, unit, source, min(fee) AS least, max(fee) AS most,
                any_value(lowest) AS lowest, any_value(highest) AS highest
            FROM said WHERE fee IS NOT NULL GROUP BY blockchain, unit, source
        )
        SELECT *, count(*) OVER () FROM judged WHERE lowest IS NULL OR least < lowest OR most > highest
        ORDER BY blockchain, source LIMIT {LISTED}
        """,
        [chain for chain, _ in limits],
        [unit for _, unit in limits],
        [lowest for lowest, _ in limits.values()],
        [highest for _, highest in limits.values()],
        at,
    )
    if not rows:
        return Finding(True, "every fee is plausible for its chain and unit", {"implausible_fees": 0})
    named = _named(
        f"{chain} at {source} {least:g} to {most:g} {unit}"
        + (
            ", a pair of chain and unit that is not known"
            if lowest is None
            else f", not within {lowest:g} and {highest:g}"
        )
        for chain, unit, source, least, most, lowest, highest, _ in rows
    )
    return Finding(
        False,
        f"fees of {counted(rows[0][-1], 'source')} are not plausible: {named}",
        {"implausible_fees": rows[0][-1]},
        [("chain", "unit", "source", "least", "most", "lowest", "highest"), *(row[:-1] for row in rows)],
    )


_RECENT_CANDLES = f"""
    SELECT candles.*, seconds FROM cached_ohlc AS candles
    JOIN (SELECT unnest(?::VARCHAR[]) AS interval, unnest(?::BIGINT[]) AS seconds) AS lengths USING (interval)
    WHERE timestamp > ? - to_seconds(greatest(86400, seconds * {CANDLES_BACK}))
"""


def _intervals(seconds: Mapping[str, int]) -> tuple[list[str], list[int]]:
    return list(seconds), list(seconds.values())


def _has(table: str, column: str) -> bool:
    return column in TABLES[table].column_names


def _ask(warehouse: Warehouse, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
    return warehouse.query(query, parameters).rows


def _named(cases: Iterable[str]) -> str:
    cases = list(cases)
    return "; ".join(cases[:SHOWN]) + ("; ..." if len(cases) > SHOWN else "")


def _told(span: timedelta) -> str:
    minutes = round(span.total_seconds() / 60)
    if minutes < 120:
        return f"{minutes} minutes"
    return f"{minutes / 60:.0f} hours" if minutes < 48 * 60 else f"{minutes / 1440:.0f} days"
