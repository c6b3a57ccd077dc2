"""Persian pages: read from right to left with their code from left to right, and written as Persian is written."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from crypto_pipeline.docgen.pages import left_to_right
from crypto_pipeline_tests.project import PROJECT

PAGES = [
    file for file in (PROJECT / "README.fa.md", *sorted((PROJECT / "docs" / "fa").rglob("*.md"))) if file.is_file()
]
LETTER = "[\u0621-\u06cc]"
each_page = pytest.mark.parametrize("page", PAGES, ids=lambda file: str(file.relative_to(PROJECT)))


def prose(page: Path) -> str:
    """A page without code, links and what readers do not see."""
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    return re.sub(r"`[^`\n]+`|\]\([^)]*\)|<!--.*?-->|<[^>\n]+>", "", text)


@each_page
def test_a_persian_page_says_its_direction(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert text.startswith('<div dir="rtl" lang="fa">\n\n')
    assert text.endswith("\n\n</div>\n")


@each_page
def test_code_keeps_its_direction(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    bare = re.sub(r'<span dir="ltr">(`[^`\n]+`)</span>', r"\1", text)
    bare = re.sub(r'<div dir="ltr">\n\n(```.*?^```)\n\n</div>', r"\1", bare, flags=re.MULTILINE | re.DOTALL)
    assert text == left_to_right(bare)


@each_page
def test_persian_has_its_own_letters_and_marks(page: Path) -> None:
    assert not re.findall("[\u064a\u0643\u0660-\u0669]", prose(page)), "Arabic letters or digits"
    assert not re.findall(f"{LETTER} ?[,;?]", prose(page)), "marks of another script"


@each_page
def test_prefixes_and_suffixes_are_joined_by_a_half_space(page: Path) -> None:
    words = "(?<![\\w\u200c])"
    assert not re.findall(f"{words}ن?می {LETTER}+", prose(page)), "می"
    assert not re.findall(f"{LETTER} (?:ها|های|هایی|هایش|هایشان|تر|ترین)(?![\\w\u200c])", prose(page)), "ها, تر"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("`kraken.ticker`", "`kraken.ticker`"),
        ("`--json`", '<span dir="ltr">`--json`</span>'),
        ("`a` و `f(x)` و `b`", '`a` و <span dir="ltr">`f(x)`</span> و `b`'),
        ("```sh\nmake run\n```", '<div dir="ltr">\n\n```sh\nmake run\n```\n\n</div>'),
    ],
)
def test_what_would_be_turned_around_is_kept_from_left_to_right(text: str, shown: str) -> None:
    assert left_to_right(text) == shown
