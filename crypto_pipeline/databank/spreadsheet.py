"""Answers as Excel workbooks.

Belongs here: what Excel cannot take, and what it gets instead.
Does not belong here: other formats (databank/files.py), asking (databank/access.py).

Needs XlsxWriter: ``pip install 'crypto_pipeline[excel]'``. https://xlsxwriter.readthedocs.io
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from crypto_pipeline.databank.files import MOMENT, FileFormat, Times
from crypto_pipeline.warehouse.errors import QueryLimitExceeded, WarehouseError

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

MOST_ROWS = 1_048_575
"""Beside the line of names. https://support.microsoft.com/office/1672b34d-7043-467e-8e27-269d656771c3"""
_FIRST_YEAR = 1900
_LARGEST_WHOLE = 2**53
"""Excel keeps numbers as doubles: beyond this some digits would be others."""
_ROWS_AT_ONCE = 1_000


def _write(connection: duckdb.DuckDBPyConnection, query: str, path: Path, times: Times) -> None:
    """Times have no zone in Excel: they are UTC, and the column's name says so. Texts are texts, whatever they begin with."""
    try:
        from xlsxwriter import Workbook
    except ImportError:
        raise WarehouseError("Workbooks need one package more: pip install 'crypto_pipeline[excel]'.") from None
    answer = connection.execute(query)
    columns = [(name, str(kind)) for name, kind, *_ in answer.description or ()]
    options = {
        "constant_memory": True,
        "strings_to_urls": False,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
    }
    with Workbook(str(path), options) as book:
        sheet, bold = book.add_worksheet("answer"), book.add_format({"bold": True})
        formats: dict[type, Any] = {
            datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
            date: book.add_format({"num_format": "yyyy-mm-dd"}),
        }
        for number, (name, kind) in enumerate(columns):
            title = f"{name} (UTC)" if kind.upper() == MOMENT else name
            sheet.write_string(0, number, title, bold)
            sheet.set_column(number, number, 20 if "TIME" in kind.upper() else max(10, min(len(title) + 2, 40)))
        sheet.freeze_panes(1, 0)
        count = 0
        for count, row in enumerate(_rows_of(answer), 1):
            for number, value in enumerate(row):
                _cell(sheet, count, number, value, formats)
        sheet.autofilter(0, 0, max(count, 1), max(len(columns) - 1, 0))


def _rows_of(answer: duckdb.DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    """As many as a sheet has room for."""
    left = MOST_ROWS
    while rows := answer.fetchmany(_ROWS_AT_ONCE):
        if len(rows) > left:
            raise QueryLimitExceeded(
                f"A sheet of Excel has room for {MOST_ROWS:,} rows and the answer has more; ask for less, or take Parquet."
            )
        left -= len(rows)
        yield from rows


def _cell(sheet: Worksheet, row: int, column: int, value: Any, formats: Mapping[type, Any]) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, int | float) and _fits(value):
        sheet.write_number(row, column, value)
    elif isinstance(value, datetime) and value.year >= _FIRST_YEAR:
        plain = value.astimezone(timezone.utc).replace(tzinfo=None) if value.tzinfo else value
        sheet.write_datetime(row, column, plain, formats[datetime])
    elif isinstance(value, date) and value.year >= _FIRST_YEAR:
        sheet.write_datetime(row, column, value, formats[date])
    else:
        sheet.write_string(row, column, _text(value))  # which cuts it where Excel would refuse it


def _fits(value: float) -> bool:
    return abs(value) <= _LARGEST_WHOLE if isinstance(value, int) else math.isfinite(value)


def _text(value: object) -> str:
    if isinstance(value, list | dict | tuple):
        return json.dumps(value, default=str, ensure_ascii=False)
    return str(value)


WORKBOOK = FileFormat("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx", _write)
"""Up to MOST_ROWS rows; more raise QueryLimitExceeded. Without XlsxWriter, WarehouseError."""
