"""The command around sources of one's own: whether they keep the contract that ours keep.

Belongs here: finding the recorded answer of an endpoint, what is said of each.
Does not belong here: the contract (replay/contract.py), loading a module (sources/kit/discovery.py).
"""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import Annotated

import typer

from crypto_pipeline.cli import console
from crypto_pipeline.cli.parts import NOT_ALL_WELL, AsJson, UsageError

RECORDINGS = "recordings"


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
    from crypto_pipeline.collection.saved import lines, read_saved
    from crypto_pipeline.replay.contract import broken
    from crypto_pipeline.replay.recorded import RECORDED_AT, RECORDED_RATES, file_of
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
    folder = recordings or file.absolute().parent / RECORDINGS
    found: dict[str, list[str]] = {}
    rows = {}
    for endpoint in endpoints:
        answer = file_of(endpoint, folder)
        if not answer.is_file():
            found[endpoint.id] = [f"there is no recorded answer at {answer}"]
            continue
        body = answer.read_bytes()
        try:
            found[endpoint.id] = broken(endpoint, body)
        except Exception as error:  # a parser that raises what it must not
            found[endpoint.id] = [f"its parser raises {type(error).__name__}: {error}"]
        if not found[endpoint.id]:
            rows[endpoint.id] = list(lines(read_saved(endpoint, body, RECORDED_AT, usd_per_unit=RECORDED_RATES)))
    if as_json:
        console.print_json(
            {name: {"broken": sentences, "rows": rows.get(name, [])} for name, sentences in found.items()}
        )
    else:
        for name, sentences in found.items():
            console.say(
                f"{name}: {f'keeps the contract; its recording becomes {len(rows[name])} rows' if not sentences else 'does not keep the contract'}"
            )
            for sentence in sentences:
                console.say(f"  {sentence}")
            for row in rows.get(name, [])[:3]:
                console.print_json(row)
    if any(found.values()):
        raise typer.Exit(NOT_ALL_WELL)
