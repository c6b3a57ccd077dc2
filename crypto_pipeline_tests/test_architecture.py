"""The house keeps its rooms: what imports alone cannot show (import-linter shows the rest).

A rule is one test over all modules that it concerns, and names those that break it. To parse a module takes far longer than
to look for a word in it: one that lacks the word that a rule is about is not parsed for it.
"""

from __future__ import annotations

import ast
import re
import tokenize
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

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


@cache
def text_of(path: Path) -> str:
    return path.read_text("utf-8")


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(text_of(path))


def opening_of(path: Path) -> str:
    """The docstring of a module, with which its text begins."""
    before, quotes, rest = text_of(path).partition('"""')
    return rest.partition('"""')[0] if quotes and not before else ""


def with_word(paths: Iterable[Path], word: str) -> list[Path]:
    """Those in whose text a regular expression is found."""
    found = re.compile(word)
    return [path for path in paths if found.search(text_of(path))]


def named_all(paths: Iterable[Path]) -> list[str]:
    return [named(path) for path in paths]


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


def says_what_lives_there(path: Path) -> bool:
    opening = opening_of(path)
    if path.parent.name == "providers" or path.name in {"__init__.py", "__main__.py", "definitions.py"}:
        return bool(opening)
    return "Belongs here" in opening or "``" in opening or opening.count("\n") >= 2


def test_every_module_opens_by_saying_what_lives_there() -> None:
    assert named_all(path for path in MODULES if not says_what_lives_there(path)) == []


def test_only_what_stands_beside_the_floors_lies_loose_at_the_top() -> None:
    assert {path.stem for path in PACKAGE.glob("*.py")} == {
        "__init__",
        "__main__",
        "definitions",
        "logs",
        "setting_types",
        "settings",
        "version",
    }


def test_no_module_is_too_long_to_be_read_at_once() -> None:
    assert named_all(path for path in MODULES if len(text_of(path).splitlines()) > LONGEST_MODULE_LINES) == []


def test_a_charter_names_files_that_exist_by_their_full_path() -> None:
    names = [(named(path), name) for path in MODULES for name in re.findall(r"[\w./]+\.(?:py|js)\b", opening_of(path))]
    assert len(names) > 100
    assert [one for one in names if not ((PACKAGE / one[1]).is_file() or (PROJECT / one[1]).is_file())] == []


def test_modules_of_dagster_hold_no_url_and_no_sql() -> None:
    held = [(named(path), text) for path in DAGSTER for text in texts(tree_of(path))]
    assert [one for one in held if "://" in one[1] or SQL.search(one[1])] == []


def test_a_provider_is_facts_and_pure_parsers() -> None:
    """No handling of errors, no clock, no I/O, no logging: a parser takes a payload and gives rows."""
    assert len(PROVIDERS) > 100
    assert {named(path): found for path in PROVIDERS if (found := list(no_facts_and_no_parsers(path)))} == {}


def no_facts_and_no_parsers(path: Path) -> Iterator[str]:
    tree = tree_of(path)
    imported = {
        alias.name.partition(".")[0] if isinstance(node, ast.Import) else (node.module or "")
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    called = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    clock = {"now", "utcnow", "today"} - ({"now"} if "context.now" in text_of(path) else set())
    yield from imported & {"logging", "os", "time", "random", "requests", "httpx", "socket", "pathlib"}
    yield from called & clock
    for node in ast.walk(tree):
        if isinstance(node, ast.Try):
            yield f"try in line {node.lineno}"
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno >= LONGEST_PARSER_LINES:
            yield f"{node.name} is long"


PRINTS = {"cli/console.py", "replay/app.py"}
"""What writes on standard output or error: the terminal's one door, and the replay server's first line, which is for programs."""
KNOWS_RICH = {"cli/backfill_progress.py", "cli/console.py", "cli/progress.py"}


def test_text_reaches_a_terminal_through_one_module_only() -> None:
    """Which takes none of it for markup and lets no terminal obey it."""
    printing = with_word(MODULES, r"\bprint\b|\becho\b|\bstdout\b|\bstderr\b|from_markup")
    of_that_library = with_word(MODULES, r"\brich\b")
    assert {
        named(path): found for path in printing if named(path) not in PRINTS and (found := prints(tree_of(path)))
    } == {}
    assert {
        named(path): found
        for path in of_that_library
        if named(path) not in KNOWS_RICH and (found := of_rich(tree_of(path)))
    } == {}


def prints(tree: ast.Module) -> set[str]:
    calls = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    known = {"print", "typer.echo", "click.echo", "sys.stdout.write", "sys.stderr.write", "rich.print"}
    return {call for call in calls if call in known or call.endswith(("out.print", "err.print", "from_markup"))}


def of_rich(tree: ast.Module) -> set[str]:
    modules = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    modules |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    return {module for module in modules if module.partition(".")[0] == "rich"}


def test_told_is_a_verb_in_sentences_and_the_name_of_nothing() -> None:
    """It named messages, rows, payloads and reporters once: a name says what it is."""
    files = with_word((*MODULES, *Path(__file__).parent.rglob("*.py")), r"\btold\b")
    assert [str(path) for path in files if "told" in names_in(path)] == []


def names_in(path: Path) -> set[str]:
    with path.open("rb") as file:
        return {token.string for token in tokenize.tokenize(file.readline) if token.type == tokenize.NAME}


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


def test_a_public_function_says_which_errors_it_raises() -> None:
    """Commands excepted: their docstring is their help, and all of them end in cli/app.main()."""
    functions = [
        (named(path), function)
        for path in with_word(MODULES, r"\braise\b")
        if path.parent.name not in {"cli", "providers"}
        for function in public_functions(tree_of(path))
    ]
    assert {
        (module, function.name): missing
        for module, function in functions
        if (missing := {name for name in raised_in(function) if name not in (ast.get_docstring(function) or "")})
    } == {}


def test_the_exceptions_of_a_room_stand_in_one_module() -> None:
    rooms = {room: homes_of_exceptions(room) for room in PACKAGE.iterdir() if room.is_dir()}
    assert any(rooms.values())
    assert {room.name: homes for room, homes in rooms.items() if len(homes) > 1} == {}


def homes_of_exceptions(room: Path) -> set[str]:
    return {
        named(path)
        for path in with_word(room.rglob("*.py"), r"(?m)^class [^:]*(Error|Exception)\b")
        for node in tree_of(path).body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
        for base in node.bases
        if re.search(r"(Error|Exception)$", ast.unparse(base))
    }
