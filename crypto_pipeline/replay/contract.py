"""The contract that every endpoint keeps: a broken answer becomes no row, and what an answer has lost costs what was in it.

Belongs here: one recorded answer in, sentences out of what is not kept; each check is a pure function.
Does not belong here: which rows an answer becomes (collection/saved.py), the recordings (replay/recorded.py). The tests hold it
against every source of ours, ``crypto-pipeline sources test FILE`` against sources of one's own.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, TypeAlias

from crypto_pipeline.collection.errors import SourceError
from crypto_pipeline.collection.saved import lines, read_saved
from crypto_pipeline.replay.recorded import RECORDED_AT as AT
from crypto_pipeline.replay.recorded import RECORDED_RATES as RATES
from crypto_pipeline.schema.outcomes import Outcome
from crypto_pipeline.schema.tables import TABLES
from crypto_pipeline.sources.kit import Endpoint

Place: TypeAlias = tuple[str | int, ...]
Tables: TypeAlias = dict[str, list[dict[str, Any]]]

BROKEN_BODIES = [
    "null",
    "[]",
    "{}",
    "[null]",
    "[[]]",
    '"busy"',
    "42",
    '{"error": "busy"}',
    '{"data": null}',
    '{"data": []}',
    '{"result": null}',
    '{"code": 429, "msg": "Too many requests"}',
    '{"status": "error", "message": "maintenance"}',
    '{"jsonrpc": "2.0", "id": 1, "error": {"code": -32000, "message": "busy"}}',
    "",
    "<!DOCTYPE html><html><body>busy</body></html>",
    "<html>busy</html>",
    '{"data": [{"pri',
    "busy",
]

MOMENTS = {"timestamp", "fetched_at", "next_funding_at"}


def broken(
    endpoint: Endpoint,
    body: bytes,
    *,
    not_only_entries: Collection[tuple[str, Place]] = (),
    says_more: Collection[tuple[str, Place]] = (),
) -> list[str]:
    """What this endpoint does not keep, in sentences; ``body`` is a recorded answer.

    :param not_only_entries: lists of endpoints to which nothing can be added without saying something else.
    :param says_more: members of endpoints that other rows hang on.
    """
    found = [*facts_missing(endpoint), *rows_wrong(endpoint, body)]
    found += [f"the broken answer {answer!r} gives rows" for answer in rows_of_broken_answers(endpoint)]
    if endpoint.answer.format == "json":
        payload = json.loads(body)
        everything = read(endpoint, payload)
        if not is_unparseable(endpoint, body[: len(body) // 2]):
            found.append("an answer that is cut in half is not refused")
        found += [
            f"an answer whose values are all {leaf} gives rows" for leaf in rows_of_spoiled_values(endpoint, payload)
        ]
        found += [
            f"a null in the list at {_path(place)} costs other entries"
            for place in lists_that_a_null_spoils(endpoint, payload, everything, not_only_entries)
        ]
        found += [
            f"without the member {_path(place)} rows are lost that do not hang on it"
            for place in rows_lost(endpoint, payload, everything, says_more)
        ]
    elif other_rows_of_half(endpoint, body):
        found.append("a document that is cut in half gives other rows")
    return found


def facts_missing(endpoint: Endpoint) -> Iterator[str]:
    """What the declaration lacks."""
    if not endpoint.url().startswith("https://"):
        yield "its address is not https"
    if not endpoint.docs.startswith("https://"):
        yield "it names no documentation (docs=...)"
    if not (endpoint.cadence in {5, 15} or endpoint.cadence > 15):
        yield "its cadence is 5, 15 or more minutes"
    if endpoint.provider.budget.requests <= 0:
        yield "its provider has no budget (per_minute=...)"
    if not (endpoint.parser.__doc__ or "").strip():
        yield "the docstring of its parser shows no sample of the answer"


def rows_wrong(endpoint: Endpoint, body: bytes) -> Iterator[str]:
    """What is wrong with the rows of the recorded answer."""
    try:
        rows = list(lines(read_saved(endpoint, body, AT, usd_per_unit=RATES)))
    except SourceError as error:
        yield f"the recorded answer gives no row ({error.outcome}): {error}"
        return
    if not rows:
        yield "the recorded answer gives no row"
    for row in rows:
        table = TABLES[str(row["table"])]
        if table.name not in endpoint.tables:
            yield f"a row is for {table.name}, which it does not declare"
        if empty := [column for column in table.key if row.get(column) is None]:
            yield f"a row of {table.name} has no {', '.join(empty)}"


def rows_of_broken_answers(endpoint: Endpoint) -> dict[str, Tables]:
    """Rows of answers that hold none, by answer."""
    one_number = {"42"} if len(endpoint.request.sub_requests) == 1 else set()  # then the whole answer is one number
    return {body: rows for body in BROKEN_BODIES if body not in one_number and (rows := read(endpoint, body))}


def is_unparseable(endpoint: Endpoint, body: bytes) -> bool:
    """Whether this answer is refused as one that cannot be read."""
    try:
        read_saved(endpoint, body, AT)
    except SourceError as error:
        return error.outcome == Outcome.UNPARSEABLE
    return False


def other_rows_of_half(endpoint: Endpoint, body: bytes) -> list[dict[str, Any]]:
    """Rows of half a document that are none of the whole."""
    whole = body.decode("utf-8", "surrogateescape")
    everything, half = read(endpoint, whole), read(endpoint, whole[: len(whole) // 2])
    return [row for table, rows in half.items() for row in rows if row not in everything[table]]


def rows_of_spoiled_values(endpoint: Endpoint, payload: Any) -> dict[str, Tables]:
    """Rows of an answer in its shape of which no leaf says anything, by leaf."""
    spoiled: list[object] = [None, "n/a", {}, []]
    return {str(leaf): rows for leaf in spoiled if (rows := read(endpoint, with_leaves(payload, leaf)))}


def lists_that_a_null_spoils(
    endpoint: Endpoint, payload: Any, everything: Tables, but: Collection[tuple[str, Place]] = ()
) -> dict[Place, Tables]:
    """Rows of an answer with a null among its entries, where it costs others. In a list of one entry it may cost that entry.

    :param everything: the rows of the answer as it is.
    :param but: lists of endpoints to which nothing can be added without saying something else.
    """
    wrong = {}
    for place in lists_of_entries(payload):
        if any(endpoint.id == name and place[: len(start)] == start for name, start in but):
            continue
        longer = parted(payload, place)
        at(longer, place).append(None)
        rows = read(endpoint, longer)
        is_of_one_entry = any(isinstance(step, int) for step in place)
        if rows != everything and not (is_of_one_entry and lost(everything, rows) is not None):
            wrong[place] = rows
    return wrong


def rows_lost(
    endpoint: Endpoint, payload: Any, everything: Tables, but: Collection[tuple[str, Place]] = ()
) -> Mapping[Place, set[tuple[object, ...]]]:
    """Rows that go with a member of the answer although they do not hang on it, by member.

    A row may go with a member that it cannot be without: when another value in its place makes another row, as a price does.

    :param everything: the rows of the answer as it is.
    :param but: members of endpoints that other rows hang on.
    """
    wrong, all_of_them = {}, {identity(row) for row in of_all(everything)}
    for place in members(payload):
        if (endpoint.id, place) in but:
            continue
        shorter = parted(payload, place[:-1])
        del at(shorter, place[:-1])[place[-1]]
        gone = all_of_them - {identity(row) for row in of_all(read(endpoint, shorter))}
        if unbound(gone, endpoint, payload, place, everything):
            wrong[place] = gone
    return wrong


def _path(place: Place) -> str:
    return ".".join(map(str, place)) or "the top"


def read(endpoint: Endpoint, answer: object) -> Tables:
    """The rows of an answer, none when it is refused."""
    body = answer if isinstance(answer, str) else json.dumps(answer)
    try:
        saved = read_saved(endpoint, body.encode("utf-8", "surrogateescape"), AT, usd_per_unit=RATES)
    except SourceError:
        return {}
    return {table: list(rows) for table, rows in saved.normalised.rows.items()}


def is_error(endpoint: Endpoint, payload: Any) -> bool:
    """Whether the source says by this answer that it cannot answer."""
    try:
        read_saved(endpoint, json.dumps(payload).encode(), AT, usd_per_unit=RATES)
    except SourceError as error:
        return error.outcome == Outcome.ERROR_IN_BODY
    return False


def of_all(tables: Tables) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every row with its table."""
    return ((table, row) for table, rows in tables.items() for row in rows)


