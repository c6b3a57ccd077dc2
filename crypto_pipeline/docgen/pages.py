"""Pages of the documentation that are made from declarations, so that they cannot be out of date.

Belongs here: the page of the tables, and writing all pages. They sit outside the warehouse because they describe what is
declared in schema/tables/, whichever engine keeps it.
Does not belong here: the other pages (docgen/source_pages.py, docgen/setting_pages.py, ...), pages that people write (docs/).

``python -m crypto_pipeline.docgen.pages`` writes them anew, in every language; a test says when that is due.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import groupby
from pathlib import Path

from crypto_pipeline.docgen.alert_pages import alert_rows, with_alert_rows
from crypto_pipeline.docgen.api_pages import api_markdown
from crypto_pipeline.docgen.house_tree import with_tree
from crypto_pipeline.docgen.question_pages import questions_markdown
from crypto_pipeline.docgen.setting_pages import settings_markdown
from crypto_pipeline.docgen.source_pages import sources_markdown
from crypto_pipeline.docgen.translations import LANGUAGES, keep_waiting, number, said
from crypto_pipeline.questions import questions
from crypto_pipeline.schema.declare import FLAG, INT, REAL, TEXT, TIME, Column, Group, Table, Write
from crypto_pipeline.schema.tables import DATA_TABLES, TABLES
from crypto_pipeline.sources.excluded import LEFT_OUT
from crypto_pipeline.sources.kit import discover

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


DOCS = Path(__file__).parent.parent.parent / "docs"


def pages() -> dict[Path, str]:
    """Every page with its text."""
    return {file: text for language in LANGUAGES for file, text in pages_in(language).items()}


def pages_in(language: str) -> dict[Path, str]:
    """Every page in one language: English in docs/, the others in folders of their own inside it."""
    folder = DOCS if language == "en" else DOCS / language
    return {
        folder / name: _laid_out(text, language)
        for name, text in {
            "tables.md": tables_markdown(language),
            "sources.md": sources_markdown(discover(), LEFT_OUT, language),
            "configuration.md": settings_markdown(discover(), language),
            "questions.md": questions_markdown(questions(), language),
            "api.md": api_markdown(language),
        }.items()
    } | {
        folder / "architecture.md": with_tree((folder / "architecture.md").read_text("utf-8")),
        folder / "operations.md": with_alert_rows(
            (folder / "operations.md").read_text("utf-8"), _code_directed(alert_rows(language), language)
        ),
    }


def _laid_out(text: str, language: str) -> str:
    """A page that is read from right to left says so, because Markdown cannot."""
    if language not in _RIGHT_TO_LEFT:
        return text
    return f'<div dir="rtl" lang="{language}">\n\n{left_to_right(text)}\n</div>\n'


def _code_directed(text: str, language: str) -> str:
    return left_to_right(text) if language in _RIGHT_TO_LEFT else text


def left_to_right(text: str) -> str:
    """Code keeps its direction: blocks, and what begins or ends with a mark; ``--json`` would be shown as ``json--``."""

    def kept(code: re.Match[str]) -> str:
        if code["block"]:
            return f'<div dir="ltr">\n\n{code[0]}\n\n</div>'
        return code[0] if _WORDS_AT_ITS_EDGES.fullmatch(code[0]) else f'<span dir="ltr">{code[0]}</span>'

    return _CODE.sub(kept, text)


_RIGHT_TO_LEFT = {"fa"}
_CODE = re.compile(r"(?P<block>^```.*?^```$)|`[^`\n]+`", re.MULTILINE | re.DOTALL)
_WORDS_AT_ITS_EDGES = re.compile(r"`\w(.*\w)?`")


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


if __name__ == "__main__":
    for file, text in pages().items():
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    for language in LANGUAGES[1:]:
        keep_waiting(language)
