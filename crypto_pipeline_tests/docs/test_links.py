"""Every link inside the documents leads somewhere."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path

import pytest

from crypto_pipeline_tests.docs.reading import Page, pages
from crypto_pipeline_tests.project import PROJECT

PAGES = {page.name: page for page in pages()}
LARGEST_IMAGE = 400_000
each_page = pytest.mark.parametrize("page", PAGES.values(), ids=lambda page: page.name)


def is_ours(link: str) -> bool:
    return not re.match(r"[a-z]+:", link)


def target(page: Page, link: str) -> tuple[str, str]:
    """Path in the project and anchor."""
    path, _, anchor = link.partition("#")
    return posixpath.normpath(posixpath.join(posixpath.dirname(page.name), path)) if path else page.name, anchor


@each_page
def test_links_lead_to_files_and_headings_that_exist(page: Page) -> None:
    for link in filter(is_ours, page.links):
        path, anchor = target(page, link)
        assert (PROJECT / path).exists(), f"{link}: there is no {path}"
        if anchor:
            assert path in PAGES, f"{link}: {path} has no headings"
            assert anchor in PAGES[path].anchors, f"{link}: {path} has no such heading"


@each_page
def test_no_link_is_without_a_target_or_plain_http_to_elsewhere(page: Page) -> None:
    for link in page.links:
        assert link
        assert not re.match(r"http://(?!127\.0\.0\.1)", link) or page.name.endswith("sources.md"), link


def test_images_are_small_and_each_is_shown() -> None:
    shown = {target(page, link)[0] for page in PAGES.values() for link in page.links if is_ours(link)}
    images = sorted((PROJECT / "docs" / "images").iterdir())
    assert images
    for image in images:
        assert image.stat().st_size < LARGEST_IMAGE, image.name
        assert image.relative_to(PROJECT).as_posix() in shown, image.name


def test_every_document_can_be_reached_from_the_readme() -> None:
    reached, waiting = set(), ["README.md"]
    while waiting:
        name = waiting.pop()
        if name in reached or name not in PAGES:
            continue
        reached.add(name)
        waiting += [target(PAGES[name], link)[0] for link in PAGES[name].links if is_ours(link)]
    assert sorted(set(PAGES) - reached) == []


@pytest.mark.parametrize(
    ("heading", "anchor"),
    [
        ("## Ask it", "ask-it"),
        ("## `GET /api/data/prices/{symbol}`", "get-apidatapricessymbol"),
        ("## What was left out, and why", "what-was-left-out-and-why"),
        ("## cached_ohlc", "cached_ohlc"),
        ("## دو دستور", "دو-دستور"),
        ("## بازار، خبر", "بازار-خبر"),
    ],
)
def test_anchors_are_those_that_github_gives(heading: str, anchor: str, tmp_path: Path) -> None:
    file = tmp_path / "page.md"
    file.write_text(f"{heading}\n\n{heading}\n", "utf-8")
    assert Page(file).anchors == {anchor, f"{anchor}-1"}
