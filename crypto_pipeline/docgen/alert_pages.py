"""The kinds of alerts in docs/operations.md: what each is called and when it opens.

Belongs here: putting the rows between those that people write on the page.
Does not belong here: when something counts as wrong (monitoring/conditions.py), writing the page (docgen/pages.py).
"""

from __future__ import annotations

import re

from crypto_pipeline.docgen.translations import said
from crypto_pipeline.monitoring.conditions import KINDS, AlertKind

_ROWS = re.compile(r"(?<=\|---\|---\|\n)(?=\| `run_failed)(?:\|[^\n]*\n)+")


def alert_rows(language: str = "en") -> str:
    """A row for each kind as it is declared now."""
    return "".join(_row(name, kind, language) for name, kind in KINDS.items())


def with_alert_rows(page: str, rows: str) -> str:
    """The page with these rows in the place of those that it has."""
    return _ROWS.sub(lambda _: rows, page, count=1)


def _row(name: str, kind: AlertKind, language: str) -> str:
    return f"| `{'.'.join((name, *kind.about))}` | {said(kind.when, language)} |\n"