def identity(of: tuple[str, dict[str, Any]]) -> tuple[object, ...]:
    """What makes a row this one and no other: its table and its key without the time."""
    table, row = of
    return (table, *(str(row[column]) for column in TABLES[table].key if column not in MOMENTS))


def lost(everything: Tables, rows: Tables) -> list[tuple[str, dict[str, Any]]] | None:
    """What is no longer among the rows; None when there is anything new among them."""
    if any(row not in everything.get(table, []) for table, row in of_all(rows)):
        return None
    return [(table, row) for table, row in of_all(everything) if row not in rows.get(table, [])]


def unbound(
    gone: set[tuple[object, ...]], endpoint: Endpoint, payload: Any, place: Place, everything: Tables
) -> set[tuple[object, ...]]:
    """Which of these rows say the same, and are there, whatever other value stands in the place."""
    left = gone
    for value in others(at(payload, place)):
        if not left:
            break
        changed = parted(payload, place[:-1])
        at(changed, place[:-1])[place[-1]] = value
        if not isinstance(value, dict | list) and is_error(endpoint, changed):
            continue  # a flag: with another one the source says that it cannot answer
        rows = read(endpoint, changed)
        left = left - {identity(row) for row in lost_but_for_moments(everything, rows)}
    return left


def lost_but_for_moments(everything: Tables, rows: Tables) -> list[tuple[str, dict[str, Any]]]:
    """What is no longer among the rows, times not counted."""
    left = [(table, without_moments(row)) for table, row in of_all(rows)]
    return [(table, row) for table, row in of_all(everything) if (table, without_moments(row)) not in left]


