"""English and Persian: the same pages, in the same order, with the same examples and the same links."""

from __future__ import annotations

import posixpath
import re

import pytest

from crypto_pipeline_tests.docs.reading import Page, pages

ENGLISH = {page.name: page for page in pages() if not page.is_translated}
PERSIAN = {page.name: page for page in pages() if page.is_translated}
TRANSLATED = [name for name in ENGLISH if name.startswith("docs/") or name == "README.md"]
each_page = pytest.mark.parametrize("name", TRANSLATED)


def in_persian(name: str) -> str:
    """The file that says the same in Persian."""
    return f"docs/fa/{name.removeprefix('docs/')}" if name.startswith("docs/") else name.replace(".md", ".fa.md")


def in_english(name: str) -> str:
    return re.sub(r"^docs/fa/", "docs/", name).replace(".fa.md", ".md").replace("-fa.png", ".png")


def both(name: str) -> tuple[Page, Page]:
    return ENGLISH[name], PERSIAN[in_persian(name)]


def places(page: Page) -> set[str]:
    """Where the links of a page lead, whatever the language: without anchors, which are headings, and without itself."""
    found = set()
    for link in page.links:
        path = link.partition("#")[0]
        if re.match(r"[a-z]+:", link):
            found.add(link)
        elif path:
            found.add(in_english(posixpath.normpath(posixpath.join(posixpath.dirname(page.name), path))))
    return found - {in_english(page.name)}


def test_both_languages_have_the_same_pages() -> None:
    assert {name for name in PERSIAN if not name.startswith("CONTRIBUTING")} == set(map(in_persian, TRANSLATED))


@each_page
def test_headings_have_the_same_order_and_depth(name: str) -> None:
    english, persian = both(name)
    assert [one.level for one in persian.headings] == [one.level for one in english.headings]


@each_page
def test_blocks_of_code_are_the_same(name: str) -> None:
    english, persian = ([(block.language, block.code) for block in page.blocks] for page in both(name))
    assert persian == english


@each_page
def test_links_lead_to_the_same_places(name: str) -> None:
    english, persian = map(places, both(name))
    assert persian == english
