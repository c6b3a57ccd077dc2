"""Pages that are made from declarations."""

from __future__ import annotations

import pytest

from crypto_pipeline.docgen.pages import DOCS, pages, tables_markdown
from crypto_pipeline.schema.tables import TABLES

PAGES = pages()


@pytest.mark.parametrize("file", PAGES, ids=lambda file: str(file.relative_to(DOCS)))
def test_the_page_is_fresh(file):
    assert file.read_text(encoding="utf-8") == PAGES[file], "run: make docs"


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_every_table_has_its_section_with_every_column(table):
    section = tables_markdown().split(f"### {table.name}\n")[1].split("\n### ")[0].split("\n## ")[0]
    assert table.doc in section
    for column in table.columns:
        assert f"| `{column.name}`" in section
        assert column.comment in section


def test_each_group_is_one_chapter():
    chapters = [line for line in tables_markdown().splitlines() if line.startswith("## ")]
    assert len(chapters) == len({table.group for table in TABLES.values()})
