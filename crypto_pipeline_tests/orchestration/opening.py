"""Processes that open Dagster's instance at the same moment, each as a command does, with a data folder of its own or one for all."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from pathlib import Path

from crypto_pipeline.orchestration.instance import open_instance
from crypto_pipeline.settings import load_settings
from crypto_pipeline_tests.forked import CONTEXT
from crypto_pipeline_tests.project import environment


def opened_at_once(folders: Sequence[Path], **settings: str) -> list[str]:
    """How many runs each of the processes sees, one for each folder, or why it sees none."""
    all_there = CONTEXT.Barrier(len(folders))
    lines: list[Connection] = []
    processes = []
    for folder in folders:
        mine, theirs = CONTEXT.Pipe(duplex=False)
        process = CONTEXT.Process(target=_opened, args=(theirs, all_there, folder, environment(folder, **settings)))
        process.start()
        processes.append(process)
        theirs.close()
        lines.append(mine)
    seen = [line.recv() for line in lines]
    for process in processes:
        process.join()
    return seen


def _opened(line: Connection, all_there: Barrier, folder: Path, environment: Mapping[str, str]) -> None:
    os.environ.clear()
    os.environ.update(environment)
    try:
        all_there.wait()
        with open_instance(load_settings(data_dir=folder)) as instance:
            line.send(str(len(instance.get_runs())))
    except BaseException as error:
        line.send(repr(error))
