"""Pages of the documentation that are made from declarations, so that they cannot be out of date.

Belongs here: all of them together, how a page is laid out in each language, and writing them.
Does not belong here: what a page says (docgen/table_pages.py, docgen/source_pages.py, ...), pages that people write (docs/).

``python -m crypto_pipeline.docgen.pages`` writes them anew, in every language; a test says when that is due.
"""

from __future__ import annotations

import re
from pathlib import Path

from crypto_pipeline.docgen.alert_pages import alert_rows, with_alert_rows
from crypto_pipeline.docgen.api_pages import api_markdown
from crypto_pipeline.docgen.house_tree import with_tree
from crypto_pipeline.docgen.question_pages import questions_markdown
from crypto_pipeline.docgen.setting_pages import settings_markdown
from crypto_pipeline.docgen.source_pages import sources_markdown
from crypto_pipeline.docgen.table_pages import tables_markdown
from crypto_pipeline.docgen.translations import LANGUAGES, keep_waiting
from crypto_pipeline.questions import questions
from crypto_pipeline.sources.excluded import LEFT_OUT
from crypto_pipeline.sources.kit import discover

DOCS = Path(__file__).parent.parent.parent / "docs"


def pages() -> dict[Path, str]:
    """Every page with its text."""
    return {file: text for language in LANGUAGES for file, text in pages_in(language).items()}


def pages_in(language: str) -> dict[Path, str]:
    """Every page in one language: English in docs/, the others in folders of their own inside it."""
    folder = DOCS if language == "en" else DOCS / language
    return {
        folder / name: _laid_out(text, language)
        for name, text in {
            "tables.md": tables_markdown(language),
            "sources.md": sources_markdown(discover(), LEFT_OUT, language),
            "configuration.md": settings_markdown(discover(), language),
            "questions.md": questions_markdown(questions(), language),
            "api.md": api_markdown(language),
        }.items()
    } | {
        folder / "architecture.md": with_tree((folder / "architecture.md").read_text("utf-8")),
        folder / "operations.md": with_alert_rows(
            (folder / "operations.md").read_text("utf-8"), _code_directed(alert_rows(language), language)
        ),
    }


def _laid_out(text: str, language: str) -> str:
    """A page that is read from right to left says so, because Markdown cannot."""
    if language not in _RIGHT_TO_LEFT:
        return text
    return f'<div dir="rtl" lang="{language}">\n\n{left_to_right(text)}\n</div>\n'


def _code_directed(text: str, language: str) -> str:
    return left_to_right(text) if language in _RIGHT_TO_LEFT else text


def left_to_right(text: str) -> str:
    """Code keeps its direction: blocks, and what begins or ends with a mark; ``--json`` would be shown as ``json--``."""

    def kept(code: re.Match[str]) -> str:
        if code["block"]:
            return f'<div dir="ltr">\n\n{code[0]}\n\n</div>'
        return code[0] if _WORDS_AT_ITS_EDGES.fullmatch(code[0]) else f'<span dir="ltr">{code[0]}</span>'

    return _CODE.sub(kept, text)


_RIGHT_TO_LEFT = {"fa"}
_CODE = re.compile(r"(?P<block>^```.*?^```$)|`[^`\n]+`", re.MULTILINE | re.DOTALL)
_WORDS_AT_ITS_EDGES = re.compile(r"`\w(.*\w)?`")


if __name__ == "__main__":
    for file, text in pages().items():
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    for language in LANGUAGES[1:]:
        keep_waiting(language)
