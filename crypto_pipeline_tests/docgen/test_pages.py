"""Pages that are made from declarations."""

from __future__ import annotations

import pytest

from crypto_pipeline.docgen.alert_pages import alert_rows, with_alert_rows
from crypto_pipeline.docgen.pages import DOCS, pages_in
from crypto_pipeline.docgen.table_pages import tables_markdown
from crypto_pipeline.docgen.translations import LANGUAGES
from crypto_pipeline.monitoring.conditions import KINDS
from crypto_pipeline.schema.declare import Table
from crypto_pipeline.schema.tables import TABLES


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_fresh(language: str) -> None:
    made = pages_in(language)
    stale = [str(file.relative_to(DOCS)) for file, text in made.items() if file.read_text(encoding="utf-8") != text]
    assert stale == [], "run: make docs"


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_every_table_has_its_section_with_every_column(table: Table) -> None:
    section = tables_markdown().split(f"### {table.name}\n")[1].split("\n### ")[0].split("\n## ")[0]
    assert table.doc in section
    for column in table.columns:
        assert f"| `{column.name}`" in section
        assert column.comment in section


def test_each_group_is_one_chapter() -> None:
    chapters = [line for line in tables_markdown().splitlines() if line.startswith("## ")]
    assert len(chapters) == len({table.group for table in TABLES.values()})


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_rows_of_the_kinds_of_alerts_are_put_in_anew_whatever_stood_there(language: str) -> None:
    before, after = "before\n\n| a | b |\n|---|---|\n", "\n| another | table |\n|---|---|\n| `run` | x |\n"
    page = with_alert_rows(f"{before}| `run_failed.OLD` | old |\n| `gone` | old |\n{after}", alert_rows(language))
    assert page.startswith(before)
    assert page.endswith(after)
    rows = page.removeprefix(before).removesuffix(after).splitlines()
    assert [row.split("`")[1].partition(".")[0] for row in rows] == list(KINDS)


def test_the_row_of_a_kind_says_what_it_is_about_and_when() -> None:
    rows = alert_rows()
    assert "| `another_coin.SOURCE.COIN` | " + KINDS["another_coin"].when + " |\n" in rows
    assert "| `clock_was_ahead` | " + KINDS["clock_was_ahead"].when + " |\n" in rows
