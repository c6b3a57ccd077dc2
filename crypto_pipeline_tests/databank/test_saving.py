"""Answers as Arrow, as frames of polars, and as files."""

from __future__ import annotations

import os
import sys
import zipfile
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from xml.etree import ElementTree

import duckdb
import pyarrow
import pytest

import crypto_pipeline
from crypto_pipeline.databank import spreadsheet
from crypto_pipeline.databank.access import SAVED, DataBank
from crypto_pipeline.warehouse import WarehouseError
from crypto_pipeline.warehouse.errors import InvalidQuery, QueryLimitExceeded

QUERY = """
SELECT * FROM (VALUES
    (TIMESTAMPTZ '2026-11-24 14:00:00+02', 1.5, '=1+1', 9007199254740993, true, [1, 2], DATE '2026-11-24'),
    (NULL, 'NaN'::DOUBLE, 'https://example.org', NULL, false, NULL, DATE '1815-12-10')
) AS answer (t, x, s, big, b, l, d)
"""


@pytest.fixture(scope="module")
def bank(empty_database: Path) -> Iterator[DataBank]:
    with crypto_pipeline.connect(empty_database) as bank:
        yield bank


def test_arrow_and_polars_have_times_in_utc_and_can_be_kept(bank: DataBank) -> None:
    import polars  # here, and not in each process that collects the tests

    table, frame = bank.arrow(QUERY), bank.pl(QUERY)
    assert isinstance(table, pyarrow.Table)
    assert table.schema.field("t").type == pyarrow.timestamp("us", tz="UTC")
    assert frame.schema["t"] == polars.Datetime("us", "UTC")
    assert table["t"][0].as_py() == frame["t"][0] == datetime(2026, 11, 24, 12, tzinfo=timezone.utc)
    assert bank.pl("SELECT ? AS a", [7])["a"].to_list() == [7]


@pytest.mark.parametrize("form", SAVED)
def test_an_answer_is_saved_in_the_format_of_its_ending_and_counted(form: str, bank: DataBank, tmp_path: Path) -> None:
    path = tmp_path / f"answer{SAVED[form].suffix}"
    assert bank.save(QUERY, path) == 2
    assert [one.name for one in tmp_path.iterdir()] == [path.name]
    assert path.stat().st_size > 50


def test_a_file_that_was_there_stays_until_the_new_one_is_whole(bank: DataBank, tmp_path: Path) -> None:
    path = tmp_path / "answer.csv"
    path.write_text("before")
    with pytest.raises(InvalidQuery):
        bank.save("SELECT nothing", path)
    with pytest.raises(InvalidQuery):
        bank.save("SELECT error('no')", path)
    assert path.read_text() == "before"
    assert os.listdir(tmp_path) == ["answer.csv"]


@pytest.mark.parametrize(("name", "form"), [("answer.txt", None), ("answer", None), ("answer.csv", "xml")])
def test_what_is_no_format_is_told_with_those_that_there_are(
    name: str, form: str | None, bank: DataBank, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match="csv, parquet, arrow, xlsx"):
        bank.save(QUERY, tmp_path / name, form=form)


def test_parquet_keeps_every_type(bank: DataBank, tmp_path: Path) -> None:
    bank.save(QUERY, tmp_path / "answer.parquet")
    with duckdb.connect() as connection:
        kinds = connection.execute("DESCRIBE FROM read_parquet($p)", {"p": str(tmp_path / "answer.parquet")}).fetchall()
    assert [kind for _, kind, *_ in kinds] == [
        "TIMESTAMP WITH TIME ZONE", "DOUBLE", "VARCHAR", "BIGINT", "BOOLEAN", "INTEGER[]", "DATE",
    ]  # fmt: skip


def cells(path: Path) -> list[list[str]]:
    """The rows of the first sheet, as its XML has them: numbers as digits, a text in quotes, a formula after =."""
    namespace = {"x": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
    with zipfile.ZipFile(path) as book:
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    rows = []
    for row in sheet.findall(".//x:row", namespace):
        found = []
        for cell in row.findall("x:c", namespace):
            text, value, formula = (cell.find(one, namespace) for one in ("x:is/x:t", "x:v", "x:f"))
            if formula is not None:
                found.append(f"={formula.text}")
            else:
                found.append(repr(text.text) if text is not None else str(value.text if value is not None else ""))
        rows.append(found)
    return rows


NOON = datetime(2026, 11, 24, 12, tzinfo=timezone.utc)


def test_a_workbook_has_times_that_excel_knows_and_no_formula_of_a_source(bank: DataBank, tmp_path: Path) -> None:
    bank.save(QUERY, tmp_path / "answer.xlsx")
    names, first, second = cells(tmp_path / "answer.xlsx")
    assert names == ["'t (UTC)'", "'x'", "'s'", "'big'", "'b'", "'l'", "'d'"]
    noon_of_the_day = (NOON - datetime(1899, 12, 30, tzinfo=timezone.utc)).total_seconds() / 86_400
    assert float(first[0]) == noon_of_the_day
    assert first[1:6] == ["1.5", "'=1+1'", "'9007199254740993'", "1", "'[1, 2]'"]
    assert second == ["'nan'", "'https://example.org'", "0", "'1815-12-10'"]


def test_a_cell_holds_as_long_a_text_and_as_large_a_whole_number_as_excel_keeps(bank: DataBank, tmp_path: Path) -> None:
    bank.save(
        "SELECT repeat('x', 32767) AS fits, repeat('x', 32768) AS longer, 9007199254740992 AS whole, 9007199254740993 AS larger",
        tmp_path / "answer.xlsx",
    )
    _, (fits, longer, whole, larger) = cells(tmp_path / "answer.xlsx")
    assert fits == longer == repr("x" * 32_767)
    assert (whole, larger) == ("9007199254740992", "'9007199254740993'")


def test_more_rows_than_a_sheet_has_are_refused_and_nothing_is_left(
    bank: DataBank, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spreadsheet, "MOST_ROWS", 2)
    assert bank.save("FROM range(2)", tmp_path / "fits.xlsx") == 2
    with pytest.raises(QueryLimitExceeded, match="room for 2 rows"):
        bank.save("FROM range(3)", tmp_path / "more.xlsx")
    assert os.listdir(tmp_path) == ["fits.xlsx"]


def test_without_its_package_a_workbook_says_what_to_install(
    bank: DataBank, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    with pytest.raises(WarehouseError, match=r"pip install 'crypto_pipeline\[excel\]'"):
        bank.save(QUERY, tmp_path / "answer.xlsx")
