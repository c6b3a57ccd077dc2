"""What goes to the terminal: every command prints through these few functions, so that text of elsewhere is never obeyed.

Belongs here: lines, tables, CSV, JSON; what they do with text that holds markup, control characters, or letters that the
terminal's encoding lacks.
Does not belong here: how a collection looks (cli/progress.py), the commands and their options (cli/app.py).
"""

from __future__ import annotations

import json
import math
import os
import re
import select
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import IO, Any, TextIO

from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from crypto_pipeline.foundation.printable import json_printable, printable


class _Terminal(Console):
    """Where nobody reads on, as behind ``| head``, the rest goes nowhere, and the command ends with its own exit code."""

    def on_broken_pipe(self) -> None:
        """What rich calls then; its own way out is exit code 1, which means a defect here."""
        _to_nobody(self.file)


def _console(*, stderr: bool = False, width: int | None = None) -> Console:
    """One that takes no text for markup, for the name of an emoji or for something to colour."""
    return _Terminal(stderr=stderr, width=width, markup=False, emoji=False, highlight=False)


out = _console()
"""What was asked for."""
err = _console(stderr=True)
"""What goes on meanwhile."""
READABLE, SHORTEST, BORDER = 14, 4, 3
"""Characters: what a column keeps of longer values, the narrowest column, what stands between two."""
_as_log_lines = False
_QUOTE = '"'
_TO_BE_QUOTED = re.compile('[,"\\r\\n]')


def prepare() -> None:
    """Let no letter end a command: what the streams cannot write is written out. Called once, before any command."""
    global _as_log_lines
    _as_log_lines = False
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(errors="backslashreplace")


def flush() -> None:
    """Write out what is left. Called once, after any command."""
    with _reader_may_go():
        sys.stdout.flush()


def reader_is_gone() -> bool:
    """Whether standard output leads to a program that reads no more."""
    with suppress(OSError, ValueError):
        looks = select.poll()
        looks.register(sys.stdout.fileno(), 0)
        return any(event & select.POLLERR for _, event in looks.poll(0))
    return False


@contextmanager
def _reader_may_go() -> Iterator[None]:
    """What the block writes to standard output is dropped from there on where nobody reads any more."""
    try:
        yield
    except BrokenPipeError:
        if not reader_is_gone():
            raise
        _to_nobody(sys.stdout)


def _to_nobody(stream: IO[str]) -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def for_programs() -> None:
    """From now on a line that is said or noted is a log line: a JSON object on standard error."""
    global _as_log_lines
    _as_log_lines = True


def say(line: str) -> None:
    """A line of what was asked for, on standard output."""
    if _as_log_lines:
        return _write_log_line(line, "INFO")
    out.print(text(line, out), soft_wrap=True)


def note(line: str) -> None:
    """A line of what goes on meanwhile, or of what went wrong, on standard error."""
    if _as_log_lines:
        return _write_log_line(line, "WARNING")
    err.print(text(line, err), soft_wrap=True)


def _write_log_line(line: str, level: str) -> None:
    from crypto_pipeline.logs import LOGGER, line_of_another

    log_line(line_of_another(LOGGER, line, level))


def log_line(line: str) -> None:
    """A line of a log as it is, a JSON object, on standard error; where container and service managers read."""
    sys.stderr.write(f"{json_printable(line)}\n")
    sys.stderr.flush()


@contextmanager
def status(line: str) -> Iterator[Callable[[str], None]]:
    """A line with a spinner on standard error while the block runs; gives what changes the line. Nothing where nobody looks."""
    with err.status(text(line, err), spinner=spinner()) as shown:
        yield lambda line: shown.update(text(line, err))


