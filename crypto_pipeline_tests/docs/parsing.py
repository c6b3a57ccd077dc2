"""Whether a command line could be run, found out without running it."""

from __future__ import annotations

from functools import cache
from typing import Any

import typer

from crypto_pipeline.cli.app import app


def parse(program: Any, arguments: list[str]) -> None:
    """Raise a usage error for a command that there is not, an option that it does not have, an argument too many."""
    context = program.make_context(program.name, list(arguments))
    rest = [*getattr(context, "_protected_args", ()), *context.args]
    if rest and hasattr(program, "resolve_command"):
        _, command, rest = program.resolve_command(context, rest)
        parse(command, rest)


@cache
def ours() -> Any:
    return typer.main.get_command(app)


@cache
def dagster() -> Any:
    from dagster._cli import create_dagster_cli

    untyped: Any = create_dagster_cli
    return untyped()


@cache
def dg() -> Any:
    from dagster_dg_cli.cli import create_dg_cli

    untyped: Any = create_dg_cli
    return untyped()
