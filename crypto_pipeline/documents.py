"""Pages of the documentation that are made from declarations, so that they cannot be out of date.

Belongs here: the page of the tables, and writing all pages. They sit outside the warehouse because they describe what is
declared in tables.py, whichever engine keeps it.
Does not belong here: the page of the sources (source_documents.py), pages that people write (docs/).

``python -m crypto_pipeline.documents`` writes them anew; a test says when that is due.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from pathlib import Path

from crypto_pipeline.source_documents import sources_markdown
from crypto_pipeline.sources.kit import discover
from crypto_pipeline.sources.left_out import LEFT_OUT
from crypto_pipeline.tables import (
    DATA_TABLES,
    FLAG,
    INT,
    REAL,
    TABLES,
    TEXT,
    TIME,
    UI_TABLES,
    Column,
    Group,
    Table,
    Write,
)

_GROUPS: Mapping[Group, str] = {
    "market": "Market",
    "news": "News",
    "sentiment": "Sentiment",
    "chain": "Chains",
    "registry": "Registry: what is declared, as SQL can see it",
    "collection_log": "Collection log: what was asked, and what came of it",
    "state": "State: what one collection leaves for the next",
    "health": "Health of the data bank",
    "beyond": "Beyond single coins",
}

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


DOCS = Path(__file__).parent.parent / "docs"


def pages() -> dict[Path, str]:
    """Every page with its text."""
    return {DOCS / "tables.md": tables_markdown(), DOCS / "sources.md": sources_markdown(discover(), LEFT_OUT)}


def tables_markdown() -> str:
    """docs/tables.md: every table by group, with its key, how it is written and every column."""
    blocks = [_OPENING.format(tables=len(TABLES), data=len(DATA_TABLES)), _contents()]
    for group, tables in _by_group():
        blocks.append(f"## {_GROUPS[group]}")
        blocks.extend(_section(table) for table in tables)
    return "\n\n".join(blocks) + "\n"


_OPENING = """\
# Tables

<!-- Made from crypto_pipeline/tables.py by `make docs`; change it there. -->

The data bank is one DuckDB file with {tables} tables: {data} hold data of the market, the others tell how the data bank itself is doing.

- Every time is UTC (`TIMESTAMP WITH TIME ZONE`). Every number says its unit.
- A missing number is `NULL`, never 0.
- **Key**: there is at most one row with these values. Columns of the key (🔑) are never `NULL`.
- `collected_at` and `run_id` say which collection wrote the row as it stands; an answer that says nothing new leaves them alone.
- The same descriptions are in the file: `SELECT column_name, comment FROM duckdb_columns() WHERE table_name = 'market_prices'`."""


def _contents() -> str:
    rows = [
        f"| [{table.name}](#{table.name}) | {_cell(table.doc)} | {'5' if table.name in UI_TABLES else '15'} |"
        if table.name in DATA_TABLES
        else f"| [{table.name}](#{table.name}) | {_cell(table.doc)} | |"
        for table in TABLES.values()
    ]
    return "\n".join(["| table | one row is | collected every (minutes) |", "|---|---|---|", *rows])


def _by_group() -> Iterable[tuple[Group, list[Table]]]:
    for group, tables in groupby(TABLES.values(), key=lambda table: table.group):
        yield group, list(tables)


def _section(table: Table) -> str:
    return "\n".join(
        [
            f"### {table.name}",
            "",
            table.doc,
            "",
            f"- Key: {', '.join(f'`{name}`' for name in table.key)}",
            f"- Written: {_written(table)}",
            f"- Kept: {'for ever' if table.keep_days is None else f'{table.keep_days} days'}",
            "",
            "| column | type | unit | meaning |",
            "|---|---|---|---|",
            *(_row(table, column) for column in table.columns),
        ]
    )


def _written(table: Table) -> str:
    text = _WRITES[table.write]
    if table.newer_by:
        text += f" A batch that comes late does not undo a newer one: `{table.newer_by}` decides."
    return text


def _row(table: Table, column: Column) -> str:
    key = " 🔑" if column.name in table.key else ""
    meaning = f"{column.comment}; later updates leave it as it was" if column.keep_first else column.comment
    return f"| `{column.name}`{key} | {_TYPES[column.type]} | {_cell(column.unit)} | {_cell(meaning)} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    for file, text in pages().items():
        file.write_text(text, encoding="utf-8")
