"""Sentences of the documentation in other languages, found by the English that the code declares.

Belongs here: finding what stands for a sentence; the catalogues, a folder of JSON files for each language.
Does not belong here: pages (docgen/pages.py), what the HTTP API and the dashboard say while they run.

An entry is an English sentence and its translation. One with ``{...}`` stands for many sentences: ``{name}`` is taken over as
it is, ``{count}`` and ``{seconds}`` are numbers, and everything else has an entry of its own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

LANGUAGES = ("en", "fa")
"""English, in which everything is declared, and the languages that have a catalogue."""

CATALOGUES = Path(__file__).parent
WAITING = "waiting.json"
"""Sentences that no translator has been at yet: the pages have them in English."""

_DIGITS = {"fa": str.maketrans("0123456789,", "۰۱۲۳۴۵۶۷۸۹٬")}
_NUMBER = r"\d[\d,]*"
_KINDS = {"count": _NUMBER, "seconds": _NUMBER, "name": r"[^,:;()]+"}
_PLACE = re.compile(r"\\\{(\w+)\\\}")
_BLOCK_OF_CODE = re.compile(r"(^```.*?^```$)", re.MULTILINE | re.DOTALL)
_LETTER = re.compile(r"[^\W\d_]")
_NEXT_SENTENCE = re.compile(r"(?<=\.) (?=[A-Z0-9])")


def said(text: str, language: str, **values: object) -> str:
    """The text in a language, with values in the place of its ``{...}``; numbers are written as the language writes them.

    A text of several sentences is put together from theirs. One that has no translation stays as it is, and is remembered.
    """
    found = text if language == "en" else catalogue(language).find(text)
    return found.format(**{name: number(value, language) for name, value in values.items()}) if values else found


def number(value: object, language: str) -> str:
    """A value as it stands in a sentence: 1,440 is ۱٬۴۴۰ in Persian. What is no number is left alone."""
    text = str(value)
    return text.translate(_DIGITS.get(language, {})) if re.fullmatch(_NUMBER, text) else text


def heading(title: str, language: str) -> str:
    """A heading of a page, which links find under its English name in every language."""
    name = re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")
    anchor = "" if language == "en" else f'<a id="{name}"></a>\n\n'
    return f"{anchor}## {said(title, language)}"


@cache
def catalogue(language: str) -> Catalogue:
    """The catalogue of a language, which remembers what was asked of it since the process began."""
    return Catalogue(language, {text: words for file in files(language) for text, words in read(file).items()})


def files(language: str) -> list[Path]:
    """The files with the entries of a language."""
    return sorted(file for file in (CATALOGUES / language).glob("*.json") if file.name != WAITING)


def read(file: Path) -> dict[str, str]:
    """The entries of one file."""
    entries: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    return entries


def waiting(language: str) -> list[str]:
    """Sentences that are known to have no translation."""
    known: list[str] = json.loads((CATALOGUES / language / WAITING).read_text(encoding="utf-8"))
    return known


def keep_waiting(language: str) -> None:
    """Write down which of the sentences that were asked for have no translation."""
    text = json.dumps(sorted(catalogue(language).missing), ensure_ascii=False, indent=2)
    (CATALOGUES / language / WAITING).write_text(f"{text}\n", encoding="utf-8")


class Catalogue:
    """What stands for a sentence in one language.

    ``used`` are the entries that something was found by, ``missing`` the sentences for which there is none.
    """

    def __init__(self, language: str, entries: Mapping[str, str]) -> None:
        self.language = language
        self.entries = entries
        self.used: set[str] = set()
        self.missing: set[str] = set()
        self._patterns = {text: _pattern(text) for text in entries if _PLACE.search(re.escape(text))}

    def find(self, text: str) -> str:
        """Line by line; by the whole line, else by an entry with ``{...}``, else sentence by sentence. Code stays as it is."""
        parts = _BLOCK_OF_CODE.split(text)
        return "".join(
            part if number % 2 else "\n".join(map(self._line, part.split("\n"))) for number, part in enumerate(parts)
        )

    def _line(self, text: str) -> str:
        if text in self.entries:
            self.used.add(text)
            return self.entries[text]
        if not _LETTER.search(text):
            return text
        made = self._made(text)
        if made is not None:
            return made
        sentences = _NEXT_SENTENCE.split(text)
        if len(sentences) > 1:
            return " ".join(map(self._line, sentences))
        self.missing.add(text)
        return text

    def _made(self, text: str) -> str | None:
        for entry, pattern in self._patterns.items():
            match = pattern.fullmatch(text)
            places = match.groupdict() if match else {}
            if match and all(place in _KINDS or value in self.entries for place, value in places.items()):
                self.used.add(entry)
                return self.entries[entry].format(**{place: self._put(place, value) for place, value in places.items()})
        return None

    def _put(self, place: str, value: str) -> str:
        return number(value, self.language) if place in _KINDS else self.find(value)


def _pattern(text: str) -> re.Pattern[str]:
    seen: set[str] = set()

    def group(place: re.Match[str]) -> str:
        name = place[1]
        if name in seen:
            return f"(?P={name})"
        seen.add(name)
        return f"(?P<{name}>{_KINDS.get(name, '.+?')})"

    return re.compile(_PLACE.sub(group, re.escape(text)))
