"""A command line that cannot be understood, in one sentence: an option that there is not, an argument too few, a word for a number.

Belongs here: making one sentence of what the parser of command lines says, and where to read on.
Does not belong here: what a command refuses by itself (UsageError of cli/parts.py), exit codes (cli/app.py).
"""

from __future__ import annotations

from typing import Any

import typer

NOT_UNDERSTOOD: type[Exception] = next(base for base in typer.BadParameter.__mro__ if base.__name__ == "UsageError")
"""What typer raises for any such command line. It exports one kind only, and has its own copy of click since 0.26."""
_OF_THE_VALIDATOR = "Value error, "
"""What pydantic puts before the reason."""


def sentence(error: Any) -> str:
    """What is wrong with the command line, and which command says what it takes: one line, for an error of NOT_UNDERSTOOD.

    A command that was typed without anything has its help instead, which is what the parser raises then.
    """
    context = getattr(error, "ctx", None)
    said = str(error.format_message())
    if context is not None and said == context.get_help():
        return said
    words = " ".join(said.replace(_OF_THE_VALIDATOR, "").split()).rstrip(".")
    helps = f"'{context.command_path} --help'" if context is not None else "--help"
    return f"{words} {helps} says what it takes." if words.endswith("?") else f"{words}; {helps} says what it takes."
