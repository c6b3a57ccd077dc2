"""Command lines that cannot be understood: a rule over all commands, whatever they are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_type_hints

import pytest

from crypto_pipeline.cli.usage import NOT_UNDERSTOOD, sentence
from crypto_pipeline_tests.command import run_here
from crypto_pipeline_tests.docs.parsing import ours, parse

NUMBERS = {int, float, int | None, float | None}


def every_command(command: Any, *path: str) -> Iterator[tuple[tuple[str, ...], Any]]:
    """What can be typed, with the words that lead there."""
    if path:
        yield path, command
    for name, below in getattr(command, "commands", {}).items():
        yield from every_command(below, *path, name)


def mistakes(command: Any) -> Iterator[tuple[str, ...]]:
    """What nobody can mean by this command: one of each kind that it gives room for."""
    yield ("--no-such-option",)
    options = [one for one in command.params if one.param_type_name == "option" and not one.is_flag]
    if options:
        yield (options[0].opts[-1],)
    kinds = get_type_hints(command.callback) if options else {}
    yield from ((one.opts[-1], "no number") for one in options if kinds.get(one.name) in NUMBERS)
    arguments = [one for one in command.params if one.param_type_name == "argument"]
    if any(one.required for one in arguments):
        yield ()
    if all(one.nargs == 1 for one in arguments) and not hasattr(command, "commands"):
        yield ("word",) * (len(arguments) + 1)


@pytest.mark.parametrize("path", [" ".join(path) for path, _ in every_command(ours())])
def test_whatever_is_mistyped_is_one_sentence(path: str) -> None:
    """Only read, never run: a line that can be understood fails here before it begins anything."""
    program = ours()
    command = dict(every_command(program))[tuple(path.split())]
    for wrong in mistakes(command):
        with pytest.raises(NOT_UNDERSTOOD) as raised:
            parse(program, [*path.split(), *wrong])
        said = sentence(raised.value)
        assert said.endswith(("--help says what it takes.", "--help' says what it takes.")), wrong
        assert said.isprintable(), wrong


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (("querry",), "No such command 'querry'. Did you mean 'query'? 'crypto-pipeline --help' says what it takes."),
        (("up", "--bogus"), "No such option: --bogus; 'crypto-pipeline up --help' says what it takes."),
        (("sources", "show"), "Missing argument 'ID'; 'crypto-pipeline sources show --help' says what it takes."),
        (("replay", "--port"), "Option '--port' requires an argument; --help says what it takes."),
        (
            ("serve", "all"),
            "Invalid value for 'part': 'all' is not one of 'code', 'daemon', 'ui'; 'crypto-pipeline serve --help' says what it takes.",
        ),
    ],
)
def test_the_line_says_what_is_wrong_and_where_to_read_on(line: tuple[str, ...], says: str, tmp_path: Path) -> None:
    run = run_here(*line, data_dir=tmp_path)
    assert (run.returncode, run.stdout, run.stderr) == (2, "", f"{says}\n")
    assert not list(tmp_path.iterdir()), "nothing was begun"


def test_a_command_without_anything_says_what_there_is(tmp_path: Path) -> None:
    run = run_here(data_dir=tmp_path)
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr.startswith("Usage: crypto-pipeline [OPTIONS] COMMAND [ARGS]...\n")
    assert "\n  collect " in run.stderr
