"""Where an answer goes that is a file: which format is meant, and how it gets there.

Belongs here: the options of formats and what they mean together.
Does not belong here: the question (cli/query.py), the formats (databank/files.py, databank/spreadsheet.py).
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from crypto_pipeline.cli import console
from crypto_pipeline.cli.parts import UsageError
from crypto_pipeline.foundation.counted import counted

if TYPE_CHECKING:
    from crypto_pipeline.databank.access import DataBank
    from crypto_pipeline.databank.files import FileFormat


def form_meant(chosen: Mapping[str, bool], output: Path | None) -> FileFormat | None:
    """The format of the file; None for an answer that is to be printed. Raises UsageError.

    :param chosen: by the names of formats, which of their options were given.
    """
    from crypto_pipeline.databank.access import SAVED

    names = [name for name, given in chosen.items() if given]
    if len(names) > 1:
        raise UsageError(f"--{names[0]} and --{names[1]} are two formats; choose one.")
    if names:
        return SAVED[names[0]]
    if output is None:
        return None
    found = next((one for one in SAVED.values() if one.suffix == output.suffix.lower()), None)
    if found is None:
        endings = ", ".join(one.suffix for one in SAVED.values())
        raise UsageError(f"{output.name} says no format: let it end with one of {endings}.")
    return found


def save(bank: DataBank, query: str, form: FileFormat, output: Path | None) -> None:
    """Put the answer into the file, or on standard output, and say how many rows it has. Raises UsageError, WarehouseErrors."""
    if output is None and sys.stdout.isatty():
        raise UsageError(f"{form.name} is not for a terminal: add -o FILE{form.suffix}.")
    with console.status("asking"), tempfile.TemporaryDirectory(prefix="crypto-pipeline-") as folder:
        target = output or Path(folder, f"answer{form.suffix}")
        try:
            rows = bank.save(query, target, form=form.name)
        except OSError as error:
            raise UsageError(f"{target} cannot be written: {error.strerror}.") from None
        if output is None:
            with target.open("rb") as file:
                sys.stdout.flush()
                shutil.copyfileobj(file, sys.stdout.buffer)
                sys.stdout.buffer.flush()
    if output is not None:
        console.note(f"{counted(rows, 'row')} in {output}")
