"""The command around sources of one's own: whether they keep the contract that ours keep.

Belongs here: finding the recorded answer of an endpoint, what is said of each.
Does not belong here: the contract (replay/contract.py), loading a module (sources/kit/discovery.py).
"""

from __future__ import annotations

import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from crypto_pipeline.cli import console
from crypto_pipeline.cli.parts import NOT_ALL_WELL, AsJson, UsageError
from crypto_pipeline.foundation.counted import counted

if TYPE_CHECKING:
    from crypto_pipeline.sources.kit import Endpoint

RECORDINGS = "recordings"
SHOWN_ROWS = 3


def hold(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A module with sources, as in CONTRIBUTING.md.")],
    recordings: Annotated[
        Path | None,
        typer.Option(
            help="Folder with PROVIDER/ENDPOINT.json, one answer each; 'recordings' beside FILE when left out."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Hold sources of your own against the contract that ours keep. Exit code 0: they keep it; 3: they do not.

    Broken, cut and spoiled answers are made of the recorded one, and must become no row.
    """
    endpoints = _endpoints_in(file)
    folder = recordings or file.absolute().parent / RECORDINGS
    held = {endpoint.id: _held(endpoint, folder) for endpoint in endpoints}
    if as_json:
        console.print_json({name: {"broken": one.broken, "rows": one.rows} for name, one in held.items()})
    else:
        for name, one in held.items():
            _say(name, one)
    if any(one.broken for one in held.values()):
        raise typer.Exit(NOT_ALL_WELL)


@dataclass(frozen=True, slots=True)
class Held:
    """An endpoint that was held against the contract."""

    broken: list[str]
    """A sentence for each way in which it does not keep it."""
    rows: list[dict[str, Any]] = field(default_factory=list)
    """What its recorded answer becomes, where it keeps it."""


def _endpoints_in(file: Path) -> list[Endpoint]:
    from crypto_pipeline.sources.kit.discovery import endpoints_in

    if not file.is_file():
        raise UsageError(f"There is no file {file}.")
    try:
        endpoints = endpoints_in(file.absolute())
    except Exception as error:  # code of somebody's own: whatever it raises is theirs
        last = traceback.extract_tb(error.__traceback__)[-1]
        raise UsageError(
            f"{file} cannot be loaded: {type(error).__name__}: {error} ({last.filename}, line {last.lineno})."
        ) from None
    if not endpoints:
        raise UsageError(f"{file} has no Provider with an endpoint at its top level.")
    return endpoints


def _held(endpoint: Endpoint, folder: Path) -> Held:
    from crypto_pipeline.replay.contract import broken
    from crypto_pipeline.replay.recorded import file_of, rows_of

    answer = file_of(endpoint, folder)
    if not answer.is_file():
        return Held([f"there is no recorded answer at {answer}"])
    try:
        sentences = broken(endpoint, answer.read_bytes())
    except Exception as error:  # a parser that raises what it must not
        sentences = [f"its parser raises {type(error).__name__}: {error}"]
    if sentences:
        return Held(sentences)
    return Held([], rows_of(endpoint, folder))


def _say(name: str, held: Held) -> None:
    if not held.broken:
        console.say(f"{name}: keeps the contract; its recording becomes {counted(len(held.rows), 'row')}")
    else:
        console.say(f"{name}: does not keep the contract")
    for sentence in held.broken:
        console.say(f"  {sentence}")
    for row in held.rows[:SHOWN_ROWS]:
        console.print_json(row)
