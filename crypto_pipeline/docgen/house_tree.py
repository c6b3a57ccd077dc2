"""The tree of the package in docs/architecture.md: every room and module, with the first sentence of what it says of itself.

Belongs here: reading folders and the openings of modules, putting the tree between its marks on a page.
Does not belong here: what people write on the page around it (docs/architecture.md).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent
FLOORS: tuple[tuple[str, ...], ...] = (
    ("cli", "docgen"),
    ("system",),
    ("api", "dashboard"),
    ("orchestration",),
    ("monitoring", "maintenance"),
    ("databank",),
    ("replay",),
    ("collection", "warehouse"),
    ("sources", "questions"),
    ("schema",),
    ("foundation",),
)
"""From top to bottom, as pyproject.toml states them for import-linter; the dashboard's pages stand beside the API."""

_UNLISTED = {"providers": "one module a host, or a family of hosts", "recordings": "one answer of each endpoint"}
"""Folders of hundreds of alike files, which the tree names and does not list."""
_WITHOUT_PYTHON = {"dashboard": "the page at /: HTML, styles, scripts, words; no framework, nothing from elsewhere"}
_COLUMN = 30
_DOCSTRING = re.compile(r'"""(.*?)"""', re.DOTALL)
"""Nothing stands before it in our modules, and to parse all that comes after it takes a hundred times as long."""
_TREE = re.compile(r"(?<=```\n)crypto_pipeline/\n.*?(?=```)", re.DOTALL)


def with_tree(page: str) -> str:
    """The page with the tree as the folder has it now."""
    return _TREE.sub(lambda _: tree(), page, count=1)


def tree() -> str:
    """The whole package, floor by floor from the top, then what stands beside the floors."""
    lines = ["crypto_pipeline/"]
    for floor in FLOORS:
        for room in floor:
            lines += _room(PACKAGE / room, 1)
    lines += [line for file in sorted(PACKAGE.glob("[!_]*.py")) for line in _module(file, 1)]
    return "\n".join(lines) + "\n"


def _room(folder: Path, depth: int) -> Iterator[str]:
    yield _line(f"{folder.name}/", _WITHOUT_PYTHON.get(folder.name) or _opening(folder / "__init__.py"), depth)
    if folder.name in _WITHOUT_PYTHON:
        return
    for file in sorted(folder.glob("[!_]*.py")):
        yield from _module(file, depth + 1)
    for inner in sorted(path for path in folder.iterdir() if path.is_dir() and path.name[0].isalpha()):
        if inner.name in _UNLISTED:
            yield _line(f"{inner.name}/", _UNLISTED[inner.name], depth + 1)
        elif (inner / "__init__.py").exists():
            yield from _room(inner, depth + 1)


def _module(file: Path, depth: int) -> Iterator[str]:
    yield _line(file.name, _opening(file), depth)


def _opening(file: Path) -> str:
    found = _DOCSTRING.match(file.read_text("utf-8"))
    first = found[1].partition("\n\n")[0].strip().replace("\n", " ") if found else ""
    return re.split(r"(?<=[\w)`])\. |\.$", first, maxsplit=1)[0]


def _line(name: str, what: str, depth: int) -> str:
    return f"{'  ' * depth}{name}".ljust(_COLUMN) + f" {what}"
