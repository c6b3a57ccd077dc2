"""What the documents name exists, and what exists is named."""

from __future__ import annotations

import re

import pytest

from crypto_pipeline.docgen.setting_pages import GROUPS, settings_markdown, variable
from crypto_pipeline.schema.tables import TABLES
from crypto_pipeline.settings import PREFIX, Settings
from crypto_pipeline.sources.kit import discover
from crypto_pipeline_tests.docs.reading import Page, pages
from crypto_pipeline_tests.project import PROJECT

PAGES = {page.name: page for page in pages()}
CONFIGURATION = PAGES["docs/configuration.md"].text
KEYS = {endpoint.key.env for endpoint in discover() if endpoint.key}
each_page = pytest.mark.parametrize("page", PAGES.values(), ids=lambda page: page.name)


def test_every_setting_is_told_once_under_a_heading() -> None:
    assert sorted(name for names in GROUPS.values() for name in names) == sorted(Settings.model_fields)


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_documented_with_its_meaning(name: str) -> None:
    (row,) = (line for line in CONFIGURATION.splitlines() if line.startswith(f"| `{variable(name)}` |"))
    meaning = Settings.model_fields[name].description
    assert meaning
    assert meaning in row


@pytest.mark.parametrize(
    "row",
    [
        "| `CRYPTO_PIPELINE_UI_PORT` | `3000` | 1 to 65535 |",
        "| `CRYPTO_PIPELINE_WHALE_USD` | `1000000` | more than 0 |",
        "| `CRYPTO_PIPELINE_REQUEST_SECONDS` | `20` | more than 0, at most 300 |",
        "| `CRYPTO_PIPELINE_LOG_FORMAT` | `text` | `text`, `json` |",
        "| `CRYPTO_PIPELINE_UI_CRON` | `*/5 * * * *` |  |",
        "| `CRYPTO_PIPELINE_DATA_DIR` | `data` | a path |",
    ],
)
def test_defaults_and_bounds_are_those_of_the_declaration(row: str) -> None:
    assert row in settings_markdown(discover())


def test_every_key_of_a_source_is_documented() -> None:
    assert {name for name in KEYS if f"\n| `{name}` |" in CONFIGURATION} == KEYS


@each_page
def test_every_variable_that_is_named_exists(page: Page) -> None:
    named = set(re.findall(rf"{PREFIX}\w*", page.text)) - {PREFIX}
    assert named <= set(map(variable, Settings.model_fields)), page.name
    keys = {name for name in re.findall(r"\b[A-Z0-9_]+_(?:API_KEY|TOKEN|KEY)\b", page.text) if PREFIX not in name}
    assert keys <= KEYS | {"API_TOKEN"}


@each_page
def test_every_table_that_is_named_like_one_of_a_query_exists(page: Page) -> None:
    named = set(re.findall(r"\bFROM (?:main\.)?([a-z_]+)\b(?!\()", page.text)) - {"duckdb_columns"}
    archived = {f"{name}_all" for name in TABLES}
    assert named <= set(TABLES) | archived


@each_page
def test_every_file_of_the_project_that_is_named_exists(page: Page) -> None:
    named = {
        code
        for code in page.code_in_text
        if re.fullmatch(r"(?:crypto_pipeline(?:_tests)?|docs|bench)/[\w./-]*", code) and "examplex" not in code
    }
    for name in named:
        assert (PROJECT / name).exists(), name


def test_the_tree_of_the_architecture_is_that_of_the_package() -> None:
    tree = next(block.code for block in PAGES["docs/architecture.md"].blocks if "crypto_pipeline/" in block.code)
    lines = re.findall(r"^( *)([\w.]+/?)(?:\s|$)", tree, re.MULTILINE)
    folders: list[str] = []
    named: set[str] = set()
    for indent, name in lines:
        folders[len(indent) // 2 :] = [name]
        named.add("".join(folders))
    for name in named:
        assert (PROJECT / name).exists(), name
    package = PROJECT / "crypto_pipeline"
    rooms = {f"crypto_pipeline/{path.name}" for path in package.glob("*.py") if not path.name.startswith("_")}
    rooms |= {f"crypto_pipeline/{path.name}/" for path in package.iterdir() if path.is_dir() and path.name[0].isalpha()}
    assert sorted(rooms - named) == []


def test_modules_that_keep_promises_exist() -> None:
    for code in PAGES["docs/architecture.md"].code_in_text:
        if re.fullmatch(r"[a-z_]+/[\w/]+\.py", code):
            assert (PROJECT / "crypto_pipeline" / code).exists(), code


def test_the_numbers_of_the_readme_are_those_of_the_declarations() -> None:
    readme = PAGES["README.md"].text
    asked = [one for one in discover() if one.on_by_default and not (one.key and one.key.required)]
    endpoints, hosts = (
        int(number) for number in re.findall(r"more than (\d+) endpoints at more than (\d+) hosts", readme)[0]
    )
    assert endpoints < len(asked) < endpoints + 50
    assert hosts < len({one.host for one in asked}) < hosts + 50
    assert f"{len(TABLES)} tables" in readme