def without_moments(row: dict[str, Any]) -> dict[str, Any]:
    """A row without its times."""
    return {column: value for column, value in row.items() if column not in MOMENTS}


def others(value: Any) -> list[Any]:
    """Other values of the same kind."""
    if isinstance(value, dict | list):
        return [with_leaves(value, None)]
    if isinstance(value, bool) or value is None:
        return []
    if isinstance(value, int | float):
        return [value * 1.01, value + 1]
    if value.startswith("0x") and value != "0x":
        return [hex(int(value, 16) + 1)]
    return [f"{float(value) * 1.01:.12g}"] if is_number(value) else [f"Q{value}"]


def is_number(text: str) -> bool:
    """Whether this text is a number."""
    return re.fullmatch(r"-?\d+(\.\d+)?(e-?\d+)?", text) is not None


def with_leaves(value: Any, leaf: object) -> Any:
    """A value of the same shape with this leaf everywhere."""
    if isinstance(value, dict):
        return {key: with_leaves(inner, leaf) for key, inner in value.items()}
    if isinstance(value, list):
        return [with_leaves(inner, leaf) for inner in value]
    return leaf


def at(value: Any, place: Place) -> Any:
    """What stands at a place."""
    for step in place:
        value = value[step]
    return value


def parted(value: Any, place: Place) -> Any:
    """A copy in which what stands at a place may be changed; what does not lie on the way there is shared with the value."""
    own = copy.copy(value)
    if place:
        own[place[0]] = parted(own[place[0]], place[1:])
    return own


def members(payload: Any, place: Place = ()) -> Iterator[Place]:
    """The members of an answer, and of the objects in it: {"data": {"date": ..., "BTC": ...}} has three."""
    if isinstance(payload, dict):
        for name, value in payload.items():
            yield (*place, name)
            yield from members(value, (*place, name))


def lists_of_entries(value: Any, place: Place = ()) -> Iterator[Place]:
    """The places of lists whose elements are objects or lists, one of a kind for all entries of a list."""
    if isinstance(value, list):
        if value and all(isinstance(entry, dict | list) for entry in value):
            yield place
        for entry in value[:1]:
            yield from lists_of_entries(entry, (*place, 0))
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from lists_of_entries(inner, (*place, name))
