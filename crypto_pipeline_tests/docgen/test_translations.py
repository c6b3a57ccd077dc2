"""Sentences in other languages: every one has its translation, none is left over, and both say the same names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from functools import cache
from unittest.mock import patch

import pytest

from crypto_pipeline.docgen import translations
from crypto_pipeline.docgen.pages import pages_in
from crypto_pipeline.docgen.source_pages import sources_markdown
from crypto_pipeline.docgen.translations import LANGUAGES, Catalogue, files, heading, number, read, said, waiting
from crypto_pipeline.schema.rows import Quote
from crypto_pipeline.sources.excluded import LEFT_OUT
from crypto_pipeline.sources.kit import Provider, discover

OTHERS = LANGUAGES[1:]


def asked(language: str, make: Callable[[], object]) -> translations.Catalogue:
    """The catalogue of a language after something was made with it and with it alone."""
    fresh = translations.catalogue.__wrapped__(language)
    with patch.object(translations, "catalogue", lambda _: fresh):
        make()
    return fresh


@cache
def of_pages(language: str) -> translations.Catalogue:
    """The catalogue of a language after all pages were made with it: to be looked at."""
    return asked(language, lambda: pages_in(language))


def entries(language: str) -> list[tuple[str, str]]:
    return [(text, words) for file in files(language) for text, words in read(file).items()]


@pytest.mark.parametrize("language", OTHERS)
def test_every_sentence_of_the_pages_is_translated_or_known_to_wait_for_it(language: str) -> None:
    missing = of_pages(language).missing
    assert sorted(missing) == waiting(language), "translate them, or let them wait: make docs"


@pytest.mark.parametrize("language", OTHERS)
def test_only_what_is_said_of_sources_may_wait(language: str) -> None:
    if wait := set(waiting(language)):
        assert wait <= asked(language, lambda: sources_markdown(discover(), LEFT_OUT, language)).missing


@pytest.mark.parametrize("language", OTHERS)
def test_no_entry_is_left_over(language: str) -> None:
    used = of_pages(language).used
    assert sorted({text for text, _ in entries(language)} - used) == []


@pytest.mark.parametrize("language", OTHERS)
def test_a_sentence_has_one_translation(language: str) -> None:
    assert [text for text, times in Counter(text for text, _ in entries(language)).items() if times > 1] == []


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_has_the_same_places_code_and_links_as_its_sentence(language: str) -> None:
    for text, words in entries(language):
        assert words.strip() or not text.strip(), text
        for kind in (r"\{\w+\}", r"`[^`]+`", r"\]\([^)]+\)"):
            if not text.startswith("<!--"):
                assert Counter(re.findall(kind, text)) == Counter(re.findall(kind, words)), text


def test_persian_is_written_with_persian_letters_and_digits() -> None:
    for text, words in entries("fa"):
        assert not re.search("[\u064a\u0643\u0629\u0660-\u0669]", words), text
        assert not re.search("[\u0600-\u06ff]\\s*[,;?]", words), text


def test_english_is_said_as_it_is() -> None:
    assert said("Nobody has translated this.", "en") == "Nobody has translated this."
    assert said("{count} rows", "en", count="1,440") == "1,440 rows"


def test_numbers_are_written_as_the_language_writes_them() -> None:
    assert number(31, "fa") == "۳۱"
    assert number("1,440", "fa") == "۱٬۴۴۰"
    assert number("1h 4h", "fa") == "1h 4h"


WORDS = Catalogue(
    "fa",
    {
        "{name} ({country}), spot market.": "بازار اسپات {name} ({country}).",
        "Japan": "ژاپن",
        "Markets are in yen.": "بازارها به ین است.",
        "{count} requests a minute": "{count} درخواست در دقیقه",
        "{table} and {table}": "{table} و {table}",
    },
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Markets are in yen.", "بازارها به ین است."),
        ("Zaif (Japan), spot market.", "بازار اسپات Zaif (ژاپن)."),
        ("Zaif (Japan), spot market. Markets are in yen.", "بازار اسپات Zaif (ژاپن). بازارها به ین است."),
        ("Markets are in yen.\n\nJapan", "بازارها به ین است.\n\nژاپن"),
        ("6,000 requests a minute", "۶٬۰۰۰ درخواست در دقیقه"),
        ("Japan and Japan", "ژاپن و ژاپن"),
        ("", ""),
    ],
)
def test_a_text_is_found_whole_by_its_pattern_or_by_its_sentences(text: str, words: str) -> None:
    assert WORDS.find(text) == words


def test_a_sentence_without_translation_stays_and_is_remembered() -> None:
    catalogue = Catalogue("fa", {"Markets are in yen.": "بازارها به ین است."})
    assert catalogue.find("Markets are in yen. Nobody trades.") == "بازارها به ین است. Nobody trades."
    assert catalogue.missing == {"Nobody trades."}


def test_a_pattern_takes_no_word_that_has_no_translation() -> None:
    assert WORDS.find("Zaif (Utopia), spot market.") == "Zaif (Utopia), spot market."


def test_a_source_that_nobody_has_translated_yet_is_on_the_page_in_english() -> None:
    new = Provider("new", "https://new.example", docs="https://new.example/docs", quirks="Nobody has translated this.")
    new.endpoint(Quote, "/a", name="a")(lambda payload: [])
    assert "Nobody has translated this. |" in sources_markdown(new.endpoints, {}, "fa")
    assert "Nobody has translated this." in translations.catalogue("fa").missing


@pytest.mark.parametrize("language", OTHERS)
def test_links_find_a_heading_under_its_english_name(language: str) -> None:
    title = "Needs a free key"
    assert heading(title, language) == f'<a id="needs-a-free-key"></a>\n\n## {said(title, language)}'
    assert heading("Addresses, ports, access", language).startswith('<a id="addresses-ports-access"></a>')
    assert heading(title, "en") == "## Needs a free key"
