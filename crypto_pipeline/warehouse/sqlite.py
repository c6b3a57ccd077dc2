"""Macros by which queries that were written for SQLite run on our file as they are.

Belongs here: SQLite's datetime(), as SQL.
Does not belong here: putting it into the file (warehouse/layout.py).

datetime('now'), datetime('now', '-24 hours'), datetime('now', 'start of month', '-1 day'). As in SQLite everything is UTC,
whatever the zone of the session; a text without a zone is UTC, and one that is no time gives NULL. The answer is a time, not
a text, so that it compares with our columns. Left out: 'weekday N', 'localtime' and the other modifiers that change the
meaning of what came before; DuckDB says then that they are no interval. strftime('%Y-%m-%d', timestamp) is DuckDB's own, and
UTC in this order of arguments. date(timestamp) is a CAST in DuckDB's grammar, which no macro can replace: not of 'now'.
"""

from __future__ import annotations

from collections.abc import Iterator

_MODIFIERS = ("first", "second", "third")
_TEXT = "CAST(moment AS VARCHAR)"
_MOMENT = f"""(CASE
    WHEN typeof(moment) = 'TIMESTAMP WITH TIME ZONE' THEN TRY_CAST(moment AS TIMESTAMPTZ)
    WHEN {_TEXT} = 'now' THEN now()
    WHEN regexp_matches({_TEXT}, ':.*([+-]|Z)') THEN TRY_CAST({_TEXT} AS TIMESTAMPTZ)
    ELSE TRY_CAST({_TEXT} AS TIMESTAMP) AT TIME ZONE 'UTC'
END AT TIME ZONE 'UTC')"""
"""The argument as a time of UTC without a zone."""


def macros() -> Iterator[str]:
    """Statements that make the macros, or make them anew."""
    overloads, moment = [f"(moment) AS {_MOMENT} AT TIME ZONE 'UTC'"], _MOMENT
    for number, modifier in enumerate(_MODIFIERS, start=1):
        moment = _modified(moment, modifier)
        overloads.append(f"(moment, {', '.join(_MODIFIERS[:number])}) AS {moment} AT TIME ZONE 'UTC'")
    yield f"CREATE OR REPLACE MACRO main.datetime {', '.join(overloads)}"


def _modified(moment: str, modifier: str) -> str:
    """Names the moment once: it grows with each modifier."""
    is_start = f"{modifier} LIKE 'start of %'"
    return (
        f"(date_trunc(CASE WHEN {is_start} THEN substr({modifier}, 10) ELSE 'microseconds' END, {moment})"
        f" + CASE WHEN {is_start} THEN INTERVAL 0 SECOND ELSE CAST(ltrim({modifier}, '+') AS INTERVAL) END)"
    )
