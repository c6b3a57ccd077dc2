"""The house keeps its rooms: what imports alone cannot show (import-linter shows the rest)."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from crypto_pipeline_tests.project import PROJECT

PACKAGE = PROJECT / "crypto_pipeline"
MODULES = sorted(PACKAGE.rglob("*.py"))
PROVIDERS = sorted((PACKAGE / "sources" / "providers").glob("[!_]*.py"))
DAGSTER = sorted((PACKAGE / "orchestration").glob("*.py"))
SQL = re.compile(r"\b(SELECT|INSERT INTO|DELETE FROM|MERGE|CREATE TABLE|WHERE)\b")
LONGEST_PARSER_LINES = 60
LONGEST_MODULE_LINES = 800


def named(path: Path) -> str:
    return str(path.relative_to(PACKAGE))


def texts(tree: ast.Module) -> Iterator[str]:
    """Every text of a module that is no docstring."""
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.value


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_every_module_opens_by_saying_what_lives_there(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    opening = ast.get_docstring(tree) or ""
    assert opening, "a module opens with what lives there"
    if path.parent.name != "providers" and path.name not in {"__init__.py", "__main__.py", "definitions.py"}:
        assert "Belongs here" in opening or "``" in opening or opening.count("\n") >= 2, opening
    assert len(path.read_text("utf-8").splitlines()) <= LONGEST_MODULE_LINES


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_a_charter_names_files_that_exist_by_their_full_path(path: Path) -> None:
    opening = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
    for name in re.findall(r"[\w./]+\.(?:py|js)\b", opening):
        assert (PACKAGE / name).is_file() or (PROJECT / name).is_file(), name


@pytest.mark.parametrize("path", DAGSTER, ids=named)
def test_modules_of_dagster_hold_no_url_and_no_sql(path: Path) -> None:
    for text in texts(ast.parse(path.read_text("utf-8"))):
        assert "://" not in text
        assert not SQL.search(text), text


@pytest.mark.parametrize("path", PROVIDERS, ids=named)
def test_a_provider_is_facts_and_pure_parsers(path: Path) -> None:
    """No handling of errors, no clock, no I/O, no logging: a parser takes a payload and gives rows."""
    tree = ast.parse(path.read_text("utf-8"))
    imported = {
        alias.name.partition(".")[0] if isinstance(node, ast.Import) else (node.module or "")
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    assert not any(isinstance(node, ast.Try) for node in ast.walk(tree))
    assert imported.isdisjoint({"logging", "os", "time", "random", "requests", "httpx", "socket", "pathlib"})
    called = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert called.isdisjoint(
        {"now", "utcnow", "today"} - ({"now"} if "context.now" in path.read_text("utf-8") else set())
    )
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            assert (node.end_lineno or 0) - node.lineno < LONGEST_PARSER_LINES, node.name


PRINTS = {"cli/console.py", "replay/app.py"}
"""What writes on standard output or error: the terminal's one door, and the replay server's first line, which is for programs."""
KNOWS_RICH = {"cli/backfill_progress.py", "cli/console.py", "cli/progress.py"}


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_text_reaches_a_terminal_through_one_module_only(path: Path) -> None:
    """Which takes none of it for markup and lets no terminal obey it."""
    tree = ast.parse(path.read_text("utf-8"))
    calls = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    if named(path) not in PRINTS:
        assert calls.isdisjoint(
            {"print", "typer.echo", "click.echo", "sys.stdout.write", "sys.stderr.write", "rich.print"}
        )
        assert not {call for call in calls if call.endswith(("out.print", "err.print", "from_markup"))}
    modules = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    modules |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    if named(path) not in KNOWS_RICH:
        assert not {module for module in modules if module.partition(".")[0] == "rich"}


def public_functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Functions and methods that others call; not those inside a function, and not what Python calls by itself.

    Nor those that answer a path: the API's document says with which codes they do.
    """
    for node in tree.body:
        for inner in node.body if isinstance(node, ast.ClassDef) and not node.name.startswith("_") else [node]:
            if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef) and not is_no_interface(inner):
                yield inner


def is_no_interface(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether nobody here calls it: a private helper, or what answers a path of the API."""
    decorators = " ".join(map(ast.unparse, function.decorator_list))
    return function.name.startswith("_") or ".get(" in decorators or ".post(" in decorators


def raised_in(function: ast.AST) -> set[str]:
    """Exception classes that a function raises itself, and lets out."""
    names: set[str] = set()
    for node in ast.iter_child_nodes(function):
        if isinstance(node, ast.Try | ast.FunctionDef | ast.AsyncFunctionDef):
            continue  # caught, or raised by who calls it
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and isinstance(node.exc.func, ast.Name):
            names.add(node.exc.func.id)
        names |= raised_in(node)
    return {name for name in names if name[0].isupper()}


@pytest.mark.parametrize("path", [path for path in MODULES if path.parent.name not in {"cli", "providers"}], ids=named)
def test_a_public_function_says_which_errors_it_raises(path: Path) -> None:
    """Commands excepted: their docstring is their help, and all of them end in cli/app.main()."""
    for function in public_functions(ast.parse(path.read_text("utf-8"))):
        missing = {name for name in raised_in(function) if name not in (ast.get_docstring(function) or "")}
        assert not missing, f"{function.name} raises {missing}"


@pytest.mark.parametrize("room", sorted(path for path in PACKAGE.iterdir() if path.is_dir()), ids=named)
def test_the_exceptions_of_a_room_stand_in_one_module(room: Path) -> None:
    homes = {
        named(path)
        for path in room.rglob("*.py")
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
        for base in node.bases
        if re.search(r"(Error|Exception)$", ast.unparse(base))
    }
    assert len(homes) <= 1, homes
