"""docs/tables.md: every table with its columns, as a page for people.

Belongs here: a pure function, declarations in, Markdown out. It sits outside the warehouse because it describes what is
declared in schema/tables/, whichever engine keeps it.
Does not belong here: the declarations (schema/tables/), writing the page to its file (docgen/pages.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby

from crypto_pipeline.docgen.translations import number, said
from crypto_pipeline.schema.declare import FLAG, INT, REAL, TEXT, TIME, Column, Group, Table, Write
from crypto_pipeline.schema.tables import DATA_TABLES, TABLES

_WRITES: Mapping[Write, str] = {
    "history": "A row that comes again with other values is corrected in place; no row is ever removed by a batch.",
    "latest": "Only the newest state of each key is kept.",
    "replace": "Each batch is the whole truth: rows that it does not have are removed.",
    "log": "Rows are written once and never touched again.",
}

_TYPES: Mapping[str, str] = {
    TEXT: "text",
    REAL: "number",
    INT: "whole number",
    TIME: "time",
    FLAG: "true or false",
}


def tables_markdown(language: str = "en") -> str:
    """docs/tables.md: every table by group, with its key, how it is written and every column."""
    blocks = [said(_OPENING, language, tables=len(TABLES), data=len(DATA_TABLES)), _contents(language)]
    for group, tables in _by_group():
        blocks.append(f"## {said(group.title, language)}")
        blocks.extend(_section(table, language) for table in tables)
    return "\n\n".join(blocks) + "\n"


_OPENING = """\
# Tables

<!-- Made from crypto_pipeline/schema/tables/ by `make docs`; change it there. -->

The data bank is one DuckDB file with {tables} tables: {data} hold data of the market, the others tell how the data bank itself is doing.

- Every time is UTC (`TIMESTAMP WITH TIME ZONE`). Every number says its unit.
- A missing number is `NULL`, never 0.
- **Key**: there is at most one row with these values. Columns of the key (🔑) are never `NULL`.
- `collected_at` and `run_id` say which collection wrote the row as it stands; an answer that says nothing new leaves them alone.
- The same descriptions are in the file: `SELECT column_name, comment FROM duckdb_columns() WHERE table_name = 'market_prices'`."""


def _contents(language: str) -> str:
    rows = [
        f"| [{table.name}](#{table.name}) | {_cell(said(table.doc, language))} | {_every(table, language)} |"
        for table in TABLES.values()
    ]
    return "\n".join([said("| table | one row is | collected every (minutes) |", language), "|---|---|---|", *rows])


def _every(table: Table, language: str) -> str:
    return number(table.feed.cadence, language) if table.feed else ""


def _by_group() -> Iterable[tuple[Group, list[Table]]]:
    for group, tables in groupby(TABLES.values(), key=lambda table: table.group):
        yield group, list(tables)


def _section(table: Table, language: str) -> str:
    kept = (
        said("for ever", language) if table.keep_days is None else said("{days} days", language, days=table.keep_days)
    )
    return "\n".join(
        [
            f"### {table.name}",
            "",
            said(table.doc, language),
            "",
            f"- {said('Key', language)}: {said(', ', language).join(f'`{name}`' for name in table.key)}",
            f"- {said('Written', language)}: {_written(table, language)}",
            f"- {said('Kept', language)}: {kept}",
            "",
            said("| column | type | unit | meaning |", language),
            "|---|---|---|---|",
            *(_row(table, column, language) for column in table.columns),
        ]
    )


def _written(table: Table, language: str) -> str:
    text = said(_WRITES[table.write], language)
    if table.newer_by:
        text += " " + said(
            "A batch that comes late does not undo a newer one: `{column}` decides.", language, column=table.newer_by
        )
    return text


def _row(table: Table, column: Column, language: str) -> str:
    key = " 🔑" if column.name in table.key else ""
    meaning = said(column.comment, language)
    if column.keep_first:
        meaning = said("{meaning}; later updates leave it as it was", language, meaning=meaning)
    cells = (f"`{column.name}`{key}", said(_TYPES[column.type], language), said(column.unit, language), meaning)
    return f"| {' | '.join(map(_cell, cells))} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