def grid(columns: Sequence[str], rows: Iterable[Sequence[object]], *, title: str | None = None) -> None:
    """A table for people. Piped into a file it has no width to fit into and is not cut.

    On a terminal that is too narrow for it each row is a paragraph, a line for each value.
    """
    names = [text(column, out) for column in columns]
    cells = [[text(cell(value), out) for value in row] for row in rows]
    heading = None if title is None else text(title, out)
    if out.is_terminal and _least_width(cells) > out.width:
        _paragraphs(names, cells, heading)
        return
    if heading is not None:  # a title of the table would be folded into the width of a narrow one
        out.print(heading, soft_wrap=True)
    table = Grid(header_style="bold")
    for name in names:
        table.add_column(name, overflow="fold")
    for row in cells:
        table.add_row(*row)
    if out.is_terminal:
        out.print(table)
    else:
        _console(width=max(80, _console(width=10_000).measure(table).maximum)).print(table)


def _least_width(cells: Sequence[Sequence[Text]]) -> int:
    """Of a table in which no column is cut below READABLE; a name may be folded, it is the same in each row."""
    widest: list[int] = [max(value.cell_len for value in column) for column in zip(*cells, strict=True)]
    return sum(max(SHORTEST, min(width, READABLE)) + BORDER for width in widest) + 1


def _paragraphs(names: Sequence[Text], cells: Sequence[Sequence[Text]], heading: Text | None) -> None:
    if heading is not None:
        out.print(heading)
    for row in cells:
        lines = Grid.grid(padding=(0, 2, 0, 0))
        lines.add_column(style="bold", overflow="fold")
        lines.add_column(overflow="fold")
        for name, value in zip(names, row, strict=True):
            if value:
                lines.add_row(name, value)
        out.print(lines)
        out.print()


def cell(value: object) -> str:
    """One value: nothing for NULL, times in UTC to the second, every digit of a number."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, float):
        return f"{value:.10g}" if abs(value) < 1e15 else f"{value:.6g}"
    return str(value)


def text(words: str, console: Console) -> Text:
    """Words as they are, for this console: no markup, nothing that a terminal would obey, in its encoding."""
    return Text(printable(words, console.encoding))


def write_csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """RFC 4180 on standard output; times in ISO 8601, NULL as nothing.

    A program gets every character as it is stored; a person who looks gets those that can be looked at.
    """
    safe = printable if sys.stdout.isatty() else str
    with _reader_may_go():
        _write_csv_row([safe(column) for column in columns])
        for row in rows:
            _write_csv_row([_csv_value(value, safe) for value in row])


def _write_csv_row(values: Sequence[object]) -> None:
    """As the module csv writes it, which cannot write a NUL in Python 3.10. A row of one empty field is no empty line."""
    fields = ["" if value is None else str(value) for value in values]
    quoted = [f'"{field.replace(_QUOTE, _QUOTE * 2)}"' if _TO_BE_QUOTED.search(field) else field for field in fields]
    sys.stdout.write(f"{','.join(quoted) if quoted != [''] else _QUOTE * 2}\n")


def print_json(value: object) -> None:
    """One JSON document on a line of standard output. What JSON lacks: NaN and infinities are null, times ISO 8601."""
    document = json.dumps(finite(value), default=json_value, ensure_ascii=not _is_unicode(sys.stdout), allow_nan=False)
    with _reader_may_go():
        sys.stdout.write(f"{json_printable(document)}\n")


def finite(value: Any) -> Any:
    """The value with null for every number that JSON has no word for, however deep it lies."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {name if isinstance(name, str) else json_value(name): finite(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [finite(inner) for inner in value]
    return value


def json_value(value: Any) -> Any:
    """What JSON lacks: times become ISO 8601 with their offset, everything else its text."""
    return value.isoformat() if isinstance(value, datetime) else str(value)


def can_draw() -> bool:
    """Whether standard output has the characters that charts are made of."""
    return _is_unicode(sys.stdout)


def spinner() -> str:
    """The name of a spinner that standard error can write."""
    return "dots" if _is_unicode(sys.stderr) else "line"


def _is_unicode(stream: TextIO) -> bool:
    return (getattr(stream, "encoding", None) or "").lower().startswith("utf")


def _csv_value(value: object, safe: Callable[[str], str]) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return safe(value) if isinstance(value, str) else value
